/** What the outcome of one order may say, held against the truth about it. */
import type { Outcome } from '../../../nodes/bybit/model';
import type { Meaning } from '../../../nodes/bybit/answers/meaning';

/** What is true of the order, and what was proved of it and when. */
export interface Truth {
  exists: boolean;
  status: string;
  closedBy?: 'us' | 'others' | 'fill' | 'reject';
  acknowledged: boolean;
  /** ms: when a final record was first handed over by a port */
  provedAt?: number;
  /** a look-up was told nothing of the closed order */
  hidden: boolean;
  lastMeaning?: Meaning | undefined;
  attempts: number;
}

export interface Ended {
  readonly outcome: Outcome;
  readonly truth: Truth;
  readonly endedAt: number;
  readonly deadline: number;
  readonly confirm: boolean;
  readonly closedAt: number | undefined;
}

/** @returns what is wrong with an outcome */
export function contradiction({
  outcome,
  truth,
  endedAt,
  deadline,
  confirm,
  closedAt,
}: Ended): string | undefined {
  const { closedBy } = truth;
  if (endedAt > deadline) return 'after its deadline';
  if (closedAt !== undefined && endedAt > closedAt + 5000) return 'long after the close';
  if (outcome.attempts !== truth.attempts) return 'attempts miscounted';
  switch (outcome.outcome) {
    case 'cancelled':
      if (closedBy !== 'us' && closedBy !== 'others') return 'not closed by a cancel';
      return truth.attempts > 0 ? undefined : 'nothing was sent';
    case 'already-cancelled':
      return closedBy === 'others' ? undefined : 'not cancelled by others';
    case 'filled':
      return closedBy === 'fill' ? undefined : 'not filled';
    case 'accepted':
      return truth.acknowledged && !confirm ? undefined : 'not acknowledged';
    case 'not-found':
      // Only records that have lost the order may make it look unknown; ours they never may.
      if (closedBy === 'us') return 'our cancel took effect';
      return truth.exists && !truth.hidden ? 'the order exists' : undefined;
    case 'unconfirmed':
      return truth.provedAt !== undefined && truth.provedAt < endedAt ? 'it was proved' : undefined;
    case 'rejected':
    case 'unauthorized':
    case 'rate-limited':
    case 'unavailable':
      if (outcome.outcome === 'unavailable' && truth.lastMeaning === 'gone') {
        return 'it was reached and said that the order is gone';
      }
      return closedBy === 'us' ? 'our cancel took effect' : undefined;
    default:
      return 'not an outcome of a sent request';
  }
}
