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
  const words = new Map<string, string>();
  /** Looked up once: every message shows two of them. */
  const known = (word: string) => {
    const text = words.get(word) ?? translate(word);
    words.set(word, text);
    return text;
  };
  let inFlight = 0;
  let closed = false;

  const update = (outcome?: OutcomeCode) => {
    if (closed) return;
    try {
      if (inFlight > 0) {
        const text = fitting(known, 'cancelling', inFlight > 1 ? ` ${inFlight}` : '');
        show({ fill: 'blue', shape: 'dot', text });
      } else if (outcome !== undefined) {
        show({ ...look(outcome), text: fitting(known, outcome, '') });
      }
    } catch {
      // A status is not worth the outcome of an order.
    }
  };
  return {
    begin() {
      inFlight += 1;
      update();
      return (outcome) => {
        inFlight -= 1;
        update(outcome);
      };
    },
    tell: (outcome) => {
      if (inFlight === 0) update(outcome);
    },
    close() {
      closed = true;
      show({});
    },
  };
}

function look(outcome: OutcomeCode): NodeStatus {
  if (isSuccess(outcome)) return { fill: 'green', shape: 'dot' };
  return { fill: outcome === 'unconfirmed' ? 'yellow' : 'red', shape: 'ring' };
}

/** A translation that is missing (its key comes back then) or too long gives way to the word. */
function fitting(translate: (word: string) => string, word: string, count: string): string {
  const text = translate(word) + count;
  return text.length <= LONGEST ? text : word + count;
}
