/**
 * Reads the exchange's records of an order (API sections order/open-order, enum/orderstatus).
 * Only a final record proves anything; a record that says open may be stale.
 */
import type { OrderRecord, SentFilter, SentRequest } from '../model';

export type Ending = 'cancel' | 'fill' | 'reject';

/** `Triggered` is passing, and a status that is not known here is taken for open: never guess. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  Cancelled: 'cancel',
  PartiallyFilledCanceled: 'cancel',
  Deactivated: 'cancel',
  Filled: 'fill',
  Rejected: 'reject',
};

/** How an order ended, or `undefined` while it may be live. */
export function endingOf(record: OrderRecord): Ending | undefined {
  return Object.hasOwn(ENDINGS, record.orderStatus) ? ENDINGS[record.orderStatus] : undefined;
}

/** Whether a record is of the order asked for. With both ids given the exchange goes by orderId. */
export function isOf(record: OrderRecord, request: SentRequest): boolean {
  if (record.category !== undefined && record.category !== request.category) return false;
  return request.orderId === undefined
    ? record.orderLinkId === request.orderLinkId
    : record.orderId === request.orderId;
}

/**
 * The record of the order asked for. An own id may have been used more than once: an open order
 * comes first, since that is the one a cancel goes to, then the one that changed last.
 */
export function pick(
  records: readonly OrderRecord[],
  request: SentRequest,
): OrderRecord | undefined {
  return records
    .filter((record) => isOf(record, request) && isCertain(record, request))
    .reduce<OrderRecord | undefined>(
      (best, record) => (best === undefined || goesBefore(record, best) ? record : best),
      undefined,
    );
}

/** An own id may be used under another symbol too: what is closed there says nothing of this one. */
function isCertain(record: OrderRecord, request: SentRequest): boolean {
  return (
    request.orderId !== undefined ||
    record.symbol === request.symbol ||
    endingOf(record) === undefined
  );
}

function goesBefore(a: OrderRecord, b: OrderRecord): boolean {
  const open = (record: OrderRecord) => endingOf(record) === undefined;
  if (open(a) !== open(b)) return open(a);
  return Number(a.updatedTime ?? 0) > Number(b.updatedTime ?? 0);
}

/** Takes only what has the fields that are relied on. */
export function asRecord(value: unknown, category?: string): OrderRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { orderId, orderLinkId, symbol, orderStatus } = value as Record<string, unknown>;
  const texts = [orderId, orderLinkId, symbol, orderStatus];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const record = value as OrderRecord;
  return record.category === undefined && category !== undefined ? { ...record, category } : record;
}

/**
 * Why the exchange can't find an open order where it was looked for: its real place.
 * @returns a clause such as "its symbol is ETHUSDT", or `undefined` when the place is right
 */
export function misplaced(record: OrderRecord, request: SentRequest): string | undefined {
  if (record.category !== undefined && record.category !== request.category) {
    return `its category is ${record.category}, not ${request.category}`;
  }
  if (record.symbol !== request.symbol) {
    return `its symbol is ${record.symbol}, not ${request.symbol}`;
  }
  if (request.category !== 'spot') return undefined;
  const asked = request.orderFilter ?? 'Order';
  const real = filterOf(record);
  if (real !== undefined && real !== asked) return `its order filter is ${real}, not ${asked}`;
  const kind = pairedKind(record);
  return kind === undefined ? undefined : `it is ${kind}`;
}

/** @returns a kind of spot order that comes in pairs, in words, or `undefined` for all others */
export function pairedKind(record: OrderRecord): string | undefined {
  const filter = filterOf(record);
  if (filter === 'OcoOrder') return 'an OCO (one cancels the other) order';
  return filter === 'BidirectionalTpslOrder' ? 'a bidirectional TP/SL order' : undefined;
}

/** Records have no orderFilter; for spot the kind of stop order tells it (enum/stopordertype). */
export function filterOf(record: OrderRecord): SentFilter | undefined {
  const type = typeof record.stopOrderType === 'string' ? record.stopOrderType : '';
  return Object.hasOwn(FILTER_OF, type) ? FILTER_OF[type] : undefined;
}

const FILTER_OF: Readonly<Record<string, SentFilter>> = {
  '': 'Order',
  UNKNOWN: 'Order',
  tpslOrder: 'tpslOrder',
  Stop: 'StopOrder',
  OcoOrder: 'OcoOrder',
  BidirectionalTpslOrder: 'BidirectionalTpslOrder',
};
