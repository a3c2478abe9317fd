/** What a connection test finds, over real sockets, against an exchange in every condition. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  connectionChecker,
  type AccountOptions,
  type ConnectionCheck,
  type Finding,
} from '../../../nodes/bybit/account';
import { startExchange, DEMO_KEY, type Exchange } from '../../../simulator/exchange';
import { rsaKeys } from '../../../simulator/keys';
import { QuickTime } from '../../support/quick-time';

const DAY = 24 * 60 * 60 * 1000;
const { apiKey, secret } = DEMO_KEY;
type KeyFacts = Omit<Parameters<typeof startExchange>[0] & object, 'keys'>;

describe('a connection test', () => {
  let exchange: Exchange | undefined;
  afterEach(() => exchange?.close());

  const start = async (key: object = {}, options: KeyFacts = {}): Promise<Exchange> => {
    exchange = await startExchange({ ...options, keys: [{ apiKey, secret, ...key }] });
    return exchange;
  };
  const options = (changed: Partial<AccountOptions> = {}) => ({
    ...({ environment: 'custom', recvWindow: 5000, transport: 'http' } as const),
    restUrl: exchange!.restUrl,
    streamUrl: exchange!.streamUrl,
    apiKey,
    apiSecret: secret,
    ...changed,
  });
  const check = async (
    changed: Partial<AccountOptions> = {},
    signal = new AbortController().signal,
  ): Promise<ConnectionCheck> => {
    const run = await connectionChecker();
    return run(options(changed), signal);
  };
  const troubleIn = (found: object | undefined): Finding => {
    assert.ok(found !== undefined && 'trouble' in found, JSON.stringify(found));
    return found as Finding;
  };

  it('of a sound account says what the key may do, and leaves nothing behind', async () => {
    const { restUrl } = await start({ note: 'for cancels', uid: '4711' });
    const found = await check();
    assert.equal(found.environment, 'custom');
    assert.equal(found.restHost, new URL(restUrl).host);
    assert.ok('clockAheadMs' in found.server && Math.abs(found.server.clockAheadMs) < 1000);
    assert.deepEqual(found.key, {
      userId: '4711',
      note: 'for cancels',
      readOnly: false,
      mayCancel: { linear: true, inverse: true, spot: true, option: true },
      mayWithdraw: false,
      boundToIp: false,
    });
    assert.ok('tookMs' in found.stream);
    assert.equal(found.orderEntry, undefined, 'order entry was tried without being asked for');
    assert.equal(exchange!.requests.filter(({ path }) => path.includes('order')).length, 0);
    while (exchange!.connections.private > 0) await new Promise(setImmediate);
  });

  it('of demo trading, which tells nothing of keys, says that the key is accepted, or refused', async () => {
    await start({}, { demoTrading: true });
    assert.deepEqual((await check()).key, { trouble: 'untold', detail: '' });
    exchange!.removeKey(apiKey);
    assert.notEqual(troubleIn((await check()).key).trouble, 'untold');
  });

  it('tries order entry where cancels go that way', async () => {
    await start();
    const found = await check({ transport: 'websocket' });
    assert.ok(found.orderEntry !== undefined && 'tookMs' in found.orderEntry);
  });

  it('takes an RSA key', async () => {
    const { publicKey, pkcs8 } = rsaKeys();
    await start({ secret: undefined, publicKey });
    const found = await check({ apiSecret: pkcs8 });
    assert.ok(found.key !== undefined && 'userId' in found.key);
    assert.ok('tookMs' in found.stream);
  });

  it('tells a key that may read only, one for one category, and one that may withdraw', async () => {
    await start({ readOnly: true });
    const readOnly = await check();
    assert.ok(readOnly.key && 'userId' in readOnly.key && readOnly.key.readOnly);
    assert.deepEqual(Object.values(readOnly.key.mayCancel), [false, false, false, false]);
    await exchange!.close();
    await start({ permissions: { Spot: ['SpotTrade'], Wallet: ['AccountTransfer', 'Withdraw'] } });
    const { key } = await check();
    assert.ok(key && 'userId' in key && key.mayWithdraw);
    assert.deepEqual(key.mayCancel, { linear: false, inverse: false, spot: true, option: false });
  });

  it('tells a key that is bound to addresses, and when one expires', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) * 1000 + 5 * DAY;
    await start({ ips: ['127.0.0.1'], expiredAt: new Date(expiresAt).toISOString() });
    const { key } = await check();
    assert.ok(key && 'userId' in key && key.boundToIp);
    assert.equal(key.expiresAt, expiresAt);
    assert.ok(key.expiresInMs !== undefined && Math.abs(key.expiresInMs - 5 * DAY) < 60_000);
  });

  const refusals: [string, object, Partial<AccountOptions>, Finding['trouble']][] = [
    ['a key of another environment', {}, { apiKey: 'KeyOfAnotherPlace' }, 'environment'],
    ['a wrong secret', {}, { apiSecret: 'wrong-secret-wrong-secret' }, 'signature'],
    ['a key that is bound elsewhere', { ips: ['192.0.2.7'] }, {}, 'ip'],
    ['an expired key', { expiredAt: '2025-01-01T00:00:00Z' }, {}, 'expired'],
  ];
  for (const [name, key, changed, trouble] of refusals) {
    it(`says why ${name} is not accepted, without quoting it`, async () => {
      await start(key);
      const found = await check(changed);
      assert.ok('tookMs' in found.server);
      assert.equal(troubleIn(found.key).trouble, trouble);
      assert.equal(troubleIn(found.stream).trouble, 'refused');
      const told = JSON.stringify(found);
      for (const hidden of [changed.apiKey ?? apiKey, changed.apiSecret ?? secret]) {
        assert.ok(!told.includes(hidden), told);
      }
    });
  }

  it('measures the clock, and is let in all the same', async () => {
    await start({}, { clockSkewMs: 20_000 });
    const found = await check({ transport: 'websocket' });
    assert.ok('clockAheadMs' in found.server);
    assert.ok(Math.abs(found.server.clockAheadMs - 20_000) < 1000);
    assert.ok(found.key && 'userId' in found.key);
    assert.ok('tookMs' in found.stream && found.orderEntry && 'tookMs' in found.orderEntry);
  });

  it('says of a server that is not there how it failed, and does not send the key', async () => {
    const { restUrl, streamUrl } = await start();
    await exchange!.close();
    const found = await check({ restUrl, streamUrl });
    assert.deepEqual(troubleIn(found.server), {
      trouble: 'unreachable',
      fault: 'refused',
      detail: 'the connection was refused',
    });
    assert.equal(found.key, undefined);
    assert.equal(troubleIn(found.stream).fault, 'refused');
  });

  for (const [name, fault, trouble] of [
    ['a login page', { kind: 'html' }, 'foreign'],
    ['a refused region', { kind: 'http', status: 403 }, 'region'],
    ['a ban', { kind: 'http', status: 403, body: 'access too frequent' }, 'banned'],
    ['a gateway that asks for a login', { kind: 'http', status: 401 }, 'refused'],
    ['a reply without permissions', { kind: 'retCode', retCode: 0, processed: false }, 'foreign'],
    ['a rate limit', { kind: 'retCode', retCode: 10006 }, 'rate'],
    ['maintenance', { kind: 'retCode', retCode: 10016 }, 'busy'],
    ['a lost answer', { kind: 'retCode', retCode: 10000 }, 'busy'],
    ['a gateway in trouble', { kind: 'http', status: 503 }, 'busy'],
    ['another refusal', { kind: 'retCode', retCode: 10024, retMsg: 'Compliance' }, 'refused'],
    [
      'a busy server by a code that no list has',
      { kind: 'retCode', retCode: 500001, retMsg: 'Internal server error' },
      'busy',
    ],
  ] as const) {
    it(`is not misled by ${name}`, async () => {
      await start();
      exchange!.faults.add({ ...fault, on: 'user/query-api' });
      assert.equal(troubleIn((await check()).key).trouble, trouble);
    });
  }

  it('follows no redirect and repeats nothing of a foreign answer', async () => {
    await start();
    const body = 'internal: the moon is full';
    exchange!.faults.add({
      kind: 'redirect',
      location: `${exchange!.restUrl}/elsewhere`,
      on: 'market/time',
    });
    assert.equal(troubleIn((await check()).server).trouble, 'foreign');
    assert.ok(!exchange!.requests.some(({ path }) => path.includes('elsewhere')));
    exchange!.faults.add({ kind: 'http', status: 500, body, on: 'market/time' });
    assert.ok(!JSON.stringify(await check()).includes('moon'));
  });

  it('does not speak of the key where none was sent', async () => {
    await start();
    exchange!.faults.add({ kind: 'retCode', retCode: 10016, on: 'market/time' });
    assert.equal(troubleIn((await check()).server).trouble, 'busy');
  });

  it('does not wait for a stream that lets the key in and then says nothing', async () => {
    await start();
    exchange!.faults.add({ kind: 'hang', on: 'ws:subscribe' });
    const run = await connectionChecker(new QuickTime());
    const { stream } = await run(options(), new AbortController().signal);
    assert.equal(troubleIn(stream).fault, 'late');
  });

  it('ends when nobody waits for it any more', async () => {
    await start();
    exchange!.faults.add({ kind: 'hang', on: 'user/query-api' });
    const leaving = new AbortController();
    const examination = check({}, leaving.signal);
    while (!exchange!.requests.some(({ path }) => path.includes('query-api'))) {
      await new Promise(setImmediate);
    }
    leaving.abort();
    assert.equal(troubleIn((await examination).key).trouble, 'unreachable');
  });
});
