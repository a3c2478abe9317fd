import assert from 'node:assert/strict';
import { cancel, history, realtime, TestSocket, type Reply } from '../support/plain-client';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT', orderId: 'none' };
const SPOT = { category: 'spot', symbol: 'BTCUSDT', orderId: 'none' };

describe('the rate limits of the simulated exchange', () => {
  let exchange: Exchange;
  let now = 1_700_000_000_000;
  const SKEW = 5000;
  const ask = (body: object, more = {}): Promise<Reply> =>
    cancel(exchange, body, { timestamp: now + SKEW, ...more });
  const told = ({ headers }: Reply) =>
    ['x-bapi-limit', 'x-bapi-limit-status', 'x-bapi-limit-reset-timestamp'].map((name) =>
      Number(headers[name]),
    );

  beforeEach(async () => {
    const time = {
      now: () => now,
      setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
      clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
    };
    const limits = { other: 2, spot: 3, query: 1 };
    exchange = await startExchange({ time, limits, clockSkewMs: SKEW });
  });
  afterEach(() => exchange.close());

  it('count down, refuse, and roll on', async () => {
    assert.deepEqual(told(await ask(LINEAR)), [2, 1, now + SKEW]);
    now += 400;
    assert.deepEqual(told(await ask(LINEAR)), [2, 0, now + SKEW]);
    now += 100;
    const refused = await ask(LINEAR);
    assert.deepEqual([refused.status, refused.json.retCode], [200, 10006]);
    assert.deepEqual(told(refused), [2, 0, now + 500 + SKEW]);
    now += 500;
    assert.deepEqual(told(await ask(LINEAR)), [2, 0, now + SKEW]);
    assert.equal((await ask(LINEAR)).json.retCode, 10006);
  });

  it('are kept apart by group and by account', async () => {
    const { secret } = DEMO_KEY;
    exchange.setKey({ apiKey: 'other', secret, uid: '2' });
    exchange.setKey({ apiKey: 'same', secret });
    for (let sent = 0; sent < 2; sent += 1) await ask(LINEAR);
    const inverse = { ...LINEAR, category: 'inverse', symbol: 'BTCUSD' };
    assert.equal((await ask(inverse, { apiKey: 'same' })).json.retCode, 10006);
    assert.equal((await ask(LINEAR, { apiKey: 'other' })).json.retCode, 110001);
    assert.deepEqual(told(await ask(SPOT)).slice(0, 2), [3, 2]);
    const timestamp = now + SKEW;
    assert.deepEqual(told(await realtime(exchange, 'category=spot', { timestamp }))[1], 0);
    assert.deepEqual(told(await history(exchange, 'category=spot', { timestamp }))[1], 0);
    const again = await history(exchange, 'category=spot', { timestamp });
    assert.equal(again.json.retCode, 10006);
  });

  it('are told with refusals of the request, but not with those of the key', async () => {
    assert.deepEqual(told(await ask({ ...LINEAR, symbol: 'btcusdt' })).slice(0, 2), [2, 1]);
    const { headers } = await ask(LINEAR, { secret: 'wrong' });
    assert.equal(headers['x-bapi-limit'], undefined);
  });

  it('can change', async () => {
    exchange.limits.other = 100;
    assert.deepEqual(told(await ask(LINEAR)).slice(0, 2), [100, 99]);
  });

  describe('of an IP address', () => {
    const addressLimit = { requests: 3, windowMs: 2000, banMs: 60_000 };
    const start = async () => {
      await exchange.close();
      const time = { now: () => now, setTimeout, clearTimeout };
      exchange = await startExchange({ time, limits: { other: 100 }, addressLimit });
    };
    const asked = (more = {}) => cancel(exchange, LINEAR, { timestamp: now, ...more });

    it('counts requests of all kinds and keys, and refuses them all for a while', async () => {
      await start();
      exchange.setKey({ apiKey: 'other', secret: DEMO_KEY.secret, uid: '2' });
      await asked();
      await asked({ apiKey: 'other' });
      assert.equal((await realtime(exchange, 'category=spot', { timestamp: now })).status, 200);
      const refused = await asked();
      assert.deepEqual([refused.status, refused.text], [403, 'access too frequent']);
      assert.equal(exchange.requests.at(-1)?.processed, undefined);
      now += 59_999;
      assert.equal((await asked()).status, 403);
      now += 1;
      assert.equal((await asked()).status, 200);
    });

    it('rolls on', async () => {
      await start();
      for (let sent = 0; sent < 6; sent += 1) {
        assert.equal((await asked()).status, 200, `${sent}`);
        now += 700;
      }
    });

    it('leaves the order entry alone', async () => {
      now = Date.now();
      await start();
      const entry = await TestSocket.ready(exchange, '/v5/trade');
      for (let sent = 0; sent < 4; sent += 1) await asked();
      const header = { 'X-BAPI-TIMESTAMP': String(now) };
      const reply = await entry.call({ op: 'order.cancel', header, args: [LINEAR] });
      assert.equal(reply.retCode, 110001);
    });
  });

  it('are one for REST and the order entry', async () => {
    now = Date.now(); // and stays so: the limit doesn't roll on meanwhile
    exchange.clockSkewMs = 0;
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    await cancel(exchange, LINEAR, { timestamp: now });
    const header = { 'X-BAPI-TIMESTAMP': String(now) };
    const reply = await entry.call({ op: 'order.cancel', header, args: [LINEAR] });
    const limits = reply.header as Record<string, string>;
    assert.deepEqual([limits['X-Bapi-Limit'], limits['X-Bapi-Limit-Status']], ['2', '0']);
    const refused = await entry.call({ op: 'order.cancel', header, args: [LINEAR] });
    assert.equal(refused.retCode, 10006);
  });
});
