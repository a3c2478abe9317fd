/** How the API tells an order (API sections order/open-order and websocket/private/order). */
import { multiply, zeroLike } from '../decimal';
import { hasFills, leavesQty, type Order, type OrderRecord } from './orders';

/** What a cancelled order says of the quantity that was not executed. */
export type LeavesQty = 'zero' | 'empty' | 'remaining';

/** Spot records lack `createType` and `tpslMode` and have `basePrice` and the like. */
function fieldsOfCategory(order: Order): Record<string, unknown> {
  if (order.category === 'spot') {
    return { basePrice: order.price, marketUnit: '', ocoTriggerBy: 'OcoTriggerByUnknown' };
  }
  const { parentOrderLinkId, createType } = order;
  const fields = { lastPriceOnCreated: order.price, tpslMode: '', parentOrderLinkId };
  return order.category === 'option' ? fields : { ...fields, createType };
}

/** The fields that say the same of every order here. */
const UNUSED_FIELDS = {
  blockTradeId: '',
  isLeverage: '',
  positionIdx: 0,
  cumExecFee: '0',
  orderIv: '',
  takeProfit: '',
  stopLoss: '',
  tpTriggerBy: '',
  slTriggerBy: '',
  triggerDirection: 0,
  triggerBy: '',
  smpType: 'None',
  smpGroup: 0,
  smpOrderId: '',
  tpLimitPrice: '',
  slLimitPrice: '',
  cumFeeDetail: {},
} as const;

function leavesOf(order: Order, ofCancelled: LeavesQty): string {
  if (order.closedBy === undefined) return leavesQty(order);
  if (order.closedBy !== 'cancel' || ofCancelled === 'zero') return zeroLike(order.qty);
  return ofCancelled === 'empty' ? '' : leavesQty(order);
}

/** How the API tells the order as it is now. */
export function recordOf(order: Order, ofCancelled: LeavesQty): OrderRecord {
  const leaves = leavesOf(order, ofCancelled);
  return {
    ...UNUSED_FIELDS,
    ...fieldsOfCategory(order),
    category: order.category,
    orderId: order.orderId,
    orderLinkId: order.orderLinkId,
    symbol: order.symbol,
    price: order.price,
    qty: order.qty,
    side: order.side,
    orderStatus: order.orderStatus,
    cancelType: order.cancelType,
    rejectReason: order.rejectReason,
    avgPrice: hasFills(order) ? order.price : '',
    leavesQty: leaves,
    leavesValue: leaves === '' ? '' : multiply(leaves, order.price),
    cumExecQty: order.cumExecQty,
    cumExecValue: multiply(order.cumExecQty, order.price),
    timeInForce: order.timeInForce,
    orderType: order.orderType,
    stopOrderType: order.stopOrderType,
    triggerPrice: order.triggerPrice,
    reduceOnly: order.reduceOnly,
    closeOnTrigger: order.closeOnTrigger,
    placeType: order.category === 'option' ? 'price' : '',
    createdTime: String(order.createdTime),
    updatedTime: String(order.updatedTime),
  };
}
