/**
 * Requests that cancel all orders of a symbol at once (API section order/cancel-all): when one may be
 * sent, which orders go in which, and how each of them is then pursued by itself.
 */
import type { ExchangePort, Joined, SendOptions } from '../cancel/exchange-port';
import { filterOf } from '../cancel/order-record';
import type { Matching } from './matching';
import type { WideRequest } from './sweep-port';
import type { Category, OrderRecord, Scope, Which } from '../model';

/** orders of a symbol from which one request for all of them is quicker than single ones */
const WORTH_IT = 10;

/** ms after the message, or after a look at the newest orders, in which no look is needed */
const UNSEEN = 100;
/** ms after that look, where an order stream tells what is placed meanwhile */
const SEEN = 500;

export interface WideOptions {
  readonly which: Which;
  readonly atMost?: number | undefined;
  readonly isFirstRound: boolean;
  /** whether the order stream seems to have shown each new order */
  readonly hasHeardAll: () => boolean;
  /** ms, monotonic */
  readonly now: () => number;
  /** ms, monotonic: when the message came */
  readonly arrivedMs: number;
  /** @returns the newest open orders of a symbol, where they can be listed within so many ms */
  readonly newest: (
    symbol: string,
    withinMs: number,
  ) => Promise<readonly OrderRecord[] | undefined>;
}

/** Whether a request for all orders of a symbol cancels matching orders only. */
export interface WideCheck {
  /** by what is known */
  may(symbol: string): boolean;
  /** right before it is sent: the newest orders are looked at again */
  mayNow(symbol: string): Promise<boolean>;
}

/**
 * In `until-empty`, new orders match too. Otherwise it may go in the first round, as long as no order is
 * newer than the message: a stream alone does not show that, since it can be silent, late, or have had a
 * gap.
 */
export function wideCheck(scope: Scope, matching: Matching, options: WideOptions): WideCheck {
  const { which, atMost, isFirstRound, hasHeardAll, now, arrivedMs, newest } = options;
  // No request is sent for the symbols that the account may not cancel: it can't hit their orders.
  const isSpared = Object.keys(matching.spared).some((reason) => reason !== 'symbol');
  const isWhole = isWholeSymbol(scope) && !isSpared;
  // With a limit, it could exceed it by orders that are placed meanwhile.
  const isEvery = which === 'until-empty' && atMost === undefined;
  const isFirst = which === 'snapshot' && isFirstRound;
  const may = (symbol: string) =>
    isWhole && (isEvery || (isFirst && !matching.newSymbols.has(symbol)));
  return {
    may,
    async mayNow(symbol) {
      const askedMs = now();
      if (!may(symbol) || isEvery || askedMs - arrivedMs <= UNSEEN) return may(symbol);
      const worthMs = () => (hasHeardAll() ? SEEN : UNSEEN);
      const records = await newest(symbol, worthMs());
      if (records === undefined) return false;
      for (const record of records) matching.note(record);
      return may(symbol) && now() - askedMs <= worthMs();
    },
  };
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
export function isPair(filter: WideRequest['orderFilter']): boolean {
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
