/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** A school year: from 1 July until 30 June (EC 37200), named by its two calendar years. */
export interface SchoolYear {
  name: string;
  from: Day;
  to: Day;
}

/** The school year in which a day lies, e.g. `2021-2022`. */
export function schoolYearOf(day: Day): SchoolYear {
  const year = Number(day.slice(0, 4));
  const begins = Number(day.slice(5, 7)) >= 7 ? year : year - 1;
  return {
    name: `${begins}-${begins + 1}`,
    from: `${begins}-07-01`,
    to: `${begins + 1}-06-30`,
  };
}
