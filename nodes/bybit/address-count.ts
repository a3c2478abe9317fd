/**
 * How many requests of an IP address count: each from its sending until a window's length after its
 * answer. When it arrived is not known, only that it was between the two: so no window of the
 * exchange holds more than what is counted here, however long the ways.
 */

/** What a request is for: cancels go first, then look-ups, then all else. */
export type Purpose = 'cancel' | 'lookUp' | 'other';

const BY_PRIORITY = ['cancel', 'lookUp', 'other'] as const;

/**
 * Of the requests that count, the share that those of a lower priority get even while others wait
 * who go first: a flood of cancels still needs its look-ups, and a wrong clock the time.
 */
const SHARES: readonly (readonly [Purpose, number])[] = [
  ['other', 1 / 40],
  ['lookUp', 1 / 6],
];

/** How many requests of one sender count. */
export interface Use {
  count: number;
}

/** One request; in a list by when they stop counting. */
interface Counted {
  readonly use: Use;
  readonly purpose: Purpose;
  /** ms, monotonic */
  until: number;
  next: Counted | undefined;
}

export class AddressCount {
  private total = 0;
  private readonly byPurpose: Record<Purpose, number> = { cancel: 0, lookUp: 0, other: 0 };
  private first: Counted | undefined;
  private last: Counted | undefined;

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  isFree(now: number): boolean {
    this.expire(now);
    return this.total < this.most;
  }

  /** @returns ms, monotonic; Infinity while the answers of all are out */
  freeAt(now: number): number {
    return this.isFree(now) ? now : (this.first?.until ?? Infinity);
  }

  /** @param waits whether somebody waits to send for a purpose */
  next(waits: (purpose: Purpose) => boolean): Purpose | undefined {
    const [owed] =
      SHARES.find(([one, share]) => this.byPurpose[one] < this.total * share && waits(one)) ?? [];
    return owed ?? BY_PRIORITY.find(waits);
  }

  /** A request goes. */
  add(use: Use, purpose: Purpose): Counted {
    use.count += 1;
    this.byPurpose[purpose] += 1;
    this.total += 1;
    return { use, purpose, until: Infinity, next: undefined };
  }

  /** Its answer came or won't: the time that it still counts begins. */
  answered(counted: Counted, now: number): void {
    counted.until = now + this.windowMs;
    if (this.last === undefined) this.first = counted;
    else this.last.next = counted;
    this.last = counted;
  }

  private expire(now: number): void {
    while (this.first !== undefined && this.first.until <= now) {
      const { use, purpose, next } = this.first;
      use.count -= 1;
      this.byPurpose[purpose] -= 1;
      this.total -= 1;
      this.first = next;
      if (next === undefined) this.last = undefined;
    }
  }
}
