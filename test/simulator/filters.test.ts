/** Orders of spot that a cancel reaches by their orderFilter alone, or not at all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { RestClientV5 } from 'bybit-api';
import { ask, cancel, history, realtime } from '../support/plain-client';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';

const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;
const KINDS = [
  ['Order', ''],
  ['tpslOrder', 'tpslOrder'],
  ['StopOrder', 'Stop'],
  ['OcoOrder', 'OcoOrder'],
  ['BidirectionalTpslOrder', 'BidirectionalTpslOrder'],
] as const;
const PAIRS = ['OcoOrder', 'BidirectionalTpslOrder'] as const;

describe('the order filters of the simulated exchange', () => {
  let exchange: Exchange;
  const code = async (body: object): Promise<number> => (await cancel(exchange, body)).json.retCode;
  beforeEach(async () => {
    exchange = await startExchange({ limits: { spot: 100 } });
  });
  afterEach(() => exchange.close());

  for (const [orderFilter, stopOrderType] of KINDS) {
    it(`a look-up by id finds ${orderFilter}, whose stopOrderType is '${stopOrderType}'`, async () => {
      const { orderId } = exchange.books.place({ ...SPOT, orderFilter });
      const found = async (asking: typeof realtime, query: string) =>
        (await asking(exchange, query)).json.result.list?.map((row) => row.stopOrderType);
      const query = `category=spot&orderId=${orderId}`;
      assert.deepEqual(await found(realtime, query), [stopOrderType]);
      assert.deepEqual(await found(realtime, `${query}&orderFilter=${orderFilter}`), [
        stopOrderType,
      ]);
      const other = orderFilter === 'Order' ? 'StopOrder' : 'Order';
      assert.deepEqual(await found(realtime, `${query}&orderFilter=${other}`), []);
      exchange.books.cancel(orderId);
      assert.deepEqual(await found(realtime, query), [stopOrderType]);
      assert.deepEqual(await found(history, query), [stopOrderType]);
    });
  }

  it('a cancel without the order’s own filter finds no order', async () => {
    for (const filter of PAIRS) exchange.cancelFilters.add(filter);
    for (const [orderFilter] of KINDS.slice(1)) {
      const { orderId } = exchange.books.place({ ...SPOT, orderFilter });
      for (const [given] of KINDS.filter(([kind]) => kind !== orderFilter)) {
        assert.equal(await code({ ...SPOT, orderId, orderFilter: given }), 170213, given);
      }
      assert.equal(await code({ ...SPOT, orderId }), 170213, orderFilter);
      assert.equal(exchange.books.get(orderId).cancelRequests.length, 0);
    }
  });

  for (const orderFilter of PAIRS) {
    it(`a cancel with ${orderFilter} is refused, unless the exchange is told otherwise`, async () => {
      const order = exchange.books.place({ ...SPOT, orderFilter });
      const body = { ...SPOT, orderId: order.orderId, orderFilter };
      assert.equal(await code(body), 170201);
      exchange.cancelFilters.add(orderFilter);
      const changed = once(exchange.events, 'order');
      assert.equal(await code(body), 0);
      await changed;
      assert.equal(order.orderStatus, 'Deactivated');
      exchange.cancelFilters.delete(orderFilter);
      assert.equal(await code(body), 170201);
    });
  }

  it('can be set as it starts', async () => {
    await exchange.close();
    exchange = await startExchange({ cancelFilters: ['Order', 'OcoOrder'] });
    const oco = exchange.books.place({ ...SPOT, orderFilter: 'OcoOrder' });
    assert.equal(await code({ ...SPOT, orderId: oco.orderId, orderFilter: 'OcoOrder' }), 0);
    const stop = exchange.books.place({ ...SPOT, orderFilter: 'StopOrder' });
    assert.equal(await code({ ...SPOT, orderId: stop.orderId, orderFilter: 'StopOrder' }), 170201);
  });

  it('say nothing of derivatives, and don’t let an order of a pair be created', async () => {
    const linear = { category: 'linear', symbol: 'BTCUSDT' } as const;
    const { orderId } = exchange.books.place(linear);
    assert.equal(await code({ ...linear, orderId, orderFilter: 'OcoOrder' }), 0);
    const wish = { ...SPOT, side: 'Buy', orderType: 'Limit', qty: '1', price: '9' };
    const body = { ...wish, orderFilter: 'OcoOrder' };
    assert.equal((await ask(exchange, { path: '/v5/order/create', body })).json.retCode, 10001);
  });

  it('bybit-api cancels a conditional order with its filter, and not without', async () => {
    const { apiKey: key, secret } = DEMO_KEY;
    const client = new RestClientV5({ key, secret, baseUrl: exchange.restUrl });
    const order = exchange.books.place({ ...SPOT, orderFilter: 'StopOrder' });
    const { orderId } = order;
    assert.equal((await client.cancelOrder({ ...SPOT, orderId })).retCode, 170213);
    const changed = once(exchange.events, 'order');
    const reply = await client.cancelOrder({ ...SPOT, orderId, orderFilter: 'StopOrder' });
    assert.deepEqual([reply.retCode, reply.result.orderId], [0, orderId]);
    await changed;
    assert.equal(order.orderStatus, 'Deactivated');
  });
});
