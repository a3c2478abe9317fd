/**
 * What stands under the node in the editor: how many cancels are on their way, else the last outcome.
 */
import type { NodeStatus } from 'node-red';
import { isSuccess, type OutcomeCode } from '../bybit/outcome';

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
  const made = new Map<string, NodeStatus>();
  /** Made once: every message shows two of them. */
  const known = (word: string, look: NodeStatus) => {
    const before = made.get(word);
    if (before !== undefined) return before;
    const status = Object.freeze({ ...look, text: fitting(translate, word, '') });
    made.set(word, status);
    return status;
  };
  let inFlight = 0;
  let closed = false;
  let counting: NodeJS.Immediate | undefined;

  const tryShow = (make: () => NodeStatus) => {
    try {
      show(make());
    } catch {
      // A status is not worth the outcome of an order.
    }
  };
  const showCount = () => {
    counting = undefined;
    tryShow(() =>
      inFlight === 1
        ? known('cancelling', ON_ITS_WAY)
        : { ...ON_ITS_WAY, text: fitting(translate, 'cancelling', ` ${inFlight}`) },
    );
  };
  const showOutcome = (outcome: OutcomeCode) => {
    clearImmediate(counting);
    counting = undefined;
    tryShow(() => known(outcome, lookOf(outcome)));
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

const ON_ITS_WAY: NodeStatus = { fill: 'blue', shape: 'dot' };

function lookOf(outcome: OutcomeCode): NodeStatus {
  if (isSuccess(outcome)) return { fill: 'green', shape: 'dot' };
  return { fill: outcome === 'unconfirmed' ? 'yellow' : 'red', shape: 'ring' };
}

/** A translation that is missing (its key comes back then) or too long gives way to the word. */
function fitting(translate: (word: string) => string, word: string, count: string): string {
  const text = translate(word) + count;
  return text.length <= LONGEST ? text : word + count;
}
