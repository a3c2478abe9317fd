/** How long the exchange takes to answer, as the last answers show. */

/** how many answers are looked at */
const SIZE = 15;

export interface RoundTrips {
  /** @param ms from a request to its answer */
  add(ms: number): void;
  /** @returns ms: the median of the last answers; 0 before the first */
  usual(): number;
}

export function createRoundTrips(): RoundTrips {
  const last: number[] = [];
  let next = 0;
  let median: number | undefined;
  return {
    add(ms) {
      last[next] = ms;
      next = (next + 1) % SIZE;
      median = undefined;
    },
    // Asked for when time is short, which is seldom: sorted then, and not for each answer.
    usual: () => (median ??= last.toSorted((a, b) => a - b)[last.length >> 1] ?? 0),
  };
}
