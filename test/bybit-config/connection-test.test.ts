/** The connection test as the dialog asks for it, in a Node-RED, against the simulated exchange. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import { load } from '../flows/stage';

interface Answer {
  readonly problems?: readonly { readonly problem: string }[];
  readonly key?: object;
  readonly orderEntry?: object;
}

const UNTOUCHED = '__PWRD__';
const DEPLOYED = 'deployed';
const TYPED = { apiKey: DEMO_KEY.apiKey, apiSecret: DEMO_KEY.secret };
const STORED = { apiKey: UNTOUCHED, apiSecret: UNTOUCHED };

describe('the connection test of the account dialog', () => {
  let exchange: Exchange;
  let elsewhere: Exchange;

  beforeEach(async () => {
    exchange = await startExchange();
    elsewhere = await startExchange();
    await load([{ id: DEPLOYED, type: 'bybit-config', name: 'mine', ...custom() }], {
      [DEPLOYED]: TYPED,
    });
  });
  afterEach(async () => {
    await helper.unload();
    await Promise.all([exchange.close(), elsewhere.close()]);
    delete process.env.BYBIT_TEST_SECRET;
  });

  const custom = ({ restUrl, streamUrl }: Exchange = exchange) => ({
    ...{ site: 'custom', restUrl, streamUrl },
  });
  const ask = async (body: object) => {
    const {
      status,
      body: answer,
      text,
    } = await helper.request().post('/bybit-config/test').send(body);
    for (const secret of [DEMO_KEY.apiKey, DEMO_KEY.secret, UNTOUCHED]) {
      assert.ok(!text.includes(secret), text);
    }
    return {
      status,
      answer: { ...(answer as Answer), problem: (answer as Answer).problems?.[0]?.problem },
    };
  };
  const signedRequests = ({ requests }: Exchange) =>
    requests.filter(({ headers }) => headers['x-bapi-sign'] !== undefined).length;

  it('takes what the dialog shows before the first deploy', async () => {
    const { status, answer } = await ask({ id: 'new', properties: custom(), credentials: TYPED });
    assert.equal(status, 200);
    assert.ok(answer.key && 'userId' in answer.key, JSON.stringify(answer));
  });

  it('takes the stored credentials for fields left untouched', async () => {
    for (const credentials of [STORED, { ...TYPED, apiSecret: UNTOUCHED }]) {
      const { answer } = await ask({ id: DEPLOYED, properties: custom(), credentials });
      assert.ok(answer.key && 'userId' in answer.key, JSON.stringify(answer));
    }
  });

  it('takes what was typed rather than what is stored', async () => {
    const credentials = { ...STORED, apiSecret: 'typed-anew-and-wrong' };
    const { answer } = await ask({ id: DEPLOYED, properties: custom(), credentials });
    assert.ok(answer.key && 'trouble' in answer.key && answer.key.trouble === 'signature');
  });

  it('takes variables, and names one that is not set', async () => {
    const credentials = { ...TYPED, apiSecret: '${BYBIT_TEST_SECRET}' };
    const asked = { id: DEPLOYED, properties: custom(), credentials };
    const { answer: unset } = await ask(asked);
    assert.equal(
      unset.problem,
      'apiSecret: the environment variable BYBIT_TEST_SECRET is not set.',
    );
    process.env.BYBIT_TEST_SECRET = DEMO_KEY.secret;
    const { answer } = await ask(asked);
    assert.ok(answer.key && 'userId' in answer.key);
  });

  it('takes the other properties of the dialog', async () => {
    const properties = { ...custom(), transport: 'websocket' };
    const { answer } = await ask({ id: DEPLOYED, properties, credentials: STORED });
    assert.ok(answer.orderEntry && 'tookMs' in answer.orderEntry);
  });

  it('says what is missing, and sends nothing then', async () => {
    const { answer: noKey } = await ask({ id: 'new', properties: custom(), credentials: STORED });
    assert.match(noKey.problem ?? '', /account is not deployed/);
    const blank = { apiKey: '', apiSecret: '' };
    const { answer } = await ask({ id: DEPLOYED, properties: custom(), credentials: blank });
    assert.match(answer.problem ?? '', /API key \(apiKey\) is missing/);
    const { answer: noUrl } = await ask({
      ...{ id: 'new', credentials: TYPED },
      properties: { site: 'custom', restUrl: 'http://192.0.2.1' },
    });
    assert.match(noUrl.problem ?? '', /plain http:\/\/ is for loopback only/);
    assert.equal(exchange.requests.length, 0);
  });

  it('says everything that is wrong at once, and sends nothing then', async () => {
    const { answer } = await ask({
      ...{ id: 'new', credentials: { apiKey: '', apiSecret: '${BYBIT_TEST_SECRET}' } },
      properties: {
        ...{ site: 'custom', restUrl: 'http://192.0.2.1', streamUrl: 'stream', recvWindow: 0 },
        ...{ testnet: '${BYBIT_TEST_UNSET}', tls: 'gone', proxy: 'gone' },
      },
    });
    assert.deepEqual(
      answer.problems?.map(({ problem }) => problem.split(/ is | must | \(| has /)[0]),
      [
        'testnet: the environment variable BYBIT_TEST_UNSET',
        ...['restUrl', 'streamUrl', 'recvWindow', 'The API key'],
        'apiSecret: the environment variable BYBIT_TEST_SECRET',
        ...['The TLS configuration', 'The proxy'],
      ],
    );
    assert.equal(exchange.requests.length, 0);
  });

  it('names what is wrong with a typed credential beside a stored one that it lacks', async () => {
    const credentials = { apiKey: UNTOUCHED, apiSecret: '' };
    const { answer } = await ask({ id: 'new', properties: custom(), credentials });
    const [first, second, ...others] = answer.problems ?? [];
    assert.match(first?.problem ?? '', /account is not deployed/);
    assert.match(second?.problem ?? '', /API secret \(apiSecret\) is missing/);
    assert.deepEqual(others, []);
  });

  it('does not send a key that is kept here to an address that was not deployed', async () => {
    const places = [
      custom(elsewhere),
      { ...custom(), restUrl: elsewhere.restUrl },
      { ...custom(), streamUrl: elsewhere.streamUrl },
    ];
    for (const properties of places) {
      const variable = '${BYBIT_TEST_SECRET}';
      process.env.BYBIT_TEST_SECRET = DEMO_KEY.secret;
      for (const credentials of [
        STORED,
        { ...TYPED, apiKey: UNTOUCHED },
        { ...TYPED, apiKey: variable },
        { ...TYPED, apiSecret: variable },
      ]) {
        const { answer } = await ask({ id: DEPLOYED, properties, credentials });
        assert.match(answer.problem ?? '', /is not sent to an address/);
      }
    }
    assert.equal(elsewhere.requests.length, 0);
    const { answer } = await ask({
      ...{ id: DEPLOYED, credentials: TYPED },
      properties: custom(elsewhere),
    });
    assert.ok(answer.key && 'userId' in answer.key, 'a key that was typed in is tested');
    assert.ok(signedRequests(elsewhere) > 0);
  });

  it("can't be had to read the credentials of another node", async () => {
    for (const id of ['__proto__', 'tab', '']) {
      const { status, answer } = await ask({ id, properties: custom(), credentials: STORED });
      assert.equal(status, 200);
      assert.ok(answer.problem);
    }
    assert.equal(exchange.requests.length, 0);
  });

  it('refuses what is no question', async () => {
    const none = { id: 'new', properties: {}, credentials: {} };
    for (const body of [{}, [], { ...none, id: 1 }, { ...none, properties: null }]) {
      assert.equal((await ask(body)).status, 400);
    }
  });

  it('does not run more than a few at once', async () => {
    exchange.faults.add({ kind: 'hang', on: 'market/time', times: 4 });
    const asked = { id: 'new', properties: custom(), credentials: TYPED };
    const slow = Array.from({ length: 4 }, () => ask(asked));
    while (exchange.requests.length < 4) await new Promise(setImmediate);
    assert.equal((await ask(asked)).status, 429);
    await exchange.close();
    assert.deepEqual(
      (await Promise.all(slow)).map(({ status }) => status),
      [200, 200, 200, 200],
    );
    const again = await ask({ ...asked, properties: custom(elsewhere) });
    assert.equal(again.status, 200, 'they are over');
  });
});
