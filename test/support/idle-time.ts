/**
 * Time that passes only while nothing is under way: it stands still while requests, answers and events are on
 * their way over real sockets, then moves on to the next timer. What fits before a deadline is decided by
 * what is waited for, not by the speed of the machine.
 */
import type { Exchange } from '../../simulator/exchange';
import { FakeTime } from './fake-time';

/** turns of the event loop without a sign of life: what is sent on loopback takes fewer to be answered */
const IDLE_TURNS = 20;

const EVENTS = ['request', 'answered', 'order', 'connections'] as const;

export class IdleTime extends FakeTime {
  private events = 0;
  /** how many wait for time to pass */
  private wanted = 0;
  private isPassing = false;

  constructor() {
    super(Date.UTC(2030, 0, 1), () => 0);
  }

  /** The same time for a simulated exchange. */
  readonly ofExchange = {
    now: () => Math.floor(this.wall()),
    setTimeout: (run: () => void, ms: number) => this.after(ms, run) as unknown as NodeJS.Timeout,
    clearTimeout: (timer: NodeJS.Timeout) => (timer as unknown as { cancel(): void }).cancel(),
  };

  /** To be told of the exchange whose traffic is waited for. */
  watch({ events }: Exchange): void {
    for (const name of EVENTS) events.on(name, () => (this.events += 1));
  }

  /** Lets time pass until something has come about. */
  async until<T>(outcome: Promise<T>): Promise<T> {
    this.wanted += 1;
    void this.pass();
    try {
      return await outcome;
    } finally {
      this.wanted -= 1;
    }
  }

  /** Lets some ms pass. */
  later(ms: number): Promise<void> {
    return this.until(this.wait(ms));
  }

  /** One for all who wait: none moves time on while another is still to see what came of it. */
  private async pass(): Promise<void> {
    if (this.isPassing) return;
    this.isPassing = true;
    for (;;) {
      await this.idle();
      if (this.wanted === 0) break;
      await this.advanceToNext();
    }
    this.isPassing = false;
  }

  private signs(): number {
    return this.events + this.timersSet;
  }

  private async idle(): Promise<void> {
    let seen = this.signs();
    for (let turns = 0; turns < IDLE_TURNS; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.signs();
      if (now !== seen) turns = 0;
      seen = now;
    }
  }
}
