/** When a pursuit ends from outside: at its deadline, or when its node closes. */
import { AbortSource, type Signal } from '../time/abort';
import type { Time, Timer } from '../time/time';

/** ms that requests under way have left after the node was closed */
const CLOSING_GRACE = 4000;

export interface DeadlineOptions {
  /** ms left to the deadline */
  readonly remainingMs: number;
  /** aborted when the node closes */
  readonly closing?: Signal | undefined;
}

export class Deadline {
  /** ends waits: at the deadline, when the node closes, or when the cancel is settled */
  readonly untilStop = new AbortSource();
  /** ends requests: at the deadline, or some seconds after the node closed */
  readonly untilCutOff = new AbortSource();
  closing = false;
  /** nothing more can be learned: the deadline, or the end of the time after closing */
  late = false;
  private readonly timer: Timer;
  private grace: Timer | undefined;
  private leave: (() => void) | undefined;

  constructor(
    { remainingMs, closing }: DeadlineOptions,
    private readonly time: Time,
  ) {
    // Before any other timer: a wait that ends at the same moment must find the time over.
    this.timer = time.after(remainingMs, () => this.end('late'));
    // Over before it began: nothing is sent only to be cut off.
    if (remainingMs <= 0) this.end('late');
    if (closing === undefined) return;
    const onClosing = () => this.close();
    closing.addEventListener('abort', onClosing, { once: true });
    this.leave = () => closing.removeEventListener('abort', onClosing);
    if (closing.aborted) onClosing();
  }

  /** nothing new is sent */
  get over(): boolean {
    return this.late || this.closing;
  }

  /** It is settled: nothing is waited for any more. */
  stop(): void {
    this.untilStop.abort();
  }

  /** Releases timers and listeners. */
  release(): void {
    this.timer.cancel();
    this.grace?.cancel();
    this.leave?.();
  }

  private end(why: 'late' | 'closing'): void {
    this.late = true;
    this.untilStop.abort(why);
    this.untilCutOff.abort(why);
  }

  private close(): void {
    this.closing = true;
    this.untilStop.abort('closing');
    this.grace = this.time.after(CLOSING_GRACE, () => this.end('closing'));
  }
}
