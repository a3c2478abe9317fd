/** What several orders come to, in one summary. */
import assert from 'node:assert/strict';
import {
  REPORT,
  summarize,
  toldOfSeveral,
  type OrderOutcome,
} from '../../../nodes/action/reply/report';
import { statusCodeOf } from '../../../nodes/action/reply/told';
import type { OutcomeCode } from '../../../nodes/bybit/model';

const of = (outcome: OutcomeCode, more: Partial<OrderOutcome> = {}): OrderOutcome => ({
  outcome,
  message: `It is ${outcome}.`,
  category: 'linear',
  symbol: 'BTCUSDT',
  orderId: outcome,
  ...more,
});
const FRAME = {
  environment: 'testnet',
  transport: 'http',
  timing: { startedAt: 1, totalMs: 2 },
  requests: 3,
} as const;
const told = (...orders: OrderOutcome[]) => toldOfSeveral(orders, FRAME);
const SOURCE = { id: 'n', type: 'bybit-cancel-orders', name: '' };

describe('the summary of several orders', () => {
  const cases: [orders: OutcomeCode[], summary: string, statusCode: number][] = [
    [[], 'nothing-to-cancel', 200],
    [['cancelled', 'cancelled'], 'cancelled', 200],
    [['cancelled', 'already-cancelled'], 'cancelled', 200],
    [['already-cancelled'], 'cancelled', 200],
    [['filled', 'filled'], 'filled', 409],
    [['unconfirmed'], 'unconfirmed', 504],
    [['invalid-request', 'invalid-request'], 'invalid-request', 400],
    [['unauthorized', 'unauthorized', 'unauthorized'], 'unauthorized', 403],
    [['cancelled', 'filled'], 'incomplete', 409],
    [['filled', 'not-found'], 'incomplete', 409],
    [['cancelled', 'unconfirmed'], 'incomplete', 504],
    [['unconfirmed', 'filled'], 'incomplete', 504],
  ];
  for (const [orders, outcome, statusCode] of cases) {
    it(`${orders.join(', ') || 'none'}: ${outcome}, ${statusCode}`, () => {
      const summary = told(...orders.map((one) => of(one)));
      assert.deepEqual([summary.outcome, statusCodeOf(summary)], [outcome, statusCode]);
    });
  }

  it('counts each outcome that occurred', () => {
    const { counts } = summarize([of('cancelled'), of('filled'), of('cancelled')]);
    assert.deepEqual(counts, { cancelled: 2, filled: 1 });
  });

  it('tells first what may still be open', () => {
    const { message } = told(of('cancelled'), of('filled'), of('unconfirmed'), of('not-found'));
    assert.equal(
      message,
      '3 of 4 orders are not closed by a cancel: 1 unconfirmed, which may still be open; 1 filled; 1 not-found. The first one: It is unconfirmed.',
    );
  });

  it('is retryable when an order is, and says when the last of them can be', () => {
    const error = (...orders: OrderOutcome[]) =>
      REPORT.error(told(...orders), SOURCE) as Record<string, unknown>;
    assert.equal(error(of('cancelled'), of('filled')).retryable, false);
    const waits = [
      of('rate-limited', { retryAfterMs: 20 }),
      of('unavailable', { retryAfterMs: 90 }),
    ];
    const { retryable, retryAfterMs } = error(of('filled'), ...waits);
    assert.deepEqual([retryable, retryAfterMs], [true, 90]);
  });

  it('names in the error the orders that are left, with what is known of each', () => {
    const order = { orderId: 'x', orderLinkId: 'mine', symbol: 'BTCUSDT', orderStatus: 'New' };
    const left = of('unconfirmed', { orderId: '', orderFilter: 'StopOrder', order });
    const { orders } = REPORT.error(told(of('cancelled'), left), SOURCE) as { orders: object[] };
    assert.deepEqual(orders, [
      {
        ...{ outcome: 'unconfirmed', category: 'linear', symbol: 'BTCUSDT' },
        ...{ orderLinkId: 'mine', orderStatus: 'New', orderFilter: 'StopOrder' },
        ...{ message: 'It is unconfirmed.', retryable: true },
      },
    ]);
  });

  it('shares nothing between the parts of a message, which a flow may change', () => {
    const summary = told(of('cancelled'), of('cancelled'));
    const [record, payload] = [REPORT.record(summary), REPORT.payload(summary)] as {
      orders: { outcome: string }[];
      counts: Record<string, number>;
    }[];
    record!.orders[0]!.outcome = 'changed';
    record!.counts.cancelled = 9;
    assert.equal(payload!.orders[0]!.outcome, 'cancelled');
    assert.deepEqual(payload!.counts, { cancelled: 2 });
    assert.equal(summary.orders[0]!.outcome, 'cancelled');
  });
});
