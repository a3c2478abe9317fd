/** Asks the exchange's records for the order of a case, place by place. */
import type { Case } from './case';
import type { LookUpScope } from './ports';

/** `unreadable`: not all places could be asked, so nothing is known of what is missing there. */
export type Found = 'closed' | 'open' | 'none' | 'unreadable';

/** Open and lately closed orders, then the history, which alone survives an exchange restart. */
export function lookUpOnce(c: Case): Promise<Found> {
  return lookUp(c, ['place', 'history']);
}

/** The same, then under any symbol: for an order that is not where it was looked for. */
export function lookUpEverywhere(c: Case): Promise<Found> {
  return lookUp(c, ['place', 'history', 'anywhere']);
}

async function lookUp(c: Case, scopes: readonly LookUpScope[]): Promise<Found> {
  let readable = true;
  for (const scope of scopes) {
    if (c.settled) return 'closed';
    if (c.wire.aborted) return 'unreadable';
    const answer = await c.ports.lookUp(c.request, scope, c.wire, c.seniority);
    if (!answer.readable) readable = false;
    else if (answer.record !== undefined) return c.see(answer.record, 'query') ? 'closed' : 'open';
  }
  return readable ? 'none' : 'unreadable';
}
