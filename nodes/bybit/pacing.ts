/**
 * Keeps under a rate limit that is counted per UID and rolling second (API section rate-limit):
 * one queue for one limit, first in first out. It starts from the documented limit, learns the real
 * one from the answers, and leaves room for other programs that use the same UID.
 */
import type { RateLimit } from './outcome';
import type { Time, Timer } from './time';

/** ms in which the limit counts */
const WINDOW = 1000;
/** ms: the network shortens the distance between two requests; what arrives early is refused */
const MARGIN = 25;
/** ms: bounds of a wait after a refusal, whatever reset time the exchange names */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 5000;
/** ms: how long the IP is shut out after "access too frequent" */
const BAN = 600_000;

/** The leave to send one request now. */
export interface Turn {
  readonly granted: true;
  /** To be called once, when the answer came or won't: what its headers say of the limit. */
  learn(limit: RateLimit | undefined): void;
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
    timer = time.after(Math.max(pausedUntil, count.freeAt(now)) - now, serve);
  };

  const grant = (now: number): Turn => {
    count.use(now);
    return {
      granted: true,
      learn: (told) => {
        count.learn(told);
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
      const atLeast = Math.min(SHORTEST_PAUSE * 2 ** Math.min(refusals - 1, 5), WINDOW);
      const pause = Math.min(Math.max(pauseMs ?? WINDOW, atLeast), LONGEST_PAUSE);
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
  use(now: number): void;
  /** An answer came, or will not: what it says of the limit. */
  learn(told: RateLimit | undefined): void;
}

function createCount(documentedLimit: number, time: Time): Count {
  let limit = documentedLimit;
  /** when each of our requests stops counting, ascending */
  const used: number[] = [];
  let inFlight = 0;
  /** What the exchange's last answer leaves us: less than our own count, when others use it too. */
  let left = Infinity;
  let leftUntil = 0;

  const expire = (now: number) => {
    while ((used[0] ?? Infinity) <= now) {
      used.shift();
      left += 1;
    }
    if (now >= leftUntil) left = Infinity;
  };

  return {
    freeAt(now) {
      expire(now);
      if (used.length >= limit) return used[used.length - limit] ?? now;
      return left > 0 ? now : Math.min(used[0] ?? Infinity, leftUntil);
    },
    use(now) {
      used.push(now + WINDOW + MARGIN);
      inFlight += 1;
      left -= 1;
    },
    learn(told) {
      inFlight -= 1;
      if (told === undefined) return;
      const now = time.now();
      expire(now);
      limit = told.limit;
      // What is still under way will take from what this answer says is left.
      left = told.remaining - inFlight;
      leftUntil = now + WINDOW + MARGIN;
    },
  };
}

/** Behind all that are as old or older; the common case, the youngest, costs one comparison. */
function enqueue(queue: Waiting[], waiting: Waiting): void {
  let place = queue.length;
  while (place > 0 && (queue[place - 1]?.seniority ?? 0) > waiting.seniority) place -= 1;
  queue.splice(place, 0, waiting);
}
