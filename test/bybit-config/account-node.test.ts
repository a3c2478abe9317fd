import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import credentials from '@node-red/runtime/lib/nodes/credentials';
import { afterEach, beforeEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { AccountError } from '../../nodes/bybit/account';
import { KEYS, problemOf, start, warnings, type Bench } from './bench';

const NAMED = { id: 'account', name: 'mine' };

describe('an account node', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = { opened: [] };
  });
  afterEach(async () => {
    await helper.unload();
    delete process.env.BYBIT_TEST_VALUE;
  });

  it('opens the account that it describes, and offers it', async () => {
    const { access } = await start(bench, {
      testnet: 'false',
      transport: 'websocket',
      recvWindow: '7000',
    });
    const { inform, remind, dismiss, ...options } = bench.opened[0]?.options ?? {};
    assert.ok(inform && remind && dismiss);
    assert.deepEqual(options, {
      name: 'mine',
      environment: 'mainnet',
      restUrl: 'https://api.bybit.com',
      streamUrl: 'wss://stream.bybit.com',
      recvWindow: 7000,
      transport: 'websocket',
      ...KEYS,
    });
    assert.equal(access.account?.environment, 'mainnet');
    assert.deepEqual(warnings(), []);
  });

  it('passes on what the account warns of', async () => {
    await start(bench);
    bench.opened[0]?.warn('The clock is off.');
    assert.deepEqual(warnings(), ['The clock is off.']);
  });

  describe('on the testnet', () => {
    const others = (...testnets: boolean[]) =>
      testnets.map((testnet, i) => ({ id: `other${i}`, type: 'bybit-config', testnet }));
    const keys = { other0: KEYS, other1: KEYS };
    const said = () => warnings().filter((text) => text.includes('on the testnet'));

    it('says so where the others are on the mainnet, once a day at most', async () => {
      await start(bench, { testnet: true }, KEYS, others(false, false), keys);
      assert.equal(said().length, 1);
      const flow = [
        ...others(false, false),
        { id: 'account', type: 'bybit-config', testnet: true },
      ];
      await helper.setFlows(flow, 'full', { account: KEYS, ...keys });
      assert.equal(bench.opened.length, 6);
      assert.equal(said().length, 1);
    });

    it('says so no more once it is on the mainnet as well', async () => {
      const over = () =>
        helper.log().args.filter(([{ msg }]) => String(msg).includes('no longer stands alone'));
      await start(bench, { testnet: true }, KEYS, others(false, false), keys);
      assert.equal(over().length, 0);
      const flow = [
        ...others(false, false),
        { id: 'account', type: 'bybit-config', testnet: false },
      ];
      for (let i = 0; i < 2; i += 1) {
        await helper.setFlows(flow, 'full', { account: KEYS, ...keys });
        assert.equal(over().length, 1);
      }
    });

    for (const [what, testnets] of [
      ['there are no others', []],
      ['another is there, too', [true, false]],
    ] as const) {
      it(`says nothing where ${what}`, async () => {
        await start(bench, { testnet: true }, KEYS, others(...testnets), keys);
        assert.deepEqual(said(), []);
      });
    }
  });

  it('passes on what is well again, and reminds of each cause once a day', async () => {
    await start(bench);
    const { inform, remind } = bench.opened[0]!.options;
    inform?.('It is back.');
    for (const cause of ['withdraw', 'withdraw', 'expiring']) remind?.(cause, `About ${cause}.`);
    assert.deepEqual(warnings(), ['About withdraw.', 'About expiring.']);
    assert.ok(helper.log().args.some(([{ msg }]) => String(msg).includes('It is back.')));
  });

  it('says each time that what it reminded of is over, also after a deploy', async () => {
    const said = () =>
      helper.log().args.filter(([{ msg }]) => String(msg).startsWith('No longer.')).length;
    await start(bench);
    bench.opened[0]!.options.remind?.('withdraw', 'About withdraw.');
    bench.opened[0]!.options.dismiss?.('expiring', 'No longer.');
    assert.equal(said(), 0);
    const flow = [{ id: 'account', type: 'bybit-config', testnet: true }];
    await helper.setFlows(flow, 'full', { account: KEYS });
    const { remind, dismiss } = bench.opened.at(-1)!.options;
    for (let i = 0; i < 9; i += 1) {
      dismiss?.('withdraw', 'No longer.');
      remind?.('withdraw', 'About withdraw.');
    }
    // What comes back is told anew, some times a day: the last line must not say that it is over.
    assert.equal(said(), 2);
    assert.equal(warnings().filter((text) => text === 'About withdraw.').length, 3);
  });

  it('shows its secrets to nobody who looks at it', async () => {
    const node = await start(bench);
    assert.ok(node.access.account);
    const looks = [inspect(node, { depth: 5 }), JSON.stringify({ ...node }), ...Object.keys(node)];
    for (const text of looks) {
      assert.ok(!text.includes(KEYS.apiKey));
      assert.ok(!text.includes(KEYS.apiSecret));
      assert.ok(!/credentials|access/.test(text), text);
    }
    assert.equal(node.credentials, undefined);
  });

  it('lets the editor know of its credentials no more than whether they are there', async () => {
    await start(bench);
    assert.deepEqual(credentials.getDefinition('bybit-config'), {
      apiKey: { type: 'password' },
      apiSecret: { type: 'password' },
    });
  });

  it('closes the account, and then itself', async () => {
    const node = await start(bench);
    await node.close(false);
    assert.equal(bench.opened[0]?.closed, 1);
  });

  it('closes even when the account fails to', async () => {
    const node = await start(bench);
    bench.closeError = new Error('stuck');
    await node.close(true);
    assert.equal(bench.opened[0]?.closed, 1);
  });

  describe('with a problem', () => {
    it('says that credentials are missing, once in the log', async () => {
      const problem = await problemOf(bench, {}, null);
      assert.match(problem, /^The API key \(apiKey\) is missing/);
      assert.deepEqual(warnings(), [problem]);
    });

    it('still tells where it would have been', async () => {
      const { access } = await start(bench, { site: 'demo' }, { apiKey: 'a' });
      assert.deepEqual(access, {
        problem:
          "The API secret (apiSecret) is missing: enter it in the account's dialog. Exported flows don't carry it.",
        named: NAMED,
        environment: 'demo',
        transport: 'http',
      });
    });

    it('says so of its properties', async () => {
      assert.match(await problemOf(bench, { site: 'bybit.nl' }), /^bybit\.nl has no testnet/);
    });

    it('closes without an account', async () => {
      const node = await start(bench, {}, null);
      await node.close(false);
      assert.equal(bench.opened.length, 0);
    });

    it('says what the account says of itself', async () => {
      bench.openError = new AccountError('secretPem', 'The API secret is no private key.');
      assert.equal(await problemOf(bench), 'The API secret is no private key.');
    });

    it('keeps to itself what another error says', async () => {
      bench.openError = new Error(`${KEYS.apiSecret} is bad`);
      const { access } = await start(bench, { site: 'demo' });
      assert.deepEqual(access, {
        problem: "The account can't be opened as it is set.",
        named: NAMED,
        environment: 'demo',
        transport: 'http',
      });
    });
  });

  describe('with environment variables', () => {
    it('takes them for properties', async () => {
      process.env.BYBIT_TEST_VALUE = 'false';
      await start(bench, { testnet: '${BYBIT_TEST_VALUE}' });
      assert.equal(bench.opened[0]?.options.environment, 'mainnet');
    });

    it('takes them for credentials', async () => {
      process.env.BYBIT_TEST_VALUE = 'KeyFromOutside';
      await start(bench, {}, { ...KEYS, apiKey: '${BYBIT_TEST_VALUE}' });
      await helper.unload();
      await start(bench, {}, { ...KEYS, apiSecret: ' ${BYBIT_TEST_VALUE}\n' });
      assert.equal(bench.opened[0]?.options.apiKey, 'KeyFromOutside');
      assert.equal(bench.opened[1]?.options.apiSecret, 'KeyFromOutside');
    });

    it('takes those that Node-RED has for all flows', async () => {
      const env = [{ name: 'BYBIT_SITE', value: 'demo', type: 'str' }];
      await start(bench, { site: '${BYBIT_SITE}' }, KEYS, [
        { id: 'env', type: 'global-config', env },
      ]);
      assert.equal(bench.opened[0]?.options.environment, 'demo');
    });

    it('names one that is not set', async () => {
      assert.equal(
        await problemOf(bench, { proxy: '${BYBIT_NOT_THERE}' }),
        'proxy: the environment variable BYBIT_NOT_THERE is not set.',
      );
    });

    it('names one that is not set for a credential', async () => {
      assert.equal(
        await problemOf(bench, {}, { ...KEYS, apiSecret: '${BYBIT_NOT_THERE}' }),
        'apiSecret: the environment variable BYBIT_NOT_THERE is not set.',
      );
    });
  });
});
