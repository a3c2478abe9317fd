/** Sends a cancel, or one request for several: over the order entry where it is up, else over REST. */
import type { EntryOperation, OrderEntry } from './order-entry';
import type { Transport } from '../model';
import type { Reply } from '../answers/reply';
import type { Fields, Rest } from '../wire/http';
import type { Signal } from '../time/abort';

/** ms: an answer that takes longer is looked for in the records */
export const CANCEL_LIMIT = 2000;

/**
 * ms in which a request for all orders of a symbol must arrive: one that is held up on its way must not
 * cancel what is placed meanwhile
 */
export const SHORT_WINDOW = 1500;
/** ms: a stamp that is further ahead is refused */
const MOST_AHEAD = 1000;

/** API sections order/cancel-order, order/batch-cancel and order/cancel-all, which is for REST alone. */
const WAYS = {
  cancel: { path: '/v5/order/cancel', op: 'order.cancel', isShort: false },
  batch: { path: '/v5/order/cancel-batch', op: 'order.cancel-batch', isShort: false },
  all: { path: '/v5/order/cancel-all', op: undefined, isShort: true },
} as const satisfies Record<
  string,
  { path: string; op: EntryOperation | undefined; isShort: boolean }
>;

/** A request that is on its way. */
export interface Departed {
  readonly sent: Promise<Reply>;
  readonly transport: Transport;
}

export interface DepartureOptions {
  /** ends the request */
  readonly signal: Signal;
  /** called when it is sent, with something that stands for this request alone */
  readonly onStart: (request: object) => void;
  /** called when the first byte can have left */
  readonly onSent: () => void;
  /** whether it may go over HTTP */
  readonly http: boolean;
}

/**
 * The order entry is never waited for.
 * @returns undefined when nothing was sent: the order entry has just gone, and to go over HTTP it needs a
 * new turn
 */
export type Depart = (
  what: keyof typeof WAYS,
  fields: Fields,
  options: DepartureOptions,
) => Departed | undefined;

/**
 * @param entry missing where cancels go over REST alone
 * @param stampAheadMs how far a request's stamp can be ahead of the exchange's clock, at most; undefined
 * while nobody knows
 */
export function createDepart(
  ask: Rest,
  entry: OrderEntry | undefined,
  stampAheadMs: () => number | undefined,
): Depart {
  // The exchange counts from the stamp.
  const shortWindow = () =>
    Math.floor(SHORT_WINDOW - Math.min(Math.max(stampAheadMs() ?? MOST_AHEAD, 0), MOST_AHEAD));
  return (what, fields, { signal, onStart, onSent, http }) => {
    const { path, op, isShort } = WAYS[what];
    const overSocket = op === undefined ? undefined : entry?.send(op, fields, signal);
    if (overSocket !== undefined) {
      onStart(overSocket);
      onSent();
      return { sent: overSocket, transport: 'websocket' };
    }
    if (!http) return undefined;
    onStart(fields);
    const limitMs = CANCEL_LIMIT;
    const recvWindow = isShort ? shortWindow() : undefined;
    const sent = ask({ method: 'POST', path, fields, limitMs, recvWindow, signal, onSent });
    return { sent, transport: 'http' };
  };
}
