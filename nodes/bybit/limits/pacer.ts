/**
 * Keeps under a rate limit that is counted per UID and rolling second (API section rate-limit):
 * one queue for one limit, first in first out. It starts from the documented limit, learns the real
 * one from the answers, and leaves room for other programs that use the same UID.
 */
import { OPEN, type Gate, type GateNow } from './gates';
import { Pauses } from './pauses';
import { RollingWindow, WINDOW } from './rolling-window';
import { isTooLate } from './time-left';
import { wait, type NoTurn, type Turn, type Waiting } from './turn';
import type { Signal } from '../time/abort';
import type { Time, Timer } from '../time/time';

export type { NoTurn, Turn } from './turn';

export interface Pacer {
  /** A turn, if one is free now. It usually is, and a promise would cost time. */
  atOnce(dueAt?: number): Turn | undefined;
  /**
   * Waits for a turn.
   * @param queuedAt ms, monotonic: since when it waits in line; the smallest goes first
   * @param signal ends the wait
   * @param dueAt ms, monotonic: when the answer must be there
   */
  turn(queuedAt: number, signal: Signal, dueAt?: number): Promise<Turn | NoTurn>;
  /** The exchange refused for the rate. @param pauseMs until the limit resets, if it said so */
  refused(pauseMs: number | undefined): void;
  /** A request got through: the next refusal counts as the first again. */
  accepted(): void;
  /** Looks anew at who can be served: to be called when the gate was shut. */
  serve(): void;
  /** @returns ms, monotonic: about when there is a turn; undefined while nobody knows */
  freeAt(): number | undefined;
  /** Whether enough time is left to hear the answer to a request that goes now. */
  hasTime(dueAt: number): boolean;
}

/**
 * @param documentedLimit requests per second, until an answer tells the real limit
 * @param share of the limit that is used, 0 to 1
 * @param gateNow what requests have to pass besides, whoever's they are
 */
export function createPacer(
  documentedLimit: number,
  time: Time,
  share = 1,
  gateNow: GateNow = () => OPEN,
): Pacer {
  return new QueuePacer(new RollingWindow(documentedLimit, time, share), time, gateNow);
}

class QueuePacer implements Pacer {
  private readonly pauses = new Pauses();
  private readonly queue: Waiting[] = [];
  private timer: Timer | undefined;
  /** It stands in the gate's line just while somebody waits for nothing else. */
  private leaveLine: (() => void) | undefined;

  constructor(
    private readonly count: RollingWindow,
    private readonly time: Time,
    private readonly gateNow: GateNow,
  ) {}

  atOnce(dueAt = Infinity): Turn | undefined {
    if (this.queue.length > 0) return undefined;
    const gate = this.gateNow();
    const now = this.time.now();
    const isOpen = !gate.isShut() && this.isFree(now) && gate.isFree();
    return isOpen && !this.isLate(now, dueAt, true) ? this.grant(now, gate) : undefined;
  }

  turn(queuedAt: number, signal: Signal, dueAt = Infinity): Promise<Turn | NoTurn> {
    return wait(
      this.queue,
      { queuedAt, dueAt },
      signal,
      () => this.serve(),
      () => this.whyEnded(),
    );
  }

  refused(pauseMs: number | undefined): void {
    this.pauses.refused(this.time.now(), pauseMs);
    this.serve();
  }

  accepted(): void {
    this.pauses.accepted();
  }

  /** Serves who can be served now and sets one timer for the rest. */
  serve(): void {
    const { queue } = this;
    this.timer?.cancel();
    this.timer = undefined;
    if (queue.length === 0) {
      this.leave();
      return;
    }
    const gate = this.gateNow();
    if (gate.isShut()) {
      for (const waiting of queue.splice(0)) waiting.give({ granted: false, why: 'banned' });
    }
    const now = this.time.now();
    while (this.isServable(now)) {
      if (!gate.isFree()) {
        this.leaveLine ??= gate.wait(() => this.called());
        return;
      }
      queue.shift()?.give(this.grant(now, gate));
    }
    this.leave();
    if (queue.length === 0) return;
    const next = Math.max(this.pauses.until, this.count.freeAt(now));
    // While every counted request is unanswered, only an answer makes room: no timer.
    if (next < Infinity) this.timer = this.time.after(next - now, () => this.serve());
  }

  /** Behind all who wait. */
  freeAt(): number | undefined {
    const { count } = this;
    const now = this.time.now();
    const next = Math.max(now, this.pauses.until, count.freeAt(now), this.gateNow().freeAt());
    const at = next + Math.floor(this.queue.length / count.limit()) * WINDOW;
    return at < Infinity ? at : undefined;
  }

  hasTime(dueAt: number): boolean {
    return !this.isLate(this.time.now(), dueAt, false);
  }

  /** Its turn in the gate's line has come. */
  private called(): void {
    this.leaveLine = undefined;
    const now = this.time.now();
    if (this.isServable(now)) this.queue.shift()?.give(this.grant(now, this.gateNow()));
    this.serve();
  }

  private leave(): void {
    this.leaveLine?.();
    this.leaveLine = undefined;
  }

  /** Whether the first in line can go now; who has too little time left gives way to the next. */
  private isServable(now: number): boolean {
    const { queue } = this;
    while (this.isFree(now)) {
      const [first] = queue;
      if (first === undefined) return false;
      if (!this.isLate(now, first.dueAt, queue.length === 1)) return true;
      queue.shift();
      const next = this.freeAt() ?? now;
      first.give({ granted: false, why: 'late', ...(next - now > 1 ? { retryAt: next } : {}) });
    }
    return false;
  }

  private grant(now: number, gate: Gate): Turn {
    const { count, time } = this;
    const learn = count.use(now);
    const leaveGate = gate.use();
    let further = 0;
    return {
      granted: true,
      http: leaveGate !== undefined,
      more(most) {
        const taken = Math.min(most, count.room(time.now()));
        count.extend(taken);
        further += taken;
        return taken;
      },
      learn: (told, serverTime, fate = 'answered', heard) => {
        learn(told, serverTime, heard, further);
        leaveGate?.(fate);
        this.serve();
      },
    };
  }

  private isFree(now: number): boolean {
    return now >= this.pauses.until && this.count.freeAt(now) <= now;
  }

  private isLate(now: number, dueAt: number, isAlone: boolean): boolean {
    return isTooLate(dueAt - now, () => this.count.usualTrip(now), isAlone);
  }

  private whyEnded(): NoTurn {
    const now = this.time.now();
    const isUnanswered =
      this.count.isUnanswered(now) || (this.isFree(now) && this.gateNow().freeAt() === Infinity);
    return isUnanswered
      ? { granted: false, why: 'unanswered' }
      : { granted: false, why: 'ended', retryAt: this.freeAt() };
  }
}
