/** What a client says of a cancel, held against the exchange's books. */
import { UNLISTED_CODES, type Exchange, type Order } from '../../simulator/exchange';

export type Claim =
  /** the order is gone by a cancel */
  | 'cancelled'
  | 'already-cancelled'
  | 'filled'
  /** the exchange has no such order */
  | 'not-found'
  /** the cancel failed: it was not carried out */
  | 'failed'
  /** it could not be learned, and the client says so */
  | 'unconfirmed';

export interface Said {
  readonly claim: Claim;
  /** the client's own word for it */
  readonly detail: string;
}

/** An order and what the client said of its cancel. */
export type Told = readonly [Order, Said];

export interface Verdict {
  readonly cancels: number;
  /** how often each detail was said */
  readonly said: Readonly<Record<string, number>>;
  readonly contradictions: readonly string[];
  readonly unconfirmed: number;
  /** Orders still open though the exchange refused nothing, or though the client says otherwise. */
  readonly leftOpen: number;
  /** Orders still open whose cancel the exchange refused, as the client says. */
  readonly refused: number;
}

export function compare(told: readonly Told[], exchange: Exchange): Verdict {
  const said: Record<string, number> = {};
  const contradictions: string[] = [];
  const refusedIds = idsOfRefused(exchange);
  let leftOpen = 0;
  let refused = 0;
  for (const [order, { claim, detail }] of told) {
    said[detail] = (said[detail] ?? 0) + 1;
    if (contradicts(claim, order)) {
      contradictions.push(`${detail}, but the order is ${order.orderStatus}`);
    }
    if (order.closedBy !== undefined || claim === 'unconfirmed') continue;
    if (claim === 'failed' && refusedIds.has(order.orderId)) refused += 1;
    else leftOpen += 1;
  }
  const unconfirmed = told.filter(([, { claim }]) => claim === 'unconfirmed').length;
  return { cancels: told.length, said, contradictions, unconfirmed, leftOpen, refused };
}

/** Whatever a client claims of an order that it names by its right ids. */
export function contradicts(claim: Claim, order: Order): boolean {
  switch (claim) {
    case 'cancelled':
      return order.closedBy !== 'cancel';
    case 'already-cancelled':
      return order.closedBy !== 'cancel' || order.closedByRequest !== undefined;
    case 'filled':
      return order.closedBy !== 'fill';
    case 'not-found':
      return true;
    case 'failed':
      return order.closedByRequest !== undefined;
    case 'unconfirmed':
      return false;
  }
}

/**
 * The orders that had a cancel answered by a code or an HTTP status that doesn't ask for another
 * try. All other failures of this load pass: a client that repeats the cancel closes the order.
 */
function idsOfRefused({ requests }: Exchange): ReadonlySet<unknown> {
  const codes = new Set(UNLISTED_CODES.map((fault) => fault.kind === 'retCode' && fault.retCode));
  const refusals = requests.filter(
    ({ operation, retCode, status = 200 }) =>
      /order[./]cancel(-batch)?$/.test(operation) &&
      ((retCode !== undefined && codes.has(retCode)) || (status >= 300 && status < 500)),
  );
  return new Set(
    refusals.flatMap(({ params }) =>
      Array.isArray(params.request)
        ? (params.request as { orderId: unknown }[]).map(({ orderId }) => orderId)
        : [params.orderId],
    ),
  );
}
