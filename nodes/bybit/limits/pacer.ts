/**
 * Keeps under a rate limit that is counted per UID and rolling second (API section rate-limit):
 * one queue for one limit, first in first out. It starts from the documented limit, learns the real
 * one from the answers, and leaves room for other programs that use the same UID.
 */
import type { Fate } from './address';
import { OPEN, type Gate } from './gates';
import type { RateLimit } from '../model';
import { Pauses } from './pauses';
import { RollingWindow, WINDOW } from './rolling-window';
import { isTooLate } from './time-left';
import type { Signal } from '../time/abort';
import type { Time, Timer } from '../time/time';

/** Permission to send one request now. */
export interface Turn {
  readonly granted: true;
  /** whether it counts at the IP address: without that nothing may go over HTTP */
  readonly http: boolean;
  /**
   * Takes further turns for the same request: a batch counts each of its orders.
   * @returns how many there were, at most so many
   */
  more(most: number): number;
  /**
   * To be called once, when the answer came or won't.
   * @param limit what its headers say
   * @param serverTime ms, when the exchange made it, by its own clock
   * @param fate of the request; default `answered`
   * @param heard whether the exchange answered; default: where its time is told
   */
  learn(limit: RateLimit | undefined, serverTime?: number, fate?: Fate, heard?: boolean): void;
}
export interface NoTurn {
  readonly granted: false;
  /**
   * `unanswered`: the wait ended, and it was one for answers, not for the limit.
   * `late`: too little time is left to hear an answer; the turn goes to another
   */
  readonly why: 'banned' | 'ended' | 'unanswered' | 'late';
  /** ms, monotonic: about when there is a turn for who asks again; of `ended` */
  readonly retryAt?: number | undefined;
}

export interface Pacer {
  /** A turn, if one is free now. It usually is, and a promise would cost time. */
  atOnce(dueAt?: number): Turn | undefined;
  /**
   * Waits for a turn.
   * @param queuedAt ms, monotonic: since when it waits in line; the smallest goes first
   * @param signal ends the wait
   * @param dueAt ms, monotonic: when the answer must be there
   */
  turn(queuedAt: number, signal: Signal, dueAt?: number): Promise<Turn | NoTurn>;
  /** The exchange refused for the rate. @param pauseMs until the limit resets, if it said so */
  refused(pauseMs: number | undefined): void;
  /** A request got through: the next refusal counts as the first again. */
  accepted(): void;
  /** Looks anew at who can be served: to be called when the gate was shut. */
  serve(): void;
  /** @returns ms, monotonic: about when there is a turn; undefined while nobody knows */
  freeAt(): number | undefined;
  /** Whether enough time is left to hear the answer to a request that goes now. */
  hasTime(dueAt: number): boolean;
}

interface Waiting {
  readonly queuedAt: number;
  readonly dueAt: number;
  readonly settle: (turn: Turn | NoTurn) => void;
}

/**
 * @param documentedLimit requests per second, until an answer tells the real limit
 * @param share of the limit that is used, 0 to 1
 * @param gate what requests have to pass besides, whoever's they are
 */
