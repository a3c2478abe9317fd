import assert from 'node:assert/strict';
import { ask, cancel, realtime, type Ask } from '../support/plain-client';
import {
  DEMO_KEY,
  startExchange,
  type Exchange,
  type ExchangeOptions,
} from '../../simulator/exchange';
import { rsaKeys } from '../../simulator/keys';

const NOW = 1_700_000_000_000;
const stopped = {
  now: () => NOW,
  setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
};
const GONE = { category: 'linear', symbol: 'BTCUSDT', orderId: 'none' };

describe('the checks of a REST request', () => {
  let exchange: Exchange;
  const start = async (options: ExchangeOptions = {}): Promise<Exchange> => {
    exchange = await startExchange({ time: stopped, ...options });
    return exchange;
  };
  const codeOf = async (asked: Partial<Ask> = {}): Promise<number> => {
    const more = { timestamp: NOW, ...asked };
    return (await realtime(exchange, 'category=spot', more)).json.retCode;
  };
  afterEach(() => exchange.close());

  it('asks for every header but the window', async () => {
    await start();
    for (const name of ['X-BAPI-API-KEY', 'X-BAPI-TIMESTAMP', 'X-BAPI-SIGN']) {
      assert.equal(await codeOf({ headers: { [name]: undefined } }), 10001, name);
    }
    const windowless = { headers: { 'X-BAPI-RECV-WINDOW': undefined }, recvWindow: '' };
    assert.equal(await codeOf(windowless), 0);
    assert.equal(await codeOf({ timestamp: 'now' }), 10001);
    assert.equal(await codeOf({ recvWindow: '5 s' }), 10001);
  });

  it('knows its keys', async () => {
    await start();
    assert.equal(await codeOf({ apiKey: 'somebody' }), 10003);
    exchange.setKey({ apiKey: 'somebody', secret: 'something' });
    assert.equal(await codeOf({ apiKey: 'somebody', secret: 'something' }), 0);
    exchange.removeKey('somebody');
    assert.equal(await codeOf({ apiKey: 'somebody', secret: 'something' }), 10003);
  });

  it('quotes the documented plain texts when the signature is wrong', async () => {
    const key = { apiKey: 'XXXXXXXXXX', secret: 'not published' };
    await start({ keys: [key], clockSkewMs: 1_658_384_314_791 - NOW });
    const query = 'category=option&symbol=BTC-29JUL22-25000-C';
    const sign = '410e0f387bafb7afd0f1722c068515e09945610124fa11774da1da857b72f30b';
    const asked = { apiKey: key.apiKey, headers: { 'X-BAPI-SIGN': sign } };
    const got = await realtime(exchange, query, { ...asked, timestamp: 1_658_384_314_791 });
    assert.equal(got.json.retCode, 10004);
    assert.match(
      got.json.retMsg,
      /origin_string\[1658384314791XXXXXXXXXX5000category=option&symbol=BTC-29JUL22-25000-C\]/,
    );
    exchange.clockSkewMs = 1_658_385_579_423 - NOW;
    const body = '{"category": "option"}';
    const posted = await cancel(exchange, {}, { ...asked, body, timestamp: 1_658_385_579_423 });
    assert.equal(posted.json.retCode, 10004);
    assert.match(
      posted.json.retMsg,
      /origin_string\[1658385579423XXXXXXXXXX5000\{"category": "option"\}\]/,
    );
  });

  it('verifies the very bytes of body and query', async () => {
    await start();
    const body = '{ "category":"linear",\n"symbol":"BTCUSDT", "orderLinkId":"ü/1" }';
    const sent = await cancel(exchange, {}, { body, timestamp: NOW });
    assert.equal(sent.json.retCode, 110001);
    const query = 'category=spot&orderLinkId=a%2Fb+c';
    assert.equal((await realtime(exchange, query, { timestamp: NOW })).json.retCode, 0);
    assert.equal(await codeOf({ query: 'category=spot&b=1&a=2' }), 0);
  });

  it('takes RSA signatures of either form of key', async () => {
    const rsa = rsaKeys();
    const apiKey = 'rsa';
    await start({ keys: [{ apiKey, publicKey: rsa.publicKey }] });
    assert.equal(await codeOf({ apiKey, secret: rsa.pkcs1 }), 0);
    assert.equal(await codeOf({ apiKey, secret: rsa.pkcs8 }), 0);
    assert.equal(await codeOf({ apiKey, secret: rsaKeys().pkcs8 }), 10004);
    assert.equal(await codeOf({ apiKey, secret: 'an HMAC secret' }), 10004);
  });

  it('accepts server - window <= timestamp < server + 1000', async () => {
    await start({ clockSkewMs: 60_000 });
    const server = NOW + 60_000;
    assert.equal(await codeOf({ timestamp: server - 5000 }), 0);
    assert.equal(await codeOf({ timestamp: server - 5001 }), 10002);
    assert.equal(await codeOf({ timestamp: server + 999 }), 0);
    assert.equal(await codeOf({ timestamp: server + 1000 }), 10002);
    assert.equal(await codeOf({ timestamp: server + 1000, recvWindow: 60_000 }), 10002);
    assert.equal(await codeOf({ timestamp: server - 5001, recvWindow: 5001 }), 0);
    const late = await realtime(exchange, 'category=spot', { timestamp: server - 9000 });
    assert.ok(
      late.json.retMsg.endsWith(
        `req_timestamp[${server - 9000}],server_timestamp[${server}],recv_window[5000]`,
      ),
    );
    assert.equal(late.json.time, server);
  });

  it('holds a key to its addresses and its expiry', async () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const keys = {
      elsewhere: { ips: ['10.0.0.1'], code: 10010 },
      here: { ips: ['10.0.0.1', '127.0.0.1'], code: 0 },
      anywhere: { ips: ['*'], code: 0 },
      expired: { expiredAt: at(NOW), code: 33004 },
      valid: { expiredAt: at(NOW + 1000), code: 0 },
    };
    await start();
    for (const [apiKey, { code, ...limits }] of Object.entries(keys)) {
      exchange.setKey({ apiKey, secret: DEMO_KEY.secret, ...limits });
      assert.equal(await codeOf({ apiKey }), code, apiKey);
    }
  });

  it('holds a key to its permissions', async () => {
    const { secret } = DEMO_KEY;
    const permissions = { Spot: ['SpotTrade'], ContractTrade: ['Position'] };
    const keys = [
      { apiKey: 'reader', secret, readOnly: true },
      { apiKey: 'spot', secret, permissions },
    ];
    await start({ keys });
    const tryTo = async (apiKey: string, category: string): Promise<number> =>
      (await cancel(exchange, { ...GONE, category }, { apiKey, timestamp: NOW })).json.retCode;
    assert.equal(await tryTo('reader', 'spot'), 10005);
    assert.equal(await codeOf({ apiKey: 'reader' }), 0);
    assert.equal(await tryTo('spot', 'spot'), 170213);
    assert.equal(await tryTo('spot', 'linear'), 10005);
    assert.equal(await tryTo('spot', 'option'), 10005);
    const create = { apiKey: 'reader', timestamp: NOW, path: '/v5/order/create' };
    assert.equal((await ask(exchange, { ...create, body: GONE })).json.retCode, 10005);
  });

  it('knows no other paths, and no GET with a body', async () => {
    await start();
    for (const path of ['/', '/order/realtime', '/v5/order/amend', '/v5/order/cancel']) {
      assert.equal((await ask(exchange, { method: 'GET', path })).status, 404, path);
    }
    const withBody = { method: 'GET', path: '/v5/order/realtime', body: {} };
    assert.equal((await ask(exchange, withBody)).status, 403);
    assert.equal((await ask(exchange, { path: '/demo/fill', body: {} })).status, 404);
  });

  it('refuses a body that is no JSON object', async () => {
    await start();
    for (const body of ['', 'category=linear', '[]', 'null', '"text"']) {
      const reply = await cancel(exchange, {}, { method: 'POST', body, timestamp: NOW });
      assert.equal(reply.json.retCode, 10001, body);
    }
  });
});
