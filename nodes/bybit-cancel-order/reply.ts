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

type RecordOfOrder = {
  -readonly [Field in Exclude<keyof ToldOfOrder, 'message'>]?: ToldOfOrder[Field];
};

export const writer: Writer<ToldOfOrder> = {
  record(told) {
    const { account, order, rateLimit } = told;
    // Field by field: a loop over their names takes ten times as long, for each message.
    const record: RecordOfOrder = { outcome: told.outcome };
    if (account !== undefined) record.account = { ...account };
    if (told.environment !== undefined) record.environment = told.environment;
    if (told.transport !== undefined) record.transport = told.transport;
    if (told.category !== undefined) record.category = told.category;
    if (told.symbol !== undefined) record.symbol = told.symbol;
    if (told.orderId !== undefined) record.orderId = told.orderId;
    if (told.orderLinkId !== undefined) record.orderLinkId = told.orderLinkId;
    if (told.orderFilter !== undefined) record.orderFilter = told.orderFilter;
    // The order's record may be shared with other messages, and a flow may change what it gets.
    if (order !== undefined) record.order = structuredClone(order);
    if (told.confirmedBy !== undefined) record.confirmedBy = told.confirmedBy;
    if (told.retCode !== undefined) record.retCode = told.retCode;
    if (told.retMsg !== undefined) record.retMsg = told.retMsg;
    record.attempts = told.attempts;
    record.timing = { ...told.timing };
    if (rateLimit !== undefined) record.rateLimit = { ...rateLimit };
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