export function createPacer(
  documentedLimit: number,
  time: Time,
  share = 1,
  gate: Gate = OPEN,
): Pacer {
  const count = new RollingWindow(documentedLimit, time, share);
  const pauses = new Pauses();
  const queue: Waiting[] = [];
  let timer: Timer | undefined;
  /** It stands in the gate's line just while somebody waits for nothing else. */
  let leaveLine: (() => void) | undefined;

  const isLate = (now: number, dueAt: number, isAlone: boolean) =>
    isTooLate(dueAt - now, () => count.usualTrip(now), isAlone);
  const isFree = (now: number) => now >= pauses.until && count.freeAt(now) <= now;
  /** Whether the first in line can go now; who has too little time left gives way to the next. */
  const isServable = (now: number) => {
    while (isFree(now)) {
      const [first] = queue;
      if (first === undefined) return false;
      if (!isLate(now, first.dueAt, queue.length === 1)) return true;
      queue.shift();
      const next = freeAt() ?? now;
      first.settle({ granted: false, why: 'late', ...(next - now > 1 ? { retryAt: next } : {}) });
    }
    return false;
  };
  /** Serves who can be served now and sets one timer for the rest. */
  const serve = () => {
    timer?.cancel();
    timer = undefined;
    if (gate.isShut()) {
      for (const waiting of queue.splice(0)) waiting.settle({ granted: false, why: 'banned' });
    }
    const now = time.now();
    while (isServable(now)) {
      if (!gate.isFree()) {
        leaveLine ??= gate.wait(called);
        return;
      }
      queue.shift()?.settle(grant(now));
    }
    leaveLine?.();
    leaveLine = undefined;
    if (queue.length === 0) return;
    const next = Math.max(pauses.until, count.freeAt(now));
    // With all answers out there is nothing to wait for but them.
    if (next < Infinity) timer = time.after(next - now, serve);
  };
  const called = () => {
    leaveLine = undefined;
    const now = time.now();
    if (isServable(now)) queue.shift()?.settle(grant(now));
    serve();
  };
  const grant = (now: number): Turn => {
    const learn = count.use(now);
    const leaveGate = gate.use();
    let further = 0;
    return {
      granted: true,
      http: leaveGate !== undefined,
      more(most) {
        const taken = Math.min(most, count.room(time.now()));
        count.extend(taken);
        further += taken;
        return taken;
      },
      learn: (told, serverTime, fate = 'answered', heard) => {
        learn(told, serverTime, heard, further);
        leaveGate?.(fate);
        serve();
      },
    };
  };
  /** Behind all who wait. */
  const freeAt = () => {
    const now = time.now();
    const next = Math.max(now, pauses.until, count.freeAt(now), gate.freeAt());
    const at = next + Math.floor(queue.length / count.limit()) * WINDOW;
    return at < Infinity ? at : undefined;
  };
  const isUnanswered = (now: number) =>
    count.isUnanswered(now) || (isFree(now) && gate.freeAt() === Infinity);
  const whyEnded = (): NoTurn =>
    isUnanswered(time.now())
      ? { granted: false, why: 'unanswered' }
      : { granted: false, why: 'ended', retryAt: freeAt() };

  return {
    atOnce(dueAt = Infinity) {
      const now = time.now();
      const isOpen = queue.length === 0 && !gate.isShut() && isFree(now) && gate.isFree();
      return isOpen && !isLate(now, dueAt, true) ? grant(now) : undefined;
    },
    turn: (queuedAt, signal, dueAt = Infinity) =>
      wait(queue, { queuedAt, dueAt }, signal, serve, whyEnded),
    refused(pauseMs) {
      pauses.refused(time.now(), pauseMs);
      serve();
    },
    accepted: () => pauses.accepted(),
    serve,
    freeAt,
    hasTime: (dueAt) => !isLate(time.now(), dueAt, false),
  };
}

/** @param whyEnded asked when the signal ends the wait */
function wait(
  queue: Waiting[],
  place: Omit<Waiting, 'settle'>,
  signal: Signal,
  serve: () => void,
  whyEnded: () => NoTurn,
): Promise<Turn | NoTurn> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ granted: false, why: 'ended' });
      return;
    }
    const waiting: Waiting = {
      ...place,
      settle: (turn) => {
        signal.removeEventListener('abort', leave);
        resolve(turn);
      },
    };
    const leave = () => {
      queue.splice(queue.indexOf(waiting), 1);
      resolve(whyEnded());
      if (queue.length === 0) serve();
    };
    signal.addEventListener('abort', leave, { once: true });
    enqueue(queue, waiting);
    // Only who comes first can be served at once; the others' timer runs already.
    if (queue[0] === waiting) serve();
  });
}

/** Behind all that are as old or older; the common case, the youngest, costs one comparison. */
function enqueue(queue: Waiting[], waiting: Waiting): void {
  let place = queue.length;
  while (place > 0 && (queue[place - 1]?.queuedAt ?? 0) > waiting.queuedAt) place -= 1;
  queue.splice(place, 0, waiting);
}
