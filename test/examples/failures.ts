/** What the examples may say of each outcome of output 2: what is known of the order, and no more. */
import { isRetryable, type OutcomeCode, type Success } from '../../nodes/bybit/model';
import type { Asked, Stage } from './stage';

export type Failure = Exclude<OutcomeCode, Success>;

/** The most dangerous first. `unconfirmed` alone leaves open whether the order was cancelled. */
const WORDS: Readonly<Record<Failure, string>> = {
  unconfirmed: 'State unknown: may still be open',
  filled: 'Filled, not cancelled: check position and balance',
  unavailable: 'No cancel was accepted: may still be open',
  'rate-limited': 'No cancel was accepted: may still be open',
  unauthorized: 'No cancel was accepted: may still be open',
  'not-configured': 'Nothing was sent',
  rejected: 'Rejected: this cancel changed nothing',
  'invalid-request': 'Nothing was sent',
  'not-found': 'No record of this order',
};

export const FAILURES = Object.keys(WORDS) as Failure[];

/** The text of an outcome, as far as it does not depend on the words of the node. */
export const textOf = (code: Failure, { category, symbol, orderId }: Asked): string =>
  `${WORDS[code]} (${code}: ${category} ${symbol} ${orderId}). `;

/** What the node adds to a message at output 2. */
export const failed = (code: Failure, order: Asked) => ({
  payload: order,
  error: { code, message: `As the node says of ${code}.` },
  bybit: { outcome: code, ...order },
});

/** What *bybit cancel orders* adds at output 2 to a message whose orders failed in these ways. */
export const failedOrders = (codes: readonly Failure[], order: Asked) => {
  const orders = codes.map((code) => {
    const { message } = failed(code, order).error;
    return { ...order, outcome: code, message, retryable: isRetryable(code) };
  });
  return {
    payload: codes.map(() => order),
    error: { code: 'incomplete', message: 'As the node says of all.', orders },
    bybit: { outcome: 'incomplete', orders },
  };
};

/**
 * Cancels take effect and nobody hears of it: answers, look-ups and events are lost.
 * @param times how many cancels
 */
export function loseTrack({ exchange: { faults } }: Stage, times = Infinity): void {
  faults.add({ kind: 'hang', processed: true, on: 'order/cancel', times });
  faults.add({ kind: 'reset', when: 'before', on: 'order/realtime', times: Infinity });
  faults.add({ kind: 'reset', when: 'before', on: 'order/history', times: Infinity });
  faults.stream = { drop: 1 };
}
