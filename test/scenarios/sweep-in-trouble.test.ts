/**
 * Sweeps while others place orders, answers get lost and listings fail: "complete" is only said when
 * nothing is left.
 */
import assert from 'node:assert/strict';
import type { Transport } from '../../nodes/bybit/model';
import { atOnce } from '../support/at-once';
import { DEMO_KEY } from '../../simulator/exchange';
import { LooseEnds } from '../support/loose-ends';
import { counts, isAllClosed, isOpen, OPTIONS, sweepStage } from '../support/sweep-stage';

describe('everything that matches, in trouble', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());
  const stageOf = (...options: [transport?: Transport, exchangeOptions?: object]) =>
    sweepStage(loose, ...options);

  atOnce((test) => {
    test('a bot places meanwhile: a snapshot ends, spares its orders and names them', async () => {
      const { exchange, place, sweep, bot } = await stageOf();
      const orders = place({}, 30);
      const end = bot(50);
      const out = await sweep();
      end();
      assert.ok(isAllClosed(orders));
      assert.deepEqual([out.complete, Object.keys(counts(out))], [true, ['cancelled']]);
      const bots = exchange.books.all().filter(({ orderLinkId }) => orderLinkId.startsWith('bot-'));
      // The first ones may be older than the message.
      assert.ok(bots.filter(isOpen).length > 0);
      assert.ok((out.spared.newer ?? 0) > 0);
      assert.ok(out.appeared.length > 0);
      for (const { createType } of out.appeared) assert.equal(createType, 'CreateByGridBot');
    });

    test('until empty: what is placed meanwhile goes too, until the bot stops', async () => {
      const { exchange, place, sweep, bot } = await stageOf();
      place({}, 5);
      const end = bot(150, 10);
      const out = await sweep({}, { which: 'until-empty' });
      end();
      assert.equal(out.complete, true);
      assert.ok(isAllClosed(exchange.books.all()));
      assert.equal(out.appeared.length, 10);
    });

    test('until empty, and the bot never stops: not complete, and hardly an old order left', async () => {
      const { exchange, time, sweep, bot } = await stageOf();
      const end = bot(200);
      const out = await sweep({}, { which: 'until-empty', timeout: 4000 });
      const now = time.wall();
      end();
      const open = exchange.books.all().filter(isOpen);
      assert.deepEqual([out.complete, out.allListed], [false, false]);
      assert.ok(open.every(({ createdTime }) => now - createdTime < 1500));
    });

    test('acknowledged and never closed: unconfirmed, each by name', async () => {
      const { exchange, place, sweep } = await stageOf();
      const orders = place({}, 14);
      for (const { orderId } of orders) exchange.books.hide(orderId);
      const out = await sweep({ kinds: 'all' }, { timeout: 2500 });
      assert.deepEqual(counts(out), { unconfirmed: 14 });
      assert.equal(out.complete, false);
    });

    test('a wide request that is lost, before and after its effect', async () => {
      for (const when of ['before', 'after'] as const) {
        const { exchange, place, sweep } = await stageOf();
        const orders = place({}, 24);
        exchange.faults.add({ kind: 'reset', when, on: 'order/cancel-all' });
        const out = await sweep({ kinds: 'all' });
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }], when);
        assert.ok(isAllClosed(orders));
      }
    });

    test('a key that may not cancel: unauthorized at once, whatever the way', async () => {
      const { exchange, time, place, sweep } = await stageOf();
      const orders = place({}, 24);
      exchange.setKey({ ...DEMO_KEY, readOnly: true });
      const startedAt = time.now();
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [false, { unauthorized: 24 }]);
      assert.ok(orders.every(isOpen));
      assert.ok(time.now() - startedAt < OPTIONS.timeout / 2, 'it did not wait for its deadline');
    });

    test('a wide request that is refused: each goes its own way', async () => {
      const { exchange, place, sweep } = await stageOf();
      const orders = place({}, 24);
      exchange.faults.add({ kind: 'retCode', retCode: 10005, on: 'order/cancel-all' });
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
      assert.ok(isAllClosed(orders));
    });

    test('without the order stream: proved by look-ups', async () => {
      const { place, sweep } = await sweepStage(loose, 'http', {}, {}, false);
      const orders = place({}, 24);
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
      assert.ok(isAllClosed(orders));
    });

    test('a listing that fails is tried again; one that never comes: nothing is sent', async () => {
      const { exchange, place, sweep } = await stageOf();
      const orders = place({}, 3);
      exchange.faults.add({ kind: 'html', on: 'order/realtime', times: 4 });
      assert.deepEqual(counts(await sweep()), { cancelled: 3 });
      assert.ok(isAllClosed(orders));
      const left = place({}, 2);
      exchange.faults.add({ kind: 'http', status: 502, on: 'order/realtime', times: Infinity });
      const out = await sweep({}, { timeout: 1500 });
      assert.deepEqual([out.outcomes, out.complete], [[], false]);
      assert.ok(out.unlisted);
      assert.ok(left.every(isOpen));
    });

    test('a row that lacks what is relied on: no listing', async () => {
      for (const lacking of ['orderStatus', 'createdTime']) {
        const { exchange, place, sweep } = await stageOf();
        const orders = place({}, 2);
        exchange.faults.add({ kind: 'malformed', lacking, on: 'order/realtime', times: Infinity });
        const out = await sweep({}, { timeout: 1200 });
        assert.ok(out.unlisted, lacking);
        assert.ok(orders.every(isOpen));
      }
    });

    test('a cursor that is told encoded, and lists that end with a full page', async () => {
      const { exchange, place, sweep } = await stageOf('http', {
        limits: { other: 300, batch: 300 },
      });
      exchange.behaviour.cursors = 'encoded';
      const orders = place({}, 100);
      assert.deepEqual(counts(await sweep()), { cancelled: 100 });
      assert.ok(isAllClosed(orders));
    });

    test('the node closes in the middle: what was sent for is told, nothing new is sent', async () => {
      const { exchange, time, place, sweep } = await stageOf('http', {
        limits: { other: 2, batch: 2 },
      });
      place({}, 20);
      const node = new AbortController();
      const running = sweep({}, { signal: node.signal });
      await time.later(400);
      node.abort();
      const out = await running;
      assert.equal(out.complete, false);
      assert.equal(out.outcomes.length, 20);
      for (const { outcome, orderId = '' } of out.outcomes) {
        if (outcome === 'cancelled') assert.equal(exchange.books.get(orderId).closedBy, 'cancel');
      }
    });
  });
});
