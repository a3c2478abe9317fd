/**
 * How a change of the account's health is shown: after the outcome before it was seen, else at once. A
 * node that never rests shows in between that its account turned red, or is known at last.
 */
import type { Health } from '../../bybit/model';
import { FAILED, UNCONFIRMED, type Display, type StatusLook } from './status-text';

/** ms that an outcome is shown, at least, before a change of the health replaces it */
export const SEEN = 900;
/** The same for what says no more than a success: that an account is ready, after a deploy. */
const SEEN_BEFORE_READY = 5000;
/** ms after which what turned red, is red no more or is known at last is shown between messages too */
const OVERDUE = 1000;
/** ms from one such change to the next: an account that comes and goes does not flood the status */
const DISTANCE = 10_000;

/** Time, as much of it as a status needs. */
export interface StatusClock {
  /** ms, monotonic */
  now(): number;
  after(ms: number, callback: () => void): { cancel(): void };
}

export const realClock: StatusClock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.ceil(ms));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

type Timer = ReturnType<StatusClock['after']>;

export class HealthLine {
  private shown: Health['code'] | undefined;
  /** Something else than `connecting` was shown. */
  private isKnown = false;
  private isOutcomeShown = false;
  private waiting: Health | undefined;
  private turn: NodeJS.Immediate | undefined;
  /** ms: until when the outcome is to be seen; undefined while none is, or a message is under way */
  private seenUntil: number | undefined;
  /** One timer for many outcomes: it looks anew when it is due. */
  private seen: { readonly timer: Timer; readonly dueAt: number } | undefined;
  private overdue: Timer | undefined;
  /** The change waits for the outcome that is shown, but not for the message after it. */
  private isOverdue = false;

  /** @param countAgain has the count of what is under way shown again */
  constructor(
    private readonly display: Display,
    private readonly clock: StatusClock,
    private readonly countAgain: () => void,
  ) {}

  /** @param isIdle nothing is under way */
  changed(health: Health, isIdle: boolean): void {
    this.waiting = health;
    this.overdue ??= this.clock.after(OVERDUE, this.look);
    if (!isIdle) return;
    if (this.isOutcomeShown) this.afterOutcome(health);
    // Deferred: a status node of the same flow may be created after this node, and would miss it.
    else this.turn ??= setImmediate(this.showWaiting);
  }

  /** A message has its outcome, and no other is under way. */
  idle(): void {
    this.isOutcomeShown = true;
    if (this.waiting !== undefined) this.afterOutcome(this.waiting);
  }

  /** A message is under way. */
  busy(): void {
    if (this.waiting === undefined) return;
    this.hold();
    this.showOverdue();
  }

  stop(): void {
    this.hold();
    this.seen?.timer.cancel();
    this.overdue?.cancel();
    this.waiting = undefined;
  }

  private afterOutcome({ code }: Health): void {
    this.hold();
    const isNews = this.isKnown || !UNEVENTFUL.includes(code);
    this.seenUntil = this.clock.now() + (isNews ? SEEN : SEEN_BEFORE_READY);
    this.waitUntil(this.seenUntil);
  }

  private hold(): void {
    if (this.turn !== undefined) clearImmediate(this.turn);
    this.turn = this.seenUntil = undefined;
  }

  /** A timer that is due earlier stays, and looks anew then: a busy node sets none for each message. */
  private waitUntil(dueAt: number): void {
    if (this.seen !== undefined && this.seen.dueAt <= dueAt) return;
    this.seen?.timer.cancel();
    const timer = this.clock.after(dueAt - this.clock.now(), this.lookAgain);
    this.seen = { timer, dueAt };
  }

  private readonly lookAgain = (): void => {
    this.seen = undefined;
    const { seenUntil } = this;
    if (seenUntil === undefined) return;
    if (seenUntil > this.clock.now()) this.waitUntil(seenUntil);
    else this.showWaiting();
  };

  private readonly showWaiting = (): void => {
    this.turn = this.seenUntil = undefined;
    this.isOverdue = this.isOutcomeShown = false;
    if (this.waiting !== undefined) this.show(this.waiting);
    this.waiting = undefined;
  };

  private readonly look = (): void => {
    this.overdue = undefined;
    this.isOverdue = true;
    if (this.turn === undefined && this.seenUntil === undefined) this.showOverdue();
  };

  private showOverdue(): void {
    if (!this.isOverdue) return;
    this.isOverdue = false;
    const { waiting, shown } = this;
    if (waiting === undefined || !isDue(waiting.code, shown)) return;
    this.show(waiting);
    // What is red is shown again once nothing is under way: the outcomes in between hide it.
    if (redOf(waiting.code) === undefined) this.waiting = undefined;
    this.countAgain();
    this.overdue?.cancel();
    this.overdue = this.clock.after(DISTANCE, this.look);
  }

  private show(health: Health): void {
    this.shown = health.code;
    this.isKnown ||= health.code !== 'connecting';
    showHealth(this.display, health);
  }
}

const UNEVENTFUL: readonly Health['code'][] = ['connecting', 'ready'];

/** Whoever follows the status must not take a red, or `connecting`, for what still is. */
function isDue(code: Health['code'], shown: Health['code'] | undefined): boolean {
  return redOf(code) !== redOf(shown) || (shown === 'connecting' && code !== shown);
}

function redOf(code: Health['code'] | undefined): Health['code'] | undefined {
  return code !== undefined && HEALTH_LOOKS[code] === FAILED ? code : undefined;
}

const HEALTH_LOOKS: Readonly<Record<Health['code'], StatusLook>> = {
  ready: { fill: 'grey', shape: 'dot' },
  connecting: { fill: 'grey', shape: 'ring' },
  'stream-down': UNCONFIRMED,
  'entry-down': UNCONFIRMED,
  'key-expiring': UNCONFIRMED,
  unreachable: FAILED,
  'key-refused': FAILED,
  'key-expired': FAILED,
  'read-only': FAILED,
  'not-configured': FAILED,
};

function showHealth(display: Display, { code, daysLeft }: Health): void {
  const count = daysLeft === undefined ? '' : String(daysLeft);
  display(HEALTH_LOOKS[code], code, count, daysLeft !== undefined, code === 'ready');
}
