/** The account over real sockets: truth under doubt, clock, closing, and two accounts apart. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { CancelRequest } from '../../nodes/bybit/model';
import type { Order } from '../../simulator/exchange';
import { cancelsSent } from '../support/actions';
import { withExchange, type Stage } from '../support/with-exchange';

const TIMEOUT = 5000;

describe('an account', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  const place = (more: Partial<Order> = {}) =>
    stage.exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', ...more } as never);
  const requestFor = ({ category, symbol, orderId }: Order): CancelRequest => ({
    category,
    symbol,
    orderId,
  });
  const cancel = (order: Order, more: Partial<CancelRequest> = {}, timeout = TIMEOUT) =>
    stage.account.cancel({ ...requestFor(order), ...more }, { confirm: true, timeout });
  const asked = (operation: string) =>
    stage.exchange.requests.filter((request) => request.operation === operation);

  describe('what became of the order', () => {
    it('cancelled, by a look-up when nobody follows the stream', async () => {
      stage = await withExchange();
      const order = place();
      const outcome = await cancel(order);
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(outcome.confirmedBy, 'query');
      assert.equal(outcome.order?.orderStatus, 'Cancelled');
      assert.equal(outcome.attempts, 1);
      assert.equal(order.closedBy, 'cancel');
    });

    it('repeated: already-cancelled', async () => {
      stage = await withExchange();
      const order = place();
      await cancel(order);
      const again = await cancel(order);
      assert.equal(again.outcome, 'already-cancelled');
    });

    it('filled before: filled, with how much', async () => {
      stage = await withExchange();
      const order = place({ qty: '0.250' });
      stage.exchange.books.fill(order.orderId);
      const outcome = await cancel(order);
      assert.equal(outcome.outcome, 'filled');
      assert.equal(outcome.order?.cumExecQty, '0.250');
    });

    it('the reply is lost after the cancel took effect: cancelled, not an error', async () => {
      stage = await withExchange();
      stage.exchange.faults.add({ kind: 'reset', when: 'after', on: 'order/cancel' });
      const order = place();
      const outcome = await cancel(order);
      assert.equal(outcome.outcome, 'cancelled');
    });

    it('lost, and the repeat meets "order gone": cancelled, not an error', async () => {
      stage = await withExchange({ recordLagMs: 300 });
      stage.exchange.faults.add({ kind: 'reset', when: 'after', on: 'order/cancel' });
      const order = place();
      const outcome = await cancel(order);
      assert.equal(outcome.outcome, 'cancelled');
      assert.deepEqual(
        asked('order/cancel').map(({ retCode }) => retCode),
        [undefined, 110001],
      );
    });

    it('acknowledged, but nothing happens: cancelled again after a while', async () => {
      stage = await withExchange();
      stage.exchange.faults.add({ kind: 'ackOnly', on: 'order/cancel' });
      const order = place();
      const outcome = await cancel(order, {}, 10_000);
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(outcome.attempts, 2);
    });

    it('after a restart of the exchange the history alone knows it', async () => {
      stage = await withExchange();
      const order = place();
      stage.exchange.books.cancel(order.orderId);
      stage.exchange.books.reset();
      const outcome = await cancel(order);
      assert.equal(outcome.outcome, 'already-cancelled');
    });

    it('never there: not-found, after the open orders and the history were asked', async () => {
      stage = await withExchange();
      const order = place();
      const outcome = await cancel(order, { orderId: 'none-such' });
      assert.equal(outcome.outcome, 'not-found');
      assert.ok(asked('order/history').length > 0);
      assert.match(outcome.message, /linear.*BTCUSDT/);
    });

    for (const [category, symbol, wrong] of [
      ['linear', 'BTCUSDT', 'ETHUSDT'],
      ['inverse', 'BTCUSD', 'ETHUSD'],
      ['spot', 'BTCUSDT', 'ETHUSDT'],
    ] as const) {
      it(`under another symbol (${category}): rejected, and the message names it`, async () => {
        stage = await withExchange();
        const order = place({ category, symbol });
        const outcome = await cancel(order, { symbol: wrong });
        assert.equal(outcome.outcome, 'rejected');
        assert.match(outcome.message, new RegExp(`${symbol}, not ${wrong}`));
        assert.equal(order.closedBy, undefined);
      });
    }

    it('under an order filter that was given and is wrong: rejected, and the message names both', async () => {
      stage = await withExchange();
      const order = place({ category: 'spot', orderFilter: 'tpslOrder', triggerPrice: '9000' });
      const outcome = await cancel(order, { orderFilter: 'StopOrder' });
      assert.equal(outcome.outcome, 'rejected');
      assert.match(outcome.message, /order filter is tpslOrder, not StopOrder/);
      assert.equal(order.closedBy, undefined);
      const right = await cancel(order, { orderFilter: 'tpslOrder' });
      assert.equal(right.outcome, 'cancelled');
      assert.equal(right.order?.orderStatus, 'Deactivated');
    });

    it('a message whose time is over before it can be sent: nothing is sent', async () => {
      stage = await withExchange();
      const outcome = await stage.account.cancel(requestFor(place()), {
        confirm: true,
        timeout: 500,
        startedAt: Date.now() - 600,
      });
      assert.deepEqual([outcome.outcome, outcome.attempts], ['rate-limited', 0]);
      assert.match(outcome.message, /too little|never sent/i);
      assert.equal(stage.exchange.requests.length, 0);
    });

    it('nothing answers in time: unconfirmed, never a guess', async () => {
      stage = await withExchange();
      stage.exchange.faults.add({ kind: 'hang', processed: true, times: Infinity });
      const outcome = await cancel(place(), {}, 400);
      assert.equal(outcome.outcome, 'unconfirmed');
      assert.match(outcome.message, /may still be open/);
    });
  });

  describe('its clock', () => {
    for (const [skew, words] of [
      [-4000, /4\.0 s ahead of/],
      [8000, /8\.0 s behind/],
    ] as const) {
      it(`${skew} ms apart: measured and signed anew, once; warned of once`, async () => {
        stage = await withExchange({ clockSkewMs: skew });
        const first = await cancel(place());
        const second = await cancel(place());
        assert.deepEqual([first.outcome, first.attempts], ['cancelled', 2]);
        assert.deepEqual([second.outcome, second.attempts], ['cancelled', 1]);
        assert.equal(asked('market/time').length, 1);
        assert.equal(stage.warnings.length, 1);
        assert.match(stage.warnings[0] ?? '', words);
      });
    }

    it('so far off that the stream refuses the key: measured, then let in, no word on the key', async () => {
      stage = await withExchange({ clockSkewMs: 60_000 });
      const release = stage.account.follow({ confirm: true });
      const subscribed = () =>
        asked('ws:subscribe').length > 0 || once(stage.exchange.events, 'request');
      while ((await subscribed()) !== true);
      const outcome = await cancel(place());
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(stage.warnings.length, 1);
      assert.match(stage.warnings[0] ?? '', /clock is 60\.0 s behind/);
      release();
    });

    it('the server time has no key and no signature', async () => {
      stage = await withExchange({ clockSkewMs: 8000 });
      await cancel(place());
      const { headers } = asked('market/time')[0]!;
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('x-bapi')),
        [],
      );
    });
  });

  describe('closing', () => {
    it('a cancel that waits for its answer still learns it', async () => {
      stage = await withExchange();
      stage.exchange.faults.add({ kind: 'delay', ms: 150, on: 'order/cancel' });
      const order = place();
      const outcome = cancel(order);
      await once(stage.exchange.events, 'request');
      const closed = stage.account.close();
      assert.equal((await outcome).outcome, 'cancelled');
      await closed;
    });

    it('one that waits for its turn is not sent, and says so', async () => {
      stage = await withExchange({ limits: { other: 10 } });
      // Ten go alone and ten in a batch.
      const outcomes = Array.from({ length: 22 }, () => cancel(place()));
      await Promise.all(outcomes.slice(0, 20));
      const sent = cancelsSent(stage.exchange).length;
      await stage.account.close();
      const last = await Promise.all(outcomes.slice(20));
      assert.deepEqual(
        last.map(({ outcome, attempts }) => [outcome, attempts]),
        [
          ['unavailable', 0],
          ['unavailable', 0],
        ],
      );
      assert.equal(cancelsSent(stage.exchange).length, sent);
    });

    it("what can't be told any more is unconfirmed, well before five seconds", async () => {
      stage = await withExchange();
      stage.exchange.faults.add({ kind: 'ackOnly', on: 'order/cancel' });
      const outcome = cancel(place(), {}, 60_000);
      await once(stage.exchange.events, 'answered');
      await stage.account.close();
      assert.equal((await outcome).outcome, 'unconfirmed');
      assert.match((await outcome).message, /node was closed/);
    });

    it('leaves no connection, and lets nothing in any more', async () => {
      stage = await withExchange();
      const release = stage.account.follow({ confirm: true });
      await cancel(place());
      release();
      await stage.account.close();
      while (stage.exchange.connections.http + stage.exchange.connections.private > 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const before = stage.exchange.requests.length;
      const late = await cancel(place());
      assert.equal(late.outcome, 'unavailable');
      assert.equal(stage.exchange.requests.length, before);
    });
  });

  describe('two accounts in one process', () => {
    it('share no key, socket, queue or clock', async () => {
      const keys = ['one', 'two'].map((apiKey) => ({
        apiKey,
        secret: `secret of ${apiKey}`,
        uid: apiKey,
      }));
      stage = await withExchange({ keys, limits: { other: 2, batch: 2 }, clockSkewMs: 8000 });
      const [one, two] = keys.map(({ apiKey, secret }) =>
        stage.open({ apiKey, apiSecret: secret }),
      ) as [Stage['account'], Stage['account']];
      const releases = [one.follow({ confirm: true }), two.follow({ confirm: true })];
      const cancelBy = (account: Stage['account'], uid: string) =>
        account.cancel(requestFor(place({ uid })), { confirm: true, timeout: 8000 });
      // The first account's queue is long; the second's is its own.
      const busy = Array.from({ length: 8 }, () => cancelBy(one, 'one'));
      const quick = await cancelBy(two, 'two');
      assert.equal(quick.outcome, 'cancelled');
      assert.ok(stage.exchange.books.all().some((order) => order.closedBy === undefined));
      assert.ok((await Promise.all(busy)).every(({ outcome }) => outcome === 'cancelled'));
      // Each measured the clock and each has its own stream.
      assert.equal(asked('market/time').length, 2);
      assert.equal(asked('ws:auth').length, 2);
      releases.forEach((release) => release());
    });
  });
});
