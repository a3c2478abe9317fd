import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { ask, assertToldOnce, done, ORDER, PLACE, start, startWith } from './bench';

describe('a cancel node without an account', () => {
  afterEach(() => helper.unload());

  const cases = {
    'that is none at all': [undefined, null, /^The account is missing or disabled/],
    'that is disabled': [
      { problem: 'unseen' },
      { id: 'account', type: 'bybit-config', d: true },
      /^The account is missing or disabled/,
    ],
    'but another node': [
      undefined,
      { id: 'account', ...PLACE, type: 'helper', wires: [] },
      /^The node chosen as the account is no bybit-config/,
    ],
    'that offers nothing': [
      undefined,
      { id: 'account', type: 'bybit-config' },
      /^The node chosen as the account is no bybit-config/,
    ],
    'that has a problem': [
      { problem: 'The API key (apiKey) is missing.', environment: 'demo', transport: 'websocket' },
      { id: 'account', type: 'bybit-config' },
      /^The API key \(apiKey\) is missing\.$/,
    ],
  } as const;
  for (const [name, [access, accountNode, expected]] of Object.entries(cases)) {
    it(`says so: an account ${name}`, async () => {
      const { node, notes } = await startWith(access, accountNode);
      const msg = await ask(node, { payload: ORDER }, 'two');
      await done(notes, 1);
      assertToldOnce(notes, 1);
      assert.equal(msg.statusCode, 500);
      const error = msg.error as { code: string; message: string };
      assert.equal(error.code, 'not-configured');
      assert.match(error.message, expected);
      const bybit = msg.bybit as Record<string, unknown>;
      assert.equal(bybit.environment, access && 'environment' in access ? 'demo' : undefined);
      assert.equal('transport' in bybit, access !== undefined && 'transport' in access);
      const code = 'not-configured';
      const where = bybit.environment === undefined ? {} : { environment: 'demo' };
      assert.deepEqual(notes.statuses, [
        { fill: 'red', shape: 'ring', text: code, code, ...where },
      ]);
    });
  }

  it('says so when none is chosen', async () => {
    const { account, node } = await start({ account: '' });
    const msg = await ask(node, { payload: ORDER }, 'two');
    assert.match((msg.error as { message: string }).message, /^No account is chosen/);
    assert.deepEqual(account.requests, []);
  });

  it('says so when a variable in its settings is not set', async () => {
    const { account, node } = await start({ timeout: '${BYBIT_NOT_THERE}' });
    const msg = await ask(node, { payload: ORDER }, 'two');
    assert.equal(msg.statusCode, 500);
    assert.equal(
      (msg.error as { message: string }).message,
      'timeout: the environment variable BYBIT_NOT_THERE is not set.',
    );
    assert.deepEqual(account.requests, []);
    assert.equal(account.followers, 0);
  });
});
