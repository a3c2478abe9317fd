/**
 * What stands under an action node in the editor: what is under way, else the last outcome; and, once
 * the account's health changes, whether the next cancel would work.
 */
import type { Environment, Health } from '../../bybit/model';
import { createDisplay, type Display, type StatusLook, type ShownStatus } from './status-text';
import { isSuccess, type ToldCode } from './told';

/** ms from one count of orders to the next */
const PACE = 200;
/** ms that an outcome is shown, at least, before a change of the health replaces it */
const SEEN = 900;

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
 */
export function createStatusLine(
  show: (status: ShownStatus | Record<string, never>) => void,
  translate: (word: string) => string,
): StatusLine {
  let environment: Environment | undefined;
  const display = createDisplay(show, translate, () => environment);
  const underWay = createUnderWay((messages, orders) => {
    if (orders !== '') display(ON_ITS_WAY, 'cancelling', orders, true);
    else display(ON_ITS_WAY, 'cancelling', messages > 1 ? String(messages) : '');
  });
  const healthLine = createHealthLine(display);
  let closed = false;

  const showOutcome: End = (outcome, count = '') => {
    underWay.stop();
    display(lookOf(outcome), outcome, count, true);
    healthLine.idle();
  };
  return {
    begin(progress) {
      underWay.add(progress, closed);
      healthLine.busy();
      if (closed) return () => undefined;
      return (outcome, count) => {
        underWay.remove(progress, closed);
        if (underWay.isEmpty() && !closed) showOutcome(outcome, count);
      };
    },
    tell: (outcome) => {
      if (underWay.isEmpty() && !closed) showOutcome(outcome);
    },
    health(health, of) {
      environment = of;
      if (!closed) healthLine.changed(health, underWay.isEmpty());
    },
    close() {
      closed = true;
      underWay.stop();
      healthLine.busy();
      show({});
    },
  };
}

interface UnderWay {
  add(progress: Progress | undefined, silent: boolean): void;
  remove(progress: Progress | undefined, silent: boolean): void;
  isEmpty(): boolean;
  /** Drops a count that is still to be shown. */
  stop(): void;
}

/**
 * Counts what is under way: messages, and their orders where they have several.
 * @param show gets the count of messages and, where it is known, that of orders: `37/120`
 */
function createUnderWay(show: (messages: number, orders: string) => void): UnderWay {
  const several = new Set<Progress>();
  let messages = 0;
  const pace = createPace(() => show(messages, ordersOf(several)));
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
    stop: pace.stop,
  };
}

interface Pace {
  readonly now: () => void;
  /** Once for each turn of the event loop: once for each message would cost as much as its cancel. */
  readonly soon: () => void;
  /** Shows changes a few times a second until `stop`; `soon` leaves them to it. */
  readonly keepOn: (state: () => string) => void;
  readonly stop: () => void;
}

function createPace(show: () => void): Pace {
  let turn: NodeJS.Immediate | undefined;
  let ticks: NodeJS.Timeout | undefined;
  let hasChanged = false;
  const now = () => {
    turn = undefined;
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
        show();
      }, PACE);
    },
    stop() {
      clearImmediate(turn);
      clearInterval(ticks);
      turn = ticks = undefined;
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
const UNCONFIRMED: StatusLook = { fill: 'yellow', shape: 'ring' };
const FAILED: StatusLook = { fill: 'red', shape: 'ring' };

function lookOf(outcome: ToldCode): StatusLook {
  if (isSuccess(outcome)) return SUCCEEDED;
  return outcome === 'unconfirmed' ? UNCONFIRMED : FAILED;
}

interface HealthLine {
  /** @param isIdle nothing is under way */
  changed(health: Health, isIdle: boolean): void;
  /** A message has its outcome, and no other is under way. */
  idle(): void;
  busy(): void;
}

/** A change of the health waits for the messages under way, and lets their outcome be seen. */
function createHealthLine(display: Display): HealthLine {
  let waiting: Health | undefined;
  let turn: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  const showNow = () => {
    turn = timer = undefined;
    if (waiting !== undefined) showHealth(display, waiting);
    waiting = undefined;
  };
  const busy = () => {
    clearImmediate(turn);
    clearTimeout(timer);
    turn = timer = undefined;
  };
  return {
    changed(health, isIdle) {
      waiting = health;
      // Deferred: a status node of the same flow may be created after this node, and would miss it.
      if (isIdle && timer === undefined) turn ??= setImmediate(showNow);
    },
    idle() {
      if (waiting === undefined) return;
      busy();
      timer = setTimeout(showNow, SEEN);
      timer.unref();
    },
    busy,
  };
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
