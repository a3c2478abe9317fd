/**
 * When a WebSocket that is down is opened again: after a back-off with full jitter, and after much
 * longer where its key was refused.
 */
import type { Time } from '../time/time';

const BACK_OFF = { first: 1000, longest: 30_000 };
/** ms between two attempts at least: two sockets stay under 500 connections per 5 minutes */
export const SHORTEST_DISTANCE = 1300;
/** ms: a refused key is not offered again and again */
const REFUSED_PAUSE = { first: 30_000, longest: 600_000 };
/** ms: a connection that lasted so long was a good one */
const GOOD = 5000;

export class Attempts {
  /** how often in a row the key was refused */
  refusals = 0;
  private failures = 0;
  private startedAt = -Infinity;
  /** of the last attempt */
  private readyAt: number | undefined;

  constructor(private readonly time: Time) {}

  started(): void {
    this.startedAt = this.time.now();
    this.readyAt = undefined;
  }

  /** The key was let in. */
  ready(): void {
    this.readyAt = this.time.now();
    this.refusals = 0;
  }

  refused(): void {
    this.refusals += 1;
  }

  /** The connection ended, or there was none. */
  ended(): void {
    const { readyAt } = this;
    const wasGood = readyAt !== undefined && this.time.now() - readyAt >= GOOD;
    this.failures = wasGood ? 0 : this.failures + 1;
  }

  /** The signature was too old by a wrong clock: no fault of the key. */
  forgetRefusals(): void {
    this.refusals = 0;
  }

  /** The exchange answers again elsewhere. */
  forgetFailures(): void {
    this.failures = 0;
  }

  /** @returns ms until the next attempt */
  pause(): number {
    const { time, refusals } = this;
    if (refusals > 0) return growing(REFUSED_PAUSE, refusals - 1) * (0.75 + time.random() / 4);
    const jittered = growing(BACK_OFF, this.failures) * time.random();
    return Math.max(jittered, this.untilAllowed());
  }

  /** @returns ms until an attempt may follow the last one; negative when it may have for a while */
  untilAllowed(): number {
    return this.startedAt + SHORTEST_DISTANCE - this.time.now();
  }
}

function growing({ first, longest }: { first: number; longest: number }, times: number): number {
  return Math.min(first * 2 ** Math.min(times, 12), longest);
}
