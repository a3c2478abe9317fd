/** What reaches the wire, byte for byte: recomputed here from the API's rules alone. */
import assert from 'node:assert/strict';
import { createHmac, createVerify } from 'node:crypto';
import { realTime } from '../../../nodes/bybit/time/time';
import { createRest } from '../../../nodes/bybit/wire/http';
import { createAgent } from '../../../nodes/bybit/wire/agents';
import type { CancelRequest } from '../../../nodes/bybit/model';
import type { ReceivedRequest } from '../../../simulator/exchange';
import { DEMO_KEY } from '../../../simulator/exchange';
import { rsaKeys } from '../../../simulator/keys';
import { withExchange, type Stage } from '../../support/with-exchange';

/** Each category, both ids, every order filter. */
const REQUESTS: [CancelRequest, string][] = [
  [
    { category: 'linear', symbol: 'BTCUSDT', orderId: 'a-1' },
    '{"category":"linear","symbol":"BTCUSDT","orderId":"a-1"}',
  ],
  [
    { category: 'inverse', symbol: 'BTCUSD', orderLinkId: 'mine' },
    '{"category":"inverse","symbol":"BTCUSD","orderLinkId":"mine"}',
  ],
  [
    { category: 'option', symbol: 'BTC-29JUL22-25000-C', orderId: 'a', orderLinkId: 'b' },
    '{"category":"option","symbol":"BTC-29JUL22-25000-C","orderId":"a","orderLinkId":"b"}',
  ],
  ...(['Order', 'tpslOrder', 'StopOrder'] as const).map((orderFilter): [CancelRequest, string] => [
    { category: 'spot', symbol: 'BTCUSDT', orderId: '1523347543495541248', orderFilter },
    `{"category":"spot","symbol":"BTCUSDT","orderId":"1523347543495541248","orderFilter":"${orderFilter}"}`,
  ]),
  [
    { category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'ümlaut "quoted" \\ 漢字' },
    '{"category":"spot","symbol":"BTCUSDT","orderLinkId":"ümlaut \\"quoted\\" \\\\ 漢字"}',
  ],
];

describe('what reaches the wire', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  const received = (path: string): ReceivedRequest => {
    const request = stage.exchange.requests.find((one) => one.path === path);
    assert.ok(request);
    return request;
  };
  const signedText = ({ headers, rawBody }: ReceivedRequest, payload = rawBody.toString()) =>
    `${String(headers['x-bapi-timestamp'])}${String(headers['x-bapi-api-key'])}${String(headers['x-bapi-recv-window'])}${payload}`;

  const checkHeaders = (request: ReceivedRequest, recvWindow: string) => {
    const { headers, rawBody } = request;
    assert.equal(headers['x-bapi-recv-window'], recvWindow);
    assert.equal(headers['x-bapi-sign-type'], '2');
    assert.match(String(headers['x-bapi-timestamp']), /^\d{13}$/);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['content-length'], String(rawBody.length));
    assert.equal(headers['accept-encoding'], undefined, 'an answer of 200 bytes is not compressed');
  };

  for (const [request, body] of REQUESTS) {
    const kind = `${request.category}, ${Object.keys(request).slice(2).join(' and ')}`;

    it(`HMAC: ${kind} ${request.orderFilter ?? ''}`, async () => {
      stage = await withExchange({}, { recvWindow: 7000 });
      await stage.account.cancel(request, { confirm: false, timeout: 200 });
      const got = received('/v5/order/cancel');
      assert.equal(got.rawBody.toString(), body);
      checkHeaders(got, '7000');
      assert.equal(got.headers['x-bapi-api-key'], DEMO_KEY.apiKey);
      const expected = createHmac('sha256', DEMO_KEY.secret).update(signedText(got));
      assert.equal(got.headers['x-bapi-sign'], expected.digest('hex'));
    });

    it(`RSA: ${kind} ${request.orderFilter ?? ''}`, async () => {
      const pair = rsaKeys();
      const keys = [{ apiKey: 'rsa-key', publicKey: pair.publicKey }];
      stage = await withExchange({ keys }, { apiKey: 'rsa-key', apiSecret: pair.pkcs1 });
      await stage.account.cancel(request, { confirm: false, timeout: 200 });
      const got = received('/v5/order/cancel');
      assert.equal(got.rawBody.toString(), body);
      checkHeaders(got, '5000');
      const verify = createVerify('RSA-SHA256').update(signedText(got));
      assert.ok(verify.verify(pair.publicKey, String(got.headers['x-bapi-sign']), 'base64'));
    });
  }

  it('a look-up is signed over its query string', async () => {
    stage = await withExchange();
    const request = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'a b&c=ü' } as const;
    await stage.account.cancel(request, { confirm: true, timeout: 300 });
    const got = received('/v5/order/realtime');
    const query = 'category=linear&symbol=BTCUSDT&orderLinkId=a%20b%26c%3D%C3%BC';
    assert.equal(got.query, query);
    const expected = createHmac('sha256', DEMO_KEY.secret).update(signedText(got, query));
    assert.equal(got.headers['x-bapi-sign'], expected.digest('hex'));
  });
});

/** The example strings of the API section guide. */
describe('the published strings to sign', () => {
  const signed = async (method: 'GET' | 'POST', time: number, fields: Record<string, string>) => {
    let text = '';
    const { got } = await import('got');
    const signal = new AbortController().signal;
    const agent = createAgent('http://127.0.0.1:1', { environmentProxy: () => '', signal });
    const rest = createRest({
      got,
      origin: 'http://127.0.0.1:1',
      agent,
      apiKey: 'XXXXXXXXXX',
      signer: (toSign) => (text = toSign),
      recvWindow: 5000,
      clock: { now: () => time, adoptedAt: () => 0, adopt: () => undefined },
      clean: (any) => any,
      time: realTime,
    });
    await rest({ method, path: '/', fields, limitMs: 1000, signal });
    agent.destroy();
    return text;
  };

  it('GET', async () => {
    const text = await signed('GET', 1658384314791, {
      category: 'option',
      symbol: 'BTC-29JUL22-25000-C',
    });
    assert.equal(text, '1658384314791XXXXXXXXXX5000category=option&symbol=BTC-29JUL22-25000-C');
  });

  it('POST, but for the blank that JSON.stringify leaves out', async () => {
    const text = await signed('POST', 1658385579423, { category: 'option' });
    assert.equal(text, '1658385579423XXXXXXXXXX5000{"category": "option"}'.replace(': ', ':'));
  });
});
