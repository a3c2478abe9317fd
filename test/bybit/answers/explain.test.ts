/** What a person is told of the answers that ask for one to act, and what nobody is told. */
import assert from 'node:assert/strict';
import type { Account } from '../../../nodes/bybit/account';
import { DEMO_KEY, type SimulatedKey } from '../../../simulator/exchange';
import { rsaKeys } from '../../../simulator/keys';
import { placed, received } from '../../support/actions';
import { LooseEnds } from '../../support/loose-ends';
import { withExchange, type Stage } from '../../support/with-exchange';

/** ms: the answer brings the end, not the deadline */
const ENOUGH = 10_000;

describe('what a person is told', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());
  const stageOf = async (...options: Parameters<typeof withExchange>): Promise<Stage> =>
    loose.keep(await withExchange(...options));
  const cancel = ({ exchange }: Stage, account: Account, timeout = ENOUGH) =>
    account.cancel(placed(exchange), { confirm: true, timeout });
  /** A cancel that no batch takes along: of an order with a filter. */
  const cancelAlone = ({ exchange, account }: Stage, timeout = ENOUGH, signal?: AbortSignal) => {
    const kind = { category: 'spot', orderFilter: 'StopOrder' } as const;
    const options = { confirm: true, timeout, ...(signal ? { signal } : {}) };
    return account.cancel({ ...placed(exchange, kind), ...kind }, options);
  };
  /** A cancel with a key that is good but for this. */
  const cancelWith = async (flaw: Partial<SimulatedKey>) => {
    const stage = await stageOf({ keys: [{ ...DEMO_KEY, ...flaw }] });
    return cancel(stage, stage.account);
  };

  it('10003: the environment and the host that the key is not for', async () => {
    const stage = await stageOf();
    const account = stage.open({ apiKey: 'KeyOfMainnet', environment: 'testnet' });
    const outcome = await cancel(stage, account);
    assert.deepEqual([outcome.outcome, outcome.retCode], ['unauthorized', 10003]);
    const { host } = new URL(stage.exchange.restUrl);
    assert.ok(outcome.message.includes(`testnet (${host})`), outcome.message);
    assert.ok(!JSON.stringify(outcome).includes('KeyOfMainnet'));
  });

  for (const [kind, apiSecret] of [
    ['HMAC', 'the-secret-of-some-other-key'],
    ['RSA', rsaKeys().pkcs8],
  ] as const) {
    it(`10004 (${kind}): the secret is not the key's, and nothing of either`, async () => {
      const stage = await stageOf();
      const outcome = await cancel(stage, stage.open({ apiSecret }));
      assert.deepEqual([outcome.outcome, outcome.retCode], ['unauthorized', 10004]);
      assert.match(outcome.message, /secret does not belong to this API key/);
      const [sent] = received(stage.exchange, 'order/cancel');
      const told = JSON.stringify([outcome, stage.warnings]);
      for (const secret of [DEMO_KEY.apiKey, apiSecret, String(sent?.headers['x-bapi-sign'])]) {
        assert.ok(!told.includes(secret), told);
      }
      // It stays recognisable all the same.
      assert.match(outcome.retMsg ?? '', /error sign! origin_string\[\[hidden\]\]/);
    });
  }

  it('10004 from a gateway that repeats the whole request: nothing of it', async () => {
    const stage = await stageOf();
    const signature = 'a1b2c3d4'.repeat(8);
    const retMsg = `sign ${signature} of ${DEMO_KEY.apiKey} with ${DEMO_KEY.secret}\r\nis bad`;
    stage.exchange.faults.add({ kind: 'retCode', retCode: 10004, retMsg, on: 'order/cancel' });
    const outcome = await cancel(stage, stage.account);
    assert.equal(outcome.retMsg, 'sign [hidden] of [hidden] with [hidden] is bad');
    assert.ok(outcome.message.includes(outcome.retMsg));
  });

  for (const [code, flaw, words] of [
    [10005, { readOnly: true }, /no permission to cancel.*check its permissions/],
    [10010, { ips: ['192.0.2.1'] }, /IP address is not bound to the API key: add it/],
    [33004, { expiredAt: '2020-01-01T00:00:00Z' }, /API key has expired: create a new one/],
  ] as const) {
    it(`${code}: ${words.source}`, async () => {
      const outcome = await cancelWith(flaw);
      assert.deepEqual([outcome.outcome, outcome.retCode], ['unauthorized', code]);
      assert.match(outcome.message, words);
    });
  }

  for (const [clockSkewMs, words] of [
    [4000, /clock is (3\.9|4\.[01]) s behind Bybit's.*NTP/],
    [-4000, /clock is (3\.9|4\.[01]) s ahead of Bybit's.*NTP/],
    [0, /clocks agree.*wider recv window/],
  ] as const) {
    it(`10002 for ever, the clocks ${clockSkewMs} ms apart: by how much they differ`, async () => {
      const stage = await stageOf({ clockSkewMs });
      const fault = { kind: 'retCode', retCode: 10002, on: 'order/cancel', times: 2 } as const;
      stage.exchange.faults.add(fault);
      const outcome = await cancel(stage, stage.account);
      assert.deepEqual([outcome.outcome, outcome.attempts], ['rejected', 2]);
      assert.match(outcome.message, words);
    });
  }

  for (const clockSkewMs of [0, 3000, -800]) {
    it(`10006 with a reset time, the clocks ${clockSkewMs} ms apart: obeyed`, async () => {
      const stage = await stageOf({ clockSkewMs });
      // Longer than the limit's own second: nothing else holds the next one back so long.
      const until = Date.now() + 1500;
      const resetAt = until + clockSkewMs;
      stage.exchange.faults.add({ kind: 'retCode', retCode: 10006, resetAt, on: 'order/cancel' });
      const outcome = await cancelAlone(stage);
      assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
      const [, second] = received(stage.exchange, 'order/cancel');
      assert.ok(second && second.at >= until, `${second?.at} is before ${until}`);
    });
  }

  it('10006 with a reset time after the deadline: rate-limited, sent once', async () => {
    const stage = await stageOf();
    const resetAt = Date.now() + 3_600_000;
    stage.exchange.faults.add({ kind: 'retCode', retCode: 10006, resetAt, on: 'order/cancel' });
    const outcome = await cancelAlone(stage, 300);
    assert.deepEqual([outcome.outcome, outcome.attempts], ['rate-limited', 1]);
    assert.match(outcome.message, /waiting for the rate limit.*limit for cancels is used up/);
    assert.equal(outcome.rateLimit?.resetAt, resetAt);
    // No pause is longer than 5 s, whatever time the exchange names.
    const { retryAfterMs = 0 } = outcome;
    assert.ok(retryAfterMs > 4000 && retryAfterMs <= 5000, `${retryAfterMs}`);
  });

  it('still in the queue at the deadline: rate-limited, and says when there is a turn', async () => {
    const stage = await stageOf({ limits: { spot: 1 } });
    // The answer tells the limit, and that nothing is left of it.
    await cancelAlone(stage);
    const outcome = await cancelAlone(stage, 100);
    assert.deepEqual([outcome.outcome, outcome.attempts], ['rate-limited', 0]);
    const { retryAfterMs = 0 } = outcome;
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 1005, `${retryAfterMs}`);
  });

  it('still in the queue when its node is closed: no time to try again is told', async () => {
    const stage = await stageOf({ limits: { spot: 1 } });
    await cancelAlone(stage);
    const stopped = new AbortController();
    const waiting = cancelAlone(stage, 10_000, stopped.signal);
    stopped.abort();
    const outcome = await waiting;
    assert.deepEqual([outcome.outcome, outcome.attempts], ['unavailable', 0]);
    assert.ok(!('retryAfterMs' in outcome), JSON.stringify(outcome.retryAfterMs));
  });

  it('nothing holds it back: no time to try again is told', async () => {
    const stage = await stageOf();
    stage.exchange.faults.add({ kind: 'http', status: 503, times: 99 });
    const outcome = await cancel(stage, stage.account, 300);
    assert.equal(outcome.outcome, 'unconfirmed');
    assert.ok(!('retryAfterMs' in outcome));
  });

  for (const fault of [
    { kind: 'retCode', retCode: 10018, retMsg: 'exceeded ip limit' },
    { kind: 'http', status: 403, body: 'access too frequent' },
  ] as const) {
    it(`shut out (${fault.kind}): the next message is not even sent, and says so`, async () => {
      const stage = await stageOf();
      stage.exchange.faults.add({ ...fault, on: 'order/cancel' });
      await cancel(stage, stage.account);
      const next = await cancel(stage, stage.account);
      assert.deepEqual([next.outcome, next.attempts], ['rate-limited', 0]);
      assert.match(
        next.message,
        /banned this IP address .*before \d\d:\d\d:\d\d UTC \(10 minutes from now\)/,
      );
      assert.equal(stage.exchange.requests.length, 1);
    });
  }
});
