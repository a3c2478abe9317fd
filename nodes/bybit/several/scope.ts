/**
 * Which open orders a scope means. Each order is matched by its own record, and what a record does not
 * say clearly is spared: an order that was not meant must never be cancelled.
 */
import { EVERY_SYMBOL, type Kind, type OrderRecord, type Scope, type SparedBy } from '../model';

/** Stops and take-profits that protect a position (API section enum/stopordertype). */
const ENTRY_TYPES: ReadonlySet<unknown> = new Set(['', 'UNKNOWN', 'Stop', undefined]);

/** What an order is for. A type that is not known here is taken for protection. */
export function kindOf(record: OrderRecord): Kind {
  const { orderStatus, stopOrderType, reduceOnly, closeOnTrigger, parentOrderLinkId } = record;
  const isAttached = typeof parentOrderLinkId === 'string' && parentOrderLinkId !== '';
  const protects = reduceOnly === true || closeOnTrigger === true || isAttached;
  if (protects || !ENTRY_TYPES.has(stopOrderType)) return 'protection';
  // Once triggered, it waits no more.
  return stopOrderType === 'Stop' && orderStatus === 'Untriggered' ? 'conditional' : 'entry';
}

/** ms since the epoch, the exchange's clock; NaN where the record does not say */
export function createdAt({ createdTime }: OrderRecord): number {
  return typeof createdTime === 'string' && /^\d{1,15}$/.test(createdTime)
    ? Number(createdTime)
    : NaN;
}

/** Whether an order is of the symbol of a scope. */
export function isOfSymbol(record: OrderRecord, { symbol }: Scope): boolean {
  return symbol === undefined || symbol === EVERY_SYMBOL || record.symbol === symbol;
}

/** Whether the account may cancel orders of this symbol at all. */
export function isAllowed({ symbol }: OrderRecord, { among }: Scope): boolean {
  return among === undefined || among.includes(symbol);
}

/**
 * Why an open order within the place of a scope is left.
 * @param before ms since the epoch, the exchange's clock: orders placed from then on are spared
 * @returns undefined: it is meant
 */
export function sparedBy(record: OrderRecord, scope: Scope, before: number): SparedBy | undefined {
  if (!isAllowed(record, scope)) return 'symbol';
  const { kinds, side, orderLinkIdPrefix } = scope;
  const kind = kindOf(record);
  if (kinds !== 'all' && kind === 'protection') return 'protection';
  if (kinds === 'conditional' && kind !== 'conditional') return 'kind';
  if (side !== undefined && record.side !== side) return 'side';
  if (orderLinkIdPrefix !== undefined && !record.orderLinkId.startsWith(orderLinkIdPrefix)) {
    return 'prefix';
  }
  return createdAt(record) < before ? undefined : 'newer';
}
