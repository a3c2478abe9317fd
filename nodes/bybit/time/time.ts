/** Time as a parameter, so that tests can hold it in their hands. */
import { AbortSource, type Signal } from './abort';

export interface Timer {
  cancel(): void;
  /** Lets the process end while it runs; where time is real. */
  unref?(): void;
}

export interface Time {
  /** ms from an arbitrary start, monotonic: a clock that is set does not move it */
  now(): number;
  /** ms since the epoch, this machine's clock */
  wall(): number;
  after(ms: number, callback: () => void): Timer;
  /** 0 … 1, for jitter */
  random(): number;
}

/** ms: the longest that a timer of Node.js can wait */
const LONGEST = 2 ** 31 - 1;

export const realTime: Time = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    // Node takes a longer wait for none at all.
    const timer = setTimeout(callback, Math.min(Math.max(0, Math.ceil(ms)), LONGEST));
    return { cancel: () => clearTimeout(timer), unref: () => timer.unref() };
  },
  random: () => Math.random(),
};

/** Waits. Resolves early, and just as quietly, when the signal ends it. */
export function sleep(time: Time, ms: number, signal: Signal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = time.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * A signal that ends with another, or at a time.
 * @param atMs monotonic; `Infinity`: with the other alone
 */
export function endingAt(
  time: Time,
  atMs: number,
  signal: Signal,
): { readonly signal: Signal; readonly release: () => void } {
  const ending = new AbortSource();
  const end = () => ending.abort();
  const timer = atMs === Infinity ? undefined : time.after(Math.max(0, atMs - time.now()), end);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);
  return {
    signal: ending,
    release() {
      timer?.cancel();
      signal.removeEventListener('abort', end);
    },
  };
}

/** Things that are begun in one turn of the event loop: a thousand would hold it up for others. */
const AT_ONCE = 50;

/** To be waited for before the i-th of many things: now and then it lets others have their turn. */
export async function breathe(time: Time, i: number): Promise<void> {
  if (i > 0 && i % AT_ONCE === 0) {
    await new Promise<void>((resolve) => void time.after(0, resolve));
  }
}
