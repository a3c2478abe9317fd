/** The list of what can be traded, as a dialog asks for it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSymbols } from '../../../nodes/bybit/checks/symbols';
import type { ExchangeOptions, ScriptedFault } from '../../../simulator/exchange';
import { FakeTime } from '../../support/fake-time';
import { QuickTime } from '../../support/quick-time';
import { withExchange, type Stage } from '../../support/with-exchange';

const ON = 'market/instruments-info';
const MINUTE = 60_000;
const many = Array.from({ length: 1001 }, (_, index) => `A${index}USDT`);

describe('the list of instruments', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  const stand = async (options: ExchangeOptions = {}) => {
    stage = await withExchange(options);
    return stage;
  };
  const asked = () => stage.exchange.requests.filter(({ operation }) => operation === ON);

  it('comes whole, over as many pages as it has', async () => {
    const { account } = await stand({ symbols: { linear: many } });
    assert.deepEqual(await account.instruments('linear'), many);
    // A page of a thousand contracts would be dropped as too large an answer.
    assert.ok(asked().every(({ params }) => Number(params.limit) <= 500));
  });

  it('comes at once for spot, which has no pages', async () => {
    const { account } = await stand({ symbols: { spot: many } });
    assert.deepEqual(await account.instruments('spot'), many);
    assert.deepEqual(
      asked().map(({ query }) => query),
      ['category=spot'],
    );
  });

  it('has the options of each large coin', async () => {
    const option = ['BTC', 'ETH', 'SOL'].map((coin) => `${coin}-27DEC30-100-C-USDT`);
    const { account } = await stand({ symbols: { option } });
    assert.deepEqual(await account.instruments('option'), option);
  });

  it('is not asked for while the IP address is shut out, and shuts nothing in by itself', async () => {
    const { account, exchange } = await stand();
    const body = 'access too frequent';
    exchange.faults.add({ kind: 'http', status: 403, body, on: 'order/cancel' });
    const request = { category: 'linear', symbol: 'BTCUSDT', orderId: 'any' } as const;
    await account.cancel(request, { confirm: false, timeout: 1000 });
    assert.deepEqual(await account.instruments('linear'), []);
    assert.equal(asked().length, 0);
  });

  it('that shuts the IP address out stops the cancels too', async () => {
    const { account, exchange } = await stand();
    exchange.faults.add({ kind: 'http', status: 403, body: 'access too frequent', on: ON });
    await account.instruments('linear');
    const request = { category: 'linear', symbol: 'BTCUSDT', orderId: 'any' } as const;
    const { outcome } = await account.cancel(request, { confirm: false, timeout: 1000 });
    assert.equal(outcome, 'rate-limited');
    assert.ok(!exchange.requests.some(({ operation }) => operation === 'order/cancel'));
  });

  it('takes nothing from a cancel that needs the time of the exchange', async () => {
    const linear = Array.from({ length: 4000 }, (_, index) => `A${index}USDT`);
    const { account, exchange } = await stand({ clockSkewMs: 20_000, symbols: { linear } });
    assert.equal((await account.instruments('linear')).length, 4000);
    const { orderId } = exchange.books.place({ category: 'linear', symbol: 'A1USDT' });
    const request = { category: 'linear', symbol: 'A1USDT', orderId } as const;
    const { outcome } = await account.cancel(request, { confirm: false, timeout: 5000 });
    assert.equal(outcome, 'accepted');
  });

  it('is asked for without key and signature', async () => {
    const { account } = await stand();
    await account.instruments('inverse');
    assert.equal(asked().length, 1);
    const headers = asked().flatMap((request) => Object.keys(request.headers));
    assert.deepEqual(
      headers.filter((name) => name.startsWith('x-bapi')),
      [],
    );
  });

  it('is fetched once for all who ask, and by each account for itself', async () => {
    const { account } = await stand();
    const lists = await Promise.all([1, 2, 3].map(() => account.instruments('inverse')));
    assert.deepEqual(lists, [lists[0], lists[0], lists[0]]);
    assert.equal(asked().length, 1);
    await account.instruments('spot');
    assert.equal(asked().length, 2);
    await stage.open().instruments('spot');
    assert.equal(asked().length, 3);
  });

  it('is kept for an hour', async () => {
    const time = new FakeTime();
    stage = await withExchange({}, {}, time);
    const { account, exchange } = stage;
    await account.instruments('inverse');
    assert.equal(time.pending, 0);
    exchange.books.place({ category: 'inverse', symbol: 'SOLUSD' });
    await time.advance(59 * MINUTE);
    assert.ok(!(await account.instruments('inverse')).includes('SOLUSD'));
    await time.advance(2 * MINUTE);
    assert.ok((await account.instruments('inverse')).includes('SOLUSD'));
  });

  const page = (list: unknown, nextPageCursor: unknown = '', retCode = 0): ScriptedFault => ({
    kind: 'http',
    status: 200,
    body: JSON.stringify({ retCode, retMsg: 'OK', result: { list, nextPageCursor } }),
  });
  const failures: Record<string, ScriptedFault> = {
    'a refusal': { kind: 'retCode', retCode: 10001, retMsg: 'no' },
    'a broken connection': { kind: 'reset', when: 'before' },
    'an HTML page': { kind: 'html' },
    'half an answer': { kind: 'truncated' },
    'a gateway': { kind: 'http', status: 502 },
    'an answer without end': { kind: 'oversized', bytes: 2_000_000 },
    'no list': page('BTCUSDT'),
    'a refusal with a list': page([{ symbol: 'BTCUSD' }], '', 10016),
  };
  for (const [what, fault] of Object.entries(failures)) {
    it(`is empty upon ${what}, and asked for again after a minute`, async () => {
      const time = new FakeTime();
      stage = await withExchange({}, {}, time);
      const { account, exchange, warnings } = stage;
      exchange.faults.add({ ...fault, on: ON });
      assert.deepEqual(await account.instruments('inverse'), []);
      assert.deepEqual(await account.instruments('inverse'), []);
      assert.equal(asked().length, 1);
      await time.advance(MINUTE + 1);
      assert.deepEqual(await account.instruments('inverse'), ['BTCUSD', 'ETHUSD']);
      assert.deepEqual(warnings, []);
    });
  }

  it('is empty when a page fails: half a list would hide what is there', async () => {
    const { account, exchange } = await stand({ symbols: { linear: many } });
    exchange.faults.add({ kind: 'none', on: ON }, { kind: 'http', status: 502, on: ON });
    assert.deepEqual(await account.instruments('linear'), []);
    exchange.faults.add({ kind: 'http', status: 502, on: ON });
    assert.deepEqual(await account.instruments('option'), []);
  });

  it('is empty when the pages take too long together', async () => {
    stage = await withExchange({ symbols: { linear: many } }, {}, new QuickTime());
    stage.exchange.faults.add({ kind: 'delay', ms: 300, on: ON, times: Infinity });
    assert.deepEqual(await stage.account.instruments('linear'), []);
  });

  it('is empty when no answer comes in time', async () => {
    stage = await withExchange({}, {}, new QuickTime());
    stage.exchange.faults.add({ kind: 'hang', on: ON });
    assert.deepEqual(await stage.account.instruments('inverse'), []);
  });

  it('ends, even when the exchange always tells of another page', async () => {
    const { account, exchange } = await stand();
    exchange.faults.add({ ...page([{ symbol: 'ABCUSDT' }], 'more'), on: ON, times: Infinity });
    assert.deepEqual(await account.instruments('linear'), ['ABCUSDT']);
  });

  it('takes any cursor as it comes', async () => {
    const { account, exchange } = await stand();
    for (const cursor of ['a%3Db%26c', '100%', 'a b']) {
      exchange.faults.add({ ...page([{ symbol: 'ABCUSDT' }], cursor), on: ON });
    }
    exchange.faults.add({ ...page([{ symbol: 'XYZUSDT' }], 7), on: ON });
    assert.deepEqual(await account.instruments('linear'), ['ABCUSDT', 'XYZUSDT']);
    assert.deepEqual(
      asked().map(({ params }) => params.cursor),
      [undefined, 'a=b&c', '100%', 'a b'],
    );
  });

  it('has nothing in it that is no symbol', async () => {
    const { account, exchange } = await stand();
    const strange = ['<b>', 'x'.repeat(65), '', ' ', 'A\nB', 7, null, { a: 1 }];
    const list = [
      ...strange.map((symbol) => ({ symbol })),
      null,
      'text',
      { symbol: '币安人生USDT' },
    ];
    exchange.faults.add({ ...page(list), on: ON });
    assert.deepEqual(await account.instruments('linear'), ['币安人生USDT']);
  });

  it('ends with the account, and is not asked for any more', async () => {
    const { account, exchange } = await stand();
    exchange.faults.add({ kind: 'hang', on: ON });
    const arrived = once(exchange.events, 'request');
    const list = account.instruments('inverse');
    await arrived;
    await account.close();
    assert.deepEqual(await list, []);
    assert.deepEqual(await account.instruments('inverse'), []);
    assert.equal(asked().length, 1);
  });

  it('is not asked for while the account closes', async () => {
    const { account } = await stand();
    const closed = account.close();
    assert.deepEqual(await account.instruments('inverse'), []);
    await closed;
    assert.deepEqual(asked(), []);
  });
});

describe('the list of instruments, without a wire', () => {
  const result = { list: [{ symbol: 'ABCUSDT' }], nextPageCursor: 'more' };
  const wire = { kind: 'reply', retCode: 0, retMsg: 'OK' } as const;
  const answer = { wire, result, sentAt: 0, receivedAt: 0 };

  it('asks for no further page once it is closed', async () => {
    let asked = 0;
    let closed: Promise<void> | undefined;
    const instruments = createSymbols(() => {
      asked += 1;
      closed = instruments.close();
      return Promise.resolve(answer);
    }, new FakeTime());
    assert.deepEqual(await instruments.list('linear'), []);
    await closed;
    assert.equal(asked, 1);
  });

  it('is closed when what was asked is over', async () => {
    const order: string[] = [];
    let end: () => void = () => undefined;
    const held = new Promise<typeof answer>((resolve) => (end = () => resolve(answer)));
    const instruments = createSymbols(() => held, new FakeTime());
    const list = instruments.list('spot').then(() => order.push('list'));
    const closed = instruments.close().then(() => order.push('closed'));
    end();
    await Promise.all([list, closed]);
    assert.deepEqual(order, ['list', 'closed']);
  });
});

describe('a list of instruments that breaks off in the client', () => {
  it('is none, and asked for again later', async () => {
    const time = new FakeTime();
    let asked = 0;
    const instruments = createSymbols(() => {
      asked += 1;
      return Promise.reject(new URIError('URI malformed'));
    }, time);
    assert.deepEqual(await instruments.list('linear'), []);
    await time.advance(2 * MINUTE);
    assert.deepEqual(await instruments.list('linear'), []);
    assert.equal(asked, 2);
    await instruments.close();
  });
});
