/** Time as the exchange has it: its own, skewed clock, and timers that end with it. */

export interface Time {
  /** ms since the epoch */
  now(): number;
  setTimeout(run: () => void, ms: number): NodeJS.Timeout;
  clearTimeout(timer: NodeJS.Timeout): void;
}

/** Looks the globals up at each call, so that fake timers installed later still count. */
const machineTime: Time = {
  now: () => Date.now(),
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

export class Clock {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    /** the exchange's clock minus this machine's, ms */
    public skewMs = 0,
    private readonly time: Time = machineTime,
  ) {}

  /** This machine's time, ms since the epoch. */
  local(): number {
    return this.time.now();
  }

  /** The exchange's time, ms since the epoch. */
  server(): number {
    return this.time.now() + this.skewMs;
  }

  /** @returns calls it off */
  after(ms: number, run: () => void): () => void {
    const timer = this.time.setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
      this.time.clearTimeout(timer);
    };
  }

  /** How many timers run. */
  get pending(): number {
    return this.timers.size;
  }

  clear(): void {
    for (const timer of this.timers) this.time.clearTimeout(timer);
    this.timers.clear();
  }
}
