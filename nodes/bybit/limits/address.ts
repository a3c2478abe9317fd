/**
 * The IP address of a runtime, as the exchange counts it: at most 600 HTTP requests of all kinds in
 * any 5 s, to whatever host and for whatever key, or it is banned for ten minutes (API section
 * rate-limit). It is the one thing that accounts share. It outlives them, so that neither the count
 * nor a ban is forgotten when a flow is deployed anew; without a request that waits it has no timer.
 */
import { AddressCount, type Fate, type Purpose, type Use } from './address-count';
import { realTime, type Time, type Timer } from '../time/time';

export type { Fate, Purpose } from './address-count';

/** requests in `windowMs`: less than 600, since other programs of this machine send some too */
const MOST = 580;
/** ms in which the exchange counts */
const WINDOW = 5000;
/** ms: how long a host refuses everything after "access too frequent" */
const BAN = 600_000;

export interface AddressOptions {
  /** default 580 */
  readonly most?: number;
  /** default 5000 */
  readonly windowMs?: number;
}

export interface Address {
  /** For one account, or one connection test. @param onBan called when a host has banned the address */
  join(onBan: () => void): Sender;
  /** A host has banned the address. @param origin of the host, REST and WebSocket apart */
  ban(origin: string): void;
  /** @returns ms, monotonic: when its ban ends; undefined without one */
  bannedUntil(origin: string): number | undefined;
}

/** One of those who send from the address. */
export interface Sender {
  /** Whether a request may go at once: there is room, and nobody waits for it. */
  isFree(): boolean;
  /** A request goes. @returns to be called once, when its answer came or won't */
  use(purpose: Purpose): (fate: Fate) => void;
  /**
   * Waits for room.
   * @param called once, when it is there: now or never a request may go
   * @returns ends the wait
   */
  wait(purpose: Purpose, called: () => void): () => void;
  /** @returns ms, monotonic: when there is room next; Infinity while nobody knows */
  freeAt(): number;
  /** Hears of no ban any more. */
  leave(): void;
}

interface Waiting {
  readonly use: Use;
  readonly purpose: Purpose;
  readonly called: () => void;
}

export function createAddress(
  time: Time = realTime,
  { most = MOST, windowMs = WINDOW }: AddressOptions = {},
): Address {
  const count = new AddressCount(most, windowMs);
  const line = new WaitingLine(time, count);
  const bans = new Map<string, number>();
  const toldOfBans = new Set<() => void>();

  return {
    join(onBan) {
      const use: Use = { count: 0 };
      // Each sender is told by itself, even if two gave the same function.
      const told = () => onBan();
      toldOfBans.add(told);
      return {
        isFree: () => line.isEmpty() && count.isFree(time.now()),
        use(purpose) {
          const counted = count.add(use, purpose);
          return (fate) => {
            count.settle(counted, fate, time.now());
            line.arm();
          };
        },
        wait: (purpose, called) => line.stand({ use, purpose, called }),
        freeAt: () => count.freeAt(time.now()),
        leave: () => toldOfBans.delete(told),
      };
    },
    ban(origin) {
      bans.set(origin, time.now() + BAN);
      for (const told of [...toldOfBans]) told();
    },
    bannedUntil(origin) {
      const until = bans.get(origin);
      if (until === undefined || time.now() < until) return until;
      bans.delete(origin);
      return undefined;
    },
  };
}

/** Those who wait for room, and the one timer that calls them. */
class WaitingLine {
  private readonly line: Waiting[] = [];
  private timer: Timer | undefined;
  /** ms: when the timer is due */
  private dueAt = Infinity;
  private serving = false;

  constructor(
    private readonly time: Time,
    private readonly count: AddressCount,
  ) {}

  isEmpty(): boolean {
    return this.line.length === 0;
  }

  /** Who stands here is called later, never at once. @returns leaves the line */
  stand(waiting: Waiting): () => void {
    const { line } = this;
    line.push(waiting);
    this.arm();
    return () => {
      const place = line.indexOf(waiting);
      if (place >= 0) line.splice(place, 1);
      if (line.length > 0) return;
      this.timer?.cancel();
      this.timer = undefined;
    };
  }

  /** Sets the one timer, if somebody waits and it is known how long: to be called after each answer. */
  arm(): void {
    // Who is called may stand in line again at once: the calls that are under way come to them.
    if (this.serving || this.line.length === 0) return;
    const now = this.time.now();
    const next = this.count.freeAt(now);
    // While the answers of all are out, the first one of them gives the time.
    // Moved to earlier alone: answers come faster than a timer that starts anew with each.
    if (this.timer !== undefined && next >= this.dueAt) return;
    this.timer?.cancel();
    this.timer = undefined;
    this.dueAt = next;
    if (next < Infinity) this.timer = this.time.after(next - now, this.serve);
  }

  private readonly serve = (): void => {
    this.timer = undefined;
    this.serving = true;
    while (this.callNext());
    this.serving = false;
    this.arm();
  };

  private callNext(): boolean {
    const { line, count } = this;
    if (line.length === 0 || !count.isFree(this.time.now())) return false;
    const [next] = line.splice(placeOfNext(line, count), 1);
    next?.called();
    return true;
  }
}

/** By purpose; among equals the sender with the fewest requests that count, then who came first. */
function placeOfNext(line: readonly Waiting[], count: AddressCount): number {
  const purpose = count.next((asked) => line.some((waiting) => waiting.purpose === asked));
  let best = -1;
  for (const [place, waiting] of line.entries()) {
    if (waiting.purpose !== purpose) continue;
    if (best < 0 || waiting.use.count < (line[best]?.use.count ?? 0)) best = place;
  }
  return best;
}
