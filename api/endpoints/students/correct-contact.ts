import { z } from 'zod';
import { decide } from '../../../cases/index.ts';
import type { Command } from '../../../cases/messages.ts';
import { correctContact as supersede, removeContact } from '../../../store/intake/contacts.ts';
import { readCaseLadder } from '../../../store/read/case-record.ts';
import { readCommandByKey } from '../../../store/read/commands.ts';
import { readContact, readSuccessor } from '../../../store/read/contacts.ts';
import { districtTime } from '../../../store/clock.ts';
import { readStanding } from '../../../store/standing.ts';
import { applied, correctContact as contract, waiting } from '../../contracts/command.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { actorAt, giveCommand } from '../../give-command.ts';
import { Problem, refusalProblem } from '../../problems.ts';
import { readCaseState } from '../../views/case-state.ts';

export const correctContact = endpoint({
  method: 'post',
  path: '/v1/students/:id/contacts/:contactId/correct',
  operationId: 'correctContact',
  tag: 'students',
  summary: "Corrects, confirms or removes a student's contact, and documents it on the case",
  description: 'Nothing is overwritten: a corrected contact is a new one that supersedes the old, and the record says who, when and why.',
  permission: 'correct_contacts',
  place: 'student',
  audit: { none: 'recorded in the case by the command itself' },
  params: z.strictObject({ id: uuid, contactId: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: {
    201: { description: 'Corrected and documented', schema: applied },
    202: { description: 'Corrected; being documented', schema: waiting },
  },
  async handler(request) {
    const { trx, params, body, headers, person, subject } = request;
    const command: Command = {
      kind: 'document_action',
      on: body.on,
      time: null,
      task: body.task,
      action: { kind: 'contact_correction', details: { contact: params.contactId, result: body.result } },
    };
    const asked = { contact: params.contactId, changes: body.changes ?? null };
    const give = async () =>
      giveCommand(request, {
        command,
        text: body.note,
        success: 201,
        asked,
        more: { contact: await readSuccessor(trx, params.contactId) },
      });
    // A repeat finds the contact superseded by its own first try: the command's row tells the two apart.
    if ((await readCommandByKey(trx, person.id, headers['idempotency-key'])) !== null) return give();
    if ((await readContact(trx, params.id, params.contactId)) === null) {
      throw new Problem('not-found', 'This student has no such contact now; it may have been corrected meanwhile. Look again.');
    }
    const ladder = await readCaseLadder(trx, subject.caseId);
    if (ladder === null) throw new Problem('no-district', 'No policy is in force yet: load a district first.');
    // What the case would refuse is refused before the contact changes.
    const verdict = decide(await readCaseState(trx, subject.caseId), ladder, {
      kind: 'command',
      id: headers['idempotency-key'],
      time: await districtTime(trx),
      standing: await readStanding(trx, subject.caseId),
      actor: actorAt(person, subject.school),
      command,
      textDigest: null,
      ifSeq: null,
    });
    if (verdict.kind === 'refused') {
      const problem = refusalProblem(verdict.refusal);
      return { status: problem.status, body: problem };
    }
    const done =
      body.result === 'confirmed' ||
      (body.result === 'removed'
        ? await removeContact(trx, params.contactId, person.id)
        : (await supersede(trx, params.contactId, body.changes ?? {}, person.id)) !== null);
    if (!done) throw new Problem('not-found', 'This contact has been corrected by somebody else meanwhile. Look again.');
    return give();
  },
});
