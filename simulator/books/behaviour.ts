/** What the exchange does where the real one may do one thing or another. */
import { CATEGORIES, type Category } from './instruments';
import type { LeavesQty } from './order-record';

/** How a reply tells the cursor of its page. */
export type CursorForm = 'plain' | 'encoded';

/** Each may be changed while it runs. */
export interface Behaviour {
  /** the categories for which batches are served; default: all, of demo trading linear and option */
  batchCategories: Set<Category>;
  /** what REST answers to batches of the others; default 10005, of demo trading 10032 */
  batchRefusalCode: 10005 | 10032;
  /** of an order in a batch that exceeds the limit; the API documents none; default 10006 */
  batchLimitCode: 10006 | 170222 | 20003 | 10429;
  /** the `success` that a cancel-all tells, whatever it did; default '1' */
  cancelAllSuccess: '1' | '0' | 'missing';
  /** the most linear or inverse orders that one cancel-all takes; default 500 */
  cancelAllMost: number;
  /** how a reply tells a cursor: as it is, or encoded as the documents show it; default 'plain' */
  cursors: CursorForm;
  /**
   * beside which last pages a cursor is told: all, every other one of the short ones, those that are
   * full, or none; never beside an empty page; default 'always'
   */
  lastPageCursor: 'always' | 'sometimes' | 'full' | 'never';
  /** how long a filled order stays among the open ones, as Filled, ms; default 0 */
  filledListedMs: number;
  /** the `leavesQty` of a cancelled order: nothing, '', or what was not executed; default 'zero' */
  cancelledLeavesQty: LeavesQty;
  /** changes of so many ms are told in one message of the order stream; default 0: one message each */
  eventGatherMs: number;
}

/** Demo trading serves batches of linear and option alone (API section demo). */
const DEMO_BATCHES: readonly Category[] = ['linear', 'option'];

export function behaviourOf(wishes: Partial<Behaviour>, demoTrading: boolean): Behaviour {
  return {
    batchCategories: new Set(demoTrading ? DEMO_BATCHES : CATEGORIES),
    batchRefusalCode: demoTrading ? 10032 : 10005,
    batchLimitCode: 10006,
    cancelAllSuccess: '1',
    cancelAllMost: 500,
    cursors: 'plain',
    lastPageCursor: 'always',
    filledListedMs: 0,
    cancelledLeavesQty: 'zero',
    eventGatherMs: 0,
    ...wishes,
  };
}
