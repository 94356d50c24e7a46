import type { Action } from '../cases/actions.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

/**
 * What somebody documents of a referral to a partner: a partner speaks of its own organisation, named or not; anybody else of any.
 * @throws Problem 422 when a partner speaks of another one
 */
export function ofOneself({ role, partner = '' }: Person, action: Action): Action {
  if (role !== 'partner' || action.kind !== 'agency_referral') return action;
  const named = action.details.partner ?? partner;
  if (named !== partner)
    throw new Problem('invalid-request', `body.action.details.partner: you document for ${partner}, not for ${named}`, {
      errors: [{ path: 'body.action.details.partner', message: `you document for ${partner}, not for ${named}` }],
    });
  return { ...action, details: { ...action.details, partner } };
}
