import type { AfterCommit, Answer } from './endpoint.ts';
import { describeError } from './logging.ts';
import type { ApiServices } from './ports.ts';

/** Has the worker bring about what was asked of merged records, once that is written down. */
export function settleMergesAfter(services: ApiServices, answer: Answer): AfterCommit<Answer> {
  return {
    async afterCommit() {
      // Written down is enough: without an engine the next delivery or turn of the day brings it about.
      await services.jobs.settleMerges().catch((error: unknown) => services.logger.warn(describeError(error), 'a merge waits'));
      return answer;
    },
  };
}
