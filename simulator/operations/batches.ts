/** Cancels several orders with one request (API section order/batch-cancel). */
import { uidOf } from '../protocol/api-keys';
import { accepted, Refusal, refusals } from '../protocol/answers';
import { acceptCancel } from './cancel-order';
import { checkMayTrade } from '../protocol/checks';
import type { Category } from '../books/instruments';
import type { LimitClass } from '../protocol/limits';
import type { Caller, Exchangeable, Operation } from './operation';
import { categoryOf, type Params } from '../protocol/params';
import { asParams } from '../protocol/requests';

const MOST_ORDERS: Readonly<Record<Category, number>> = {
  linear: 20,
  inverse: 20,
  option: 20,
  spot: 10,
};

/** Beside those of single cancels (API section rate-limit). */
const POOLS: Readonly<Record<Category, LimitClass>> = {
  linear: 'batch',
  inverse: 'batch',
  option: 'batchOption',
  spot: 'batchSpot',
};

/** One order of the request. */
interface Wish {
  readonly index: number;
  readonly category: Category;
  readonly asked: Params;
  readonly exceeds: boolean;
}

interface Item {
  /** of `result.list` */
  readonly row: Readonly<Record<string, unknown>>;
  /** of `retExtInfo.list`, in the same place */
  readonly told: { readonly code: number; readonly msg: string };
}

function ordersOf(params: Params, category: Category): readonly unknown[] {
  const asked = params.request;
  if (!Array.isArray(asked) || asked.length === 0) throw refusals.params('request: a list');
  const most = MOST_ORDERS[category];
  if (asked.length > most) throw refusals.params(`request: at most ${most} orders`);
  return asked;
}

/** Throws a Refusal where the order can't be cancelled, or a fault says so. */
function cancelItem(state: Exchangeable, wish: Wish, caller: Caller): Item['row'] {
  const { category, asked, index } = wish;
  if (wish.exceeds) throw refusals.batchLimit(state.behaviour.batchLimitCode);
  const fault = caller.effect?.items;
  const scripted = fault?.codes[index];
  const refusal = scripted === undefined ? undefined : new Refusal(scripted, fault?.retMsg ?? '');
  if (refusal && fault?.processed !== true) throw refusal;
  const { symbol, orderId, orderLinkId } = asked;
  // No orderFilter: of spot, plain orders alone are found.
  const order = acceptCancel(state, { category, symbol, orderId, orderLinkId }, caller);
  if (refusal) throw refusal;
  return { category, symbol, orderId: order.orderId, orderLinkId: order.orderLinkId };
}

/** As the documents show it, an item that failed tells no orderId but the orderLinkId it came with. */
function itemOf(state: Exchangeable, wish: Wish, caller: Caller): Item {
  try {
    return { row: cancelItem(state, wish, caller), told: { code: 0, msg: 'OK' } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { category, asked } = wish;
    const { symbol = '', orderLinkId } = asked;
    const row = { category, symbol, orderId: '', orderLinkId: orderLinkId ?? '' };
    return { row, told: { code: error.retCode, msg: error.retMsg } };
  }
}

/**
 * Each order has its own answer; what exceeds the limit fails alone. Linear, inverse and spot count
 * each order, option counts each request.
 */
function batch(refusal: (state: Exchangeable) => Refusal): Operation {
  return (state, params, caller) => {
    const category = categoryOf(params);
    if (!state.behaviour.batchCategories.has(category)) throw refusal(state);
    checkMayTrade(caller.key, category);
    const orders = ordersOf(params, category);
    const count = category === 'option' ? 1 : orders.length;
    const pool = { uid: uidOf(caller.key), operation: 'order/cancel-batch' };
    const visit = state.limiter.visit(pool.uid, pool.operation, POOLS[category], count);
    const within = visit.granted === count ? orders.length : visit.granted;
    const items = orders.map((order, index) => {
      const wish = { index, category, asked: asParams(order), exceeds: index >= within };
      return itemOf(state, wish, caller);
    });
    const result = { list: items.map(({ row }) => row) };
    return { ...accepted(result, visit), extInfo: { list: items.map(({ told }) => told) } };
  };
}

/** Over REST. */
export const cancelBatch = batch(({ behaviour }) =>
  behaviour.batchRefusalCode === 10032 ? refusals.demo() : refusals.permission(),
);

/** Over the WebSocket order entry (API section websocket/trade/guideline). */
export const cancelBatchByEntry = batch(() => refusals.op('order.cancel-batch'));
