/** What an order's record tells a flow of how it ended. */
import type { OrderRecord } from '../../bybit/model';
import { present } from './message';

/** `orderStatus`, `cancelType`, `cumExecQty` and `avgPrice`, as far as the record has them. */
export function stateOf(order: OrderRecord): Record<string, unknown> {
  const { orderStatus, cumExecQty, avgPrice } = order;
  return present({ orderStatus, cancelType: cancelTypeOf(order), cumExecQty, avgPrice });
}

/** Who or what closed the order (API section enum/canceltype); records of open ones have none. */
export function cancelTypeOf({ cancelType }: OrderRecord): string | undefined {
  const isKnown = typeof cancelType === 'string' && cancelType !== '' && cancelType !== 'UNKNOWN';
  return isKnown ? cancelType : undefined;
}
