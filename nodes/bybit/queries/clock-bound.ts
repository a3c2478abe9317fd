/**
 * How far the exchange's clock is ahead of this machine's, at most and at least. Each answer bounds it:
 * the exchange read its clock after the request was sent, and before the answer came. The quickest
 * answers of the last minutes bound it best: a single one can have been under way for a second.
 */
import type { RestAnswer } from '../wire/http';
import type { Time } from '../time/time';

/** ms; by the drift of two clocks an older bound could be too low */
const KEPT = 60_000;
/** ms: stamps are whole ms, and clocks drift */
const UNSURE = 20;

export interface ClockBound {
  heard(answer: RestAnswer): void;
  /** @returns ms, at most; undefined while no answer told the time */
  aheadMs(): number | undefined;
  /** the same, at least; negative where the exchange's clock is behind */
  leastAheadMs(): number | undefined;
}

export function createClockBound(time: Time): ClockBound {
  // Against the monotonic clock: this machine's time of day can be set meanwhile.
  let current = Infinity;
  let before = Infinity;
  let atLeast = -Infinity;
  let atLeastBefore = -Infinity;
  let since = time.now();
  const renew = () => {
    const age = time.now() - since;
    if (age < KEPT) return;
    before = age < 2 * KEPT ? current : Infinity;
    atLeastBefore = age < 2 * KEPT ? atLeast : -Infinity;
    current = Infinity;
    atLeast = -Infinity;
    since = time.now();
  };
  const aheadOfMonotonic = () => time.wall() - time.now();
  return {
    heard({ serverTime, sentAt, receivedAt }) {
      if (serverTime === undefined) return;
      renew();
      const most = serverTime - sentAt + aheadOfMonotonic();
      const least = serverTime - receivedAt + aheadOfMonotonic();
      // Two answers that contradict each other: the later time holds. One that is too early would have
      // orders from before a message taken for newer ones.
      if (most + UNSURE < atLeast) return;
      if (least > Math.min(current, before) + UNSURE) current = before = Infinity;
      atLeast = Math.max(atLeast, least);
      current = Math.min(current, most);
    },
    aheadMs() {
      renew();
      const least = Math.min(current, before);
      return least === Infinity ? undefined : least - aheadOfMonotonic();
    },
    leastAheadMs() {
      renew();
      const most = Math.max(atLeast, atLeastBefore);
      return most === -Infinity ? undefined : most - aheadOfMonotonic();
    },
  };
}
