/** Small collections of numbers for counting rates: a high limit must not make each request slow. */

/** Moments in ascending order, added nearly in order and dropped from the front. */
export interface SortedTimes {
  count(): number;
  /** @returns Infinity beyond the last */
  at(place: number): number;
  first(): number;
  add(moment: number): void;
  dropFirst(): void;
  /** Drops all up to and including a moment. */
  dropUntil(moment: number): void;
  /** How many come after a moment. */
  countAfter(moment: number): number;
}

/** dropped ones that are kept, so that not every drop moves all the others */
const MOST_DROPPED = 64;

export function createSortedTimes(): SortedTimes {
  const moments: number[] = [];
  let head = 0;
  const dropFirst = () => {
    head += 1;
    if (head < MOST_DROPPED) return;
    moments.splice(0, head);
    head = 0;
  };
  const at = (place: number) => moments[head + place] ?? Infinity;
  return {
    count: () => moments.length - head,
    at,
    first: () => at(0),
    add(moment) {
      let place = moments.length;
      while (place > head && (moments[place - 1] ?? 0) > moment) place -= 1;
      if (place === moments.length) moments.push(moment);
      else moments.splice(place, 0, moment);
    },
    dropFirst,
    dropUntil(moment) {
      while (at(0) <= moment) dropFirst();
    },
    countAfter(moment) {
      let place = moments.length;
      while (place > head && (moments[place - 1] ?? 0) > moment) place -= 1;
      return moments.length - place;
    },
  };
}

/** The last so many numbers. */
export interface Recent {
  count(): number;
  add(value: number): void;
  least(): number;
  most(): number;
}

export function createRecent(size: number): Recent {
  const values = new Float64Array(size);
  let added = 0;
  let least = Infinity;
  let most = -Infinity;
  const count = () => Math.min(added, size);
  /** Only when an extreme has left: most numbers lie between. */
  const review = () => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    [least, most] = [low, high];
  };
  return {
    count,
    add(value) {
      const place = added % size;
      const left = added < size ? undefined : values[place];
      values[place] = value;
      added += 1;
      least = Math.min(least, value);
      most = Math.max(most, value);
      if (left !== undefined && (left <= least || left >= most)) review();
    },
    least: () => least,
    most: () => most,
  };
}
