/**
 * Wakes once a day while a key nears its end: the days grow fewer without any news from the exchange. What
 * counts as near is in model.ts, and what is shown of it is decided in health.ts.
 */
import { DAY, ENDS_SOON } from '../model';
import type { Time, Timer } from '../time/time';

export interface Calendar {
  /** Looks again when there is one day less. @param endsInMs ms to the end of the key, if it has one */
  look(endsInMs: number | undefined): void;
  stop(): void;
}

/**
 * @param dayLess called when there is one day less
 * @param atEnd called at the end: the key may have been renewed, so the exchange is to be asked
 */
export function createCalendar(time: Time, dayLess: () => void, atEnd: () => void): Calendar {
  let timer: Timer | undefined;
  const stop = () => timer?.cancel();
  return {
    look(endsInMs) {
      stop();
      if (endsInMs === undefined || endsInMs <= 0 || endsInMs > ENDS_SOON + DAY) return;
      timer = time.after((endsInMs % DAY) + 1, endsInMs <= DAY ? atEnd : dayLess);
      timer.unref?.();
    },
    stop,
  };
}
