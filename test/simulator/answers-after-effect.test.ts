/** An answer that doesn't say that the cancel took effect, and rows that lack a field. */
import assert from 'node:assert/strict';
import { cancel, history, nextChange, realtime, TestSocket } from '../support/plain-client';
import { startExchange, type Exchange, type Fault } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('a cancel of the simulated exchange that takes effect although its answer', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());

  /** An open order, whose next event is dropped: that of its cancel. */
  const placed = () => {
    const { orderId } = exchange.books.place(LINEAR);
    exchange.faults.dropEvents(1);
    return { ...LINEAR, orderId };
  };
  const code: Fault = { kind: 'retCode', retCode: 180000, retMsg: 'Internal', processed: true };

  const isClosedInSilence = async (stream: TestSocket, orderId: string): Promise<void> => {
    assert.equal(exchange.books.get(orderId).orderStatus, 'Cancelled');
    assert.equal(exchange.books.get(orderId).closedByRequest, exchange.requests.length - 1);
    // The pong is the next thing to come: there was no event before it.
    assert.equal((await stream.call({ op: 'ping' })).op, 'pong');
  };

  it('is a code, over HTTP, while its event is dropped', async () => {
    const body = placed();
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    exchange.faults.add({ ...code, on: 'order/cancel' });
    const effect = nextChange(exchange);
    assert.equal((await cancel(exchange, body)).json.retCode, 180000);
    await effect;
    await isClosedInSilence(stream, body.orderId);
  });

  it('is a code, over the order entry, while its event is dropped', async () => {
    const body = placed();
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    exchange.faults.add({ ...code, on: 'ws:order.cancel' });
    const effect = nextChange(exchange);
    const header = { 'X-BAPI-TIMESTAMP': String(Date.now()) };
    const reply = await entry.call({ op: 'order.cancel', reqId: 'r', header, args: [body] });
    assert.deepEqual(
      [reply.reqId, reply.retCode, reply.retMsg, reply.data],
      ['r', 180000, 'Internal', {}],
    );
    await effect;
    await isClosedInSilence(stream, body.orderId);
  });

  for (const fault of [
    { kind: 'redirect', location: '/', status: 307, processed: true },
    { kind: 'http', status: 404, processed: true },
  ] as const) {
    it(`is HTTP ${fault.status}; over the order entry, where the connection drops`, async () => {
      const body = placed();
      const entry = await TestSocket.ready(exchange, '/v5/trade');
      exchange.faults.add({ ...fault, on: 'ws:order.cancel' });
      const effect = nextChange(exchange);
      const header = { 'X-BAPI-TIMESTAMP': String(Date.now()) };
      entry.send({ op: 'order.cancel', header, args: [body] });
      await entry.closed();
      await effect;
      assert.equal(entry.waiting, 0);
      assert.equal(exchange.books.get(body.orderId).orderStatus, 'Cancelled');
    });
  }
});

describe('a malformed record of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());

  it('lacks the field that it is told to lack, in each row, once', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    exchange.books.place(LINEAR);
    const query = 'category=linear&symbol=BTCUSDT';
    exchange.faults.add({ kind: 'malformed', lacking: 'orderStatus', on: 'order/realtime' });
    const { result, retCode } = (await realtime(exchange, query)).json;
    assert.equal(retCode, 0);
    assert.equal(result.list?.length, 2);
    assert.ok(result.list.every((row) => !('orderStatus' in row) && 'cumExecQty' in row));
    const [row] = (await realtime(exchange, query)).json.result.list ?? [];
    assert.equal(row?.orderStatus, 'New');
    exchange.books.fill(orderId);
    exchange.faults.add({ kind: 'malformed', lacking: 'orderId', on: 'order/history' });
    const [past = {}] = (await history(exchange, query)).json.result.list ?? [];
    assert.deepEqual([past.orderStatus, 'orderId' in past], ['Filled', false]);
  });

  it('can lack the list itself, or be the result of a cancel', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    const query = 'category=linear&symbol=BTCUSDT';
    exchange.behaviour.lastPageCursor = 'never';
    exchange.faults.add({ kind: 'malformed', lacking: 'list' });
    assert.deepEqual((await realtime(exchange, query)).json.result, {
      category: 'linear',
      nextPageCursor: '',
    });
    exchange.faults.add({ kind: 'malformed', lacking: 'orderId' });
    const reply = await cancel(exchange, { ...LINEAR, orderId });
    assert.deepEqual(reply.json.result, { orderLinkId: '' });
    assert.equal(exchange.books.get(orderId).cancelRequests.length, 1);
  });
});
