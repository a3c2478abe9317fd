/** How a case ends from outside: at its deadline, or when its node closes. */
import { Ending, type Signal } from './signal';
import type { Time, Timer } from './time';

/** ms that requests under way have left after the node was closed */
const CLOSING_GRACE = 4000;

export interface Limits {
  /** ms left to the deadline */
  readonly remainingMs: number;
  /** aborted when the node closes */
  readonly closing?: Signal | undefined;
}

export class Ends {
  /** ends waits: at the deadline, when the node closes, or when the case is settled */
  readonly waits = new Ending();
  /** ends requests: at the deadline, or some seconds after the node closed */
  readonly wire = new Ending();
  closing = false;
  private readonly deadline: Timer;
  private grace: Timer | undefined;
  private leave: (() => void) | undefined;

  constructor(
    { remainingMs, closing }: Limits,
    private readonly time: Time,
  ) {
    // Before any other timer: a wait that ends at the same moment must find the case over.
    this.deadline = time.after(remainingMs, () => this.late());
    // Over before it began: nothing is sent only to be cut off.
    if (remainingMs <= 0) this.late();
    if (closing === undefined) return;
    const onClosing = () => this.close();
    closing.addEventListener('abort', onClosing, { once: true });
    this.leave = () => closing.removeEventListener('abort', onClosing);
    if (closing.aborted) onClosing();
  }

  /** Releases timers and listeners. */
  release(): void {
    this.deadline.cancel();
    this.grace?.cancel();
    this.leave?.();
  }

  private late(): void {
    this.waits.abort('late');
    this.wire.abort('late');
  }

  private close(): void {
    this.closing = true;
    this.waits.abort('closing');
    this.grace = this.time.after(CLOSING_GRACE, () => this.wire.abort('closing'));
  }
}
