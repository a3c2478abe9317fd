/**
 * Keeps under a rate limit that is counted per UID and rolling second (API section rate-limit):
 * one queue for one limit, first in first out. It starts from the documented limit, learns the real
 * one from the answers, and takes heed of other programs that use the same UID.
 */
import type { RateLimit } from './outcome';
import type { Time, Timer } from './time';

/** ms in which the limit counts */
const WINDOW = 1000;
/** ms: for what is finer than the exchange's stamps */
const MARGIN = 5;
/** how many answers tell the shortest way to the exchange, at most */
const WAYS = 100;
/** times the limit: the first requests open their connections on the way, and tell little */
const ENOUGH_WAYS = 1.5;
/** share of the shortest way there and back by which another may be shorter still */
const SPREAD = 0.1;
/** ms: bounds of a wait after a refusal, whatever reset time the exchange names */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 5000;
/** ms: the first wait when no reset time is named */
const UNKNOWN_PAUSE = 250;
/** ms: how long the IP is shut out after "access too frequent" */
const BAN = 600_000;

/** The leave to send one request now. */
export interface Turn {
  readonly granted: true;
  /**
   * To be called once, when the answer came or won't.
   * @param limit what its headers say
   * @param serverTime ms, when the exchange made it, by its own clock
   */
  learn(limit: RateLimit | undefined, serverTime?: number): void;
}
export interface NoTurn {
  readonly granted: false;
  readonly why: 'banned' | 'ended';
}

export interface Pacer {
  /**
   * Waits for a turn.
   * @param seniority the message's rank: one that is sent again goes before younger ones
   * @param signal ends the wait
   */
  turn(seniority: number, signal: AbortSignal): Promise<Turn | NoTurn>;
  /** The exchange refused for the rate. @param pauseMs until the limit resets, if it said so */
  refused(pauseMs: number | undefined): void;
  /** A request got through: the next refusal counts as the first again. */
  accepted(): void;
  /** The IP is shut out: nothing is sent for ten minutes. */
  banned(): void;
}

interface Waiting {
  readonly seniority: number;
  readonly settle: (turn: Turn | NoTurn) => void;
}

export function createPacer(documentedLimit: number, time: Time): Pacer {
  const count = createCount(documentedLimit, time);
  const queue: Waiting[] = [];
  let pausedUntil = 0;
  let bannedUntil = 0;
  let refusals = 0;
  let timer: Timer | undefined;

  /** Serves who can be served now and sets one timer for the rest. */
  const serve = () => {
    timer?.cancel();
    timer = undefined;
    const now = time.now();
    if (now < bannedUntil) {
      for (const waiting of queue.splice(0)) waiting.settle({ granted: false, why: 'banned' });
      return;
    }
    while (queue.length > 0 && now >= pausedUntil && count.freeAt(now) <= now) {
      queue.shift()?.settle(grant(now));
    }
    if (queue.length === 0) return;
    const next = Math.max(pausedUntil, count.freeAt(now));
    // With all answers out there is nothing to wait for but them.
    if (next < Infinity) timer = time.after(next - now, serve);
  };

  const grant = (now: number): Turn => {
    const learn = count.use(now);
    return {
      granted: true,
      learn: (told, serverTime) => {
        learn(told, serverTime);
        serve();
      },
    };
  };

  return {
    turn: (seniority, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve({ granted: false, why: 'ended' });
          return;
        }
        const waiting: Waiting = {
          seniority,
          settle: (turn) => {
            signal.removeEventListener('abort', leave);
            resolve(turn);
          },
        };
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1);
          resolve({ granted: false, why: 'ended' });
          if (queue.length === 0) serve();
        };
        signal.addEventListener('abort', leave, { once: true });
        enqueue(queue, waiting);
        // Only who comes first can be served at once; the others' timer runs already.
        if (queue[0] === waiting) serve();
      }),
    refused(pauseMs) {
      const now = time.now();
      // The refusals of one burst are one: the wait grows when the exchange refuses after a wait.
      if (now >= pausedUntil) refusals += 1;
      const growth = 2 ** Math.min(refusals - 1, 5);
      const atLeast = Math.min(
        (pauseMs === undefined ? UNKNOWN_PAUSE : SHORTEST_PAUSE) * growth,
        WINDOW,
      );
      const pause = Math.min(Math.max(pauseMs ?? 0, atLeast), LONGEST_PAUSE);
      pausedUntil = Math.max(pausedUntil, now + pause);
      serve();
    },
    accepted: () => (refusals = 0),
    banned() {
      bannedUntil = time.now() + BAN;
      serve();
    },
  };
}

