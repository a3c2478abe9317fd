import assert from 'node:assert/strict';
import { authMessage, TestSocket } from '../support/plain-client';
import { startExchange, type Exchange } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('the order entry of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());
  const ready = () => TestSocket.ready(exchange, '/v5/trade');
  const header = (ahead = 0) => ({ 'X-BAPI-TIMESTAMP': String(Date.now() + ahead) });
  const message = (body: object, change = {}) => ({
    op: 'order.cancel',
    header: header(),
    args: [body],
    ...change,
  });

  it('cancels, and repeats the reqId', async () => {
    const socket = await ready();
    const order = exchange.books.place({ ...LINEAR, orderLinkId: 'l' });
    const { orderId } = order;
    const reply = await socket.call(message({ ...LINEAR, orderId }, { reqId: 'r-1' }));
    assert.deepEqual(
      [reply.reqId, reply.retCode, reply.retMsg, reply.op, reply.data],
      ['r-1', 0, 'OK', 'order.cancel', { orderId, orderLinkId: 'l' }],
    );
    assert.deepEqual(order.cancelRequests[0]?.reqId, 'r-1');
    assert.equal(exchange.requests[order.cancelRequests[0].request]?.method, 'order.cancel');
    assert.ok(!('reqId' in (await socket.call(message({ ...LINEAR, orderId })))));
  });

  it('refuses as documented', async () => {
    const socket = await TestSocket.open(exchange, '/v5/trade');
    const code = async (asked: object): Promise<unknown> => (await socket.call(asked)).retCode;
    const order = { ...LINEAR, orderId: 'none' };
    assert.equal(await code(message(order)), 10005);
    assert.equal(await code(authMessage({ secret: 'wrong' })), 10004);
    assert.equal(await code(authMessage({ apiKey: 'nobody' })), 10004);
    assert.equal(await code(authMessage({ expires: 1 })), 10001);
    assert.equal(await code(authMessage()), 0);
    assert.equal(await code(authMessage()), 20001);
    assert.equal(await code(message(order, { op: 'order.amend' })), 10404);
    assert.equal(await code(message({ ...order, category: 'futures' })), 10404);
    assert.equal(await code(message(order, { header: header(2000) })), 10002);
    assert.equal(await code(message(order, { header: header(-6000) })), 10002);
    assert.equal(await code(message(order, { header: undefined })), 10001);
    assert.equal(await code(message(order, { args: [order, order] })), 10001);
    assert.equal(await code(message({ ...LINEAR })), 10001);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(37) })), 20006);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(36) })), 110001);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(36) })), 20006);
    assert.equal(await code({ op: 'ping' }), 0);
  });

  it('meets scripted faults', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    const asked = message({ ...LINEAR, orderId });
    const socket = await ready();
    const on = 'ws:order.cancel';
    exchange.faults.add(
      { on, kind: 'retCode', retCode: 10019, retMsg: 'restarting' },
      { on, kind: 'html' },
      { on, kind: 'empty' },
      { on, kind: 'truncated', processed: false },
      { on, kind: 'hang', processed: true },
      { on, kind: 'oversized', bytes: 1000 },
      { on, kind: 'http', status: 502 },
    );
    assert.equal((await socket.call(asked)).retCode, 10019);
    const texts: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      socket.send(asked);
      texts.push(await socket.nextText());
    }
    assert.match(texts[0] ?? '', /^<html>/);
    assert.equal(texts[1], '');
    assert.throws(() => JSON.parse(texts[2] ?? '') as unknown, SyntaxError);
    assert.equal(exchange.books.get(orderId).cancelRequests.length, 0);
    socket.send(asked);
    const big = await socket.call(asked);
    assert.ok(JSON.stringify(big).length > 1000);
    assert.equal(exchange.books.get(orderId).cancelRequests.length, 1);
    socket.send(asked);
    await socket.closed();
    assert.deepEqual(exchange.requests.at(-1)?.fault, 'http');
  });
});
