/**
 * How a change of the account's health is shown: at once where nothing is under way, else after the
 * outcomes. A node that never rests shows in between that its account turned red.
 */
import type { Health } from '../../bybit/model';
import { FAILED, UNCONFIRMED, type Display, type StatusLook } from './status-text';

/** ms that an outcome is shown, at least, before a change of the health replaces it */
export const SEEN = 900;
/** ms after which a health that turned red, or is red no more, is shown between messages too */
const OVERDUE = 1000;
/** ms from one such change to the next: an account that comes and goes does not flood the status */
const DISTANCE = 10_000;

/** Calls back after so many ms. @returns calls it off */
export type After = (ms: number, callback: () => void) => () => void;

export const afterMs: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

export interface HealthLine {
  /** @param isIdle nothing is under way */
  changed(health: Health, isIdle: boolean): void;
  /** A message has its outcome, and no other is under way. */
  idle(): void;
  /** A message is under way. */
  busy(): void;
  stop(): void;
}

/**
 * @param countAgain has the count of what is under way shown again
 */
export function createHealthLine(
  display: Display,
  after: After,
  countAgain: () => void,
): HealthLine {
  let waiting: Health | undefined;
  let turn: NodeJS.Immediate | undefined;
  let endSeen: (() => void) | undefined;
  let endOverdue: (() => void) | undefined;
  /** The change waits for the outcome that is shown, but not for the message after it. */
  let isOverdue = false;
  let shownRed: Health['code'] | undefined;

  const show = (health: Health) => {
    shownRed = redOf(health);
    showHealth(display, health);
  };
  const showWaiting = () => {
    turn = endSeen = undefined;
    isOverdue = false;
    if (waiting !== undefined) show(waiting);
    waiting = undefined;
  };
  const hold = () => {
    clearImmediate(turn);
    endSeen?.();
    turn = endSeen = undefined;
  };
  const look = () => {
    endOverdue = undefined;
    isOverdue = true;
    if (turn === undefined && endSeen === undefined) showOverdue();
  };
  /** It is shown again once nothing is under way: the outcomes in between hide it. */
  const showOverdue = () => {
    if (!isOverdue) return;
    isOverdue = false;
    if (waiting === undefined || redOf(waiting) === shownRed) return;
    show(waiting);
    countAgain();
    endOverdue?.();
    endOverdue = after(DISTANCE, look);
  };
  return {
    changed(health, isIdle) {
      waiting = health;
      endOverdue ??= after(OVERDUE, look);
      // Deferred: a status node of the same flow may be created after this node, and would miss it.
      if (isIdle && endSeen === undefined) turn ??= setImmediate(showWaiting);
    },
    idle() {
      if (waiting === undefined) return;
      hold();
      endSeen = after(SEEN, showWaiting);
    },
    busy() {
      if (waiting === undefined) return;
      hold();
      showOverdue();
    },
    stop() {
      hold();
      endOverdue?.();
      waiting = undefined;
    },
  };
}

function redOf({ code }: Health): Health['code'] | undefined {
  return HEALTH_LOOKS[code] === FAILED ? code : undefined;
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
