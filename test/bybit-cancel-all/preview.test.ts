/** The preview as the dialog asks for it, in a Node-RED, against the simulated exchange. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import type { Account, CancelAllOptions, SweepOutcome } from '../../nodes/bybit/account';
import { previewLines } from '../../nodes/bybit-cancel-all/editor/preview-report';
import type { PreviewAnswer } from '../../nodes/bybit-cancel-all/preview';
import { DEFAULTS } from '../../nodes/bybit-cancel-all/settings';
import { DEMO_KEY } from '../../simulator/exchange';
import { nodeOf, startFlow, type FlowOptions, type FlowStage } from '../flows/stage';
import { sayIn, shown } from './catalogue';

const PATH = '/bybit-cancel-all/preview';
const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const NOTHING: SweepOutcome = {
  ...{ outcomes: [], wouldCancel: [], complete: false, allListed: false },
  ...{ spared: {}, appeared: [], requests: 1 },
};
const ASKED = { account: 'account', kinds: 'all', which: 'snapshot', ...LINEAR };

describe('the preview of the dialog', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const begin = async (options: FlowOptions = {}) => {
    stage = await startFlow(options);
    return stage.exchange;
  };
  const ask = async (body: object) => {
    const { status, text } = await helper.request().post(PATH).send(body);
    const signatures = stage.exchange.requests.flatMap(({ headers: sent }) =>
      typeof sent['x-bapi-sign'] === 'string' ? sent['x-bapi-sign'] : [],
    );
    for (const secret of [DEMO_KEY.apiKey, DEMO_KEY.secret, ...signatures]) {
      assert.ok(!text.includes(secret), text);
    }
    return { status, answer: JSON.parse(text) as PreviewAnswer };
  };
  const found = async (body: object) => {
    const { status, answer } = await ask({ ...ASKED, ...body });
    assert.equal(status, 200);
    assert.ok('number' in answer, JSON.stringify(answer));
    return answer;
  };
  const troubleOf = async (body: object) => {
    const { status, answer } = await ask(body);
    assert.ok('trouble' in answer, JSON.stringify(answer));
    return { status, ...answer };
  };
  /** In place of the account's own sweep. */
  const standIn = (cancelAll: Account['cancelAll']) => {
    const { access } = nodeOf('account') as unknown as { readonly access: { account: Account } };
    Object.assign(access.account, { cancelAll });
  };
  const sentCancels = () =>
    stage.exchange.requests.filter(({ operation }) => operation.includes('cancel'));

  it('tells which open orders would be cancelled, and cancels none', async () => {
    const { books } = await begin();
    const orders = [
      books.place({ ...LINEAR, side: 'Sell', price: '20100', qty: '0.3' }),
      books.place({ ...LINEAR, side: 'Buy', stopOrderType: 'Stop' }),
      books.place({ ...LINEAR, side: 'Sell', reduceOnly: true }),
      books.place({ category: 'linear', symbol: 'ETHUSDT' }),
    ];
    await new Promise((resolve) => setTimeout(resolve, 5));
    const all = await found({ symbol: '*' });
    assert.equal(all.number, 4);
    assert.deepEqual(all.symbols, { BTCUSDT: 3, ETHUSDT: 1 });
    assert.equal((all.sides.Buy ?? 0) + (all.sides.Sell ?? 0), 4);
    assert.deepEqual(all.kinds, { entry: 2, conditional: 1, protection: 1 });
    const sells = await found({ kinds: 'entries', side: 'Sell' });
    assert.deepEqual(sells.orders, [
      { symbol: 'BTCUSDT', side: 'Sell', price: '20100', qty: '0.3', kind: 'entry' },
    ]);
    assert.deepEqual(sells.spared, { protection: 1, side: 1 });
    assert.deepEqual(sentCancels(), []);
    assert.ok(orders.every(({ closedBy }) => closedBy === undefined));
  });

  it('shows the first ten of many, and counts all', async () => {
    const { books } = await begin();
    for (let i = 0; i < 60; i += 1) books.place(LINEAR);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { number, orders } = await found({});
    assert.deepEqual([number, orders.length], [60, 10]);
  });

  it('has the account read each answer as it is deployed, and names what is wrong', async () => {
    await begin({ exchange: { keys: [{ apiKey: DEMO_KEY.apiKey, secret: 'another' }] } });
    const refused = await troubleOf(ASKED);
    assert.equal(refused.trouble, 'unauthorized');
    assert.match(refused.detail, /does not belong/);
  });

  it('says in words why there is no account', async () => {
    await begin({ credentials: { apiKey: '', apiSecret: '' } });
    for (const account of ['account', 'nowhere', '', 'cancel', '__proto__']) {
      const { status, trouble, detail } = await troubleOf({ ...ASKED, account });
      assert.deepEqual([status, trouble], [200, 'account'], account);
      assert.match(detail, /missing|disabled|chosen/, account);
    }
  });

  it('tells apart why the orders could not be listed', async () => {
    await begin();
    const explain = () => 'More words.';
    const listings = [
      [{ readable: false, refused: 'rejected', explain }, 'rejected', 'More words.'],
      [{ readable: false, refused: 'banned' }, 'banned', ''],
      [{ readable: false, explain }, 'unreachable', 'More words.'],
    ] as const;
    for (const [unlisted, trouble, detail] of listings) {
      standIn(() => Promise.resolve({ ...NOTHING, unlisted }));
      assert.deepEqual(await ask(ASKED), { status: 200, answer: { trouble, detail } });
    }
  });

  it('refuses a scope that can’t be read, or says too little', async () => {
    await begin();
    const wrong: [object, RegExp][] = [
      [{ ...ASKED, symbol: '' }, /symbol, baseCoin and settleCoin are all missing/],
      [{ ...ASKED, category: '' }, /category is missing/],
      [{ ...ASKED, category: 'futures' }, /category is "futures"/],
      [{ ...ASKED, side: 'long' }, /side is "long"/],
      [{ ...ASKED, kinds: 'some' }, /kinds must be one of/],
      [{ ...ASKED, which: '${HOME}' }, /HOME is not set/],
      [{ ...ASKED, symbol: '${HOME}' }, /HOME is not set/],
    ];
    for (const [body, problem] of wrong) {
      const { status, trouble, detail } = await troubleOf(body);
      assert.deepEqual([status, trouble], [400, 'scope']);
      assert.match(detail, problem);
    }
    assert.equal(stage.exchange.requests.filter(({ path }) => path.includes('realtime')).length, 0);
  });

  it('refuses what is no question', async () => {
    await begin();
    for (const body of [{}, [], { ...ASKED, account: 1 }, { ...ASKED, side: null }]) {
      const { status, trouble } = await troubleOf(body);
      assert.deepEqual([status, trouble], [400, 'malformed']);
    }
  });

  it('does not run more than a few at once', async () => {
    const exchange = await begin();
    exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/realtime', times: 4 });
    const slow = Array.from({ length: 4 }, () => ask(ASKED));
    while (exchange.requests.filter(({ operation }) => operation === 'order/realtime').length < 4) {
      await new Promise(setImmediate);
    }
    assert.deepEqual(await troubleOf(ASKED), { status: 429, trouble: 'busy', detail: '' });
    for (const { status } of await Promise.all(slow)) assert.equal(status, 200);
    assert.equal((await ask(ASKED)).status, 200, 'they are over');
  });

  it('tells nothing of an account that breaks its word', async () => {
    await begin();
    standIn(() => Promise.reject(new Error('a secret')));
    const answer = { trouble: 'failed', detail: '' };
    assert.deepEqual(await ask(ASKED), { status: 500, answer });
  });

  it('is a dry run, and ends with its asker', async () => {
    await begin();
    const options: CancelAllOptions[] = [];
    standIn((_scope, asked) => {
      options.push(asked);
      return Promise.resolve(NOTHING);
    });
    await ask({ ...ASKED, dryRun: false, atMost: '1' });
    const [{ signal, ...asked } = {} as Partial<CancelAllOptions>] = options;
    assert.deepEqual(asked, { which: 'snapshot', dryRun: true, timeout: 10_000 });
    while (signal?.aborted !== true) await new Promise(setImmediate);
  });
});

