/** Look-ups as the API has them: which records to ask for, and what they say. */
import type { CancelRequest, OrderRecord } from './outcome';
import type { LookUpAnswer, LookUpScope } from './ports';
import { asRecord, pick } from './records';
import type { RestAnswer } from './rest';
import type { Meaning } from './ret-codes';

/** API sections order/open-order and order/order-list. */
export function queries(request: CancelRequest, scope: LookUpScope): Record<string, string>[] {
  const { category, symbol, orderId, orderLinkId } = request;
  const id: Record<string, string> =
    orderId === undefined ? { orderLinkId: orderLinkId ?? '' } : { orderId };
  if (scope === 'place') return [{ category, symbol, ...id }];
  if (scope === 'history' || category !== 'linear') return [{ category, ...id }];
  // Linear orders are listed by symbol or by settle coin, never without either.
  return [
    { category, settleCoin: 'USDT', ...id },
    { category, settleCoin: 'USDC', ...id },
  ];
}

export function readLookUp(
  request: CancelRequest,
  answer: RestAnswer,
  meaning: Meaning,
): LookUpAnswer {
  const { category, list } = (answer.result ?? {}) as { category?: unknown; list?: unknown };
  if (meaning !== 'accepted' || !Array.isArray(list)) return { readable: false };
  const of = typeof category === 'string' && category !== '' ? category : request.category;
  const records = list
    .map((item) => asRecord(item, of))
    .filter((item): item is OrderRecord => item !== undefined);
  const record = pick(records, request);
  return { readable: true, ...(record === undefined ? {} : { record }) };
}
