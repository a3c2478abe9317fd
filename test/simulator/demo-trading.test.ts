/** API section demo: what the exchange for demo trading does not offer. */
import assert from 'node:assert/strict';
import { ask, cancel, cancelAll, cancelBatch, settled, TestSocket } from '../support/plain-client';
import { startExchange, type Category, type Exchange } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('the simulated exchange as that for demo trading', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange({ demoTrading: true });
  });
  afterEach(() => exchange.close());

  it('tells nothing about its keys', async () => {
    const { json } = await ask(exchange, { path: '/v5/user/query-api' });
    assert.deepEqual([json.retCode, json.retMsg], [10032, 'Demo trading are not supported.']);
  });

  it('has the order stream, but no order entry', async () => {
    await assert.rejects(TestSocket.open(exchange, '/v5/trade'), /404/);
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    const { orderId } = exchange.books.place(LINEAR);
    assert.equal((await stream.nextOrder()).orderId, orderId);
  });

  it('serves batches for linear and option alone', async () => {
    const code = async (category: Category, symbol: string) => {
      const request = [{ symbol, orderId: 'none' }];
      return (await cancelBatch(exchange, { category, request })).json.retCode;
    };
    assert.equal(await code('linear', 'BTCUSDT'), 0);
    assert.equal(await code('option', 'BTC-27DEC30-100000-C'), 0);
    assert.equal(await code('inverse', 'BTCUSD'), 10032);
    assert.equal(await code('spot', 'BTCUSDT'), 10032);
  });

  it('cancels single orders, and all of them', async () => {
    const [one, two] = [exchange.books.place(LINEAR), exchange.books.place(LINEAR)];
    assert.equal((await cancel(exchange, { ...LINEAR, orderId: one.orderId })).json.retCode, 0);
    assert.equal((await cancelAll(exchange, LINEAR)).json.retCode, 0);
    await settled(exchange);
    assert.deepEqual([one.orderStatus, two.orderStatus], ['Cancelled', 'Cancelled']);
  });
});
