/** Evidence as a test needs it: one observation after the other, at one moment. */
import {
  beginEvidence,
  type Evidence,
  type Found,
  type Moment,
} from '../../../nodes/bybit/cancel/evidence';
import { observe } from '../../../nodes/bybit/cancel/observe';
import type { CancelRequest, OrderRecord } from '../../../nodes/bybit/model';
import type { Answer } from '../../../nodes/bybit/cancel/exchange-port';
import type { Meaning } from '../../../nodes/bybit/answers/meaning';

export const NOW = 100_000;
const REQUEST: CancelRequest = { category: 'spot', symbol: 'BTCUSDT', orderId: '1' };
export const AT: Moment = {
  now: NOW,
  remaining: 8000,
  closing: false,
  late: false,
  streamUp: true,
  random: 1,
};
export const BEGUN = beginEvidence(REQUEST, { confirm: true, transport: 'http', now: NOW });
const record = (more: object = {}): OrderRecord => ({
  orderId: '1',
  orderLinkId: '',
  symbol: 'BTCUSDT',
  orderStatus: 'New',
  ...more,
});
export const answered = (e: Evidence, meaning: Meaning, more: Partial<Answer> = {}): Evidence => {
  const answer: Answer = {
    meaning,
    explain: () => meaning,
    transport: 'http',
    signedAt: 7,
    ...more,
  };
  return observe(e, { kind: 'answered', answer, cutOff: false }, AT);
};
export const looked = (
  e: Evidence,
  found: Found,
  more: Partial<Moment> = {},
  everywhere = false,
) => {
  const at = { ...AT, ...more };
  return observe(e, { kind: 'looked', found, everywhere, since: at.now }, at);
};
export const shown = (e: Evidence, more: object = {}) =>
  observe(e, { kind: 'record', record: record(more), by: 'query' }, AT);
