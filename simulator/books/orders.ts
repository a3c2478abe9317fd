/** One order: what is true of it. Its fields are called as in API section order/open-order. */
import { randomUUID } from 'node:crypto';
import { subtract, zeroLike } from '../decimal';
import type { Category, Instrument } from './instruments';

/** Of a single spot order: what order/create and order/cancel document. */
export const DOCUMENTED_FILTERS = ['Order', 'tpslOrder', 'StopOrder'] as const;
/** With those of order/cancel-all and order/realtime: orders of a pair have no documented cancel. */
export const ORDER_FILTERS = [...DOCUMENTED_FILTERS, 'OcoOrder', 'BidirectionalTpslOrder'] as const;
export type OrderFilter = (typeof ORDER_FILTERS)[number];

/** API section enum, stopOrderType; those of spot are called as their filters. */
export type StopOrderType =
  | 'TakeProfit'
  | 'StopLoss'
  | 'TrailingStop'
  | 'PartialTakeProfit'
  | 'PartialStopLoss'
  | 'MmRateClose'
  | 'Stop';

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
  /** default: Order, or StopOrder for one that waits for a trigger */
  orderFilter?: OrderFilter;
  /** given, the order waits for its trigger; default of those that wait: 9000.00 */
  triggerPrice?: string;
  /** given, the order waits for its trigger; default: as the filter says, Stop for StopOrder */
  stopOrderType?: StopOrderType;
  reduceOnly?: boolean;
  closeOnTrigger?: boolean;
  /** of the order that this one is attached to */
  parentOrderLinkId?: string;
  /** API section enum, createType; default CreateByUser; linear and inverse alone tell it */
  createType?: string;
}

export interface Order {
  /** how many orders were placed before it */
  readonly serial: number;
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
  readonly stopOrderType: string;
  readonly reduceOnly: boolean;
  readonly closeOnTrigger: boolean;
  readonly parentOrderLinkId: string;
  readonly createType: string;
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

const STOP_ORDER_TYPES: Readonly<Record<OrderFilter, string>> = {
  Order: '',
  StopOrder: 'Stop',
  tpslOrder: 'tpslOrder',
  OcoOrder: 'OcoOrder',
  BidirectionalTpslOrder: 'BidirectionalTpslOrder',
};

/** Whether it waits for a trigger, and which. */
function triggerOf(
  wish: NewOrder,
): Pick<Order, 'orderFilter' | 'triggerPrice' | 'stopOrderType' | 'orderStatus'> {
  const { triggerPrice = '', stopOrderType } = wish;
  const waits = triggerPrice !== '' || stopOrderType !== undefined;
  const orderFilter = wish.orderFilter ?? (waits ? 'StopOrder' : 'Order');
  return {
    orderFilter,
    triggerPrice: triggerPrice === '' && orderFilter !== 'Order' ? '9000.00' : triggerPrice,
    stopOrderType: stopOrderType ?? STOP_ORDER_TYPES[orderFilter],
    orderStatus: orderFilter === 'Order' ? 'New' : 'Untriggered',
  };
}

export function newOrder(
  wish: NewOrder & { uid: string },
  context: { instrument: Instrument; serverTime: number; serial: number },
): Order {
  const { category, symbol, uid } = wish;
  const spotId = FIRST_SPOT_ID + BigInt(context.serial) * SPOT_ID_STEP;
  const qty = wish.qty ?? '0.010';
  return {
    serial: context.serial,
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
    ...triggerOf(wish),
    reduceOnly: wish.reduceOnly ?? false,
    closeOnTrigger: wish.closeOnTrigger ?? false,
    parentOrderLinkId: wish.parentOrderLinkId ?? '',
    createType: wish.createType ?? 'CreateByUser',
    createdTime: context.serverTime,
    updatedTime: context.serverTime,
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

export const hasFills = (order: Order): boolean => /[1-9]/.test(order.cumExecQty);

/** The status that a cancel leads to (API section enum, orderStatus). */
export function cancelledStatus(order: Order): OrderStatus {
  if (order.orderStatus === 'Untriggered') return 'Deactivated';
  return order.category === 'spot' && hasFills(order) ? 'PartiallyFilledCanceled' : 'Cancelled';
}
