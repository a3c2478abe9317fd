import assert from 'node:assert/strict';
import { ask, cancel, history, nextChange, realtime } from '../support/plain-client';
import { DEMO_KEY, startExchange, type Exchange, type NewOrder } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;

describe('the orders of the simulated exchange', () => {
  let exchange: Exchange;
  const code = async (body: object): Promise<number> => (await cancel(exchange, body)).json.retCode;
  const listed = async (
    asking: typeof realtime,
    query: string,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await asking(exchange, query)).json.result.list ?? [];

  beforeEach(async () => {
    exchange = await startExchange({ limits: { other: 100, spot: 100 } });
  });
  afterEach(() => exchange.close());

  it('has 19-digit ids for spot and UUIDs for the rest', () => {
    const { orderId } = exchange.books.place(SPOT);
    assert.match(orderId, /^\d{19}$/);
    assert.notEqual(String(Number(orderId)), orderId);
    assert.match(
      exchange.books.place(LINEAR).orderId,
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  const endings: [name: string, order: NewOrder, filled: string | undefined, status: string][] = [
    ['derivatives', LINEAR, undefined, 'Cancelled'],
    ['derivatives with a fill', LINEAR, '0.004', 'Cancelled'],
    ['spot', SPOT, undefined, 'Cancelled'],
    ['spot with a fill', SPOT, '0.004', 'PartiallyFilledCanceled'],
    ['spot TP/SL', { ...SPOT, orderFilter: 'tpslOrder' }, undefined, 'Deactivated'],
    ['spot conditional', { ...SPOT, orderFilter: 'StopOrder' }, undefined, 'Deactivated'],
    ['derivatives conditional', { ...LINEAR, triggerPrice: '9000' }, undefined, 'Deactivated'],
  ];
  for (const [name, wish, filled, status] of endings) {
    it(`ends a cancelled order as ${status}: ${name}`, async () => {
      const order = exchange.books.place(wish);
      const { orderId } = order;
      if (filled !== undefined) exchange.books.fill(orderId, filled);
      const effect = nextChange(exchange);
      const orderFilter = wish.orderFilter === undefined ? {} : { orderFilter: wish.orderFilter };
      const { category, symbol } = wish;
      assert.equal(await code({ category, symbol, orderId, ...orderFilter }), 0);
      await effect;
      assert.equal(order.orderStatus, status);
      assert.equal(order.closedBy, 'cancel');
      assert.equal(order.closedByRequest, order.cancelRequests[0]?.request);
      const [record] = await listed(history, `category=${category}&orderId=${orderId}`);
      assert.equal(record?.leavesQty, '0.000');
      assert.equal(record.cumExecQty, filled ?? '0.000');
      assert.equal(record.avgPrice, filled === undefined ? '' : '10000.00');
    });
  }

  it('goes by orderId when both ids are given, and takes null for absent', async () => {
    exchange.books.cancelDelayMs = 60_000;
    const one = exchange.books.place({ ...LINEAR, orderLinkId: 'one' });
    const two = exchange.books.place({ ...LINEAR, orderLinkId: 'two' });
    await code({ ...LINEAR, orderId: one.orderId, orderLinkId: 'two' });
    await code({ ...LINEAR, orderId: null, orderLinkId: 'two' });
    await code({ ...LINEAR, orderId: one.orderId, orderLinkId: null });
    assert.deepEqual(
      one.cancelRequests.map(({ request }) => request),
      [0, 2],
    );
    assert.deepEqual(
      two.cancelRequests.map(({ request }) => request),
      [1],
    );
  });

  it('says that an order is gone when category, symbol, filter or account differ', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    assert.equal(await code({ ...LINEAR, symbol: 'ETHUSDT', orderId }), 110001);
    assert.equal(await code({ ...LINEAR, category: 'inverse', symbol: 'BTCUSD', orderId }), 110001);
    assert.equal(await code({ ...SPOT, orderId }), 170213);
    const stop = exchange.books.place({ ...SPOT, orderFilter: 'StopOrder' }).orderId;
    assert.equal(await code({ ...SPOT, orderId: stop }), 170213);
    assert.equal(await code({ ...SPOT, orderId: stop, orderFilter: 'tpslOrder' }), 170213);
    const other = exchange.books.place({ ...LINEAR, uid: '2' }).orderId;
    assert.equal(await code({ ...LINEAR, orderId: other }), 110001);
    assert.equal(await code({ ...LINEAR, orderLinkId: '', orderId: other }), 110001);
    exchange.setKey({ ...DEMO_KEY, uid: '2' });
    assert.equal(await code({ ...LINEAR, orderId: other }), 0);
  });

  it('refuses what the documents don’t allow', async () => {
    const orderId = exchange.books.place(LINEAR).orderId;
    const wrong = [
      { ...LINEAR },
      { ...LINEAR, orderId: '', orderLinkId: null },
      { category: 'linear', orderId },
      { symbol: 'BTCUSDT', orderId },
      { ...LINEAR, category: 'LINEAR', orderId },
      { ...LINEAR, symbol: 'btcusdt', orderId },
      { ...LINEAR, symbol: 'NOSUCHUSDT', orderId },
      { ...LINEAR, orderId: 1 },
      { ...SPOT, orderId, orderFilter: 'Any' },
    ];
    for (const body of wrong) assert.equal(await code(body), 10001, JSON.stringify(body));
    for (const query of ['', 'category=linear', `category=linear&orderId=${orderId}`]) {
      assert.equal((await realtime(exchange, query)).json.retCode, 10001, query);
    }
    assert.equal((await realtime(exchange, 'category=spot&limit=51')).json.retCode, 10001);
  });

  it('lets a fill win the race, and says Filled twice', async () => {
    const order = exchange.books.place(LINEAR);
    const { orderId } = order;
    // At once upon the acknowledgement, before any timer can run.
    exchange.events.once('answered', () => exchange.books.fill(orderId));
    const records: unknown[][] = [];
    const both = new Promise<void>((resolve) => {
      exchange.events.on('order', (_order, record) => {
        records.push([record.orderStatus, record.cancelType, record.rejectReason]);
        if (records.length === 2) resolve();
      });
    });
    await code({ ...LINEAR, orderId });
    await both;
    assert.equal(order.closedBy, 'fill');
    assert.deepEqual(records, [
      ['Filled', 'UNKNOWN', 'EC_NoError'],
      ['Filled', 'CancelByUser', 'EC_OrigClOrdIDDoesNotExist'],
    ]);
    assert.equal(await code({ ...LINEAR, orderId }), 110001);
  });

  it('accepts a second cancel while the first is under way', async () => {
    const order = exchange.books.place(LINEAR);
    exchange.books.cancelDelayMs = 60_000;
    assert.equal(await code({ ...LINEAR, orderId: order.orderId }), 0);
    assert.equal(await code({ ...LINEAR, orderId: order.orderId }), 0);
    assert.equal(exchange.books.pendingCancels, 2);
    assert.equal(order.orderStatus, 'New');
    exchange.books.cancel(order.orderId);
    assert.equal(order.closedByRequest, undefined);
  });

  it('triggers, fills and rejects', () => {
    const { orderId } = exchange.books.place({ ...LINEAR, triggerPrice: '9000' });
    const seen: string[] = [];
    exchange.events.on('order', (_order, record) => seen.push(record.orderStatus));
    exchange.books.fill(orderId, '0.004');
    exchange.books.fill(orderId);
    assert.deepEqual(seen, ['Triggered', 'New', 'PartiallyFilled', 'Filled']);
    assert.throws(() => exchange.books.cancel(orderId), /is Filled/);
    const rejected = exchange.books.reject(exchange.books.place(LINEAR).orderId);
    assert.deepEqual([rejected.orderStatus, rejected.closedBy], ['Rejected', 'reject']);
    const left = exchange.books.place(LINEAR);
    assert.throws(() => exchange.books.fill(left.orderId, '0.011'), /only 0.010 left/);
    assert.throws(() => exchange.books.get('nothing'), /no order/);
    assert.throws(() => exchange.books.place({ ...LINEAR, orderId }), /there already/);
  });

  it('places orders over REST: checked, executed at once when at market', async () => {
    const create = async (change: object) =>
      (await ask(exchange, { path: '/v5/order/create', body: { ...wish, ...change } })).json;
    const wish = {
      ...SPOT,
      side: 'Buy',
      orderType: 'Limit',
      qty: '1',
      price: '9',
      orderLinkId: 'l',
    };
    const { result } = await create({ orderFilter: 'tpslOrder', triggerPrice: '10' });
    const order = exchange.books.get(String(result.orderId));
    assert.deepEqual([order.orderStatus, order.orderFilter], ['Untriggered', 'tpslOrder']);
    assert.equal((await create({})).retCode, 170141);
    assert.equal((await create(LINEAR)).retCode, 0);
    assert.equal((await create(LINEAR)).retCode, 110072);
    const market = await create({ orderType: 'Market', price: null, orderLinkId: null });
    assert.equal(exchange.books.get(String(market.result.orderId)).orderStatus, 'Filled');
    const wrong = [
      { symbol: null },
      { side: 'Sell ' },
      { orderType: 'Stop' },
      { qty: '0' },
      { qty: '1e3' },
      { price: null },
      { orderLinkId: 'x'.repeat(37) },
      { orderFilter: 'Any' },
    ];
    for (const change of wrong) {
      assert.equal((await create(change)).retCode, 10001, JSON.stringify(change));
    }
  });

  it('trades what it is told to, and whatever an order is placed on', async () => {
    await exchange.close();
    exchange = await startExchange({ symbols: { linear: ['XYZUSDC'] } });
    const instruments = async (query: string) =>
      (await ask(exchange, { path: '/v5/market/instruments-info', query })).json;
    const { list = [] } = (await instruments('category=linear')).result;
    assert.deepEqual(
      list.map(({ symbol, baseCoin, settleCoin }) => [symbol, baseCoin, settleCoin]),
      [['XYZUSDC', 'XYZ', 'USDC']],
    );
    assert.equal((await instruments('category=linear&symbol=BTCUSDT')).retCode, 10001);
    const { orderId } = exchange.books.place({ category: 'linear', symbol: 'ABCUSDT' });
    assert.equal(await code({ category: 'linear', symbol: 'ABCUSDT', orderId }), 0);
  });

  it('lists instruments page by page, options by coin, and spot all at once', async () => {
    await exchange.close();
    const symbols = Array.from({ length: 5 }, (_, index) => `A${index}USDT`);
    const option = ['BTC-27DEC30-1-C', 'ETH-27DEC30-1-C'];
    exchange = await startExchange({ symbols: { linear: symbols, spot: symbols, option } });
    const instruments = async (query: string) => {
      const { retCode, result } = (
        await ask(exchange, { path: '/v5/market/instruments-info', query })
      ).json;
      const names = result.list?.map(({ symbol }) => symbol);
      return { retCode, names, nextPageCursor: result.nextPageCursor };
    };
    const first = await instruments('category=linear&limit=3');
    assert.deepEqual(first.names, symbols.slice(0, 3));
    assert.equal(first.nextPageCursor, 'first%3DA0USDT%26last%3DA2USDT');
    const second = await instruments(`category=linear&limit=3&cursor=${first.nextPageCursor}`);
    assert.deepEqual([second.names, second.nextPageCursor], [symbols.slice(3), '']);
    const spot = await instruments('category=spot&limit=3');
    assert.deepEqual([spot.names, spot.nextPageCursor], [symbols, undefined]);
    assert.deepEqual((await instruments('category=option')).names, option.slice(0, 1));
    assert.deepEqual((await instruments('category=option&baseCoin=ETH')).names, option.slice(1));
    for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'cursor=x', 'category=']) {
      assert.equal((await instruments(`category=linear&${wrong}`)).retCode, 10001, wrong);
    }
  });
});
