/** How long the exchange's refusals for the rate keep back what would go next. */
import { WINDOW } from './rolling-window';

/** ms: bounds of a pause after a refusal, whatever reset time the exchange names */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 5000;
/** ms: the first pause when no reset time is named */
const UNKNOWN_PAUSE = 250;

export class Pauses {
  /** ms: nothing goes before */
  until = 0;
  private refusals = 0;

  /** @param pauseMs until the limit resets, if the exchange said so */
  refused(now: number, pauseMs: number | undefined): void {
    // The refusals of one burst are one: the wait grows when the exchange refuses after a wait.
    if (now >= this.until) this.refusals += 1;
    const growth = 2 ** Math.min(this.refusals - 1, 5);
    const least = pauseMs === undefined ? UNKNOWN_PAUSE : SHORTEST_PAUSE;
    const pause = Math.max(pauseMs ?? 0, Math.min(least * growth, WINDOW));
    this.until = Math.max(this.until, now + Math.min(pause, LONGEST_PAUSE));
  }

  /** A request got through: the next refusal counts as the first again. */
  accepted(): void {
    this.refusals = 0;
  }
}
