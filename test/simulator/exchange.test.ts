/** The simulated exchange is worth what clients that others wrote make of it: bybit-api. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { RestClientV5, WebsocketAPIClient, WebsocketClient } from 'bybit-api';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import { rsaKeys } from '../../simulator/keys';
import { settled } from '../support/plain-client';

const rsa = rsaKeys();
const RSA_KEY = { apiKey: 'SimulatedRsaKey001', publicKey: rsa.publicKey };
const KEYS = [
  { name: 'HMAC', key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret },
  { name: 'RSA (PKCS#8)', key: RSA_KEY.apiKey, secret: rsa.pkcs8 },
];
const silent = { trace: () => undefined, info: () => undefined, error: () => undefined };
const LIMIT_ORDER = { side: 'Buy', orderType: 'Limit', qty: '0.02', price: '30000' } as const;

for (const { name, ...credentials } of KEYS) {
  describe(`bybit-api with ${name} against the simulated exchange`, () => {
    let exchange: Exchange;
    let rest: RestClientV5;
    const opened: WebsocketClient[] = [];

    before(async () => {
      exchange = await startExchange({ keys: [DEMO_KEY, RSA_KEY] });
      rest = new RestClientV5({
        ...credentials,
        baseUrl: exchange.restUrl,
        parseAPIRateLimits: true,
      });
    });

    after(async () => {
      // Its reconnect timer would outlive the test: closed by force, before the exchange is.
      for (const client of opened) client.closeAll(true);
      await exchange.close();
    });

    it('places an order and finds it among the active ones', async () => {
      const placed = await rest.submitOrder({
        ...LIMIT_ORDER,
        category: 'linear',
        symbol: 'BTCUSDT',
        orderLinkId: 'active-1',
      });
      assert.equal(placed.retCode, 0);
      const active = await rest.getActiveOrders({ category: 'linear', symbol: 'BTCUSDT' });
      const [order] = active.result.list;
      assert.equal(order?.orderId, placed.result.orderId);
      assert.equal(order.orderStatus, 'New');
      assert.equal(order.leavesQty, '0.02');
      assert.deepEqual(
        [active.rateLimitApi?.maxRequests, active.rateLimitApi?.remainingRequests],
        [50, 49],
      );
    });

    it('cancels by orderId and finds the order in the history', async () => {
      const { orderId } = exchange.books.place({ category: 'spot', symbol: 'ETHUSDT' });
      const changed = once(exchange.events, 'order');
      const reply = await rest.cancelOrder({ category: 'spot', symbol: 'ETHUSDT', orderId });
      assert.deepEqual(reply.result, { orderId, orderLinkId: '' });
      await changed;
      const history = await rest.getHistoricOrders({ category: 'spot', orderId });
      assert.deepEqual(
        history.result.list.map(({ orderStatus, cancelType }) => [orderStatus, cancelType]),
        [['Cancelled', 'CancelByUser']],
      );
    });

    it('cancels by orderLinkId and finds the order closed in real time', async () => {
      const wish = { category: 'inverse', symbol: 'BTCUSD', orderLinkId: 'link/1 ü' } as const;
      const { orderId } = exchange.books.place(wish);
      const changed = once(exchange.events, 'order');
      const reply = await rest.cancelOrder(wish);
      assert.deepEqual(reply.result, { orderId, orderLinkId: wish.orderLinkId });
      await changed;
      const found = await rest.getActiveOrders(wish);
      assert.deepEqual(
        found.result.list.map((order) => [order.orderId, order.orderStatus]),
        [[orderId, 'Cancelled']],
      );
    });

    it('cancels a batch, and is told what became of each order', async () => {
      const linear = { category: 'linear', symbol: 'BTCUSDT' } as const;
      const ids = ['batch-1', undefined].map(
        (orderLinkId) =>
          exchange.books.place({ ...linear, ...(orderLinkId ? { orderLinkId } : {}) }).orderId,
      );
      const reply = await rest.batchCancelOrders('linear', [
        { symbol: 'BTCUSDT', orderLinkId: 'batch-1' },
        { symbol: 'BTCUSDT', orderId: ids[1]! },
        { symbol: 'BTCUSDT', orderLinkId: 'none' },
      ]);
      assert.equal(reply.retCode, 0);
      assert.deepEqual(
        reply.result.list.map(({ orderId, orderLinkId }) => [orderId, orderLinkId]),
        [
          [ids[0], 'batch-1'],
          [ids[1], ''],
          ['', 'none'],
        ],
      );
      const { list } = reply.retExtInfo as { list: { code: number }[] };
      assert.deepEqual(
        list.map(({ code }) => code),
        [0, 0, 110001],
      );
      await settled(exchange);
      for (const id of ids) assert.equal(exchange.books.get(id).orderStatus, 'Cancelled');
    });

    it('lists open orders page by page, and cancels all of them', async () => {
      const eth = { category: 'inverse', symbol: 'ETHUSD' } as const;
      const placed = ['a', 'b', 'c'].map(() => exchange.books.place(eth).orderId);
      const listed: string[] = [];
      for (let cursor = '', full = true; full;) {
        const params = { ...eth, limit: 2, ...(cursor === '' ? {} : { cursor }) };
        const { result } = await rest.getActiveOrders(params);
        listed.push(...result.list.map(({ orderId }) => orderId));
        cursor = result.nextPageCursor ?? '';
        full = result.list.length === 2;
      }
      assert.deepEqual(listed, placed.toReversed());
      const reply = await rest.cancelAllOrders(eth);
      assert.equal(reply.retCode, 0);
      assert.equal(reply.result.success, '1');
      assert.deepEqual(reply.result.list.map(({ orderId }) => orderId).sort(), placed.sort());
      await settled(exchange);
      assert.deepEqual((await rest.getActiveOrders(eth)).result.list, []);
    });

    it('is told that an order is gone', async () => {
      const gone = { orderId: 'f2bb2f0b-53ab-4a1e-8a2b-0c4f5f3b0a11', symbol: 'BTCUSDT' };
      assert.equal((await rest.cancelOrder({ category: 'linear', ...gone })).retCode, 110001);
      assert.equal((await rest.cancelOrder({ category: 'spot', ...gone })).retCode, 170213);
    });

    it('reads the time, the key and the instruments', async () => {
      const time = await rest.getServerTime();
      assert.equal(time.result.timeNano, `${time.result.timeNano.slice(0, 13)}000000`);
      assert.equal(time.result.timeSecond, time.result.timeNano.slice(0, 10));
      const key = await rest.getQueryApiKey();
      assert.equal(key.result.apiKey, credentials.key);
      assert.equal(key.result.readOnly, 0);
      assert.deepEqual(key.result.permissions.Spot, ['SpotTrade']);
      const option = await rest.getInstrumentsInfo({ category: 'option' });
      assert.equal(option.result.list[0]?.baseCoin, 'BTC');
    });

    it('follows an order on the private stream', async () => {
      const wsUrl = `${exchange.streamUrl}/v5/private`;
      const client = new WebsocketClient({ ...credentials, wsUrl }, silent);
      opened.push(client);
      const subscribed = once(client, 'response');
      void client.subscribeV5('order', 'linear');
      const [response] = (await subscribed) as [{ success: boolean }];
      assert.equal(response.success, true);
      const update = once(client, 'update');
      const { orderId } = exchange.books.place({ category: 'linear', symbol: 'BTCUSDT' });
      const [event] = (await update) as [{ topic: string; data: Record<string, string>[] }];
      assert.equal(event.topic, 'order');
      assert.equal(event.data[0]?.orderId, orderId);
      assert.equal(event.data[0].category, 'linear');
    });

    it('places and cancels through the WebSocket order entry', async () => {
      const wsUrl = `${exchange.streamUrl}/v5/trade`;
      const options = { ...credentials, wsUrl, attachEventListeners: false };
      const client = new WebsocketAPIClient(options, silent);
      opened.push(client.getWSClient());
      const placed = await client.submitNewOrder({
        ...LIMIT_ORDER,
        category: 'linear',
        symbol: 'ETHUSDT',
      });
      const { orderId } = placed.data;
      const changed = once(exchange.events, 'order');
      const reply = await client.cancelOrder({ category: 'linear', symbol: 'ETHUSDT', orderId });
      assert.equal(reply.retCode, 0);
      assert.deepEqual(reply.data, { orderId, orderLinkId: '' });
      await changed;
      assert.equal(exchange.books.get(orderId).orderStatus, 'Cancelled');
      await assert.rejects(client.cancelOrder({ category: 'linear', symbol: 'ETHUSDT', orderId }), {
        retCode: 110001,
      });
      const next = exchange.books.place({ category: 'linear', symbol: 'ETHUSDT' }).orderId;
      const batch = await client.batchCancelOrder('linear', [
        { symbol: 'ETHUSDT', orderId },
        { symbol: 'ETHUSDT', orderId: next },
      ]);
      assert.deepEqual(
        batch.data.list.map((row) => row.orderId),
        ['', next],
      );
      assert.deepEqual(
        batch.retExtInfo.list.map(({ code }) => code),
        [110001, 0],
      );
      await settled(exchange);
      assert.equal(exchange.books.get(next).orderStatus, 'Cancelled');
    });
  });
}
