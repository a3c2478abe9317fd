/**
 * Counts the requests of an IP address, and picks the purpose that goes next. A request counts from its
 * sending until a window's length after its answer. When it arrived is not known, only that it was
 * between the two: so no window of the exchange holds more than what is counted here, however long the
 * ways.
 */

/** What a request is for: cancels go first, then look-ups, then all else. */
export type Purpose = 'cancel' | 'lookUp' | 'other';

/** `lost`: no answer came, and it may still be on its way. `unsent`: nothing left this machine. */
export type Fate = 'answered' | 'lost' | 'unsent';

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

interface Counted {
  readonly use: Use;
  readonly purpose: Purpose;
  /** ms, monotonic: when it stops counting */
  until: number;
  next: Counted | undefined;
}

export class AddressCount {
  private total = 0;
  private readonly byPurpose: Record<Purpose, number> = { cancel: 0, lookUp: 0, other: 0 };
  private readonly answered = new Expiring();
  private readonly lost = new Expiring();

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  isFree(now: number): boolean {
    this.answered.expire(now, this.forget);
    this.lost.expire(now, this.forget);
    return this.total < this.most;
  }

  /** @returns ms, monotonic; Infinity while nothing is known of any request */
  freeAt(now: number): number {
    return this.isFree(now) ? now : Math.min(this.answered.first(), this.lost.first());
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

  /** A request ended: the time that it still counts begins. */
  ended(counted: Counted, fate: Fate, now: number): void {
    if (fate === 'unsent') this.forget(counted);
    else if (fate === 'answered') this.answered.add(counted, now + this.windowMs);
    // It may arrive late: that is given the time of another window.
    else this.lost.add(counted, now + 2 * this.windowMs);
  }

  private readonly forget = ({ use, purpose }: Counted): void => {
    use.count -= 1;
    this.byPurpose[purpose] -= 1;
    this.total -= 1;
  };
}

/** Requests in the order in which they stop counting, which is that of adding. */
class Expiring {
  private head: Counted | undefined;
  private last: Counted | undefined;

  /** @returns ms, monotonic: when the first one stops counting; Infinity without any */
  first(): number {
    return this.head?.until ?? Infinity;
  }

  add(counted: Counted, until: number): void {
    counted.until = until;
    if (this.last === undefined) this.head = counted;
    else this.last.next = counted;
    this.last = counted;
  }

  expire(now: number, forget: (counted: Counted) => void): void {
    while (this.head !== undefined && this.head.until <= now) {
      forget(this.head);
      this.head = this.head.next;
    }
    if (this.head === undefined) this.last = undefined;
  }
}
