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
    // An own id may have been used before. The history has closed orders alone: without the open
    // ones beside it, an earlier order would be taken for this one.
    if (!readable && scope === 'history' && c.followed.orderId === undefined) continue;
    const answer = await c.lookUp(scope);
    if (!answer.readable) readable = false;
    else if (answer.record !== undefined) return c.see(answer.record, 'query') ? 'closed' : 'open';
  }
  return readable ? 'none' : 'unreadable';
}
