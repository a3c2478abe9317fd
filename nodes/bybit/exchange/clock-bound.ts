/**
 * How far the exchange's clock is ahead of this machine's, at most. Each answer bounds it: the exchange
 * read its clock after the request was sent. The answers of the last minutes together bound it by the
 * quickest of them, where a single one can have been under way for a second.
 */
import type { RestAnswer } from '../wire/http';
import type { Time } from '../time/time';

/** ms; by the drift of two clocks an older bound could be too low */
const KEPT = 60_000;

export interface ClockBound {
  heard(answer: RestAnswer): void;
  /** @returns ms; undefined while no answer told the time */
  aheadMs(): number | undefined;
}

export function createClockBound(time: Time): ClockBound {
  // Against the monotonic clock: this machine's time of day can be set meanwhile.
  let current = Infinity;
  let before = Infinity;
  let since = time.now();
  const renew = () => {
    const age = time.now() - since;
    if (age < KEPT) return;
    before = age < 2 * KEPT ? current : Infinity;
    current = Infinity;
    since = time.now();
  };
  const aheadOfMonotonic = () => time.wall() - time.now();
  return {
    heard({ serverTime, sentAt }) {
      if (serverTime === undefined) return;
      renew();
      current = Math.min(current, serverTime - sentAt + aheadOfMonotonic());
    },
    aheadMs() {
      renew();
      const least = Math.min(current, before);
      return least === Infinity ? undefined : least - aheadOfMonotonic();
    },
  };
}
