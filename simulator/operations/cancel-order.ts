/** Cancels one order (API section order/cancel-order). */
import { uidOf } from '../protocol/api-keys';
import { refusals, type Refusal } from '../protocol/answers';
import type { Category } from '../books/instruments';
import { trading, type Caller, type Exchangeable } from './operation';
import { isOpen, ORDER_FILTERS, type Order, type OrderFilter } from '../books/orders';
import { categoryOf, oneOf, symbolOf, text, type Params } from '../protocol/params';

const gone = (category: Category): Refusal =>
  category === 'spot' ? refusals.goneSpot() : refusals.goneDerivative();

/** A filter that the exchange knows elsewhere, but doesn't take here, is refused. */
function cancelFilter(state: Exchangeable, params: Params): OrderFilter {
  const filter = oneOf(params, 'orderFilter', ORDER_FILTERS) ?? 'Order';
  if (!state.cancelFilters.has(filter)) throw refusals.filter();
  return filter;
}

/** Throws a Refusal unless the parameters name an open order. */
function orderToCancel(state: Exchangeable, params: Params, caller: Caller): Order {
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
  return order;
}

/** Accepts the cancel of one order, or throws a Refusal. It takes effect later. */
export function acceptCancel(state: Exchangeable, params: Params, caller: Caller): Order {
  const order = orderToCancel(state, params, caller);
  const { request, reqId, effect } = caller;
  const note = reqId === undefined ? { request } : { request, reqId };
  state.books.requestCancel(order, note, effect?.fate);
  return order;
}

/** Says only that the request is accepted. */
export const cancelOrder = trading('order/cancel', (state, params, caller) => {
  const { orderId, orderLinkId } = acceptCancel(state, params, caller);
  return { orderId, orderLinkId };
});
