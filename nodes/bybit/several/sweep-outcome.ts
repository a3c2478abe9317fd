/** What a sweep is asked for, and what it tells. */
import type { Spared } from './matching';
import type { CoinField, Unlisted } from './sweep-port';
import type { PursuitOptions } from '../cancel/pursuit-options';
import type { OrderRecord, Outcome, Which } from '../model';

export interface SweepOptions extends Omit<PursuitOptions, 'confirm' | 'onRequest'> {
  readonly which: Which;
  /** if more orders match, nothing is sent */
  readonly atMost?: number | undefined;
  /** finds out which orders it would cancel; sends nothing */
  readonly dryRun: boolean;
  /** called whenever more is known: orders that have their outcome, and orders in all */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface SweepOutcome {
  /** of each order that matched, in the order in which the exchange lists them */
  readonly outcomes: readonly Outcome[];
  /** `dryRun`: those that would be cancelled */
  readonly wouldCancel: readonly OrderRecord[];
  /** whether listings proved that nothing that matches is left */
  readonly complete: boolean;
  /** whether listings came to their end after the last cancel: `outcomes` has all there was */
  readonly allListed: boolean;
  /** how many matched, where that was more than allowed: nothing was sent */
  readonly tooMany?: number;
  /** more than allowed came to match later: those were left */
  readonly exceeded?: boolean;
  /** whose coin no symbol of the category has: nothing was sent */
  readonly unknownCoin?: CoinField;
  /** open orders of symbols whose coins nobody knows: they were left, and may match */
  readonly unplaced?: number;
  /** no listing came to its end; why, where that is known */
  readonly unlisted?: Unlisted;
  /** ms until a ban of the address ends, where that kept it from listing */
  readonly retryAfterMs?: number;
  /** orders of the place that were left on purpose */
  readonly spared: Spared;
  /** orders that were placed since the message came */
  readonly appeared: readonly OrderRecord[];
  readonly requests: number;
}
