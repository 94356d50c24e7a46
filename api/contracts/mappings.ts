import { z } from 'zod';
import { IMPORT_KINDS, missingColumns, unknownColumns } from '../../policy/import-columns.ts';
import { instant } from './common.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'a name is lower case letters, digits and hyphens, 2 to 63 of them')
  .meta({ description: 'Kept with each delivery as the format of its file; also the name of its code set', example: 'tracker-absences' });
const kind = z.enum(IMPORT_KINDS).meta({ description: 'What a row of the file is' });
const columns = z
  .record(z.string(), z.string().trim().min(1).max(200))
  .meta({ description: 'Which column of the file holds what', example: { student: 'Pupil', school: 'Site', date: 'Day', code: 'Mark' } });

export const saveMapping = z
  .strictObject({ name, kind, columns })
  .superRefine((mapping, check) => {
    for (const column of unknownColumns(mapping.kind, mapping.columns)) {
      check.addIssue({ code: 'custom', path: ['columns', column], message: `${mapping.kind} has no such thing` });
    }
    for (const missing of missingColumns(mapping.kind, mapping.columns)) {
      check.addIssue({ code: 'custom', path: ['columns'], message: `no column says ${missing}` });
    }
    const written = Object.values(mapping.columns).map((column) => column.toLowerCase());
    const twice = written.find((column, index) => written.indexOf(column) !== index);
    if (twice !== undefined)
      check.addIssue({ code: 'custom', path: ['columns'], message: `the column "${twice}" is named for two things` });
  })
  .meta({ id: 'SaveMapping' });

const mapping = z.strictObject({ name, kind, columns, savedBy: z.string(), savedAt: instant }).meta({ id: 'ImportMapping' });
export const mappingSaved = z.strictObject({ name, kind, columns }).meta({ id: 'MappingSaved' });
export const mappingList = z.strictObject({ mappings: z.array(mapping) }).meta({ id: 'ImportMappings' });
