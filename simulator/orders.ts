/** One order: what is true of it, and how the API tells it (API section order/open-order). */
import { randomUUID } from 'node:crypto';
import { multiply, subtract, zeroLike } from './decimal';
import type { Category, Instrument } from './instruments';

/** Of a single spot order: what order/create and order/cancel document. */
export const DOCUMENTED_FILTERS = ['Order', 'tpslOrder', 'StopOrder'] as const;
/** With those of order/cancel-all and order/realtime: orders of a pair have no documented cancel. */
export const ORDER_FILTERS = [...DOCUMENTED_FILTERS, 'OcoOrder', 'BidirectionalTpslOrder'] as const;
export type OrderFilter = (typeof ORDER_FILTERS)[number];

export const OPEN_STATUSES = ['New', 'PartiallyFilled', 'Untriggered'] as const;
export type OrderStatus =
  | (typeof OPEN_STATUSES)[number]
  | 'Triggered'
  | 'Cancelled'
  | 'PartiallyFilledCanceled'
  | 'Deactivated'
  | 'Filled'
  | 'Rejected';

/** An order as the API tells it: strings, but for a few flags. */
export type OrderRecord = Readonly<Record<string, unknown>> & {
  readonly category: Category;
  readonly orderId: string;
  readonly orderLinkId: string;
  readonly symbol: string;
  readonly orderStatus: OrderStatus;
  readonly cancelType: string;
  readonly rejectReason: string;
  readonly cumExecQty: string;
  readonly leavesQty: string;
  readonly updatedTime: string;
};

/** A cancel that was accepted. */
export interface CancelNote {
  /** ms since the epoch, this machine's clock */
  readonly at: number;
  /** index in `exchange.requests` */
  readonly request: number;
  /** of a WebSocket request */
  readonly reqId?: string;
}

export interface NewOrder {
  category: Category;
  symbol: string;
  orderId?: string;
  orderLinkId?: string;
  uid?: string;
  side?: 'Buy' | 'Sell';
  orderType?: 'Limit' | 'Market';
  price?: string;
  qty?: string;
  timeInForce?: string;
  orderFilter?: OrderFilter;
  triggerPrice?: string;
}

export interface Order {
  readonly orderId: string;
  readonly orderLinkId: string;
  readonly uid: string;
  readonly category: Category;
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly side: string;
  readonly orderType: string;
  readonly price: string;
  readonly qty: string;
  readonly timeInForce: string;
  readonly orderFilter: OrderFilter;
  readonly triggerPrice: string;
  /** ms since the epoch, the exchange's clock */
  readonly createdTime: number;
  updatedTime: number;
  orderStatus: OrderStatus;
  cumExecQty: string;
  cancelType: string;
  rejectReason: string;
  /** What closed it; absent while it is open. */
  closedBy?: 'cancel' | 'fill' | 'reject';
  /** Which accepted cancel closed it; absent when somebody else's did. */
  closedByRequest?: number;
  readonly cancelRequests: CancelNote[];
  /** Closed before a restart of the exchange: the history alone still has it. */
  forgotten: boolean;
  /** What was on record since when (this machine's clock); the newest is last. */
  readonly versions: { readonly at: number; readonly record: OrderRecord }[];
}

/** Spot ids have 19 digits: more than a JSON number of most languages can hold. */
const FIRST_SPOT_ID = 1_523_347_543_495_541_249n;
const SPOT_ID_STEP = 1_048_583n;

export function newOrder(
  wish: NewOrder & { uid: string },
  context: { instrument: Instrument; serverTime: number; serial: number },
): Order {
  const { category, symbol, uid } = wish;
  const spotId = FIRST_SPOT_ID + BigInt(context.serial) * SPOT_ID_STEP;
  const qty = wish.qty ?? '0.010';
  const triggerPrice = wish.triggerPrice ?? '';
  const conditional = wish.orderFilter ?? (triggerPrice === '' ? 'Order' : 'StopOrder');
  return {
    orderId: wish.orderId ?? (category === 'spot' ? spotId.toString() : randomUUID()),
    orderLinkId: wish.orderLinkId ?? '',
    uid,
    category,
    symbol,
    instrument: context.instrument,
    side: wish.side ?? 'Buy',
    orderType: wish.orderType ?? 'Limit',
    price: wish.price ?? '10000.00',
    qty,
    timeInForce: wish.timeInForce ?? 'GTC',
    orderFilter: conditional,
    triggerPrice: triggerPrice === '' && conditional !== 'Order' ? '9000.00' : triggerPrice,
    createdTime: context.serverTime,
    updatedTime: context.serverTime,
    orderStatus: conditional === 'Order' ? 'New' : 'Untriggered',
    cumExecQty: zeroLike(qty),
    cancelType: 'UNKNOWN',
    rejectReason: 'EC_NoError',
    cancelRequests: [],
    forgotten: false,
    versions: [],
  };
}

export const isOpenStatus = (status: string): boolean =>
  (OPEN_STATUSES as readonly string[]).includes(status);

export const isOpen = (order: Order): boolean => isOpenStatus(order.orderStatus);

export const leavesQty = (order: Order): string => subtract(order.qty, order.cumExecQty);

const hasFills = (order: Order): boolean => /[1-9]/.test(order.cumExecQty);

/** The status that a cancel leads to (API section enum, orderStatus). */
export function cancelledStatus(order: Order): OrderStatus {
  if (order.orderStatus === 'Untriggered') return 'Deactivated';
  return order.category === 'spot' && hasFills(order) ? 'PartiallyFilledCanceled' : 'Cancelled';
}

/** Only spot records lack `createType` and `tpslMode` and have `basePrice` and the like. */
function fieldsOfCategory(order: Order): Record<string, unknown> {
  if (order.category === 'spot') {
    return { basePrice: order.price, marketUnit: '', ocoTriggerBy: 'OcoTriggerByUnknown' };
  }
  const fields = { lastPriceOnCreated: order.price, tpslMode: '' };
  return order.category === 'option' ? fields : { ...fields, createType: 'CreateByUser' };
}

/** API section enum, stopOrderType: as the filter is called, but for conditional orders. */
function stopOrderType(order: Order): string {
  if (order.orderFilter === 'StopOrder') return 'Stop';
  if (order.orderFilter !== 'Order') return order.orderFilter;
  return order.category === 'linear' || order.category === 'inverse' ? 'UNKNOWN' : '';
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
  reduceOnly: false,
  closeOnTrigger: false,
  smpType: 'None',
  smpGroup: 0,
  smpOrderId: '',
  tpLimitPrice: '',
  slLimitPrice: '',
  cumFeeDetail: {},
} as const;

/** How the API tells the order as it is now. */
export function recordOf(order: Order): OrderRecord {
  // A closed order leaves nothing to execute, whether it was filled or cancelled.
  const leaves = order.closedBy === undefined ? leavesQty(order) : zeroLike(order.qty);
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
    leavesValue: multiply(leaves, order.price),
    cumExecQty: order.cumExecQty,
    cumExecValue: multiply(order.cumExecQty, order.price),
    timeInForce: order.timeInForce,
    orderType: order.orderType,
    stopOrderType: stopOrderType(order),
    triggerPrice: order.triggerPrice,
    placeType: order.category === 'option' ? 'price' : '',
    createdTime: String(order.createdTime),
    updatedTime: String(order.updatedTime),
  };
}
