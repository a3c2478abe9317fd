/** How long the exchange takes to answer, as the answers of the last half minute show. */

/** how many answers are looked at */
const SIZE = 15;
/** answers that are needed to know: the first ones open their connections on the way */
const ENOUGH = 5;
/** ms: what was seen before tells nothing of now */
const LATELY = 30_000;

export interface RoundTrips {
  /** @param ms from a request to its answer, which came now */
  add(ms: number, now: number): void;
  /** @returns ms: the median of the last answers; 0 while too few are known */
  usual(now: number): number;
}

export function createRoundTrips(): RoundTrips {
  const last: { readonly ms: number; readonly at: number }[] = [];
  let next = 0;
  return {
    add(ms, at) {
      last[next] = { ms, at };
      next = (next + 1) % SIZE;
    },
    // Asked for when time is short, which is seldom: sorted then, and not for each answer.
    usual(now) {
      const lately = last.filter(({ at }) => now - at < LATELY).map(({ ms }) => ms);
      return lately.length < ENOUGH ? 0 : (lately.sort((a, b) => a - b)[lately.length >> 1] ?? 0);
    },
  };
}
