/** The drill of the dialogs, in a Node-RED: it hits nothing, and says what would be in the way. */
import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { DrillAnswer } from '../../nodes/action/drill-answer';
import { drill } from '../../nodes/bybit-config/drill';
import type { AccountAccess } from '../../nodes/bybit/account';
import { drillLine } from '../../nodes/action/editor/drill-report';
import { DEMO_KEY, type SimulatedKey } from '../../simulator/exchange';
import { happens, received } from '../support/actions';
import { startFlow, type FlowOptions, type FlowStage } from './stage';

describe('the drill', () => {
  let stage: FlowStage;
  const start = async (options: FlowOptions = {}) => {
    stage = await startFlow(options);
  };
  afterEach(() => stage.end());
  const ask = async (more: object = {}): Promise<DrillAnswer> => {
    const { body } = await helper
      .request()
      .post('/bybit-config/drill')
      .send({ account: 'account', ...more });
    const text = JSON.stringify(body);
    for (const secret of [DEMO_KEY.apiKey, DEMO_KEY.secret]) assert.ok(!text.includes(secret));
    return body as DrillAnswer;
  };
  const setKey = (changes: Partial<SimulatedKey>) =>
    stage.exchange.setKey({ ...DEMO_KEY, ...changes });
  const outcomeOf = (answer: DrillAnswer) =>
    'trouble' in answer ? answer.trouble : answer.outcome;
  const levelOf = (answer: DrillAnswer) => drillLine(answer, (key) => key).level;

  for (const transport of ['http', 'websocket'] as const) {
    it(`passes with a good account, and touches no order (${transport})`, async () => {
      await start({ account: { transport } });
      // Both sockets, where there are two, have let the key in.
      const sockets = transport === 'websocket' ? 2 : 1;
      await happens(stage.exchange, () => received(stage.exchange, 'ws:auth').length >= sockets);
      for (const category of ['linear', 'spot'] as const) {
        stage.exchange.books.place({ category, symbol: 'BTCUSDT' });
      }
      const before = JSON.stringify(stage.exchange.books.all());
      const answer = await ask();
      assert.ok(!('trouble' in answer));
      assert.deepEqual([answer.outcome, answer.transport], ['not-found', transport]);
      assert.deepEqual([answer.environment, answer.category], ['custom', 'linear']);
      assert.ok(answer.tookMs > 0);
      assert.equal(levelOf(answer), 'good');
      assert.equal(JSON.stringify(stage.exchange.books.all()), before);
    }).timeout(15_000);
  }

  it('goes by the category and symbol of the dialog, and by those that the account keeps to', async () => {
    await start({ account: { symbols: 'ETHUSDT' } });
    const kept = await ask();
    assert.ok('symbol' in kept && kept.symbol === 'ETHUSDT');
    const spot = await ask({ category: 'spot', symbol: 'ETHUSDT' });
    assert.ok('symbol' in spot && spot.category === 'spot' && spot.outcome === 'not-found');
    assert.equal(outcomeOf(await ask({ symbol: 'BTCUSDT' })), 'fields');
  }).timeout(20_000);

  it('chooses a category in which the symbols of the account are traded', async () => {
    await start({ account: { symbols: 'ETHUSD' } });
    const answer = await ask();
    assert.ok('category' in answer);
    assert.deepEqual(
      [answer.category, answer.symbol, answer.outcome],
      ['inverse', 'ETHUSD', 'not-found'],
    );
  }).timeout(15_000);

  it('takes of the symbols of the account one that is traded in the category', async () => {
    await start({ account: { symbols: 'ETHUSD, BTCUSDT' } });
    const answer = await ask({ category: 'linear' });
    assert.ok('symbol' in answer);
    assert.deepEqual([answer.symbol, answer.outcome], ['BTCUSDT', 'not-found']);
  }).timeout(15_000);

  it('says where none of them is', async () => {
    await start({ account: { symbols: 'ETHUSD' } });
    const answer = await ask({ category: 'linear' });
    assert.equal(outcomeOf(answer), 'fields');
    assert.match(drillLine(answer, (key) => key).text, /\(ETHUSD\), none is traded in linear/);
  });

  it('takes an option of the account, whatever its coin', async () => {
    await start({ account: { symbols: 'XRP-27DEC30-1-C' } });
    const answer = await ask();
    assert.ok('category' in answer);
    assert.deepEqual([answer.category, answer.symbol], ['option', 'XRP-27DEC30-1-C']);
  }).timeout(15_000);

  describe('while no symbols can be listed', () => {
    const unlisted = async (options: FlowOptions = {}) => {
      await start(options);
      stage.exchange.faults.add({
        ...({ kind: 'http', status: 502, times: Infinity } as const),
        on: 'market/instruments-info',
      });
    };

    it('goes by the name of a symbol of the account', async () => {
      await unlisted({ account: { symbols: 'ETHUSD' } });
      const answer = await ask();
      assert.ok('category' in answer);
      assert.deepEqual([answer.category, answer.outcome], ['inverse', 'not-found']);
    }).timeout(15_000);

    it('says so where it has no option to try with', async () => {
      await unlisted();
      const answer = await ask({ category: 'option' });
      assert.equal(outcomeOf(answer), 'fields');
      assert.match(drillLine(answer, (key) => key).text, /No option could be listed/);
    });
  });

  for (const category of ['futures', { linear: true }, 7]) {
    it(`asks nothing about a category that is none: ${JSON.stringify(category)}`, async () => {
      await start({ account: { symbols: 'ETHUSDT' } });
      const answer = await ask({ category });
      assert.equal(outcomeOf(answer), 'fields');
      assert.match(drillLine(answer, (key) => key).text, /category/);
      assert.deepEqual(received(stage.exchange, 'market/instruments-info'), []);
    });
  }

  for (const given of ['BYBIT:BTCUSD.P', 'btcusd.p']) {
    it(`reads ${given} as the node does`, async () => {
      await start();
      const answer = await ask({ symbol: given });
      assert.ok('symbol' in answer);
      assert.deepEqual(
        [answer.category, answer.symbol, answer.outcome],
        ['inverse', 'BTCUSD', 'not-found'],
      );
    }).timeout(15_000);
  }

  it('warns where the cancel is answered, but no record can be read', async () => {
    await start();
    stage.exchange.faults.add({ kind: 'http', status: 502, times: Infinity, on: 'order/history' });
    const { access } = helper.getNode('account') as unknown as { access: AccountAccess };
    const request = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'drill-1' } as const;
    const { signal } = new AbortController();
    const answer = await drill(access.account!, request, signal, [1500]);
    assert.equal(answer.outcome, 'unconfirmed');
    const { level, text } = drillLine(answer, (key) => key);
    assert.equal(level, 'warning');
    assert.match(text, /^answered /);
  }).timeout(15_000);

  it('passes on a slow line as well, at its second try', async () => {
    await start();
    stage.exchange.faults.add({ kind: 'delay', ms: 150, times: Infinity });
    const { access } = helper.getNode('account') as unknown as { access: AccountAccess };
    const request = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'drill-1' } as const;
    const { signal } = new AbortController();
    const answer = await drill(access.account!, request, signal, [300, 3000]);
    assert.equal(answer.outcome, 'not-found');
    const tries = stage.exchange.requests.filter(({ operation }) => operation === 'order/cancel');
    assert.ok(tries.length > 1);
  }).timeout(15_000);

  for (const [what, spoil, outcome, words] of [
    ['a deleted key', () => stage.exchange.removeKey(DEMO_KEY.apiKey), 'unauthorized', /not valid/],
    ['a read-only key', () => setKey({ readOnly: true }), 'unauthorized', /permission/],
    [
      'an expired key',
      () => setKey({ ips: [], expiredAt: new Date(Date.now() - 1000).toISOString() }),
      'unauthorized',
      /expired/,
    ],
    [
      'a key of another address',
      () => setKey({ ips: ['203.0.113.9'] }),
      'unauthorized',
      /IP address/,
    ],
  ] as const) {
    it(`says what is wrong: ${what}`, async () => {
      await start();
      spoil();
      const answer = await ask();
      assert.equal(outcomeOf(answer), outcome);
      assert.match(drillLine(answer, (key) => key).text, words);
      assert.equal(levelOf(answer), 'bad');
    });
  }

  it('says what is wrong: nobody there', async () => {
    await start({ account: { restUrl: 'http://127.0.0.1:9' } });
    const answer = await ask();
    assert.equal(outcomeOf(answer), 'unavailable');
    assert.match(drillLine(answer, (key) => key).text, /could not be reached/);
  }).timeout(15_000);

  it('says what is wrong: an account without a key', async () => {
    await start({ credentials: { apiKey: '', apiSecret: '' } });
    const answer = await ask();
    assert.equal(outcomeOf(answer), 'account');
    assert.match(drillLine(answer, (key) => key).text, /API key .* is missing/);
  });

  it('warns where the order entry is down, and the cancel went over HTTP', async () => {
    await start({
      account: { transport: 'websocket' },
      prepare: (e) => e.faults.refuseConnections(9),
    });
    assert.equal(levelOf(await ask()), 'warning');
  }).timeout(15_000);

  it('takes no question that is none', async () => {
    await start();
    for (const account of [undefined, 7, {}]) {
      assert.equal(outcomeOf(await ask({ account })), 'malformed');
    }
    assert.equal(outcomeOf(await ask({ account: 'nowhere' })), 'account');
    assert.equal(outcomeOf(await ask({ category: { a: 1 } })), 'fields');
  });
});