describe('the lines of a preview', () => {
  const current = (properties: object) => shown(DEFAULTS, properties);
  const lines = (answer: PreviewAnswer, properties: object = {}, open: readonly 'side'[] = []) =>
    previewLines(answer, current(properties), open, sayIn('en-US')).map(
      ({ level, text }) => `${level}: ${text}`,
    );
  const FOUND: PreviewAnswer = {
    ...{ number: 12, symbols: { ETHUSDT: 2, BTCUSDT: 10 }, sides: { Buy: 12 } },
    ...{ kinds: { entry: 11, protection: 1 }, spared: { newer: 1, side: 3 } },
    unplaced: 2,
    orders: [{ symbol: 'BTCUSDT', side: 'Buy', qty: '0.1', price: '20000', kind: 'entry' }],
  };

  it('say what would be cancelled, and what would stay', () => {
    assert.deepEqual(lines(FOUND, { atMost: '5' }, ['side']), [
      'good: Open orders that would be cancelled: 12',
      'warning: That is more than 5: a message would be refused, and nothing cancelled.',
      'warning: Orders among them that protect a position: 1',
      'plain: Symbols: BTCUSDT × 10, ETHUSDT × 2',
      'plain: Sides: Buy × 12',
      'plain: Kinds: entry × 11, protection × 1',
      'plain: The newest ones:',
      'plain: BTCUSDT Buy 0.1 @ 20000 (entry)',
      'warning: Orders whose coins Bybit does not tell, and that would be left: 2',
      'plain: Open orders that would stay: other side × 3, newer × 1',
      'plain: Known only when a message comes, and left out here: Side',
    ]);
  });

  it('say that nothing matches', () => {
    const none = {
      ...{ symbols: {}, sides: {}, kinds: {}, spared: {} },
      orders: [],
      number: 0,
      unplaced: 0,
    };
    assert.deepEqual(lines(none), ['good: No open order matches.']);
  });

  it('say why nothing can be shown', () => {
    const told = (answer: PreviewAnswer) => lines(answer)[0];
    assert.equal(
      told({ trouble: 'account', detail: 'The account is missing.' }),
      "bad: The account can't be used as it is deployed. (The account is missing.)",
    );
    assert.equal(told({ trouble: 'noAnswer', detail: '' }), 'bad: Node-RED did not answer.');
  });
});
