/**
 * What stands under an action node in the editor: what is under way, else the last outcome.
 */
import type { NodeStatus } from 'node-red';
import { isSuccess, type ToldCode } from './told';

/** Characters; longer texts run into the neighbouring nodes. */
const LONGEST = 19;
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
  /** Clears the status for good. */
  close(): void;
}

/**
 * @param show Node-RED's `node.status`
 * @param translate from a word to the reader's language. Where a count of orders follows, the word is
 * asked for as `counted-…`: it may need another form then
 */
export function createStatusLine(
  show: (status: NodeStatus) => void,
  translate: (word: string) => string,
): StatusLine {
  const display = createDisplay(show, translate);
  const underWay = createUnderWay((messages, orders) => {
    if (orders !== '') display(ON_ITS_WAY, 'cancelling', orders, true);
    else display(ON_ITS_WAY, 'cancelling', messages > 1 ? String(messages) : '');
  });
  let closed = false;

  const showOutcome: End = (outcome, count = '') => {
    underWay.hush();
    display(lookOf(outcome), outcome, count, true);
  };
  return {
    begin(progress) {
      underWay.add(progress, closed);
      if (closed) return () => undefined;
      return (outcome, count) => {
        underWay.remove(progress, closed);
        if (underWay.isEmpty() && !closed) showOutcome(outcome, count);
      };
    },
    tell: (outcome) => {
      if (underWay.isEmpty() && !closed) showOutcome(outcome);
    },
    close() {
      closed = true;
      underWay.hush();
      show({});
    },
  };
}

interface UnderWay {
  add(progress: Progress | undefined, silent: boolean): void;
  remove(progress: Progress | undefined, silent: boolean): void;
  isEmpty(): boolean;
  /** Shows no count that is still to be shown. */
  hush(): void;
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
    hush: pace.stop,
  };
}

interface Pace {
  readonly now: () => void;
  /** Once for all that come and go in one turn: in a burst each would cost as much as its cancel. */
  readonly soon: () => void;
  /** Whenever something has changed, some times a second, until it is stopped; `soon` waits for it. */
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

type Look = Required<Pick<NodeStatus, 'fill' | 'shape'>>;

const ON_ITS_WAY: Look = { fill: 'blue', shape: 'dot' };
const SUCCEEDED: Look = { fill: 'green', shape: 'dot' };
const UNCONFIRMED: Look = { fill: 'yellow', shape: 'ring' };
const FAILED: Look = { fill: 'red', shape: 'ring' };

function lookOf(outcome: ToldCode): Look {
  if (isSuccess(outcome)) return SUCCEEDED;
  return outcome === 'unconfirmed' ? UNCONFIRMED : FAILED;
}

type Display = (look: Look, word: string, count?: string, countsOrders?: boolean) => void;

/**
 * Shows a word in the reader's language. A translation that is missing (its key comes back then) or
 * too long gives way to the word, a count that fits behind neither is left out. Each word is looked
 * up once: one cancel after another shows the same two.
 */
function createDisplay(
  show: (status: NodeStatus) => void,
  translate: (word: string) => string,
): Display {
  const translations = new Map<string, string>();
  const textOf = (word: string, key: string, count: string): string => {
    const translation = translations.get(key) ?? translate(key);
    translations.set(key, translation);
    const behind = count === '' ? '' : ` ${count}`;
    const fits = (text: string) => text.length + behind.length <= LONGEST;
    if (fits(translation)) return translation + behind;
    return count === '' || fits(word) ? word + behind : textOf(word, word, '');
  };
  return ({ fill, shape }, word, count = '', countsOrders = false) => {
    try {
      const key = countsOrders && count !== '' ? `counted-${word}` : word;
      show({ fill, shape, text: textOf(word, key, count) });
    } catch {
      // A status is not worth the outcome of an order.
    }
  };
}
