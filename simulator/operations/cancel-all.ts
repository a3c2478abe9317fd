/** Cancels all orders of a scope (API section order/cancel-all). */
import { uidOf } from '../protocol/api-keys';
import { refusals } from '../protocol/answers';
import type { Category } from '../books/instruments';
import type { LimitClass } from '../protocol/limits';
import { trading, type Exchangeable } from './operation';
import { isOpen, ORDER_FILTERS, type Order } from '../books/orders';
import { categoryOf, oneOf, symbolOf, text, type Params } from '../protocol/params';
import type { Random } from '../random';

const POOLS: Readonly<Record<Category, LimitClass>> = {
  linear: 'cancelAll',
  inverse: 'cancelAll',
  option: 'cancelAllOption',
  spot: 'cancelAllSpot',
};

type Fits = (order: Order) => boolean;

const everything: Fits = () => true;

/**
 * Symbol goes before baseCoin, and that before settleCoin; the others are ignored. A baseCoin stands
 * for the whole category, whatever it is; spot knows no settleCoin.
 */
function scopeOf(state: Exchangeable, params: Params): Fits {
  const category = categoryOf(params);
  const symbol = symbolOf(params, state.instruments)?.symbol;
  if (symbol !== undefined) return (order) => order.symbol === symbol;
  if (text(params, 'baseCoin') !== undefined) return everything;
  const settleCoin = category === 'spot' ? undefined : text(params, 'settleCoin');
  if (settleCoin !== undefined) return ({ instrument }) => instrument.settleCoin === settleCoin;
  if (category === 'linear' || category === 'inverse') {
    throw refusals.params('symbol, baseCoin or settleCoin');
  }
  return everything;
}

/** Spot: plain orders unless told otherwise. Derivatives: all kinds unless told otherwise. */
function kindOf(params: Params): Fits {
  const category = categoryOf(params);
  if (category === 'option') return everything;
  if (category === 'spot') {
    const filter = oneOf(params, 'orderFilter', ORDER_FILTERS) ?? 'Order';
    return ({ orderFilter }) => orderFilter === filter;
  }
  const filter = oneOf(params, 'orderFilter', ['Order', 'StopOrder']);
  if (filter === undefined) return everything;
  const entriesOnly = oneOf(params, 'stopOrderType', ['Stop']) === 'Stop';
  const spares = filter === 'StopOrder' && entriesOnly;
  return (order) => order.orderFilter === filter && (!spares || order.stopOrderType === 'Stop');
}

/** So many of them, by chance. */
function picked(orders: readonly Order[], most: number, random: Random): Order[] {
  const left = [...orders];
  const taken: Order[] = [];
  while (taken.length < most && left.length > 0) {
    const [order] = left.splice(Math.floor(random.next() * left.length), 1);
    if (order) taken.push(order);
  }
  return taken;
}

/** Says only that the request is accepted: nothing is closed yet. */
export const cancelAll = trading(
  'order/cancel-all',
  (state, params, caller) => {
    const category = categoryOf(params);
    const [inScope, ofKind] = [scopeOf(state, params), kindOf(params)];
    const uid = uidOf(caller.key);
    const found = state.books
      .all()
      .filter((order) => order.uid === uid && order.category === category && isOpen(order))
      .filter((order) => inScope(order) && ofKind(order));
    const { cancelAllMost, cancelAllSuccess: success } = state.behaviour;
    const capped = category === 'linear' || category === 'inverse';
    const few = !capped || found.length <= cancelAllMost;
    const taken = few ? found : picked(found, cancelAllMost, state.random);
    for (const order of taken) {
      state.books.requestCancel(order, { request: caller.request }, caller.effect?.fate);
    }
    const list = taken.map(({ orderId, orderLinkId }) => ({ orderId, orderLinkId }));
    return success === 'missing' ? { list } : { list, success };
  },
  POOLS,
);
