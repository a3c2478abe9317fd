/**
 * The IP address of a runtime, as the exchange counts it: at most 600 HTTP requests of all kinds in
 * any 5 s, to whatever host and for whatever key, or it is banned for ten minutes (API section
 * rate-limit). It is the one thing that accounts share. It outlives them, so that neither the count
 * nor a ban is forgotten when a flow is deployed anew; without a request that waits it has no timer.
 */
import { AddressCount, type Fate, type Purpose, type Use } from './address-count';
import { WaitingLine } from './address-line';
import { realTime, type Time } from '../time/time';

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
      // Each sender is told by itself, even if two gave the same function.
      const told = () => onBan();
      toldOfBans.add(told);
      return { ...createSender(time, count, line), leave: () => toldOfBans.delete(told) };
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

function createSender(time: Time, count: AddressCount, line: WaitingLine): Omit<Sender, 'leave'> {
  const use: Use = { count: 0 };
  return {
    isFree: () => line.isEmpty() && count.isFree(time.now()),
    use(purpose) {
      const counted = count.add(use, purpose);
      return (fate) => {
        count.ended(counted, fate, time.now());
        line.arm();
      };
    },
    wait: (purpose, called) => line.stand({ use, purpose, called }),
    freeAt: () => count.freeAt(time.now()),
  };
}