/** How much of the limit is in use, by our own count and by the exchange's. */
interface Count {
  /** ms: when the next request may go; at most `now` when it may go now */
  freeAt(now: number): number;
  /** A request goes. @returns to be called once, when its answer came or won't */
  use(now: number): Turn['learn'];
}

/** One of our requests, until it stops counting. */
interface Use {
  until: number;
}

function createCount(documentedLimit: number, time: Time): Count {
  let limit = documentedLimit;
  const used = new Set<Use>();
  const stamped = createStamps();
  let inFlight = 0;
  /** What the exchange's last answer leaves us: less than our own count, when others use it too. */
  let left = Infinity;
  let leftUntil = 0;

  /** when those of the last second stopped counting */
  let ended: number[] = [];

  const expire = (now: number) => {
    for (const use of used) {
      if (use.until > now) continue;
      used.delete(use);
      ended.push(use.until);
      left += 1;
    }
    ended = ended.filter((until) => until > now - WINDOW);
    if (now >= leftUntil) left = Infinity;
  };
  /** When so many of our requests will have stopped counting. */
  const nthEnd = (n: number) => [...used].map(({ until }) => until).sort((a, b) => a - b)[n - 1];

  return {
    freeAt(now) {
      expire(now);
      if (used.size >= limit) return nthEnd(used.size - limit + 1) ?? now;
      return left > 0 ? now : Math.min(nthEnd(1) ?? Infinity, leftUntil);
    },
    use(sentAt) {
      // As long as its answer is out, nobody knows since when it counts.
      const use = { until: Infinity };
      used.add(use);
      inFlight += 1;
      left -= 1;
      return (told, serverTime) => {
        const now = time.now();
        inFlight -= 1;
        const counted = serverTime === undefined ? now : stamped(sentAt, serverTime, now, limit);
        use.until = counted + WINDOW + MARGIN;
        if (told === undefined) return;
        expire(now);
        limit = told.limit;
        // What is still under way takes from what the answer says is left; what has stopped
        // counting since it was made adds to it.
        left = told.remaining - inFlight + ended.filter((until) => until > counted).length;
        leftUntil = now + WINDOW + MARGIN;
      };
    },
  };
}

/**
 * When the exchange made its stamp, by our own clock, less the way that the next request will take:
 * the limit refuses what arrives early. The clocks need not agree. What is known of them is only
 * that a stamp was made after its request left and before its answer came; the shortest ways of the
 * last answers tell the most. Until enough are known nothing is taken off for the way.
 */
function createStamps(): (
  sentAt: number,
  stamp: number,
  receivedAt: number,
  limit: number,
) => number {
  let toExchange: number[] = [];
  let fromExchange: number[] = [];
  return (sentAt, stamp, receivedAt, limit) => {
    toExchange = [...toExchange.slice(-WAYS), stamp - sentAt];
    fromExchange = [...fromExchange.slice(-WAYS), stamp - receivedAt];
    const least = Math.max(...fromExchange);
    if (fromExchange.length < Math.min(ENOUGH_WAYS * limit, WAYS)) return stamp - least;
    const most = Math.min(...toExchange);
    return stamp - most + (most - least) * SPREAD;
  };
}

/** Behind all that are as old or older; the common case, the youngest, costs one comparison. */
function enqueue(queue: Waiting[], waiting: Waiting): void {
  let place = queue.length;
  while (place > 0 && (queue[place - 1]?.seniority ?? 0) > waiting.seniority) place -= 1;
  queue.splice(place, 0, waiting);
}
