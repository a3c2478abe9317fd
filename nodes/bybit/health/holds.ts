/**
 * Conditions that are told only once they have lasted: what is over within ten seconds is no news, and
 * that it is over is told at once.
 */
import type { SocketState } from './health';
import type { Time, Timer } from '../time/time';

/** ms */
export const LASTING = 10_000;

export interface Hold {
  /** Something is wrong, or no more. */
  set(wrong: boolean): void;
  /** wrong for long enough */
  lasts(): boolean;
  /** wrong just now */
  begun(): boolean;
  stop(): void;
}

/** @param changed called when `lasts` has changed */
export function createHold(time: Time, changed: () => void): Hold {
  let timer: Timer | undefined;
  let wrong = false;
  let lasting = false;
  const stop = () => {
    timer?.cancel();
    timer = undefined;
    wrong = lasting = false;
  };
  return {
    set(now) {
      if (now === wrong) return;
      const lasted = lasting;
      stop();
      wrong = now;
      if (now) {
        timer = time.after(LASTING, () => {
          lasting = true;
          changed();
        });
        timer.unref?.();
      } else if (lasted) changed();
    },
    lasts: () => lasting,
    begun: () => wrong,
    stop,
  };
}

export interface LineHold {
  /** It is opened: it has as long as a break may last. */
  open(): void;
  up(): void;
  down(): void;
  state(): SocketState;
  stop(): void;
}

export function createLineHold(time: Time, changed: () => void): LineHold {
  const hold = createHold(time, changed);
  let wasUp = false;
  return {
    open: () => hold.set(true),
    up() {
      const isNews = !wasUp && !hold.lasts();
      wasUp = true;
      hold.set(false);
      if (isNews) changed();
    },
    down: () => hold.set(true),
    state() {
      if (hold.lasts()) return 'down';
      return wasUp ? 'up' : 'opening';
    },
    stop() {
      hold.stop();
      wasUp = false;
    },
  };
}
