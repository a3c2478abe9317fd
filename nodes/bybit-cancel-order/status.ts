/**
 * What stands under the node in the editor: how many cancels are on their way, else the last outcome.
 */
import type { NodeStatus } from 'node-red';
import { isSuccess, type OutcomeCode } from '../bybit/model';

/** Characters; longer texts run into the neighbouring nodes. */
const LONGEST = 19;

export interface StatusLine {
  /** A cancel goes out. @returns ends it with its outcome */
  begin(): (outcome: OutcomeCode) => void;
  /** An outcome that was reached without sending anything. */
  tell(outcome: OutcomeCode): void;
  /** Clears the status for good. */
  close(): void;
}

/**
 * @param show Node-RED's `node.status`
 * @param translate from a word to the reader's language
 */
export function createStatusLine(
  show: (status: NodeStatus) => void,
  translate: (word: string) => string,
): StatusLine {
  const textOf = createTexts(translate);
  let inFlight = 0;
  let closed = false;
  let counting: NodeJS.Immediate | undefined;

  const tryShow = ({ fill, shape }: Look, word: string, count = '') => {
    try {
      show({ fill, shape, text: textOf(word, count) });
    } catch {
      // A status is not worth the outcome of an order.
    }
  };
  const showCount = () => {
    counting = undefined;
    tryShow(ON_ITS_WAY, 'cancelling', inFlight > 1 ? ` ${inFlight}` : '');
  };
  const showOutcome = (outcome: OutcomeCode) => {
    clearImmediate(counting);
    counting = undefined;
    tryShow(lookOf(outcome), outcome);
  };
  /** Once for all that come and go in one turn: in a burst each would cost as much as its cancel. */
  const showCountSoon = () => (counting ??= setImmediate(showCount));
  return {
    begin() {
      inFlight += 1;
      if (closed) return () => undefined;
      if (inFlight === 1) showCount();
      else showCountSoon();
      return (outcome) => {
        inFlight -= 1;
        if (closed) return;
        if (inFlight === 0) showOutcome(outcome);
        else showCountSoon();
      };
    },
    tell: (outcome) => {
      if (inFlight === 0 && !closed) showOutcome(outcome);
    },
    close() {
      closed = true;
      clearImmediate(counting);
      show({});
    },
  };
}

type Look = Required<Pick<NodeStatus, 'fill' | 'shape'>>;

const ON_ITS_WAY: Look = { fill: 'blue', shape: 'dot' };
const SUCCEEDED: Look = { fill: 'green', shape: 'dot' };
const UNCONFIRMED: Look = { fill: 'yellow', shape: 'ring' };
const FAILED: Look = { fill: 'red', shape: 'ring' };

function lookOf(outcome: OutcomeCode): Look {
  if (isSuccess(outcome)) return SUCCEEDED;
  return outcome === 'unconfirmed' ? UNCONFIRMED : FAILED;
}

/**
 * A translation that is missing (its key comes back then) or too long gives way to the word. Each is
 * looked up once: one cancel after another shows the same two.
 */
function createTexts(translate: (word: string) => string): (word: string, count: string) => string {
  const translations = new Map<string, string>();
  return (word, count) => {
    const translation = translations.get(word) ?? translate(word);
    translations.set(word, translation);
    const isShort = translation.length + count.length <= LONGEST;
    return (isShort ? translation : word) + count;
  };
}
