/** Look-ups, each in its turn: which records to ask for, and what they say. */
import type { Pacing } from '../limits/limits';
import type { OrderRecord, SentRequest } from '../model';
import type { LookUpAnswer, LookUpScope, ExchangePort } from '../cancel/exchange-port';
import { asRecord, pick } from '../cancel/order-record';
import type { Reply } from '../answers/reply';
import type { Rest } from '../wire/http';
import type { Meaning } from '../answers/meaning';

/** ms */
const LOOK_UP_LIMIT = 1500;

export interface OrderQueriesOptions {
  readonly ask: Rest;
  readonly pacing: Pacing;
  readonly measureClock: ExchangePort['measureClock'];
}

export function createLookUps({
  ask,
  pacing,
  measureClock,
}: OrderQueriesOptions): ExchangePort['lookUp'] {
  const { pacers, read } = pacing;
  return async (request, scope, { queuedAt, untilStop, untilCutOff, onRequest }) => {
    const where = scope === 'history' ? 'history' : 'realtime';
    for (const fields of queries(request, scope)) {
      const turn = await pacers[where].turn(queuedAt, untilStop);
      if (!turn.granted) return { readable: false };
      const path = `/v5/order/${where}`;
      onRequest();
      const reply = await ask({
        method: 'GET',
        path,
        fields,
        limitMs: LOOK_UP_LIMIT,
        signal: untilCutOff,
      });
      const meaning = read(pacers[where], turn, reply);
      if (meaning === 'clock') await measureClock(reply.sentAt, untilCutOff);
      const found = readLookUp(request, reply, meaning);
      if (!found.readable || found.record !== undefined) return found;
    }
    return { readable: true };
  };
}

/** API sections order/open-order and order/order-list. */
function queries(request: SentRequest, scope: LookUpScope): Record<string, string>[] {
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

function readLookUp(request: SentRequest, reply: Reply, meaning: Meaning): LookUpAnswer {
  const { category, list } = (reply.result ?? {}) as { category?: unknown; list?: unknown };
  const refused = meaning === 'unauthorized' || meaning === 'denied';
  if (meaning !== 'accepted' || !Array.isArray(list)) return { readable: false, refused };
  const of = typeof category === 'string' && category !== '' ? category : request.category;
  const records: OrderRecord[] = [];
  for (const item of list) {
    const record = asRecord(item, of);
    // It may be the order asked for: what can't be read is no absence.
    if (record === undefined) return { readable: false };
    records.push(record);
  }
  const record = pick(records, request);
  return { readable: true, ...(record === undefined ? {} : { record }) };
}
