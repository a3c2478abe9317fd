import assert from 'node:assert/strict';
import {
  cancelBatch,
  nextChange,
  settled,
  TestSocket,
  type Received,
} from '../support/plain-client';
import {
  DEMO_KEY,
  startExchange,
  type Category,
  type Exchange,
  type NewOrder,
} from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;
const SYMBOLS: Readonly<Record<Category, string>> = {
  linear: 'BTCUSDT',
  inverse: 'BTCUSD',
  spot: 'BTCUSDT',
  option: 'BTC-27DEC30-100000-C',
};
const CATEGORIES = Object.keys(SYMBOLS) as Category[];

describe('a batch of cancels of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange({ limits: { batch: 1000, batchSpot: 1000, batchOption: 1000 } });
  });
  afterEach(() => exchange.close());

  const send = async (category: string, request: unknown, more = {}) =>
    (await cancelBatch(exchange, { category, request }, more)).json;
  const codes = async (category: string, request: readonly unknown[]) =>
    (await send(category, request)).retExtInfo.list?.map(({ code }) => code);
  const header = () => ({ 'X-BAPI-TIMESTAMP': String(Date.now()) });
  const message = (category: string, request: unknown, more = {}) => ({
    op: 'order.cancel-batch',
    header: header(),
    args: [{ category, request }],
    ...more,
  });

  for (const category of CATEGORIES) {
    it(`answers each order in its place, and cancels it later: ${category}`, async () => {
      const symbol = SYMBOLS[category];
      const place = (orderLinkId: string) =>
        exchange.books.place({ category, symbol, orderLinkId });
      const [one, two] = [place('one'), place('')];
      const reply = await send(category, [
        { symbol, orderLinkId: 'one' },
        { symbol, orderId: two.orderId },
      ]);
      assert.deepEqual([reply.retCode, reply.retMsg], [0, 'OK']);
      assert.deepEqual(reply.result, {
        list: [
          { category, symbol, orderId: one.orderId, orderLinkId: 'one' },
          { category, symbol, orderId: two.orderId, orderLinkId: '' },
        ],
      });
      const ok = { code: 0, msg: 'OK' };
      assert.deepEqual(reply.retExtInfo, { list: [ok, ok] });
      await settled(exchange);
      assert.deepEqual([one.orderStatus, two.orderStatus], ['Cancelled', 'Cancelled']);
    });
  }

  it('acknowledges only: nothing is closed yet, and a fill can win', async () => {
    exchange.books.cancelDelayMs = 60_000;
    const { orderId } = exchange.books.place(LINEAR);
    await send('linear', [{ symbol: 'BTCUSDT', orderId }]);
    assert.equal(exchange.books.get(orderId).orderStatus, 'New');
    exchange.books.cancelDelayMs = 500;
    await send('linear', [{ symbol: 'BTCUSDT', orderId }]);
    const change = nextChange(exchange);
    exchange.books.fill(orderId);
    assert.equal((await change)[1].orderStatus, 'Filled');
  });

  it('is one request, to which each of its orders refers', async () => {
    const orders = ['a', 'b', 'c'].map((orderLinkId) =>
      exchange.books.place({ ...LINEAR, orderLinkId }),
    );
    const none = [{ symbol: 'BTCUSDT', orderLinkId: 'x' }];
    await send('linear', none);
    const request = orders.map(({ orderId }) => ({ symbol: 'BTCUSDT', orderId }));
    await send('linear', request);
    assert.deepEqual(
      exchange.requests.map(({ operation, params }) => [operation, params]),
      [
        ['order/cancel-batch', { category: 'linear', request: none }],
        ['order/cancel-batch', { category: 'linear', request }],
      ],
    );
    await settled(exchange);
    for (const order of orders) {
      assert.deepEqual(
        order.cancelRequests.map((note) => note.request),
        [1],
      );
      assert.equal(order.closedByRequest, 1);
    }
  });

  it('lets orders that are gone or badly named fail alone', async () => {
    const symbol = 'BTCUSDT';
    const [open, filled, other] = [1, 2, 3].map(() => exchange.books.place(LINEAR).orderId);
    exchange.books.fill(filled!);
    const foreign = exchange.books.place({ ...LINEAR, uid: '2' }).orderId;
    const reply = await send('linear', [
      { symbol, orderId: filled },
      { symbol, orderId: open, orderLinkId: 'ignored' },
      { symbol, orderLinkId: 'none' },
      { symbol: 'ETHUSDT', orderId: other },
      { symbol, orderId: foreign },
      { symbol },
      { symbol: 'btcusdt', orderId: other },
      { orderId: other },
      { symbol, orderId: 1 },
      'text',
    ]);
    const gone = 110001;
    assert.deepEqual(
      reply.retExtInfo.list?.map(({ code }) => code),
      [gone, 0, gone, gone, gone, 10001, 10001, 10001, 10001, 10001],
    );
    assert.equal(reply.retExtInfo.list[0]?.msg, 'order not exists or too late to cancel');
    const rows = reply.result.list?.map((row) => [row.symbol, row.orderId, row.orderLinkId]) ?? [];
    assert.deepEqual(rows.slice(0, 3), [
      [symbol, '', ''],
      [symbol, open, ''],
      [symbol, '', 'none'],
    ]);
    assert.deepEqual(rows[9], ['', '', '']);
    await settled(exchange);
    assert.equal(exchange.books.get(open!).orderStatus, 'Cancelled');
    assert.equal(exchange.books.get(other!).cancelRequests.length, 0);
  });

  it('finds plain orders of spot alone', async () => {
    const wishes: NewOrder[] = [
      SPOT,
      { ...SPOT, orderFilter: 'tpslOrder' },
      { ...SPOT, orderFilter: 'StopOrder' },
      { ...SPOT, orderFilter: 'OcoOrder' },
    ];
    const request = wishes.map((wish) => {
      const { symbol, orderId, orderFilter } = exchange.books.place(wish);
      return { symbol, orderId, orderFilter };
    });
    assert.deepEqual(await codes('spot', request), [0, 170213, 170213, 170213]);
  });

  it('takes 20 orders at most, 10 of spot, and no empty list', async () => {
    const some = (count: number) =>
      Array.from({ length: count }, () => ({ symbol: 'BTCUSDT', orderId: 'x' }));
    assert.equal((await codes('linear', some(20)))?.length, 20);
    assert.equal((await codes('spot', some(10)))?.length, 10);
    for (const [category, request] of [
      ['linear', some(21)],
      ['inverse', some(21)],
      ['option', some(21)],
      ['spot', some(11)],
      ['linear', []],
      ['linear', undefined],
      ['linear', { symbol: 'BTCUSDT' }],
      ['futures', some(1)],
    ] as const) {
      const reply = await send(category, request);
      assert.deepEqual([reply.retCode, reply.result], [10001, {}], category);
    }
  });

  it('can be asked for over the order entry', async () => {
    const socket = await TestSocket.ready(exchange, '/v5/trade');
    const order = exchange.books.place(LINEAR);
    const { orderId } = order;
    const request = [
      { symbol: 'BTCUSDT', orderId },
      { symbol: 'BTCUSDT', orderId: 'none' },
    ];
    const reply = await socket.call(message('linear', request, { reqId: 'r-1' }));
    assert.deepEqual(
      [reply.reqId, reply.retCode, reply.retMsg, reply.op],
      ['r-1', 0, 'OK', 'order.cancel-batch'],
    );
    assert.deepEqual(reply.data, {
      list: [
        { ...LINEAR, orderId, orderLinkId: '' },
        { ...LINEAR, orderId: '', orderLinkId: '' },
      ],
    });
    const { list } = reply.retExtInfo as { list: Received[] };
    assert.deepEqual(
      list.map(({ code }) => code),
      [0, 110001],
    );
    await settled(exchange);
    assert.equal(order.closedByRequest, order.cancelRequests[0]?.request);
    assert.equal(order.cancelRequests[0]?.reqId, 'r-1');
    assert.equal(exchange.requests[order.closedByRequest!]?.operation, 'ws:order.cancel-batch');
    assert.equal((await socket.call(message('linear', []))).retCode, 10001);
  });

  it('is refused for categories for which it is not served', async () => {
    const socket = await TestSocket.ready(exchange, '/v5/trade');
    const { orderId } = exchange.books.place({ category: 'inverse', symbol: 'BTCUSD' });
    const request = [{ symbol: 'BTCUSD', orderId }];
    exchange.behaviour.batchCategories.delete('inverse');
    assert.equal((await send('inverse', request)).retCode, 10005);
    exchange.behaviour.batchRefusalCode = 10032;
    assert.equal((await send('inverse', request)).retCode, 10032);
    assert.equal((await socket.call(message('inverse', request))).retCode, 10404);
    assert.equal((await send('linear', request)).retCode, 0);
    exchange.behaviour.batchCategories.add('inverse');
    assert.equal((await socket.call(message('inverse', request))).retCode, 0);
  });

  it('needs the permission to trade', async () => {
    exchange.setKey({ apiKey: 'reader', secret: DEMO_KEY.secret, readOnly: true });
    const reply = await send('linear', [{ symbol: 'BTCUSDT', orderId: 'x' }], { apiKey: 'reader' });
    assert.equal(reply.retCode, 10005);
  });

  it('never takes effect on an order that is hidden from cancels', async () => {
    const orders = [exchange.books.place(LINEAR), exchange.books.place(LINEAR)];
    exchange.books.hide(orders[0]!.orderId);
    const request = orders.map(({ symbol, orderId }) => ({ symbol, orderId }));
    assert.deepEqual(await codes('linear', request), [0, 0]);
    await settled(exchange);
    assert.deepEqual(
      orders.map(({ orderStatus }) => orderStatus),
      ['New', 'Cancelled'],
    );
  });
});
