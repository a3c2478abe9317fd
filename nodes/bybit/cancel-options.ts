/** What an account's caller says of a cancel, and what the rules are told of it. */
import type { PursuitOptions } from './cancel/pursuit-options';
import type { Outcome, Which } from './model';
import type { Signal } from './time/abort';

export interface CancelOptions {
  /** Wait for the order's final state; otherwise the acknowledgement is enough. */
  readonly confirm: boolean;
  /** ms from `startedAt` to the outcome, everything included */
  readonly timeout: number;
  /** ms since the epoch: when the message arrived. Default: now. */
  readonly startedAt?: number;
  /**
   * Aborted when the asking node closes: nothing new is sent, waits end. One for the node's whole
   * life: it is remembered until it aborts or the account closes.
   */
  readonly signal?: AbortSignal;
}

/** What every cancel is asked with; those of several orders are always confirmed. */
export type Asked = Omit<CancelOptions, 'confirm'>;

export interface CancelManyOptions extends Asked {
  /** called for each order that has its outcome */
  readonly onOutcome?: (outcome: Outcome) => void;
}

export interface CancelAllOptions extends Asked {
  readonly which: Which;
  /** if more orders match, nothing is sent */
  readonly atMost?: number | undefined;
  /** finds out which orders it would cancel; sends nothing */
  readonly dryRun: boolean;
  /** called whenever more is known: orders that have their outcome, and orders in all */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The same as the rules count it: what has passed, and what is left.
 * @param now ms since the epoch
 * @param closing ends the cancel from outside
 */
export function pursuitOptions(
  confirm: boolean,
  { timeout, startedAt }: Asked,
  now: number,
  closing: Signal,
): PursuitOptions {
  const since = startedAt ?? now;
  const elapsedMs = Math.max(0, now - since);
  const remainingMs = Math.max(0, timeout - elapsedMs);
  return { confirm, startedAt: since, elapsedMs, remainingMs, closing };
}
