/**
 * Names for invented families, by home language: common given names and family names, put together by chance. Nobody is meant. Written
 * as a school's office would write them in Latin letters; some families keep their accents, as some exports do.
 */
export const LANGUAGES = ['en', 'es', 'vi', 'tl', 'hy', 'ko', 'zh', 'fa', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Share of families that speak it at home. */
export const LANGUAGE_SHARES: Record<Language, number> = { en: 50, es: 29, vi: 4, tl: 4, hy: 3.5, ko: 3, zh: 3, fa: 1.75, ar: 1.75 };

/** As information systems name them. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  es: 'Spanish',
  vi: 'Vietnamese',
  tl: 'Tagalog',
  hy: 'Armenian',
  ko: 'Korean',
  zh: 'Chinese (Mandarin)',
  fa: 'Farsi',
  ar: 'Arabic',
};

interface Names {
  girls: string[];
  boys: string[];
  families: string[];
}
const list = (text: string): string[] => text.split(' ').map((name) => name.replaceAll('_', ' '));

export const NAMES: Record<Language, Names> = {
  en: {
    girls: list(
      'Abigail Amber Brianna Caroline Chloe Courtney Daisy Destiny Ebony Ella Faith Gabrielle Hannah Imani Jasmine Kayla Lauren Madison Morgan Naomi Olivia Paige Rachel Savannah Sydney Tamara Vanessa Whitney Zoe Kiara',
    ),
    boys: list(
      'Aaron Andre Austin Brandon Caleb Cameron Darius Dylan Elijah Ethan Gavin Hunter Isaiah Jalen Jordan Justin Kevin Logan Malik Marcus Nathan Owen Preston Quentin Ryan Spencer Terrence Tristan Wesley Xavier',
    ),
    families: list(
      'Adams Allen Bailey Barnes Bennett Brooks Butler Carter Coleman Collins Cooper Dixon Edwards Ellis Fisher Foster Gibson Graham Grant Hamilton Harris Hayes Henderson Hughes Jackson Jenkins Jordan Kelly Lawson Marshall Mitchell Murphy Nelson Owens Parker Perry Porter Reed Reynolds Richardson Russell Simmons Stevens Sullivan Tucker Turner Wallace Warren Watson Webb',
    ),
  },
  es: {
    girls: list(
      'Alejandra Ana_María Beatriz Camila Carmen Daniela Elena Esmeralda Fernanda Gabriela Guadalupe Isabel Itzel Jimena Leticia Luz Maribel Marisol Mónica Natalia Paloma Perla Renata Rocío Sofía Valeria Ximena Yesenia',
    ),
    boys: list(
      'Alejandro Álvaro Andrés Ángel César Cristian Diego Eduardo Emiliano Esteban Fernando Gerardo Héctor Iván Javier Jesús José_Luis Juan_Carlos Julián Leonardo Luis Mateo Miguel Óscar Rafael Ricardo Santiago Sergio',
    ),
    families: list(
      'Aguilar Álvarez Barrera Campos Cárdenas Castillo Cervantes Chávez Cortés Delgado Domínguez Escobar Espinoza Fuentes García Gómez Guerrero Gutiérrez Hernández Herrera Ibarra Jiménez Juárez Lara León López Luna Medina Mejía Méndez Morales Muñoz Navarro Núñez Ochoa Orozco Ortega Pacheco Peña Ramírez Rentería Reyes Ríos Rojas Salazar Sandoval Solís Tapia Valdez Vargas Velasco Zamora',
    ),
  },
  vi: {
    girls: list('Anh Bích Châu Diễm Giang Hạnh Hoa Hương Kim Lan Linh Mai Mỹ Ngọc Nhi Phương Quỳnh Thảo Thu Trang Tuyết Vân Yến'),
    boys: list('An Bảo Bình Công Đạt Dũng Duy Hải Hiếu Hoàng Huy Khang Khoa Lâm Long Minh Nam Nghĩa Phúc Quân Sơn Tài Thiện Tuấn Việt'),
    families: list('Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Trịnh Lương'),
  },
  tl: {
    girls: list(
      'Althea Andrea Angelica Bernadette Carmela Clarissa Corazon Divina Jocelyn Kristel Liezel Ligaya Lovely Luningning Maricel Marites Mayumi Precious Rosalie Rowena Shiela Tala',
    ),
    boys: list(
      'Adrian Alvin Bayani Benjie Carlo Crisanto Dennis Dominador Edgar Ernesto Gerald Jericho Jomar Joselito Lito Makisig Marlon Nestor Paolo Ramil Reynaldo Rodel Rommel',
    ),
    families: list(
      'Abad Aquino Bautista Bondoc Calderon Catacutan Cayabyab Cruz Dalisay De_Guzman De_la_Cruz Dimaano Dizon Evangelista Gatdula Lacson Macaraeg Magsaysay Manalo Mangubat Panganiban Pangilinan Salonga Santos Tolentino Villanueva',
    ),
  },
  hy: {
    girls: list(
      'Anahit Ani Anush Araksi Arpine Astghik Gayane Hasmik Hripsime Karine Lilit Lusine Mariam Mane Nare Narine Nune Ruzanna Sona Tatev Zaruhi',
    ),
    boys: list(
      'Aram Ara Arman Armen Artur Ashot Davit Edgar Gagik Garen Gevorg Grigor Hayk Hovsep Karen Levon Narek Raffi Sevak Tigran Vahe Vardan',
    ),
    families: list(
      'Abrahamyan Aghajanian Arakelyan Asatryan Avetisyan Babayan Barseghyan Danielyan Davtyan Gasparyan Ghazaryan Grigoryan Hakobyan Harutyunyan Hovhannisyan Karapetyan Khachatryan Kirakosyan Manukyan Martirosyan Mkrtchyan Petrosyan Sahakyan Sargsyan Stepanyan Ter-Petrosian Vardanyan Yeghiazaryan',
    ),
  },
  ko: {
    girls: list(
      'Chae-won Da-eun Eun-ji Ga-young Ha-eun Hye-jin Ji-a Ji-hye Ji-woo Min-ji Na-yeon Seo-hyun Seo-yeon Soo-jin Su-bin Yeon-woo Ye-rin Yoo-na Yu-jin',
    ),
    boys: list(
      'Do-hyun Dong-hyun Eun-woo Ha-joon Hyun-woo In-ho Jae-min Ji-hoon Jin-woo Joon-ho Jun-seo Kyung-soo Min-jun Min-seok Sang-woo Seo-jun Seung-min Si-woo Tae-yang Woo-jin',
    ),
    families: list(
      'Ahn Bae Baek Chang Cho Choi Chung Han Hong Hwang Jang Jeong Kang Kim Kwon Lee Lim Moon Nam Oh Park Ryu Seo Shin Song Yoon',
    ),
  },
  zh: {
    girls: list(
      'Chunhua Fang Hui Jiayi Jing Jingyi Lihua Lili Meiling Mengyao Minmin Ruoxi Shuting Siyu Xiaoyan Xinyi Xue Yan Yating Yue Yuting Yuxin Zihan',
    ),
    boys: list(
      'Bo Chao Guoqiang Hao Haoran Hongwei Jianguo Jie Jun Junjie Lei Ming Peng Qiang Ruihao Tao Wei Xiaoming Yifan Yuhang Zhiyuan Zihao Ziyang',
    ),
    families: list(
      'Cai Cao Chen Cheng Deng Dong Fang Feng Gao Guo Han He Huang Jiang Li Liang Lin Liu Luo Ma Qian Sun Tang Wang Wu Xu Yang Ye Zhang Zhao Zheng Zhou Zhu',
    ),
  },
  fa: {
    girls: list(
      'Afsaneh Arezoo Azadeh Bahar Darya Elaheh Farzaneh Golnaz Kimia Laleh Mahsa Mina Nasrin Niloufar Parisa Roya Sahar Setareh Shirin Yasaman Zahra',
    ),
    boys: list(
      'Amir Arash Ardeshir Babak Behzad Dariush Ehsan Farhad Hamid Iman Kamran Kaveh Kian Mehdi Navid Omid Parviz Ramin Reza Saeed Siavash',
    ),
    families: list(
      'Ahmadi Akbari Amini Bahrami Ebrahimi Farahani Ghorbani Hashemi Hosseini Jafari Karimi Kazemi Khosravi Mahdavi Mohammadi Moradi Mousavi Najafi Rahimi Rezaei Rostami Sadeghi Shirazi Tavakoli Yazdani Zamani',
    ),
  },
  ar: {
    girls: list(
      'Amal Amina Asma Dalia Fatima Hala Hanan Huda Iman Jamila Khadija Layla Lina Maha Mariam Nadia Noor Rania Salma Samira Yasmin Zaynab',
    ),
    boys: list(
      'Adel Ahmad Ali Anas Bilal Fadi Faisal Hamza Hassan Ibrahim Jamal Karim Khalid Mahmoud Mustafa Nabil Omar Rami Samir Tariq Yousef Ziad',
    ),
    families: list(
      'Abbas Abdullah Al-Amin Al-Hassan Awad Aziz Darwish El-Masri Fares Habib Haddad Hamdan Ibrahim Issa Jaber Kassem Khalil Khoury Mansour Nasser Qasim Rahman Saleh Shaheen Suleiman Yassin Zaki',
    ),
  },
};

/** Streets, in two parts that are put together. */
export const STREET_NAMES = list(
  'Adobe Alfalfa Arrowhead Barley Bluebird Calico Candlewood Chaparral Cinnamon Clearwater Copperhead Cordelia Dandelion Dovetail Driftwood Eventide Featherstone Foxglove Gooseberry Harvest Hazelwood Hollyhock Honeybee Huckleberry Juniper_Flat Lantern Larkspur Lemonwood Marigold Millstone Moonrise Nightingale Orchard Paintbrush Pebble Persimmon Pinecone Pomegranate Quarry Rosewater Saddleback Sagebrush Silverleaf Starling Sundial Tamarind Thistle Tumbleweed Waterwheel Windmill',
);
export const STREET_KINDS = ['Street', 'Avenue', 'Road', 'Lane', 'Drive', 'Court', 'Way', 'Place'];
