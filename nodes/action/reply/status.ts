/**
 * What stands under an action node in the editor: what is under way, else the last outcome; and, once
 * the account's health changes, whether the next cancel would work.
 */
import type { Environment, Health } from '../../bybit/model';
import { HealthLine, realClock, SEEN, type StatusClock } from './health-line';
import {
  createDisplay,
  FAILED,
  UNCONFIRMED,
  type ShownStatus,
  type StatusLook,
} from './status-text';
import { isSuccess, type ToldCode } from './told';

/** ms from one count of orders to the next */
const PACE = 200;

/** How far a message with several orders is. Whoever works on it keeps it up to date. */
export interface Progress {
  readonly done: number;
  /** 0 while it is not known */
  readonly total: number;
}

/** @param count of orders, as it stands behind the word: `120`, `117/120` */
type End = (outcome: ToldCode, count?: string) => void;

export interface StatusLine {
  /**
   * A message is under way.
   * @param progress for one with several orders; it is read until the message ends
   * @returns ends it with its outcome
   */
  begin(progress?: Progress): End;
  /** An outcome that was reached without sending anything. */
  tell(outcome: ToldCode): void;
  /** The account's health has changed, or is known for the first time. */
  health(health: Health, environment: Environment | undefined): void;
  /** Clears the status for good. */
  close(): void;
}

/**
 * @param show Node-RED's `node.status`
 * @param translate from a word to the reader's language. Where a count of orders follows, the word is
 * asked for as `counted-…`: it may need another form then
 * @param clock for tests; default real time
 */
export function createStatusLine(
  show: (status: ShownStatus | Record<string, never>) => void,
  translate: (word: string) => string,
  clock: StatusClock = realClock,
): StatusLine {
  let environment: Environment | undefined;
  const display = createDisplay(show, translate, () => environment);
  const underWay = createUnderWay(clock, (...count) => display(ON_ITS_WAY, 'cancelling', ...count));
  const healthLine = new HealthLine(display, clock, underWay.showAgain);
  let closed = false;

  const ended: End = (outcome, count = '') => {
    if (closed || !underWay.isEmpty()) return;
    underWay.stop();
    display(lookOf(outcome), outcome, count, true);
    healthLine.idle();
  };
  return {
    begin(progress) {
      underWay.add(progress, closed);
      if (closed) return () => undefined;
      healthLine.busy();
      return (outcome, count) => {
        underWay.remove(progress, closed);
        ended(outcome, count);
      };
    },
    tell: (outcome) => ended(outcome),
    health(health, of) {
      environment = of;
      if (!closed) healthLine.changed(health, underWay.isEmpty());
    },
    close() {
      closed = true;
      underWay.stop();
      healthLine.stop();
      show({});
    },
  };
}

interface UnderWay {
  add(progress: Progress | undefined, silent: boolean): void;
  remove(progress: Progress | undefined, silent: boolean): void;
  isEmpty(): boolean;
  /** Something else is shown: the count comes back with its next change, or after a moment. */
  readonly showAgain: () => void;
  /** Drops a count that is still to be shown. */
  readonly stop: () => void;
}

/**
 * Counts what is under way: messages, and their orders where they have several.
 * @param show gets the count: of orders where it is known, `37/120`, else of messages, blank for one
 */
function createUnderWay(
  clock: StatusClock,
  show: (count: string, isOfOrders: boolean) => void,
): UnderWay {
  const several = new Set<Progress>();
  let messages = 0;
  const pace = createPace(clock, () => {
    const orders = ordersOf(several);
    show(orders || (messages > 1 ? String(messages) : ''), orders !== '');
  });
  return {
    add(progress, silent) {
      messages += 1;
      if (progress !== undefined) several.add(progress);
      if (silent) return;
      if (messages === 1) pace.now();
      else pace.soon();
      if (progress !== undefined) pace.keepOn(() => ordersOf(several));
    },
    remove(progress, silent) {
      messages -= 1;
      if (progress !== undefined) several.delete(progress);
      if (!silent && messages > 0) pace.soon();
    },
    isEmpty: () => messages === 0,
    showAgain: pace.again,
    stop: pace.stop,
  };
}

interface Pace {
  readonly now: () => void;
  /** Once for each turn of the event loop: once for each message would cost as much as its cancel. */
  readonly soon: () => void;
  /** Shows changes a few times a second until `stop`; `soon` leaves them to it. */
  readonly keepOn: (state: () => string) => void;
  /** After a moment, if nothing is shown before. */
  readonly again: () => void;
  readonly stop: () => void;
}

function createPace(clock: StatusClock, show: () => void): Pace {
  let turn: NodeJS.Immediate | undefined;
  let ticks: NodeJS.Timeout | undefined;
  let moment: ReturnType<StatusClock['after']> | undefined;
  let hasChanged = false;
  const now = () => {
    clearImmediate(turn);
    moment?.cancel();
    turn = moment = undefined;
    show();
  };
  return {
    now,
    soon() {
      if (ticks === undefined) turn ??= setImmediate(now);
      else hasChanged = true;
    },
    keepOn(state) {
      let shown = state();
      ticks ??= setInterval(() => {
        if (!hasChanged && state() === shown) return;
        hasChanged = false;
        shown = state();
        now();
      }, PACE);
    },
    again() {
      moment ??= clock.after(SEEN, now);
    },
    stop() {
      clearImmediate(turn);
      clearInterval(ticks);
      moment?.cancel();
      turn = ticks = moment = undefined;
      hasChanged = false;
    },
  };
}

/** Blank where no total is known. */
function ordersOf(several: ReadonlySet<Progress>): string {
  let done = 0;
  let total = 0;
  for (const progress of several) {
    done += progress.done;
    total += progress.total;
  }
  return total > 0 ? `${done}/${total}` : '';
}

const ON_ITS_WAY: StatusLook = { fill: 'blue', shape: 'dot' };
const SUCCEEDED: StatusLook = { fill: 'green', shape: 'dot' };

function lookOf(outcome: ToldCode): StatusLook {
  if (isSuccess(outcome)) return SUCCEEDED;
  return outcome === 'unconfirmed' ? UNCONFIRMED : FAILED;
}
