/** Those who wait for room at the IP address: who is called next, and when. */
import type { AddressCount, Purpose, Use } from './address-count';
import type { Time, Timer } from '../time/time';

export interface Waiting {
  readonly use: Use;
  readonly purpose: Purpose;
  readonly called: () => void;
}

/** One timer calls them all. */
export class WaitingLine {
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
