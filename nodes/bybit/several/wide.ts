/**
 * Requests that cancel all orders of a symbol at once (API section order/cancel-all): which orders go
 * in which, and how each of them is then pursued by itself.
 */
import type { ExchangePort, Joined, SendOptions } from '../cancel/exchange-port';
import { filterOf } from '../cancel/order-record';
import type { Matching } from './matching';
import type { WideRequest } from './sweep-port';
import type { Category, OrderRecord, Scope, Which } from '../model';

/** orders of a symbol from which one request for all of them is quicker than single ones */
const WORTH_IT = 10;

/**
 * ms after the message in which cancel-all may be sent without an order stream: later, an order could
 * have been placed that nobody saw
 */
const UNSEEN = 100;
/** ms with one: it can break and come back, be silent before anybody knows, and tell late */
const SEEN = 800;

export interface WideOptions {
  readonly which: Which;
  readonly atMost?: number | undefined;
  readonly isFirstRound: boolean;
  /** whether the order stream seems to have shown each new order */
  readonly hasHeardAll: () => boolean;
  /** ms since the message */
  readonly elapsedMs: () => number;
}

/**
 * Whether cancel-all for a symbol cancels matching orders only: in `until-empty`, where new ones match
 * too; otherwise in the first round, as long as no order can be newer than the message. To be asked
 * again when it is sent.
 */
export function mayBeWide(
  scope: Scope,
  { spared, newSymbols }: Matching,
  { which, atMost, isFirstRound, hasHeardAll, elapsedMs }: WideOptions,
): (symbol: string) => boolean {
  // Those of symbols that the account may not cancel are of other symbols than any request.
  const isSpared = Object.keys(spared).some((reason) => reason !== 'symbol');
  if (!isWholeSymbol(scope) || isSpared) return () => false;
  // With a limit, it could exceed it by orders that are placed meanwhile.
  if (which === 'until-empty') return () => atMost === undefined;
  return (symbol) =>
    isFirstRound && !newSymbols.has(symbol) && elapsedMs() <= (hasHeardAll() ? SEEN : UNSEEN);
}

/** Whether a scope means every order of a symbol. Options have no cancel-all by symbol. */
export function isWholeSymbol(scope: Scope): boolean {
  const { category, kinds, side, orderLinkIdPrefix, baseCoin, placedBefore } = scope;
  const narrowing = [side, orderLinkIdPrefix, baseCoin, placedBefore];
  return (
    category !== 'option' && kinds === 'all' && narrowing.every((given) => given === undefined)
  );
}

/** @returns a request for each symbol, of spot for each of its filters, that is worth one */
export function groupsOf(records: readonly OrderRecord[], category: Category): readonly Wide[] {
  const groups = new Map<string, Wide>();
  for (const record of records) {
    const { symbol } = record;
    const orderFilter = category === 'spot' ? (filterOf(record) ?? 'Order') : undefined;
    const key = `${symbol} ${orderFilter ?? ''}`;
    const group = groups.get(key) ?? wideOf({ category, symbol }, orderFilter);
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()].filter(
    ({ count, request: { orderFilter } }) => count > WORTH_IT || isPair(orderFilter),
  );
}

/** A request for all orders of a symbol, and the cancels that go in it. */
export interface Wide {
  readonly request: WideRequest;
  readonly joined: Joined[];
  readonly takes: (record: OrderRecord) => boolean;
  count: number;
}

function wideOf(
  place: Pick<WideRequest, 'category' | 'symbol'>,
  orderFilter: WideRequest['orderFilter'],
): Wide {
  return {
    request: orderFilter === undefined ? place : { ...place, orderFilter },
    joined: [],
    takes: (record) =>
      record.symbol === place.symbol &&
      (orderFilter === undefined || (filterOf(record) ?? 'Order') === orderFilter),
    count: 0,
  };
}

/** Spot orders of a pair have no documented cancel of their own. */
function isPair(filter: WideRequest['orderFilter']): boolean {
  return filter === 'OcoOrder' || filter === 'BidirectionalTpslOrder';
}

/** The first send of a cancel is the request that it goes in with others. */
export function firstIn(joined: Joined[], ports: ExchangePort): ExchangePort {
  let isFirst = true;
  return {
    ...ports,
    send(request, options: SendOptions) {
      if (!isFirst) return ports.send(request, options);
      isFirst = false;
      return new Promise((resolve) => {
        joined.push({ request, options, go: resolve });
      });
    },
  };
}
