/** Real time in which long waits pass quickly, and nothing is left to chance. */
import { realTime, type Time, type Timer } from '../../nodes/bybit/time/time';

/** How much quicker: what keeps a line alive, and what spares an exchange that refused. */
const QUICKER = [
  { from: 20_000, factor: 100 },
  { from: 5_000, factor: 20 },
];

export class QuickTime implements Time {
  /** ms of each wait that was asked for, in order */
  readonly asked: number[] = [];
  private readonly waiting = new Set<object>();

  /** @param quicker from which wait on it is how much quicker */
  constructor(private readonly quicker = QUICKER) {}

  /** timers that are set and not yet due */
  get pending(): number {
    return this.waiting.size;
  }

  readonly now = (): number => realTime.now();
  readonly wall = (): number => realTime.wall();
  readonly random = (): number => 0;

  readonly after = (ms: number, callback: () => void): Timer => {
    const factor = this.quicker.find(({ from }) => ms >= from)?.factor ?? 1;
    this.asked.push(ms);
    const timer = realTime.after(ms / factor, () => {
      this.waiting.delete(timer);
      callback();
    });
    this.waiting.add(timer);
    return {
      cancel: () => {
        this.waiting.delete(timer);
        timer.cancel();
      },
    };
  };
}
