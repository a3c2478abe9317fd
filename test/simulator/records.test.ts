import assert from 'node:assert/strict';
import { history, realtime } from '../support/plain-client';
import { startExchange, type Exchange, type NewOrder } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;

describe('the records of the simulated exchange', () => {
  let exchange: Exchange;
  const listed = async (
    asking: typeof realtime,
    query: string,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await asking(exchange, query)).json.result.list ?? [];

  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());

  it('lists open orders, newest first and page by page, and closed ones when asked', async () => {
    const orders = ['a', 'b', 'c', 'd'].map((orderLinkId) =>
      exchange.books.place({ ...SPOT, orderLinkId }),
    );
    exchange.books.cancel(orders[3]!.orderId);
    const links = async (query: string) =>
      (await listed(realtime, `category=spot&${query}`)).map((order) => order.orderLinkId);
    assert.deepEqual(await links(''), ['c', 'b', 'a']);
    assert.deepEqual(await links('openOnly=1'), ['d']);
    const first = await realtime(exchange, 'category=spot&limit=2');
    const cursor = encodeURIComponent(String(first.json.result.nextPageCursor));
    assert.deepEqual(await links(`cursor=${cursor}`), ['a']);
    assert.deepEqual(await links('symbol=ETHUSDT'), []);
    assert.deepEqual(await links('baseCoin=BTC&orderFilter=Order'), ['c', 'b', 'a']);
    assert.deepEqual(await links('orderFilter=StopOrder'), []);
    assert.equal((await listed(realtime, 'category=linear&settleCoin=USDT')).length, 0);
  });

  it('finds an order by id in its category and symbol alone', async () => {
    const { orderId } = exchange.books.place({ ...LINEAR, orderLinkId: 'x' });
    const counts = async (query: string) => (await listed(realtime, query)).length;
    assert.equal(await counts(`category=linear&symbol=BTCUSDT&orderId=${orderId}`), 1);
    assert.equal(
      await counts(`category=linear&symbol=BTCUSDT&orderId=${orderId}&orderLinkId=y`),
      1,
    );
    assert.equal(await counts(`category=linear&symbol=ETHUSDT&orderId=${orderId}`), 0);
    assert.equal(await counts(`category=linear&settleCoin=USDT&orderLinkId=x`), 1);
    assert.equal(await counts(`category=inverse&orderId=${orderId}`), 0);
    assert.equal((await listed(history, `category=linear&orderId=${orderId}`)).length, 0);
    exchange.books.fill(orderId);
    assert.equal(await counts(`category=linear&symbol=BTCUSDT&orderId=${orderId}`), 1);
    assert.equal((await listed(history, `category=linear&orderId=${orderId}`)).length, 1);
    assert.equal((await listed(history, `category=linear&orderStatus=Cancelled`)).length, 0);
  });

  it('forgets closed orders at a restart, but for the history', async () => {
    const { orderId } = exchange.books.place(SPOT);
    exchange.books.cancel(orderId);
    exchange.books.reset();
    assert.equal((await listed(realtime, `category=spot&orderId=${orderId}`)).length, 0);
    assert.equal((await listed(history, `category=spot&orderId=${orderId}`)).length, 1);
  });

  it('forgets the oldest of more than 500 closed orders of a category', async () => {
    const ids = Array.from({ length: 501 }, () => exchange.books.place(SPOT).orderId);
    for (const orderId of ids) exchange.books.cancel(orderId);
    assert.equal((await listed(realtime, `category=spot&orderId=${ids[0]!}`)).length, 0);
    assert.equal((await listed(realtime, `category=spot&orderId=${ids[1]!}`)).length, 1);
  });

  it('lets records lag', async () => {
    exchange.recordLagMs = 60_000;
    const { orderId } = exchange.books.place(SPOT);
    exchange.books.cancel(orderId);
    const query = `category=spot&orderId=${orderId}`;
    assert.equal((await listed(realtime, query))[0]?.orderStatus, 'New');
    assert.equal((await listed(history, query)).length, 0);
    exchange.recordLagMs = 0;
    assert.equal((await listed(realtime, query))[0]?.orderStatus, 'Cancelled');
    assert.equal((await listed(history, query)).length, 1);
  });

  it('can have a closed order in neither list until the history has it', async () => {
    let now = Date.now();
    const time = {
      now: () => now,
      setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
      clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
    };
    await exchange.close();
    exchange = await startExchange({ historyLagMs: 300, time });
    const { orderId } = exchange.books.place(SPOT);
    const query = `category=spot&orderId=${orderId}`;
    const statuses = async () => [
      (await listed(realtime, 'category=spot'))[0]?.orderStatus,
      (await listed(realtime, query))[0]?.orderStatus,
      (await listed(realtime, 'category=spot&openOnly=1'))[0]?.orderStatus,
      (await listed(history, query))[0]?.orderStatus,
    ];
    assert.deepEqual(await statuses(), ['New', 'New', undefined, undefined]);
    exchange.books.cancel(orderId);
    const none = [undefined, undefined, undefined, undefined];
    assert.deepEqual(await statuses(), none);
    now += 299;
    assert.deepEqual(await statuses(), none);
    now += 1;
    const closed = [undefined, 'Cancelled', 'Cancelled', 'Cancelled'];
    assert.deepEqual(await statuses(), closed);
    exchange.recordLagMs = 100;
    assert.deepEqual(await statuses(), none, 'the history lags on top of the records');
    exchange.historyLagMs = 0;
    assert.deepEqual(await statuses(), closed);
  });

  it('keeps orders that were closed without a fill for a day', async () => {
    const unfilled = exchange.books.place(SPOT).orderId;
    const filled = exchange.books.place(SPOT).orderId;
    exchange.books.cancel(unfilled);
    exchange.books.fill(filled, '0.001');
    exchange.books.cancel(filled);
    exchange.clockSkewMs = 24 * 60 * 60 * 1000 + 1000;
    const timestamp = Date.now() + exchange.clockSkewMs;
    const kept = await history(exchange, 'category=spot', { timestamp });
    assert.deepEqual(
      kept.json.result.list?.map(({ orderId }) => orderId),
      [filled],
    );
  });

  it('tells the category once, beside the list', async () => {
    const { orderId } = exchange.books.place(SPOT);
    for (const asking of [realtime, history]) {
      const { result } = (await asking(exchange, `category=spot&orderId=${orderId}`)).json;
      assert.equal(result.category, 'spot');
      assert.deepEqual(
        result.list?.map((row) => [row.orderId, 'category' in row]),
        [[orderId, false]],
      );
      if (asking === realtime) exchange.books.cancel(orderId);
    }
  });

  it('tells of a cancelled order that nothing is left, no quantity, or what was left', async () => {
    const told = async (category: 'linear' | 'spot', cancelled: boolean) => {
      const { orderId } = exchange.books.place({ category, symbol: 'BTCUSDT', qty: '0.010' });
      exchange.books.fill(orderId, cancelled ? '0.004' : '0.010');
      if (cancelled) exchange.books.cancel(orderId);
      const [row] = await listed(history, `category=${category}&orderId=${orderId}`);
      return [row?.leavesQty, row?.leavesValue];
    };
    const expected = {
      zero: ['0.000', '0.00000'],
      empty: ['', ''],
      remaining: ['0.006', '60.00000'],
    };
    for (const how of ['zero', 'empty', 'remaining'] as const) {
      exchange.behaviour.cancelledLeavesQty = how;
      for (const category of ['linear', 'spot'] as const) {
        assert.deepEqual(await told(category, true), expected[how], how);
        assert.deepEqual(await told(category, false), expected.zero, how);
      }
    }
  });

  it('gives no reason for the end of an order that was cancelled before its trigger', async () => {
    const cancelled = async (wish: NewOrder) => {
      const { orderId } = exchange.books.place(wish);
      exchange.books.cancel(orderId);
      const [row] = await listed(history, `category=${wish.category}&orderId=${orderId}`);
      return [row?.orderStatus, row?.cancelType, row?.rejectReason];
    };
    const deactivated = ['Deactivated', 'CancelByUser', 'EC_NoError'];
    assert.deepEqual(await cancelled({ ...SPOT, orderFilter: 'tpslOrder' }), deactivated);
    assert.deepEqual(await cancelled({ ...LINEAR, triggerPrice: '9000' }), deactivated);
    const plain = ['Cancelled', 'CancelByUser', 'EC_PerCancelRequest'];
    assert.deepEqual(await cancelled(SPOT), plain);
    assert.deepEqual(await cancelled(LINEAR), plain);
  });
});
