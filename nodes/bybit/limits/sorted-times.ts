/** Small collections of numbers for counting rates: a high limit must not make each request slow. */

/** dropped ones that are kept, so that not every drop moves all the others */
const MOST_DROPPED = 64;

/** Moments in ascending order, added nearly in order and dropped from the front. */
export class SortedTimes {
  private readonly moments: number[] = [];
  private head = 0;

  count(): number {
    return this.moments.length - this.head;
  }

  /** @returns Infinity beyond the last */
  at(place: number): number {
    return this.moments[this.head + place] ?? Infinity;
  }

  add(moment: number): void {
    const { moments } = this;
    const place = this.placeAfter(moment);
    if (place === moments.length) moments.push(moment);
    else moments.splice(place, 0, moment);
  }

  /** Drops all up to and including a moment. @param dropped called for each */
  dropUntil(moment: number, dropped?: (moment: number) => void): void {
    const { moments } = this;
    let first = moments[this.head];
    while (first !== undefined && first <= moment) {
      this.head += 1;
      dropped?.(first);
      first = moments[this.head];
    }
    if (this.head < MOST_DROPPED) return;
    moments.splice(0, this.head);
    this.head = 0;
  }

  /** How many come after a moment. */
  countAfter(moment: number): number {
    return this.moments.length - this.placeAfter(moment);
  }

  private placeAfter(moment: number): number {
    let place = this.moments.length;
    while (place > this.head && (this.moments[place - 1] ?? 0) > moment) place -= 1;
    return place;
  }
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
