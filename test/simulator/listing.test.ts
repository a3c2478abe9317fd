/** The open orders, page by page (API section order/open-order without an id). */
import assert from 'node:assert/strict';
import { ask, history, realtime } from '../support/plain-client';
import { startExchange, type Exchange } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SCOPE = 'category=linear&symbol=BTCUSDT';

describe('the list of open orders of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange({ limits: { query: 1000 } });
  });
  afterEach(() => exchange.close());

  const place = (count: number): string[] =>
    Array.from({ length: count }, () => exchange.books.place(LINEAR).orderId);
  const page = async (query: string, asking = realtime) => {
    const { retCode, result } = (await asking(exchange, query)).json;
    const ids = result.list?.map(({ orderId }) => String(orderId)) ?? [];
    return { retCode, ids, cursor: String(result.nextPageCursor) };
  };
  const next = (cursor: string) => `${SCOPE}&limit=2&cursor=${encodeURIComponent(cursor)}`;
  const codeOf = async (cursor: string) =>
    (await page(`${SCOPE}&limit=2&cursor=${cursor}`)).retCode;

  it('is told newest first, to a page that is short or empty', async () => {
    const ids = place(5).reverse();
    const first = await page(`${SCOPE}&limit=2`);
    assert.deepEqual(first.ids, ids.slice(0, 2));
    const second = await page(next(first.cursor));
    assert.deepEqual(second.ids, ids.slice(2, 4));
    const third = await page(next(second.cursor));
    assert.deepEqual(third.ids, ids.slice(4));
    const fourth = await page(next(third.cursor));
    assert.deepEqual([fourth.ids, fourth.cursor], [[], '']);
  });

  it('has cursors of the first and the last order of a page', async () => {
    const [old, young] = place(2).map((orderId) => exchange.books.get(orderId));
    const { cursor } = await page(`${SCOPE}&limit=2`);
    const place_ = (order = old) => `${order!.orderId}:${order!.createdTime}`;
    assert.equal(cursor, `${place_(young)},${place_()}`);
  });

  it('takes a cursor that is encoded once, and no other', async () => {
    place(3);
    const { cursor } = await page(`${SCOPE}&limit=2`);
    const once = encodeURIComponent(cursor);
    assert.match(once, /%3A.*%2C.*%3A/);
    assert.equal(await codeOf(once), 0);
    assert.equal((await page(`${SCOPE}&xcursor=x`)).retCode, 0);
    const [firstOrder = '', lastOrder = ''] = cursor.split(',');
    for (const wrong of [
      cursor,
      encodeURIComponent(once),
      `${encodeURIComponent(firstOrder)},${encodeURIComponent(lastOrder)}`,
      once.slice(0, -20),
      'x',
      '%',
      encodeURIComponent('none:1,none:1'),
    ]) {
      assert.equal(await codeOf(wrong), 10001, wrong);
    }
  });

  it('can tell cursors encoded, and takes them as they are or encoded once more', async () => {
    exchange.behaviour.cursors = 'encoded';
    const ids = place(3);
    const { cursor } = await page(`${SCOPE}&limit=2`);
    assert.match(cursor, /^[^:,]+%3A\d+%2C[^:,]+%3A\d+$/);
    for (const form of [cursor, encodeURIComponent(cursor)]) {
      assert.deepEqual((await page(`${SCOPE}&limit=2&cursor=${form}`)).ids, ids.slice(0, 1));
    }
    assert.equal(await codeOf(decodeURIComponent(cursor)), 10001);
    assert.equal(await codeOf(encodeURIComponent(encodeURIComponent(cursor))), 10001);
  });

  it('is no snapshot: what comes or goes meanwhile moves no order to another page', async () => {
    const ids = place(6).reverse();
    const first = await page(`${SCOPE}&limit=2`);
    place(3);
    exchange.books.fill(ids[1]!);
    exchange.books.cancel(ids[2]!);
    const second = await page(next(first.cursor));
    assert.deepEqual(second.ids, [ids[3], ids[4]]);
    exchange.books.cancel(ids[4]!);
    assert.deepEqual((await page(next(second.cursor))).ids, [ids[5]]);
  });

  it('tells a cursor beside a last page always, sometimes, when it is full, or never', async () => {
    place(3);
    const told = async (query: string) => (await page(query)).cursor !== '';
    const lasts = async () => {
      const byId = `${SCOPE}&orderId=${exchange.books.all()[0]!.orderId}`;
      const short = [await told(SCOPE), await told(SCOPE)];
      return [...short, await told(byId), await told(`${SCOPE}&limit=3`)];
    };
    assert.deepEqual(await lasts(), [true, true, true, true]);
    exchange.behaviour.lastPageCursor = 'sometimes';
    assert.deepEqual(await lasts(), [true, false, true, true]);
    exchange.behaviour.lastPageCursor = 'full';
    assert.deepEqual(await lasts(), [false, false, false, true]);
    exchange.behaviour.lastPageCursor = 'never';
    assert.deepEqual(await lasts(), [false, false, false, false]);
    assert.equal(await told(`${SCOPE}&limit=2`), true);
    assert.equal(await told('category=spot'), false);
  });

  it('can have rows that are Filled already', async () => {
    let now = Date.now();
    await exchange.close();
    exchange = await startExchange({
      behaviour: { filledListedMs: 100 },
      time: { now: () => now, setTimeout, clearTimeout },
    });
    const [filled, cancelled] = place(2);
    exchange.books.fill(filled!);
    exchange.books.cancel(cancelled!);
    const rows = async () => {
      const { result } = (await realtime(exchange, SCOPE, { timestamp: now })).json;
      return result.list?.map((row) => [row.orderId, row.orderStatus]);
    };
    assert.deepEqual(await rows(), [[filled, 'Filled']]);
    now += 100;
    assert.deepEqual(await rows(), []);
  });

  it('can be asked for by settle coin, of which instruments-info tells the symbols', async () => {
    const query = 'category=linear';
    const info = await ask(exchange, { path: '/v5/market/instruments-info', query });
    const coins = new Set(info.json.result.list?.map(({ settleCoin }) => settleCoin));
    assert.deepEqual([...coins], ['USDT', 'USDC']);
    const { orderId } = exchange.books.place({ category: 'linear', symbol: 'BTCPERP' });
    const [usdt] = place(1);
    assert.deepEqual((await page(`${query}&settleCoin=USDT`)).ids, [usdt]);
    assert.deepEqual((await page(`${query}&settleCoin=USDC`)).ids, [orderId]);
    assert.deepEqual((await page(`${query}&settleCoin=BTC`)).ids, []);
    const spot = exchange.books.place({ category: 'spot', symbol: 'BTCUSDT' });
    assert.deepEqual((await page('category=spot&settleCoin=USDC')).ids, [spot.orderId]);
  });

  it('has the same cursors as the history', async () => {
    const ids = place(3).reverse();
    for (const orderId of ids) exchange.books.cancel(orderId);
    const first = await page('category=linear&limit=2', history);
    assert.deepEqual(first.ids, ids.slice(0, 2));
    const cursor = encodeURIComponent(first.cursor);
    const second = await page(`category=linear&limit=2&cursor=${cursor}`, history);
    assert.deepEqual(second.ids, ids.slice(2));
    const wrong = await page('category=linear&cursor=x', history);
    assert.equal(wrong.retCode, 10001);
  });
});
