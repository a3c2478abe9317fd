/** The orders of a list, over real sockets: each its own outcome, and one report for the message. */
import assert from 'node:assert/strict';
import type { Order } from '../../simulator/exchange';
import { happens, received } from '../support/actions';
import { nodeOf, startFlow, type Arrival, type FlowOptions, type FlowStage } from './stage';

interface Report {
  readonly outcome: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly orders: readonly Readonly<Record<string, unknown>>[];
}

const payloadOf = ({ payload }: Arrival) => payload as Report;
const bybitOf = ({ bybit }: Arrival) => bybit as unknown as Report & Record<string, unknown>;
const errorOf = ({ error }: Arrival) => error as unknown as Report & Record<string, unknown>;

describe('a list of orders', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const start = (options: FlowOptions = {}) =>
    startFlow({ ...options, cancel: { type: 'bybit-cancel-orders', ...options.cancel } });
  const place = (count: number, wish: object = {}): Order[] =>
    Array.from({ length: count }, () =>
      stage.exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', ...wish }),
    );
  const itemOf = ({ category, symbol, orderId }: Order) => ({ category, symbol, orderId });
  const only = async () => {
    const [msg] = await stage.arrived(1);
    assert.ok(msg);
    return msg;
  };

  it('45 linear and 23 spot orders and one with a filter: proved, by both pools', async () => {
    stage = await start();
    const orders = [...place(45), ...place(23, { category: 'spot' })];
    const [filtered] = place(1, { category: 'spot', orderFilter: 'StopOrder' });
    const items = [...orders.map(itemOf), { ...itemOf(filtered!), orderFilter: 'StopOrder' }];
    stage.send({ _msgid: 'm', payload: items });
    const msg = await only();
    assert.deepEqual([msg.output, msg.statusCode, msg._msgid], ['one', 200, 'm']);
    assert.deepEqual(payloadOf(msg).counts, { cancelled: 69 });
    assert.deepEqual(
      payloadOf(msg).orders.map(({ orderId }) => orderId),
      items.map(({ orderId }) => orderId),
    );
    for (const order of [...orders, filtered!]) assert.equal(order.closedBy, 'cancel');
    const batches = received(stage.exchange, 'order/cancel-batch').map(
      ({ params }) => params as unknown as { category: string; request: object[] },
    );
    assert.ok(batches.length >= 3);
    for (const { category, request } of batches) {
      assert.ok(request.length <= (category === 'spot' ? 10 : 20));
    }
    const { requests, environment, transport } = bybitOf(msg);
    assert.deepEqual([environment, transport], ['custom', 'http']);
    // The last look-up may still be on its way.
    const sent = () => stage.exchange.requests.filter(({ path }) => path.includes('/order/'));
    await happens(stage.exchange, () => sent().length === requests);
  });

  it('each its own outcome: incomplete, and the error names what is left', async () => {
    stage = await start({ cancel: { timeout: 4000 } });
    const { books } = stage.exchange;
    const [open, before, filled, elsewhere, partly] = place(5);
    books.cancel(before!.orderId);
    books.fill(filled!.orderId);
    books.fill(partly!.orderId, '0.004');
    const items = [
      itemOf(open!),
      itemOf(before!),
      itemOf(filled!),
      { ...itemOf(open!), orderId: 'nobody' },
      { ...itemOf(elsewhere!), symbol: 'ETHUSDT' },
      itemOf(partly!),
      { category: 'linear', symbol: 'BTCUSDT' },
      17.5,
    ];
    stage.send({ payload: items, error: 'an earlier one' });
    const msg = await only();
    assert.deepEqual([msg.output, msg.statusCode], ['two', 409]);
    assert.deepEqual(msg.payload, items);
    assert.equal((msg as { _error?: unknown })._error, 'an earlier one');
    assert.deepEqual(
      bybitOf(msg).orders.map(({ outcome }) => outcome),
      [
        ...['cancelled', 'already-cancelled', 'filled', 'not-found', 'rejected', 'cancelled'],
        ...['invalid-request', 'invalid-request'],
      ],
    );
    assert.equal(bybitOf(msg).orders[5]?.cumExecQty, '0.004');
    const { code, retryable, counts, orders, message } = errorOf(msg);
    assert.deepEqual([code, retryable], ['incomplete', true]);
    assert.deepEqual(counts, {
      ...{ cancelled: 2, 'already-cancelled': 1, filled: 1, 'not-found': 1 },
      ...{ rejected: 1, 'invalid-request': 2 },
    });
    assert.deepEqual(
      orders.map((order) => [order.outcome, order.retryable]),
      [
        ...[
          ['filled', false],
          ['not-found', true],
          ['rejected', false],
        ],
        ...[
          ['invalid-request', false],
          ['invalid-request', false],
        ],
      ],
    );
    for (const order of orders) assert.equal(typeof order.message, 'string');
    assert.match(String(message), /^5 of 8 orders are not closed by a cancel/);
    assert.equal(elsewhere!.closedBy, undefined);
  });

  it('what is left goes into the node again', async () => {
    stage = await start({ cancel: { timeout: 1500 } });
    const orders = place(3);
    stage.exchange.faults.add({ kind: 'ackOnly', times: 3, on: 'order/cancel' });
    stage.send({ payload: orders.map(itemOf) });
    const first = await only();
    assert.deepEqual([first.output, first.statusCode], ['two', 504]);
    assert.equal(errorOf(first).code, 'unconfirmed');
    stage.send({ payload: errorOf(first).orders });
    const [, second] = await stage.arrived(2);
    assert.deepEqual(payloadOf(second!).counts, { cancelled: 3 });
  });

  it('an empty one: nothing to cancel, and nothing is sent', async () => {
    stage = await start();
    const before = stage.exchange.requests.length;
    stage.send({ payload: [] });
    const msg = await only();
    assert.deepEqual([msg.output, msg.statusCode], ['one', 200]);
    assert.deepEqual(msg.payload, { outcome: 'nothing-to-cancel', counts: {}, orders: [] });
    const sent = stage.exchange.requests.slice(before);
    assert.ok(sent.every(({ operation }) => !operation.includes('cancel')));
  });

  it('anything else: invalid-request, and nothing is sent', async () => {
    stage = await start();
    stage.send({ payload: '["a"]' });
    const msg = await only();
    assert.deepEqual(
      [msg.output, msg.statusCode, errorOf(msg).code],
      ['two', 400, 'invalid-request'],
    );
    assert.deepEqual([errorOf(msg).orders, bybitOf(msg).requests], [[], 0]);
    assert.match(String(errorOf(msg).message), /array.*JSON node/);
  });

  it('the key is refused: one outcome for all', async () => {
    stage = await start({ credentials: { apiKey: 'unknown' } });
    const orders = place(3);
    stage.send({ payload: orders.map(itemOf) });
    const msg = await only();
    assert.deepEqual([msg.output, msg.statusCode, errorOf(msg).code], ['two', 403, 'unauthorized']);
    assert.equal(errorOf(msg).orders.length, 3);
  });

  it('with nothing wired to output 2, Catch nodes get the report', async () => {
    stage = await start({ wired: false, cancel: { timeout: 1500 } });
    const [order] = place(1);
    stage.exchange.books.fill(order!.orderId);
    stage.send({ payload: [itemOf(order!)] });
    const msg = await only();
    assert.deepEqual([msg.output, msg.statusCode, msg.bybit.outcome], ['caught', 409, 'filled']);
    assert.equal(bybitOf(msg).orders.length, 1);
  });

  it('a redeploy in the middle: every order is told, none is lost', async () => {
    stage = await start({ exchange: { limits: { other: 2, batch: 2 } } });
    const orders = place(12);
    stage.send({ payload: orders.map(itemOf) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const node = nodeOf('cancel');
    await node.close(false);
    const msg = await only();
    assert.equal(bybitOf(msg).orders.length, 12);
    bybitOf(msg).orders.forEach(({ outcome }, i) => {
      const isClosed = orders[i]!.closedBy === 'cancel';
      if (outcome === 'cancelled') assert.ok(isClosed);
      else assert.match(String(outcome), /^(unavailable|rate-limited|unconfirmed)$/);
      if (outcome !== 'unconfirmed') assert.equal(outcome === 'cancelled', isClosed);
    });
  });
});
