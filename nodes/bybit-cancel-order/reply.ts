/**
 * From an outcome to what the flow gets: the fields of the message.
 */
import { inAccount, present, type Writer } from '../action/reply/message';
import type { Told as ActionTold } from '../action/reply/told';
import { cancelTypeOf, stateOf } from '../action/reply/order-state';
import { isRetryable, type Outcome } from '../bybit/model';

/** An outcome, or as much of one as there is when nothing was sent. */
export type ToldOfOrder = Partial<Outcome> &
  Pick<Outcome, 'outcome' | 'message' | 'attempts' | 'timing'> &
  Pick<ActionTold, 'account'>;

/** The fields of an outcome that `msg.bybit` has, in this order. */
const TOLD = [
  'outcome',
  'account',
  'environment',
  'transport',
  'category',
  'symbol',
  'orderId',
  'orderLinkId',
  'orderFilter',
  'order',
  'confirmedBy',
  'retCode',
  'retMsg',
  'attempts',
  'timing',
  'rateLimit',
] as const satisfies readonly (keyof ToldOfOrder)[];

export const writer: Writer<ToldOfOrder> = {
  record(told) {
    const record: Record<string, unknown> = {};
    for (const field of TOLD) if (told[field] !== undefined) record[field] = told[field];
    // The order's record may be shared with other messages, and a flow may change what it gets.
    if (told.order !== undefined) record.order = structuredClone(told.order);
    if (told.account !== undefined) record.account = { ...told.account };
    if (told.rateLimit !== undefined) record.rateLimit = { ...told.rateLimit };
    record.timing = { ...told.timing };
    return record;
  },

  payload(told) {
    const { outcome, category, symbol, order } = told;
    const payload = {
      outcome,
      category,
      symbol,
      orderId: told.orderId || order?.orderId || '',
      orderLinkId: told.orderLinkId || order?.orderLinkId || '',
    };
    if (order !== undefined) Object.assign(payload, stateOf(order));
    return payload;
  },

  error(told, source) {
    const { order, retCode, retMsg } = told;
    return present({
      message: told.message,
      code: told.outcome,
      retryable: isRetryable(told.outcome),
      retryAfterMs: told.retryAfterMs,
      account: told.account && { ...told.account },
      retCode,
      retMsg,
      orderStatus: order?.orderStatus,
      cancelType: order && cancelTypeOf(order),
      cumExecQty: order?.cumExecQty,
      source,
    });
  },

  inWords({ outcome, message, account, symbol, orderId, orderLinkId }) {
    const order = [symbol, orderId ?? orderLinkId].filter((part) => part !== undefined).join(' ');
    return `${outcome}${inAccount(account)}${order === '' ? '' : `, order ${order}`}: ${message}`;
  },
};
