/**
 * The orders: what is true, whatever the answers and the stream say. No sockets in here.
 */
import type { Behaviour } from './behaviour';
import type { Clock } from '../clock';
import { add, compare } from '../decimal';
import type { Category, Instruments } from './instruments';
import { recordOf } from './order-record';
import {
  cancelledStatus,
  isOpen,
  leavesQty,
  newOrder,
  type CancelNote,
  type NewOrder,
  type Order,
  type OrderRecord,
} from './orders';

export interface BooksOptions {
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly behaviour: Pick<Behaviour, 'cancelledLeavesQty'>;
  /** whose orders are placed when no UID is given */
  readonly uid: string;
  /** Told of every change, as the order stream tells it. */
  readonly onChange: (order: Order, record: OrderRecord) => void;
}

/** What becomes of an accepted cancel, when not the usual. */
export type CancelFate = 'lostRace' | 'ackOnly';

export interface OrderIds {
  readonly uid: string;
  readonly category: Category;
  readonly orderId?: string | undefined;
  readonly orderLinkId?: string | undefined;
}

export class Books {
  private readonly orders = new Map<string, Order>();
  /** by `orderLinkId`, oldest first */
  private readonly linked = new Map<string, Order[]>();
  private readonly cancelsUnderWay = new Set<() => void>();
  private readonly hidden = new Set<string>();

  constructor(
    private readonly options: BooksOptions,
    /** ms from the acknowledgement of a cancel to its effect */
    public cancelDelayMs = 5,
  ) {}

  /** Opens an order directly. A market order is executed at once. */
  place(wish: NewOrder): Order {
    const { clock, instruments, uid } = this.options;
    const context = {
      instrument: instruments.list(wish.category, wish.symbol),
      serverTime: clock.server(),
      serial: this.orders.size,
    };
    const order = newOrder({ uid, ...wish }, context);
    if (this.orders.has(order.orderId)) throw new Error(`order ${order.orderId} is there already`);
    this.orders.set(order.orderId, order);
    const linked = this.linked.get(order.orderLinkId) ?? [];
    if (order.orderLinkId !== '') this.linked.set(order.orderLinkId, [...linked, order]);
    this.changed(order);
    if (order.orderType === 'Market' && isOpen(order)) this.fill(order.orderId);
    return order;
  }

  /** Executes an open order, all that is left of it unless told how much. */
  fill(orderId: string, qty?: string): Order {
    const order = this.openOrder(orderId);
    if (order.orderStatus === 'Untriggered') this.trigger(orderId);
    const left = leavesQty(order);
    if (qty !== undefined && compare(qty, left) > 0) throw new Error(`only ${left} left to fill`);
    order.cumExecQty = add(order.cumExecQty, qty ?? left);
    const done = compare(order.cumExecQty, order.qty) === 0;
    order.orderStatus = done ? 'Filled' : 'PartiallyFilled';
    if (done) order.closedBy = 'fill';
    this.changed(order);
    return order;
  }

  /** Cancels an open order at once, as if somebody else had asked for it. */
  cancel(orderId: string, cancelType = 'CancelByUser'): Order {
    return this.close(this.openOrder(orderId), cancelType);
  }

  /** Lets the matching engine reject an open order after all. */
  reject(orderId: string, reason = 'EC_PostOnlyWillTakeLiquidity'): Order {
    const order = this.openOrder(orderId);
    order.orderStatus = 'Rejected';
    order.closedBy = 'reject';
    order.rejectReason = reason;
    this.changed(order);
    return order;
  }

  /** Lets the market reach the trigger price. */
  trigger(orderId: string): Order {
    const order = this.openOrder(orderId);
    order.orderStatus = 'Triggered';
    this.changed(order);
    order.orderStatus = 'New';
    this.changed(order);
    return order;
  }

  /** From now on cancels of this order are acknowledged and never take effect. */
  hide(orderId: string): void {
    this.hidden.add(orderId);
  }

  /** Accepts a cancel; it takes effect later, if the order is still open by then. */
  requestCancel(order: Order, note: Omit<CancelNote, 'at'>, fate?: CancelFate): void {
    order.cancelRequests.push({ at: this.options.clock.local(), ...note });
    if (fate === 'ackOnly' || this.hidden.has(order.orderId)) return;
    const callOff = this.options.clock.after(this.cancelDelayMs, () => {
      this.cancelsUnderWay.delete(callOff);
      if (fate === 'lostRace' && isOpen(order)) this.fill(order.orderId);
      this.takeEffect(order, note.request);
    });
    this.cancelsUnderWay.add(callOff);
  }

  /** Throws when there is no such order. */
  get(orderId: string): Order {
    const order = this.orders.get(orderId);
    if (!order) throw new Error(`no order ${orderId}`);
    return order;
  }

  /** By `orderId` if there is one, else by `orderLinkId` (API section order/cancel-order). */
  find(ids: OrderIds): Order | undefined {
    const fits = ({ uid, category }: Order) => uid === ids.uid && category === ids.category;
    if (ids.orderId !== undefined) {
      const order = this.orders.get(ids.orderId);
      return order && fits(order) ? order : undefined;
    }
    return this.linked.get(ids.orderLinkId ?? '')?.findLast(fits);
  }

  /** Oldest first. */
  all(): Order[] {
    return [...this.orders.values()];
  }

  /** Cancels that are accepted and not yet in effect. */
  get pendingCancels(): number {
    return this.cancelsUnderWay.size;
  }

  /** As after a restart of the exchange: closed orders are in the history alone. */
  reset(): void {
    for (const order of this.orders.values()) if (!isOpen(order)) order.forgotten = true;
  }

  private openOrder(orderId: string): Order {
    const order = this.get(orderId);
    if (!isOpen(order)) throw new Error(`order ${orderId} is ${order.orderStatus}`);
    return order;
  }

  private close(order: Order, cancelType: string): Order {
    order.orderStatus = cancelledStatus(order);
    order.closedBy = 'cancel';
    order.cancelType = cancelType;
    // Before its trigger the matching engine had no such order, and gives no reason.
    const unseen = order.orderStatus === 'Deactivated';
    order.rejectReason = unseen ? 'EC_NoError' : 'EC_PerCancelRequest';
    this.changed(order);
    return order;
  }

  private takeEffect(order: Order, request: number): void {
    if (isOpen(order)) {
      order.closedByRequest = request;
      this.close(order, 'CancelByUser');
    } else if (order.closedBy === 'fill') {
      // The cancel's own refusal comes as a second Filled (API section websocket/private/order).
      const record = {
        ...this.recordOf(order),
        cancelType: 'CancelByUser',
        rejectReason: 'EC_OrigClOrdIDDoesNotExist',
      };
      this.options.onChange(order, record);
    }
  }

  private changed(order: Order): void {
    const { clock, onChange } = this.options;
    order.updatedTime = Math.max(clock.server(), order.createdTime);
    const record = this.recordOf(order);
    order.versions.push({ at: clock.local(), record });
    onChange(order, record);
  }

  private recordOf(order: Order): OrderRecord {
    return recordOf(order, this.options.behaviour.cancelledLeavesQty);
  }
}
