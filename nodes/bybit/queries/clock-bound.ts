/**
 * How far the exchange's clock is ahead of this machine's, at most and at least. Each answer bounds it:
 * the exchange read its clock after the request was sent, and before the answer came. The quickest
 * answers of the last minutes bound it best: a single one can have been under way for a second.
 */
import type { Reply } from '../answers/reply';
import type { Time } from '../time/time';

/** ms; by the drift of two clocks an older bound could be too low */
const KEPT = 60_000;
/** ms: stamps are whole ms, and clocks drift */
const UNSURE = 20;

export interface ClockBound {
  heard(reply: Reply): void;
  /** @returns ms, at most; undefined while no answer told the time */
  aheadMs(): number | undefined;
  /** the same, at least; negative where the exchange's clock is behind */
  leastAheadMs(): number | undefined;
}

export function createClockBound(time: Time): ClockBound {
  return new BoundByAnswers(time);
}

class BoundByAnswers implements ClockBound {
  // Against the monotonic clock: this machine's time of day can be set meanwhile.
  private current = Infinity;
  private before = Infinity;
  private atLeast = -Infinity;
  private atLeastBefore = -Infinity;
  private since: number;

  constructor(private readonly time: Time) {
    this.since = time.now();
  }

  heard({ serverTime, sentAt, receivedAt }: Reply): void {
    if (serverTime === undefined) return;
    this.renew();
    const aheadOfMonotonic = this.aheadOfMonotonic();
    const most = serverTime - sentAt + aheadOfMonotonic;
    const least = serverTime - receivedAt + aheadOfMonotonic;
    // Two answers that contradict each other: the later time holds. One that is too early would have
    // orders from before a message taken for newer ones.
    if (most + UNSURE < this.atLeast) return;
    if (least > Math.min(this.current, this.before) + UNSURE) this.current = this.before = Infinity;
    this.atLeast = Math.max(this.atLeast, least);
    this.current = Math.min(this.current, most);
  }

  aheadMs(): number | undefined {
    this.renew();
    const least = Math.min(this.current, this.before);
    return least === Infinity ? undefined : least - this.aheadOfMonotonic();
  }

  leastAheadMs(): number | undefined {
    this.renew();
    const most = Math.max(this.atLeast, this.atLeastBefore);
    return most === -Infinity ? undefined : most - this.aheadOfMonotonic();
  }

  private renew(): void {
    const age = this.time.now() - this.since;
    if (age < KEPT) return;
    this.before = age < 2 * KEPT ? this.current : Infinity;
    this.atLeastBefore = age < 2 * KEPT ? this.atLeast : -Infinity;
    this.current = Infinity;
    this.atLeast = -Infinity;
    this.since = this.time.now();
  }

  private aheadOfMonotonic(): number {
    return this.time.wall() - this.time.now();
  }
}
