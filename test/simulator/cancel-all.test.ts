import assert from 'node:assert/strict';
import { cancelAll, settled, TestSocket } from '../support/plain-client';
import {
  DEMO_KEY,
  startExchange,
  type Exchange,
  type NewOrder,
  type Order,
} from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;
const OPTION = { category: 'option', symbol: 'BTC-27DEC30-100000-C' } as const;

describe('a cancel-all of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    const limits = { cancelAll: 100, cancelAllSpot: 100, cancelAllOption: 100 };
    exchange = await startExchange({ limits });
  });
  afterEach(() => exchange.close());

  const send = async (body: object, more = {}) => (await cancelAll(exchange, body, more)).json;
  /** Places orders by name, as `orderLinkId`. */
  const place = (wishes: Readonly<Record<string, NewOrder>>): void => {
    for (const [orderLinkId, wish] of Object.entries(wishes)) {
      exchange.books.place({ ...wish, orderLinkId });
    }
  };
  /** The names of those that a request cancels. */
  const hit = async (body: object): Promise<unknown[]> => {
    const { retCode, result } = await send(body);
    assert.equal(retCode, 0);
    await settled(exchange);
    const listed = result.list?.map(({ orderLinkId }) => orderLinkId) ?? [];
    const closed = (order: Order) => order.closedByRequest === exchange.requests.length - 1;
    const cancelled = exchange.books.all().filter(closed);
    assert.deepEqual(
      cancelled.map(({ orderLinkId }) => orderLinkId),
      listed,
    );
    return listed;
  };

  it('acknowledges, and closes each order later', async () => {
    exchange.books.cancelDelayMs = 60_000;
    const order = exchange.books.place({ ...LINEAR, orderLinkId: 'l' });
    const reply = await send(LINEAR);
    const { orderId } = order;
    assert.deepEqual([reply.retCode, reply.retMsg], [0, 'OK']);
    assert.deepEqual(reply.result, { list: [{ orderId, orderLinkId: 'l' }], success: '1' });
    assert.equal(order.orderStatus, 'New');
    exchange.books.cancelDelayMs = 5;
    await send(LINEAR);
    while (order.closedBy === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual([order.orderStatus, order.closedByRequest], ['Cancelled', 1]);
    assert.deepEqual((await send(LINEAR)).result, { list: [], success: '1' });
  });

  it('goes by symbol before baseCoin, and by baseCoin before settleCoin', async () => {
    const wishes: Readonly<Record<string, NewOrder>> = {
      btc: LINEAR,
      eth: { category: 'linear', symbol: 'ETHUSDT' },
      perp: { category: 'linear', symbol: 'BTCPERP' },
    };
    const linear = { category: 'linear' };
    place(wishes);
    place({ inverse: { category: 'inverse', symbol: 'BTCUSD' }, spot: SPOT });
    exchange.books.place({ ...LINEAR, uid: '2' });
    const symbolFirst = { ...linear, symbol: 'ETHUSDT', baseCoin: 'BTC', settleCoin: 'USDC' };
    assert.deepEqual(await hit(symbolFirst), ['eth']);
    assert.deepEqual(await hit({ ...linear, settleCoin: 'USDC' }), ['perp']);
    assert.deepEqual(await hit({ ...linear, symbol: null, settleCoin: 'USDT' }), ['btc']);
    place(wishes);
    const whole = { ...linear, baseCoin: 'SOL', settleCoin: 'USDC' };
    assert.deepEqual(await hit(whole), ['btc', 'eth', 'perp'], 'a baseCoin is no limit at all');
    assert.deepEqual(await hit({ category: 'inverse', settleCoin: 'BTC' }), ['inverse']);
    const left = exchange.books.all().filter(({ closedBy }) => closedBy === undefined);
    assert.deepEqual(
      left.map(({ uid, category }) => [uid === '2', category]),
      [
        [false, 'spot'],
        [true, 'linear'],
      ],
    );
  });

  it('takes of linear and inverse every kind, plain orders, or those that wait', async () => {
    const kinds: Readonly<Record<string, NewOrder>> = {
      plain: LINEAR,
      reduce: { ...LINEAR, reduceOnly: true },
      entry: { ...LINEAR, triggerPrice: '9000' },
      profit: { ...LINEAR, stopOrderType: 'TakeProfit' },
      trailing: { ...LINEAR, stopOrderType: 'TrailingStop' },
    };
    const stops = { ...LINEAR, orderFilter: 'StopOrder' };
    place(kinds);
    const plain = { ...LINEAR, orderFilter: 'Order', stopOrderType: 'Stop' };
    assert.deepEqual(await hit(plain), ['plain', 'reduce']);
    assert.deepEqual(await hit({ ...stops, stopOrderType: 'Stop' }), ['entry']);
    assert.deepEqual(await hit(stops), ['profit', 'trailing']);
    place(kinds);
    assert.deepEqual(await hit(LINEAR), Object.keys(kinds));
  });

  it('takes of spot plain orders, or one other kind', async () => {
    const kinds: Readonly<Record<string, NewOrder>> = {
      plain: SPOT,
      tpslOrder: { ...SPOT, orderFilter: 'tpslOrder' },
      StopOrder: { ...SPOT, orderFilter: 'StopOrder' },
      OcoOrder: { ...SPOT, orderFilter: 'OcoOrder' },
      BidirectionalTpslOrder: { ...SPOT, orderFilter: 'BidirectionalTpslOrder' },
    };
    place(kinds);
    place({ eth: { category: 'spot', symbol: 'ETHUSDT' } });
    assert.deepEqual(await hit(SPOT), ['plain']);
    assert.deepEqual(await hit({ category: 'spot', settleCoin: 'USDC' }), ['eth']);
    for (const orderFilter of Object.keys(kinds).slice(1)) {
      assert.deepEqual(await hit({ category: 'spot', orderFilter }), [orderFilter]);
    }
  });

  it('takes every option, whatever the filter', async () => {
    place({ one: OPTION, two: { category: 'option', symbol: 'ETH-27DEC30-5000-C' } });
    assert.deepEqual(await hit({ ...OPTION, orderFilter: 'Order' }), ['one']);
    assert.deepEqual(await hit({ category: 'option', orderFilter: 'StopOrder' }), ['two']);
  });

  it('refuses what the documents don’t allow', async () => {
    for (const body of [
      {},
      { category: 'linear' },
      { category: 'inverse', symbol: '' },
      { category: 'linear', symbol: 'btcusdt' },
      { ...LINEAR, orderFilter: 'tpslOrder' },
      { ...LINEAR, orderFilter: 'StopOrder', stopOrderType: 'TakeProfit' },
      { ...SPOT, orderFilter: 'Any' },
    ]) {
      assert.equal((await send(body)).retCode, 10001, JSON.stringify(body));
    }
    exchange.setKey({ apiKey: 'reader', secret: DEMO_KEY.secret, readOnly: true });
    assert.equal((await send(LINEAR, { apiKey: 'reader' })).retCode, 10005);
  });

  it('is not served by the order entry', async () => {
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    const header = { 'X-BAPI-TIMESTAMP': String(Date.now()) };
    const reply = await entry.call({ op: 'order.cancel-all', header, args: [LINEAR] });
    assert.equal(reply.retCode, 10404);
  });

  it('takes 500 linear or inverse orders, but all of spot and option', async () => {
    const count = async (wish: NewOrder): Promise<number | undefined> => {
      for (let placed = 0; placed < 501; placed += 1) exchange.books.place(wish);
      return (await send(wish)).result.list?.length;
    };
    assert.equal(await count(LINEAR), 500);
    assert.equal(await count({ category: 'inverse', symbol: 'BTCUSD' }), 500);
    assert.equal(await count(SPOT), 501);
    assert.equal(await count(OPTION), 501);
  });

  it('picks them by chance when there are more, and the same ones for the same seed', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `${index}`);
    const pick = async (seed: number): Promise<unknown[]> => {
      await exchange.close();
      exchange = await startExchange({ seed, behaviour: { cancelAllMost: 5 } });
      place(Object.fromEntries(names.map((name) => [name, LINEAR])));
      const { list = [] } = (await send(LINEAR)).result;
      await settled(exchange);
      const closed = exchange.books.all().filter(({ closedBy }) => closedBy === 'cancel');
      const picked = list.map(({ orderId }) => orderId);
      assert.deepEqual(closed.map(({ orderId }) => orderId).sort(), picked.toSorted());
      return list.map(({ orderLinkId }) => orderLinkId);
    };
    const picked = await pick(1);
    assert.equal(new Set(picked).size, 5);
    assert.notDeepEqual(picked.toSorted(), names.slice(0, 5));
    assert.deepEqual(await pick(1), picked);
    assert.notDeepEqual(await pick(2), picked);
  });

  it('can leave out its success, or deny it', async () => {
    exchange.behaviour.cancelAllSuccess = 'missing';
    assert.deepEqual((await send(LINEAR)).result, { list: [] });
    exchange.behaviour.cancelAllSuccess = '0';
    assert.deepEqual((await send(LINEAR)).result, { list: [], success: '0' });
  });

  it('meets faults, before and after its effect, and lost races', async () => {
    const on = 'order/cancel-all';
    const order = exchange.books.place(LINEAR);
    exchange.faults.add(
      { on, kind: 'retCode', retCode: 10016 },
      { on, kind: 'retCode', retCode: 10016, processed: true },
      { on, kind: 'ackOnly' },
    );
    exchange.books.cancelDelayMs = 60_000;
    const codes = [(await send(LINEAR)).retCode, (await send(LINEAR)).retCode];
    assert.deepEqual(codes, [10016, 10016]);
    assert.equal((await send(LINEAR)).retCode, 0);
    assert.deepEqual(
      order.cancelRequests.map(({ request }) => request),
      [1, 2],
    );
    assert.equal(exchange.books.pendingCancels, 1);
    exchange.books.cancelDelayMs = 1;
    exchange.faults.add({ on, kind: 'lostRace' });
    await send(LINEAR);
    while (order.closedBy === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(order.orderStatus, 'Filled');
  });

  it('has limits of its own, one for linear and inverse', async () => {
    const now = Date.now();
    const time = { now: () => now, setTimeout, clearTimeout };
    await exchange.close();
    exchange = await startExchange({ time });
    const told = async (body: object) => {
      const { json, headers } = await cancelAll(exchange, body, { timestamp: now });
      return [json.retCode, headers['x-bapi-limit'], headers['x-bapi-limit-status']];
    };
    assert.deepEqual(await told(LINEAR), [0, '10', '9']);
    assert.deepEqual(await told({ category: 'inverse', settleCoin: 'BTC' }), [0, '10', '8']);
    assert.deepEqual(await told(SPOT), [0, '20', '19']);
    assert.deepEqual(await told(OPTION), [0, '1', '0']);
    assert.deepEqual(await told(OPTION), [10006, '1', '0']);
  });
});
