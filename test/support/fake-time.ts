/** Time in the test's hands: it stands still until it is moved. */
import type { Time, Timer } from '../../nodes/bybit/time/time';

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export class FakeTime implements Time {
  private clock = 0;
  private count = 0;
  private readonly entries = new Set<Entry>();

  constructor(
    private readonly epoch = 1_700_000_000_000,
    readonly random: () => number = () => 0.5,
  ) {}

  now = (): number => this.clock;
  wall = (): number => this.epoch + this.clock;

  /** timers that are set and not yet due */
  get pending(): number {
    return this.entries.size;
  }

  /** timers that were ever set */
  get timersSet(): number {
    return this.count;
  }

  after = (ms: number, callback: () => void): Timer => {
    const entry = { at: this.clock + Math.max(0, ms), order: (this.count += 1), callback };
    this.entries.add(entry);
    return { cancel: () => this.entries.delete(entry) };
  };

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Moves on from timer to timer, letting all that follows from each happen, for `ms`. */
  async advance(ms: number): Promise<void> {
    const end = this.clock + ms;
    await settled();
    for (let due = this.next(end); due !== undefined; due = this.next(end)) {
      this.clock = due.at;
      this.entries.delete(due);
      due.callback();
      if (this.next(this.clock) === undefined) await settled();
    }
    this.clock = end;
    await settled();
  }

  /** Moves on to the timer that is due next, if there is one, and lets all that follows happen. */
  async advanceToNext(): Promise<void> {
    const due = this.next(Infinity);
    await this.advance(due === undefined ? 0 : due.at - this.clock);
  }

  private next(end: number): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.entries) {
      if (entry.at > end) continue;
      if (!first || entry.at < first.at || (entry.at === first.at && entry.order < first.order)) {
        first = entry;
      }
    }
    return first;
  }
}

/** All microtasks are done by the next turn of the event loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
