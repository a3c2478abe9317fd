/** Places orders (API section order/create-order): the fields that a resting order needs. */
import { uidOf } from '../protocol/api-keys';
import { refusals } from '../protocol/answers';
import { isDecimal } from '../decimal';
import { trading, type Exchangeable } from './operation';
import { DOCUMENTED_FILTERS, type NewOrder } from '../books/orders';
import { flag, oneOf, symbolOf, text, type Params } from '../protocol/params';

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
  return { ...order, ...optionalFields(params), ...fieldsOfCategory(order, params) };
}

function optionalFields(params: Params): Partial<NewOrder> {
  const fields: Partial<NewOrder> = {};
  for (const name of ['orderLinkId', 'timeInForce', 'triggerPrice'] as const) {
    const value = text(params, name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

function fieldsOfCategory({ category }: NewOrder, params: Params): Partial<NewOrder> {
  if (category === 'spot') {
    return { orderFilter: oneOf(params, 'orderFilter', DOCUMENTED_FILTERS) ?? 'Order' };
  }
  return {
    reduceOnly: flag(params, 'reduceOnly') ?? false,
    closeOnTrigger: flag(params, 'closeOnTrigger') ?? false,
  };
}

export const createOrder = trading('order/create', (state, params, { key }) => {
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
