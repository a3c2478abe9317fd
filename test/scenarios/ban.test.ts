/** A ban of the IP address: whom it concerns, how long, and what is said of it. */
import assert from 'node:assert/strict';
import { connectionChecker, createAddress } from '../../nodes/bybit/account';
import type { Outcome } from '../../nodes/bybit/model';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import type { Fault } from '../../simulator/faults/fault-kinds';
import { delivered, happens, placed, received } from '../support/actions';
import { FakeTime } from '../support/fake-time';
import { LooseEnds } from '../support/loose-ends';
import { withExchange } from '../support/with-exchange';

const MINUTE = 60_000;
const TEN_MINUTES = 10 * MINUTE;
const BAN = { kind: 'http', status: 403, body: 'access too frequent' } as const;
/** on the hour */
const EPOCH = Date.UTC(2030, 0, 1, 12);
const OPTIONS = { confirm: false, timeout: 5000 };

describe('a ban of the IP address', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  /** An exchange and this machine on one clock, which stands still. */
  const stageOf = async (more: Parameters<typeof withExchange>[1] = {}, limits = {}) => {
    const time = new FakeTime(EPOCH);
    const address = createAddress(time);
    const clock = { now: time.wall, setTimeout, clearTimeout };
    const stage = await withExchange({ time: clock, limits }, more, time, address);
    loose.keep(stage);
    const { exchange, account } = stage;
    const cancel = (by = account) => by.cancel(placed(exchange), OPTIONS);
    const ban = async (fault: Fault = BAN) => {
      exchange.faults.add({ ...fault, on: 'order/cancel' });
      return await cancel();
    };
    return { ...stage, time, address, cancel, ban };
  };
  const cancels = (exchange: Exchange) => received(exchange, 'order/cancel').length;

  it('is told with the time of its end, at first and four minutes later', async () => {
    const { exchange, time, cancel, ban } = await stageOf();
    const first = await ban();
    assert.equal(first.outcome, 'rate-limited');
    assert.match(first.message, /before 12:10:00 UTC \(10 minutes from now\)\.$/);
    assert.equal(first.retryAfterMs, TEN_MINUTES);
    await time.advance(4 * MINUTE);
    const later = await cancel();
    assert.deepEqual([later.outcome, later.attempts], ['rate-limited', 0]);
    const { host } = new URL(exchange.restUrl);
    assert.equal(
      later.message,
      `${host} has banned this IP address for sending too many requests. Nothing is sent to ${host} before 12:10:00 UTC (6 minutes from now).`,
    );
    assert.equal(later.retryAfterMs, 6 * MINUTE);
    await time.advance(5 * MINUTE);
    assert.match((await cancel()).message, /\(1 minute from now\)/);
    assert.equal(cancels(exchange), 1);
    await time.advance(MINUTE);
    assert.equal((await cancel()).outcome, 'accepted');
  });

  it('holds for a second account on the host, not for one on another host', async () => {
    const stage = await stageOf();
    const { exchange, cancel, ban } = stage;
    const elsewhere = await startExchange({ time: { now: () => EPOCH, setTimeout, clearTimeout } });
    loose.keep(elsewhere);
    exchange.setKey({ apiKey: 'second', secret: DEMO_KEY.secret, uid: '2' });
    const second = stage.open({ apiKey: 'second' });
    await ban();
    assert.equal((await cancel(second)).outcome, 'rate-limited');
    assert.equal(cancels(exchange), 1);
    const { outcome } = await stage
      .open({ restUrl: elsewhere.restUrl })
      .cancel(placed(elsewhere), OPTIONS);
    assert.equal(outcome, 'accepted');
  });

  it('outlives a redeploy', async () => {
    const stage = await stageOf();
    const { exchange, account, cancel, ban, time } = stage;
    await ban();
    await account.close();
    assert.equal(time.pending, 0, 'nothing outlives the last account');
    await time.advance(MINUTE);
    const again = await cancel(stage.open());
    assert.deepEqual([again.outcome, again.retryAfterMs], ['rate-limited', 9 * MINUTE]);
    assert.equal(cancels(exchange), 1);
  });

  it('is told at once to those who wait for their turn', async () => {
    const { exchange, cancel } = await stageOf();
    exchange.faults.add({ ...BAN, on: 'order/cancel' });
    const all = await Promise.all(Array.from({ length: 12 }, () => cancel()));
    const told = all.filter(({ outcome }) => outcome === 'rate-limited');
    assert.deepEqual(
      told.map(({ attempts, retryAfterMs }) => [attempts, retryAfterMs]),
      [
        [1, TEN_MINUTES],
        [0, TEN_MINUTES],
        [0, TEN_MINUTES],
      ],
    );
    assert.equal(cancels(exchange), 10);
  });

  it('explains an order of which nothing can be learned', async () => {
    const { exchange, account, time } = await stageOf();
    exchange.faults.add({ ...BAN, on: 'order/realtime' });
    const outcome = account.cancel(placed(exchange), { confirm: true, timeout: 5000 });
    await happens(exchange, () => exchange.requests[0]?.status === 200);
    const look = () => received(exchange, 'order/realtime')[0];
    while (look() === undefined) await time.advance(10);
    // On its way it needs real time: it would be cut off if the other went on.
    await happens(exchange, () => look()?.status === 403);
    await delivered();
    await time.advance(5000);
    const { outcome: code, message, retryAfterMs = 0 } = await outcome;
    assert.equal(code, 'unconfirmed');
    assert.match(message, /look it up\. Nothing is sent to .* before 12:1/);
    assert.ok(retryAfterMs > 9 * MINUTE && retryAfterMs < TEN_MINUTES, `${retryAfterMs}`);
  });

  type Step = (stage: Awaited<ReturnType<typeof stageOf>>) => Promise<unknown>;
  const examined: Step = async ({ exchange, address, time }) => {
    const examine = await connectionChecker(time, address);
    const { restUrl, streamUrl } = exchange;
    const keys = { apiKey: DEMO_KEY.apiKey, apiSecret: DEMO_KEY.secret };
    const rest = { environment: 'custom', recvWindow: 5000, transport: 'http' } as const;
    const signal = new AbortController().signal;
    return await examine({ restUrl, streamUrl, ...keys, ...rest }, signal);
  };
  const seers: [string, string, Step][] = [
    [
      'the clock',
      'market/time',
      async ({ exchange, cancel }) => {
        exchange.clockSkewMs = 20_000;
        assert.equal((await cancel()).outcome, 'rate-limited');
      },
    ],
    ['the symbols', 'market/instruments-info', ({ account }) => account.instruments('linear')],
    ['a connection test', 'user/query-api', examined],
    [
      'the request that keeps the connection warm',
      'market/time',
      async ({ account, exchange, time }) => {
        account.follow({ confirm: false });
        await time.advance(1000);
        await happens(exchange, () => received(exchange, 'market/time')[0]?.status === 403);
        await delivered();
      },
    ],
  ];
  for (const [who, on, step] of seers) {
    it(`that meets ${who} holds for the cancels of all accounts`, async () => {
      const stage = await stageOf();
      stage.exchange.faults.add({ ...BAN, on: on as 'market/time' });
      await step(stage);
      const { outcome, attempts } = await stage.cancel(stage.open());
      assert.deepEqual([outcome, attempts], ['rate-limited', 0]);
    });
  }

  it('is what a connection test finds, without a request', async () => {
    const stage = await stageOf();
    await stage.ban();
    const found = await examined(stage);
    const { server } = found as { server: object };
    assert.deepEqual(server, { trouble: 'banned', detail: 'until 12:10:00 UTC' });
    assert.equal(received(stage.exchange, 'market/time').length, 0);
  });

  describe('beside an order entry', () => {
    const ready = async () => {
      const stage = await stageOf({ transport: 'websocket' });
      const { exchange, cancel } = stage;
      const isIn = () => received(exchange, 'ws:auth').some(({ retCode }) => retCode === 0);
      await happens(exchange, isIn);
      while ((await cancel()).transport === 'http') await stage.time.advance(1000);
      return stage;
    };

    it('leaves it open: cancels go on over it, and none over HTTP', async () => {
      const { exchange, address, cancel } = await ready();
      address.ban(exchange.restUrl);
      const before = cancels(exchange);
      assert.deepEqual(pick(await cancel()), ['accepted', 'websocket', undefined]);
      exchange.cutStreams();
      await happens(exchange, () => exchange.connections.trade === 0);
      await delivered();
      assert.deepEqual(pick(await cancel()), ['rate-limited', 'http', TEN_MINUTES]);
      assert.equal(cancels(exchange), before);
    });

    it('that it tells of ends the cancels on both ways', async () => {
      const { exchange, cancel } = await ready();
      exchange.faults.add({ kind: 'retCode', retCode: 10018, on: 'ws:order.cancel' });
      const before = cancels(exchange);
      assert.deepEqual(pick(await cancel()), ['rate-limited', 'websocket', TEN_MINUTES]);
      const sent = received(exchange, 'ws:order.cancel').length;
      assert.equal((await cancel()).outcome, 'rate-limited');
      assert.equal(received(exchange, 'ws:order.cancel').length, sent);
      assert.equal(cancels(exchange), before);
    });
  });
});

const pick = ({ outcome, transport, retryAfterMs }: Outcome) => [outcome, transport, retryAfterMs];
