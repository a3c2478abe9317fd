/** What can be asked of the exchange, over REST and (orders only) over the WebSocket order entry. */
import { permissionsOf, uidOf, type SimulatedKey } from './api-keys';
import { accepted, Refusal, refusals, type Answer } from './answers';
import type { Books, CancelFate } from './books';
import { checkMayTrade } from './checks';
import type { Clock } from './clock';
import { isDecimal } from './decimal';
import type { Category, Instruments } from './instruments';
import { instrumentsInfo } from './instruments-info';
import type { LimitClass, RateLimiter } from './limits';
import {
  DOCUMENTED_FILTERS,
  isOpen,
  ORDER_FILTERS,
  type NewOrder,
  type OrderFilter,
} from './orders';
import { categoryOf, oneOf, symbolOf, text, type Params } from './params';
import type { Records } from './records';

export interface Exchangeable {
  readonly books: Books;
  readonly records: Records;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly limiter: RateLimiter;
  /** the filters that order/cancel takes for spot */
  readonly cancelFilters: ReadonlySet<OrderFilter>;
}

/** Who asks, and what is to become of it. */
export interface Caller {
  readonly key: SimulatedKey;
  /** index in `exchange.requests` */
  readonly request: number;
  readonly reqId?: string | undefined;
  readonly fate?: CancelFate | undefined;
}

export type Operation = (state: Exchangeable, params: Params, caller: Caller) => Answer;
export type PublicOperation = (state: Exchangeable, params: Params) => Answer;

const gone = (category: Category): Refusal =>
  category === 'spot' ? refusals.goneSpot() : refusals.goneDerivative();

/** Of a cancel: a filter that the exchange knows elsewhere, but doesn't take here, is refused. */
function cancelFilter(state: Exchangeable, params: Params): OrderFilter {
  const filter = oneOf(params, 'orderFilter', ORDER_FILTERS) ?? 'Order';
  if (!state.cancelFilters.has(filter)) throw refusals.filter();
  return filter;
}

/** Counts the request and tells the limit with whatever comes of it. */
function limited(
  limiter: RateLimiter,
  visit: { uid: string; operation: string; limitClass: LimitClass },
  run: () => Answer['result'],
): Answer {
  const limit = limiter.visit(visit.uid, visit.operation, visit.limitClass);
  try {
    if (limit.exceeded) throw refusals.visits();
    return accepted(run(), limit);
  } catch (error) {
    if (error instanceof Refusal) return error.answer(limit);
    throw error;
  }
}

function trading(
  operation: string,
  run: (state: Exchangeable, params: Params, caller: Caller) => Answer['result'],
): Operation {
  return (state, params, caller) => {
    const category = categoryOf(params);
    checkMayTrade(caller.key, category);
    const limitClass = category === 'spot' ? 'spot' : 'other';
    const visit = { uid: uidOf(caller.key), operation, limitClass } as const;
    return limited(state.limiter, visit, () => run(state, params, caller));
  };
}

function query(
  operation: string,
  run: (state: Exchangeable, params: Params, caller: Caller) => Answer['result'],
): Operation {
  return (state, params, caller) => {
    const visit = { uid: uidOf(caller.key), operation, limitClass: 'query' } as const;
    return limited(state.limiter, visit, () => run(state, params, caller));
  };
}

/** API section order/create-order, the fields that a resting order needs. */
function newOrderFrom(state: Exchangeable, params: Params, uid: string): NewOrder {
  const instrument = symbolOf(params, state.instruments);
  const side = oneOf(params, 'side', ['Buy', 'Sell']);
  const orderType = oneOf(params, 'orderType', ['Limit', 'Market']);
  const qty = text(params, 'qty');
  if (!instrument || !side || !orderType) throw refusals.params('symbol, side, orderType');
  if (qty === undefined || !isDecimal(qty) || !/[1-9]/.test(qty)) throw refusals.params('qty');
  const price = text(params, 'price');
  if (orderType === 'Limit' && (price === undefined || !isDecimal(price))) {
    throw refusals.params('price');
  }
  const order: NewOrder = { ...instrument, uid, side, orderType, qty };
  if (price !== undefined && isDecimal(price)) order.price = price;
  for (const name of ['orderLinkId', 'timeInForce', 'triggerPrice'] as const) {
    const value = text(params, name);
    if (value !== undefined) order[name] = value;
  }
  if (order.category === 'spot') {
    order.orderFilter = oneOf(params, 'orderFilter', DOCUMENTED_FILTERS) ?? 'Order';
  }
  return order;
}

