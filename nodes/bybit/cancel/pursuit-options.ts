/** How one cancel is to be pursued. */
import type { DeadlineOptions } from './deadline';

export interface PursuitOptions extends DeadlineOptions {
  readonly confirm: boolean;
  /** ms since the message's arrival */
  readonly elapsedMs: number;
  /** ms since the epoch: the message's arrival */
  readonly startedAt: number;
  /** another request of the same message may have closed the order: no negative verdict by itself */
  readonly inDoubt?: boolean | undefined;
  /** called for each request that is sent for it, with what stands for that request alone */
  readonly onRequest?: ((request: object) => void) | undefined;
}

/** Of a pursuit that begins later than it was asked for. @param passed ms since then */
export function optionsAfter(passed: number, options: PursuitOptions): PursuitOptions {
  return {
    ...options,
    elapsedMs: options.elapsedMs + passed,
    remainingMs: Math.max(0, options.remainingMs - passed),
  };
}
