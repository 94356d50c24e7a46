import { at, type Person } from '../people.ts';

const HIGH = '255901001';
const MIDDLE = '255901044';
const ELEMENTARY = '255901107';

/** The people of Grand Bend: four roles at each school, four at the district. */
export const GRAND_BEND_PEOPLE: Person[] = [
  at(HIGH, 'clerk.high', 'Rosa Delgado', 'clerk'),
  at(HIGH, 'teacher.high', 'Martin Oyelaran', 'teacher'),
  at(HIGH, 'case-manager.high', 'Denise Whitaker', 'case_manager'),
  at(HIGH, 'principal.high', 'Harold Nakamura', 'principal'),
  at(MIDDLE, 'clerk.middle', 'Linh Pham', 'clerk'),
  at(MIDDLE, 'teacher.middle', 'Grace Adeyemi', 'teacher'),
  at(MIDDLE, 'case-manager.middle', 'Samuel Ortega', 'case_manager'),
  at(MIDDLE, 'principal.middle', 'Joyce Lindqvist', 'principal'),
  at(ELEMENTARY, 'clerk.elementary', 'Anita Kowalski', 'clerk'),
  at(ELEMENTARY, 'teacher.elementary', 'Peter Sandoval', 'teacher'),
  at(ELEMENTARY, 'case-manager.elementary', 'Mei-Ling Zhou', 'case_manager'),
  at(ELEMENTARY, 'principal.elementary', 'Walter Reyes', 'principal'),
  at(null, 'attendance-supervisor', 'Beatriz Montoya', 'attendance_supervisor'),
  at(null, 'resource-panel', 'Calvin Brooks', 'resource_panel_member'),
  at(null, 'sarb', 'Naomi Feldman', 'sarb_member'),
  at(null, 'administrator', 'Edith Marsh', 'administrator'),
];
