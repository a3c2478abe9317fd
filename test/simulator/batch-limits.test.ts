import assert from 'node:assert/strict';
import {
  cancel,
  cancelBatch,
  TestSocket,
  type Received,
  type Reply,
} from '../support/plain-client';
import { DEMO_KEY, startExchange, type Category, type Exchange } from '../../simulator/exchange';

const SYMBOLS: Readonly<Record<Category, string>> = {
  linear: 'BTCUSDT',
  inverse: 'BTCUSD',
  spot: 'BTCUSDT',
  option: 'BTC-27DEC30-100000-C',
};

describe('the rate limits of batches of the simulated exchange', () => {
  let exchange: Exchange;
  let now: number;
  beforeEach(async () => {
    now = Date.now(); // and stays so: the limit doesn't roll on by itself
    const time = {
      now: () => now,
      setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
      clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
    };
    exchange = await startExchange({ time });
  });
  afterEach(() => exchange.close());

  const ordersOf = (category: Category, count: number) =>
    Array.from({ length: count }, () => {
      const { symbol, orderId } = exchange.books.place({ category, symbol: SYMBOLS[category] });
      return { symbol, orderId };
    });
  const send = (category: Category, count: number, more = {}): Promise<Reply> =>
    cancelBatch(
      exchange,
      { category, request: ordersOf(category, count) },
      { timestamp: now, ...more },
    );
  const codes = ({ json }: Reply) => json.retExtInfo.list?.map(({ code }) => code);
  const told = ({ headers }: Reply) => [
    Number(headers['x-bapi-limit']),
    Number(headers['x-bapi-limit-status']),
  ];
  const times = (count: number, code: number) => Array.from({ length: count }, () => code);

  it('count orders', async () => {
    exchange.limits.batch = 150;
    assert.deepEqual(told(await send('linear', 3)), [150, 147]);
    assert.deepEqual(told(await send('inverse', 20)), [150, 127]);
  });

  it('can fall below what was counted already', async () => {
    await send('linear', 10);
    exchange.limits.batch = 5;
    const reply = await send('linear', 2);
    assert.deepEqual(
      [codes(reply), told(reply)],
      [
        [10006, 10006],
        [5, 0],
      ],
    );
  });

  it('let the orders that exceed them fail alone', async () => {
    const first = await send('linear', 15);
    assert.equal(first.json.retCode, 0);
    assert.deepEqual(codes(first), [...times(10, 0), ...times(5, 10006)]);
    assert.deepEqual(told(first), [10, 0]);
    assert.equal(Number(first.headers['x-bapi-limit-reset-timestamp']), now + 1000);
    assert.deepEqual(
      exchange.books.all().map(({ cancelRequests }) => cancelRequests.length),
      [...times(10, 1), ...times(5, 0)],
    );
    assert.equal(first.json.result.list?.[10]?.orderId, '');
    const second = await send('inverse', 2);
    assert.deepEqual([second.json.retCode, codes(second)], [0, [10006, 10006]]);
    now += 1000;
    assert.deepEqual(codes(await send('inverse', 2)), [0, 0]);
  });

  for (const code of [10006, 170222, 20003, 10429] as const) {
    it(`can tell so with ${code}`, async () => {
      exchange.behaviour.batchLimitCode = code;
      exchange.limits.batch = 1;
      assert.deepEqual(codes(await send('linear', 2)), [0, code]);
    });
  }

  it('are one for linear and inverse, and one each for spot and option', async () => {
    assert.deepEqual(told(await send('linear', 4)), [10, 6]);
    assert.deepEqual(told(await send('inverse', 4)), [10, 2]);
    assert.deepEqual(told(await send('spot', 4)), [20, 16]);
    assert.deepEqual(told(await send('option', 4)), [10, 9]);
  });

  it('count each request of options, whatever it holds', async () => {
    exchange.limits.batchOption = 2;
    assert.deepEqual(codes(await send('option', 20)), times(20, 0));
    assert.deepEqual(codes(await send('option', 20)), times(20, 0));
    const refused = await send('option', 3);
    assert.deepEqual([refused.json.retCode, codes(refused)], [0, times(3, 10006)]);
  });

  it('are apart from those of single cancels, and from those of other accounts', async () => {
    exchange.setKey({ apiKey: 'other', secret: DEMO_KEY.secret, uid: '2' });
    await send('linear', 10);
    const [order] = ordersOf('linear', 1);
    const single = await cancel(exchange, { category: 'linear', ...order }, { timestamp: now });
    assert.deepEqual([single.json.retCode, told(single)], [0, [10, 9]]);
    assert.deepEqual(told(await send('linear', 1, { apiKey: 'other' })), [10, 9]);
  });

  it('are one for REST and the order entry', async () => {
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    await send('linear', 8);
    const reply = await entry.call({
      op: 'order.cancel-batch',
      header: { 'X-BAPI-TIMESTAMP': String(now) },
      args: [{ category: 'linear', request: ordersOf('linear', 3) }],
    });
    const { list } = reply.retExtInfo as { list: Received[] };
    assert.deepEqual(
      list.map(({ code }) => code),
      [0, 0, 10006],
    );
    const limits = reply.header as Record<string, string>;
    assert.deepEqual([limits['X-Bapi-Limit'], limits['X-Bapi-Limit-Status']], ['10', '0']);
    assert.deepEqual(codes(await send('linear', 1)), [10006]);
  });
});