const createOrder = trading('order/create', (state, params, { key }) => {
  const wish = newOrderFrom(state, params, uidOf(key));
  const { category, orderLinkId } = wish;
  if (orderLinkId !== undefined) {
    if (orderLinkId.length > 36) throw refusals.params('orderLinkId');
    if (state.books.find({ uid: uidOf(key), category, orderLinkId })) {
      throw category === 'spot' ? refusals.duplicateSpot() : refusals.duplicateDerivative();
    }
  }
  const { orderId } = state.books.place(wish);
  return { orderId, orderLinkId: orderLinkId ?? '' };
});

/** API section order/cancel-order: says only that the request is accepted. */
const cancelOrder = trading('order/cancel', (state, params, caller) => {
  const category = categoryOf(params);
  const symbol = symbolOf(params, state.instruments)?.symbol;
  const orderId = text(params, 'orderId');
  const orderLinkId = text(params, 'orderLinkId');
  if (symbol === undefined) throw refusals.params('symbol');
  if (orderId === undefined && orderLinkId === undefined) {
    throw refusals.params('orderId or orderLinkId');
  }
  // Of spot orders only; elsewhere the field says nothing.
  const filter = category === 'spot' ? cancelFilter(state, params) : undefined;
  const order = state.books.find({ uid: uidOf(caller.key), category, orderId, orderLinkId });
  if (!order || !isOpen(order) || order.symbol !== symbol) throw gone(category);
  if (filter !== undefined && order.orderFilter !== filter) throw gone(category);
  const { request, reqId, fate } = caller;
  state.books.requestCancel(order, reqId === undefined ? { request } : { request, reqId }, fate);
  return { orderId: order.orderId, orderLinkId: order.orderLinkId };
});

const realtime = query('order/realtime', ({ records }, params, { key }) =>
  records.realtime(uidOf(key), params),
);

const history = query('order/history', ({ records }, params, { key }) =>
  records.history(uidOf(key), params),
);

/** API section user/apikey-info. Any key may ask. */
const queryApi = query('user/query-api', ({ clock }, _params, { key }) => {
  const expiry = key.expiredAt === undefined ? undefined : Date.parse(key.expiredAt);
  const day = 24 * 60 * 60 * 1000;
  return {
    id: '1',
    note: key.note ?? '',
    apiKey: key.apiKey,
    readOnly: key.readOnly === true ? 1 : 0,
    secret: '',
    permissions: permissionsOf(key),
    ips: key.ips ?? ['*'],
    type: 1,
    deadlineDay: expiry === undefined ? -2 : Math.floor((expiry - clock.server()) / day),
    expiredAt: key.expiredAt ?? '1970-01-01T00:00:00Z',
    createdAt: '2025-01-01T00:00:00Z',
    unified: 0,
    uta: 1,
    userID: Number(uidOf(key)),
    inviterID: 0,
    rsaPublicKey: key.publicKey ?? '',
    isMaster: true,
    parentUid: '0',
  };
});

/** API section market/time */
const time: PublicOperation = ({ clock }) => {
  const now = clock.server();
  return accepted({ timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` });
};

const listInstruments: PublicOperation = ({ instruments }, params) =>
  accepted(instrumentsInfo(instruments, params));

export const PRIVATE_OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST order/create': createOrder,
  'POST order/cancel': cancelOrder,
  'GET order/realtime': realtime,
  'GET order/history': history,
  'GET user/query-api': queryApi,
};

export const PUBLIC_OPERATIONS: Readonly<Record<string, PublicOperation>> = {
  'GET market/time': time,
  'GET market/instruments-info': listInstruments,
};

/** API section websocket/trade/guideline */
export const ORDER_ENTRY_OPERATIONS: Readonly<Record<string, Operation>> = {
  'order.create': createOrder,
  'order.cancel': cancelOrder,
};
