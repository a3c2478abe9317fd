/** Where an answer, a record or a clock misleads: what is not proved is not said, and not done. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { CancelRequest, Outcome } from '../../nodes/bybit/model';
import { realTime, type Time } from '../../nodes/bybit/time/time';
import { followed, happens, placed, received } from '../support/actions';
import { LooseEnds } from '../support/loose-ends';
import { startRelay } from '../support/relay';
import { withExchange, withIdleTime, type IdleStage, type Stage } from '../support/with-exchange';

const LINK = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'quote-1' } as const;

describe('in doubt', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  const stageOf = async (...options: Parameters<typeof withIdleTime>): Promise<IdleStage> =>
    loose.keep(await withIdleTime(...options));
  const cancel = (
    { account }: Stage,
    request: CancelRequest,
    timeout = 5000,
    confirm = true,
  ): Promise<Outcome> => account.cancel(request, { confirm, timeout });

  describe('an own id that was used before', () => {
    /** The earlier order, long cancelled, and the one that is meant. */
    const twoOrders = ({ exchange }: Stage) => {
      const earlier = exchange.books.place(LINK);
      exchange.books.cancel(earlier.orderId);
      return { earlier, meant: exchange.books.place(LINK) };
    };

    it("acknowledged for the later one: the history can't settle it by the earlier one", async () => {
      const stage = await stageOf({ cancelDelayMs: 300 });
      const { meant } = twoOrders(stage);
      stage.exchange.faults.add({ kind: 'http', status: 503, on: 'order/realtime' });
      const outcome = await cancel(stage, LINK);
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(outcome.order?.orderId, meant.orderId);
      assert.equal(meant.closedBy, 'cancel');
    });

    it('nothing acknowledged, and the open orders unreadable: the history alone settles nothing', async () => {
      const stage = await stageOf();
      const { meant } = twoOrders(stage);
      stage.exchange.faults.add({ kind: 'http', status: 502, on: 'order/cancel' });
      stage.exchange.faults.add({ kind: 'http', status: 503, on: 'order/realtime' });
      const outcome = await cancel(stage, LINK);
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(outcome.order?.orderId, meant.orderId);
      assert.equal(meant.closedBy, 'cancel');
    });

    it('used anew right after the cancel: the new order is left alone', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      const meant = exchange.books.place(LINK);
      const outcome = cancel(stage, LINK, 8000);
      await happens(exchange, () => meant.closedBy === 'cancel');
      const anew = exchange.books.place(LINK);
      assert.equal((await outcome).outcome, 'cancelled');
      assert.equal((await outcome).order?.orderId, meant.orderId);
      assert.equal((await outcome).attempts, 1);
      assert.equal(anew.closedBy, undefined);
    });

    it('sent again by the orderId that was acknowledged', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      const meant = exchange.books.place(LINK);
      exchange.faults.add({ kind: 'ackOnly', on: 'order/cancel' });
      const outcome = await cancel(stage, LINK, 8000);
      assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
      const bodies = received(exchange, 'order/cancel').map(({ rawBody }) => rawBody.toString());
      assert.equal(
        bodies[1],
        `{"category":"linear","symbol":"BTCUSDT","orderId":"${meant.orderId}","orderLinkId":"quote-1"}`,
      );
    });
  });

  describe('records that lag', () => {
    it('a history that learns of the fill a second later: filled, not not-found', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      const request = placed(exchange);
      await stage.time.later(20);
      exchange.recordLagMs = 1200;
      exchange.books.fill(request.orderId);
      exchange.books.reset();
      const outcome = await cancel(stage, request, 8000);
      assert.equal(outcome.outcome, 'filled');
    });

    it('a pair of which neither list has the closed order for three seconds: filled, not not-found', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      exchange.historyLagMs = 3000;
      const request = placed(exchange, { category: 'spot', orderFilter: 'tpslOrder' });
      exchange.books.fill(request.orderId);
      const outcome = await cancel(stage, request, 10_000);
      assert.equal(outcome.outcome, 'filled', outcome.message);
    });

    for (const on of ['order/realtime', 'order/history'] as const) {
      it(`a row of ${on} that lacks its status is no absence: unreadable, not not-found`, async () => {
        const stage = await stageOf();
        const { exchange } = stage;
        const request = placed(exchange);
        exchange.books.fill(request.orderId);
        if (on === 'order/history') exchange.books.reset();
        exchange.faults.add({ kind: 'malformed', lacking: 'orderStatus', on, times: Infinity });
        if (on === 'order/realtime') {
          exchange.faults.add({ kind: 'http', status: 503, on: 'order/history', times: Infinity });
        }
        const outcome = await cancel(stage, request, 1500);
        assert.equal(outcome.outcome, 'unconfirmed', outcome.message);
      });
    }

    it('a wrong symbol and a fill just now: the first stale look does not say open', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      const request = placed(exchange);
      await stage.time.later(20);
      exchange.recordLagMs = 150;
      exchange.books.fill(request.orderId);
      const outcome = await cancel(stage, { ...request, symbol: 'ETHUSDT' });
      assert.equal(outcome.outcome, 'filled');
    });

    it('a wrong symbol, read once and never again: one record alone does not say rejected', async () => {
      const stage = await stageOf();
      const { faults } = stage.exchange;
      const request = placed(stage.exchange);
      // The open orders under the wrong symbol, twice, and then under any.
      for (const [on, times] of [
        ['order/realtime', 3],
        ['order/history', 2],
      ] as const) {
        faults.add({ kind: 'none', on, times }, { kind: 'http', status: 503, on, times: Infinity });
      }
      const outcome = await cancel(stage, { ...request, symbol: 'ETHUSDT' }, 2500);
      assert.equal(outcome.outcome, 'unconfirmed');
      assert.equal(outcome.order?.symbol, 'BTCUSDT');
    });

    it('a wrong category, told by the stream: rejected, and the message names it', async () => {
      const stage = await stageOf();
      const { exchange, account } = stage;
      await followed(exchange, account);
      const request = placed(exchange, { category: 'spot', qty: '1.000' });
      const outcome = cancel(stage, { ...request, category: 'linear' });
      await happens(exchange, () => received(exchange, 'order/cancel').length > 0);
      exchange.books.fill(request.orderId, '0.500');
      assert.equal((await outcome).outcome, 'rejected');
      assert.match((await outcome).message, /category is spot, not linear/);
    });
  });

  it('both ids, of two orders: what the exchange went by is told, not the other', async () => {
    const stage = await stageOf();
    const request = placed(stage.exchange);
    placed(stage.exchange, { orderLinkId: 'of-another' });
    const both = { ...request, orderLinkId: 'of-another' };
    const outcome = await cancel(stage, both, 5000, false);
    assert.equal(outcome.outcome, 'accepted');
    assert.equal(outcome.orderId, request.orderId);
    assert.equal(outcome.orderLinkId, '');
  });

  describe('what never left', () => {
    const silent = async (): Promise<Server> => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    };

    it('cancelled by somebody else meanwhile: already-cancelled', async () => {
      // Takes connections, and never answers the TLS handshake.
      const server = await silent();
      const restUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const stage = await stageOf({}, { restUrl });
      const { exchange, account } = stage;
      await followed(exchange, account);
      const request = placed(exchange);
      const connected = once(server, 'connection');
      const outcome = cancel(stage, request);
      const [socket] = (await connected) as [{ destroy(): void }];
      exchange.books.cancel(request.orderId);
      assert.equal((await outcome).outcome, 'already-cancelled');
      await account.close();
      socket.destroy();
      server.close();
    });

    it('held up by requests without an answer: unavailable, not rate-limited', async () => {
      const stage = await stageOf();
      const { exchange } = stage;
      exchange.faults.add({ kind: 'hang', times: Infinity });
      const outcomes = await Promise.all(
        // Ten go alone and ten in a batch.
        Array.from({ length: 22 }, () => cancel(stage, placed(exchange), 800)),
      );
      const told = outcomes.map(({ outcome, attempts }) => `${outcome} ${attempts}`);
      assert.deepEqual(told.slice(20), ['unavailable 0', 'unavailable 0']);
      assert.match(outcomes[21]?.message ?? '', /no answer.*never sent/);
    });
  });

  it('a clock that was set right after its difference was learned: learned anew', async () => {
    let setBy = 9000;
    const time: Time = { ...realTime, wall: () => realTime.wall() + setBy };
    const stage = loose.keep(await withExchange({}, {}, time));
    assert.equal((await cancel(stage, placed(stage.exchange))).outcome, 'cancelled');
    setBy = 0;
    const outcome = await cancel(stage, placed(stage.exchange));
    assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
  });

  it('the stream loses the event, and little time: it is looked up all the same', async () => {
    const stage = await stageOf();
    const { exchange, account } = stage;
    await followed(exchange, account);
    const request = placed(exchange);
    await happens(exchange, () => exchange.books.get(request.orderId).versions.length > 0);
    exchange.faults.stream = { drop: 1 };
    const outcome = await cancel(stage, request, 900);
    assert.deepEqual([outcome.outcome, outcome.confirmedBy], ['cancelled', 'query']);
  });

  it('settled while a look-up waited for its turn: nothing goes out after the close', async () => {
    const stage = await stageOf({ eventDelayMs: 1500 });
    const { exchange, account } = stage;
    await followed(exchange, account);
    const refused = { kind: 'retCode', retCode: 10006, resetAt: stage.time.wall() + 9000 } as const;
    exchange.faults.add({ ...refused, on: 'order/realtime' });
    exchange.faults.add({ ...refused, on: 'order/history' });
    const outcome = await cancel(stage, placed(exchange), 8000);
    assert.deepEqual([outcome.outcome, outcome.confirmedBy], ['cancelled', 'stream']);
    await account.close();
    const before = exchange.requests.length;
    await stage.time.later(100);
    assert.equal(exchange.requests.length, before);
    assert.equal((await cancel(stage, placed(exchange))).outcome, 'unavailable');
  });

  it('an order entry that is dead without saying so: the next try goes another way', async () => {
    const exchangeStage = await stageOf();
    const relay = loose.keep(await startRelay(exchangeStage.exchange.port));
    const account = exchangeStage.open({
      transport: 'websocket',
      streamUrl: `ws://127.0.0.1:${relay.port}`,
    });
    const { exchange } = exchangeStage;
    await happens(exchange, () => received(exchange, 'ws:auth').length > 0);
    const stage = { ...exchangeStage, account };
    let outcome = await cancel(stage, placed(exchange), 5000, false);
    while (outcome.transport !== 'websocket') {
      outcome = await cancel(stage, placed(exchange), 5000, false);
    }
    relay.silence();
    outcome = await cancel(stage, placed(exchange), 8000);
    assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
  });
});
