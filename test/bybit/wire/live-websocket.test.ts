/** The order stream's socket: lost, silent, refused and closed, over real sockets. */
import assert from 'node:assert/strict';
import type { AccountOptions } from '../../../nodes/bybit/account';
import type { CancelRequest, Outcome } from '../../../nodes/bybit/model';
import { DEMO_KEY } from '../../../simulator/exchange';
import {
  deserted,
  followed,
  happens,
  overHttp,
  placed,
  received,
  subscribed,
} from '../../support/actions';
import { LooseEnds } from '../../support/loose-ends';
import { startProxy } from '../../support/proxy-server';
import { QuickTime } from '../../support/quick-time';
import { closedPort, startRelay } from '../../support/relay';
import { withExchange, type Stage } from '../../support/with-exchange';

/** ms: shorter than what QuickTime makes shorter still */
const TIMEOUT = 4900;
const NO_CONNECTIONS = { http: 0, private: 0, trade: 0 };

describe("the order stream's socket", () => {
  const loose = new LooseEnds();
  let time: QuickTime;
  beforeEach(() => (time = new QuickTime()));
  afterEach(() => loose.tie());

  const stageOf = async (
    forExchange: Parameters<typeof withExchange>[0] = {},
    forAccount: Partial<AccountOptions> = {},
  ): Promise<Stage> => loose.keep(await withExchange(forExchange, forAccount, time));
  const cancel = (stage: Stage, request: CancelRequest, timeout = TIMEOUT): Promise<Outcome> =>
    stage.account.cancel(request, { confirm: true, timeout });
  const told = ({ outcome, confirmedBy }: Outcome) => `${outcome} by ${String(confirmedBy)}`;

  /** A new line was authenticated and subscribed, and it tells of orders. */
  const checkReplaced = async (stage: Stage): Promise<void> => {
    const { exchange } = stage;
    await subscribed(exchange, 2);
    assert.ok(received(exchange, 'ws:auth').length >= 2);
    const outcome = await cancel(stage, placed(exchange));
    assert.equal(told(outcome), 'cancelled by stream');
    assert.equal(exchange.connections.private, 1, 'the old line is gone');
  };

  describe('lost', () => {
    it('while an order is waited for: looked up at once, and replaced', async () => {
      const stage = await stageOf();
      const { exchange, account } = stage;
      await followed(exchange, account);
      const request = placed(exchange);
      exchange.faults.dropEvents();
      // A stream that is up is given a second before anything is looked up: too long for this.
      const outcome = cancel(stage, request, 900);
      await happens(exchange, () => exchange.books.get(request.orderId).closedBy === 'cancel');
      exchange.cutStreams();
      assert.equal(told(await outcome), 'cancelled by query');
      await checkReplaced(stage);
    });

    it('and out of reach for long: told once, in words; then used', async () => {
      const stage = await stageOf();
      const { exchange, account, warnings } = stage;
      exchange.faults.refuseConnections(6);
      await followed(exchange, account);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /order stream .* can't be reached \(it answered HTTP 503\)/);
      const outcome = await cancel(stage, placed(exchange));
      assert.equal(told(outcome), 'cancelled by stream');
    }).timeout(30_000);

    it('and refused when it comes back: tried once more, look-ups confirm meanwhile', async () => {
      const stage = await stageOf();
      const { exchange, account } = stage;
      await followed(exchange, account);
      exchange.faults.refuseConnections();
      exchange.cutStreams();
      await happens(exchange, () => exchange.connections.private === 0);
      assert.equal(told(await cancel(stage, placed(exchange))), 'cancelled by query');
      await checkReplaced(stage);
      assert.deepEqual(stage.warnings, []);
    });

    for (const [how, silence] of [
      ['says nothing any more', (stage: Stage) => stage.exchange.muteStreams()],
      ['answers no ping', (stage: Stage) => stage.exchange.faults.ignorePings()],
    ] as const) {
      it(`since it ${how}: ended and replaced`, async () => {
        const stage = await stageOf();
        await followed(stage.exchange, stage.account);
        silence(stage);
        await happens(stage.exchange, () => received(stage.exchange, 'ws:auth').length > 1);
        stage.exchange.faults.clear();
        assert.ok(received(stage.exchange, 'ws:ping').length > 0);
        await checkReplaced(stage);
      });
    }

    it('never, while pings are answered: at least one every 20 s', async () => {
      const { exchange, account } = await stageOf();
      await followed(exchange, account);
      const before = time.asked.length;
      await happens(exchange, () => received(exchange, 'ws:ping').length === 3);
      assert.equal(received(exchange, 'ws:auth').length, 1);
      assert.ok(Math.max(...time.asked.slice(before)) <= 20_000);
    });

    it('never on a busy stream either, which is pinged all the same', async () => {
      const { exchange, account } = await stageOf();
      await followed(exchange, account);
      const chatter = setInterval(() => placed(exchange), 50).unref();
      await happens(exchange, () => received(exchange, 'ws:ping').length === 3);
      clearInterval(chatter);
      assert.equal(received(exchange, 'ws:auth').length, 1);
    });
  });

  describe('refused', () => {
    const REFUSED = /did not let the API key into the order stream.*look-ups/;

    it('told of once, not hammered, and look-ups confirm; let in later, it is used', async () => {
      const stage = await stageOf();
      const { exchange, account, warnings } = stage;
      exchange.faults.refuseAuth(Infinity);
      account.follow({ confirm: true });
      assert.equal(told(await cancel(stage, placed(exchange))), 'cancelled by query');
      await happens(exchange, () => received(exchange, 'ws:auth').length === 3);
      // 20 s is the rest of the HTTP connection that is kept warm.
      const pauses = time.asked.filter((ms) => ms > 20_000);
      assert.deepEqual(pauses.slice(0, 2), [22_500, 45_000]);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', REFUSED);
      exchange.faults.clear();
      await subscribed(exchange);
      await followedBy(stage);
      assert.equal(warnings.length, 1);
    });

    /** The stream is up on the client's side too as soon as it confirms. */
    const followedBy = async (stage: Stage): Promise<void> => {
      const outcome = await cancel(stage, placed(stage.exchange));
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(told(await cancel(stage, placed(stage.exchange))), 'cancelled by stream');
    };

    it('for a wrong secret: told without key and signature', async () => {
      const apiSecret = 'the-secret-of-some-other-key';
      const stage = await stageOf({}, { apiSecret });
      stage.account.follow({ confirm: true });
      await happens(stage.exchange, () => received(stage.exchange, 'ws:auth').length === 2);
      const [warning = ''] = stage.warnings;
      assert.match(warning, REFUSED);
      assert.match(warning, /error sign!/);
      const [auth] = received(stage.exchange, 'ws:auth');
      const { args } = JSON.parse(auth?.rawBody.toString() ?? '') as {
        args: [string, number, string];
      };
      for (const secret of [DEMO_KEY.apiKey, apiSecret, args[2]]) {
        assert.ok(!warning.includes(secret), warning);
      }
    });

    it('for a wrong clock, which a cancel has set right meanwhile: not told as a wrong key', async () => {
      const stage = await stageOf({ clockSkewMs: 15_000 });
      const { exchange, account, warnings } = stage;
      exchange.faults.add({ kind: 'delay', ms: 300, on: 'ws:auth' });
      account.follow({ confirm: true });
      await happens(exchange, () => received(exchange, 'ws:auth').length === 1);
      assert.equal(told(await cancel(stage, placed(exchange))), 'cancelled by query');
      await subscribed(exchange);
      assert.deepEqual(
        warnings.filter((warning) => !warning.includes('clock')),
        [],
      );
    });
  });

  describe('closed', () => {
    const checkGone = async (stage: Stage): Promise<void> => {
      await stage.account.close();
      assert.equal(time.pending, 0, 'timers are left');
      await deserted(stage.exchange);
      assert.deepEqual(stage.exchange.connections, NO_CONNECTIONS);
    };

    it('in the steady case: no connection and no timer is left', async () => {
      const stage = await stageOf();
      await followed(stage.exchange, stage.account);
      await cancel(stage, placed(stage.exchange));
      await checkGone(stage);
      assert.deepEqual(overHttp(stage.exchange), ['order/cancel']);
    });

    it('just opened: no connection and no timer is left', async () => {
      const stage = await stageOf();
      stage.account.follow({ confirm: true });
      await checkGone(stage);
    });

    it('while the server lets it wait: no connection and no timer is left', async () => {
      const relay = loose.keep(await startRelay());
      const stage = await stageOf({}, { streamUrl: `ws://127.0.0.1:${relay.port}` });
      stage.account.follow({ confirm: true });
      await relay.whenConnected();
      await checkGone(stage);
      await relay.whenEmpty();
    });

    it('while a proxy lets it wait: no connection and no timer is left', async () => {
      const proxy = loose.keep(await startProxy({ answer: 'silence' }));
      const stage = await stageOf({}, { proxy: { url: proxy.url(), noProxy: [] } });
      stage.account.follow({ confirm: true });
      await proxy.whenAsked();
      await checkGone(stage);
      await proxy.whenEmpty();
    });

    it('while its key is checked: no connection and no timer is left', async () => {
      const stage = await stageOf();
      stage.exchange.faults.add({ kind: 'hang', on: 'ws:auth' });
      stage.account.follow({ confirm: true });
      await happens(stage.exchange, () => received(stage.exchange, 'ws:auth').length === 1);
      await checkGone(stage);
    });

    it('between two tries: no connection and no timer is left', async () => {
      const stage = await stageOf({}, { streamUrl: `ws://127.0.0.1:${await closedPort()}` });
      stage.account.follow({ confirm: true });
      while (time.asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(time.pending, 2, 'the next try is due, and keeping HTTP warm');
      await checkGone(stage);
    });
  });
});
