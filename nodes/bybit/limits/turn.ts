/** A turn to send one request, and the wait for it in a pacer's queue. */
import type { Fate } from './address';
import type { RateLimit } from '../model';
import type { Signal } from '../time/abort';

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

/** One who waits in a queue. */
export interface Waiting {
  readonly queuedAt: number;
  readonly dueAt: number;
  readonly give: (turn: Turn | NoTurn) => void;
}

/** @param whyEnded asked when the signal ends the wait */
export function wait(
  queue: Waiting[],
  place: Omit<Waiting, 'give'>,
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
      give: (turn) => {
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
