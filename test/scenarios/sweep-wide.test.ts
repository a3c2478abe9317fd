/** The request for all orders of a symbol: what it must not hit, and how often it is sent. */
import assert from 'node:assert/strict';
import type { Fault } from '../../simulator/faults/fault-kinds';
import type { ReceivedRequest } from '../../simulator/exchange';
import { happens, received } from '../support/actions';
import { atOnce } from '../support/at-once';
import { LooseEnds } from '../support/loose-ends';
import { counts, isAllClosed, isOpen, sweepStage } from '../support/sweep-stage';

const isListing = ({ operation, params }: ReceivedRequest) =>
  operation === 'order/realtime' && params.orderId === undefined;

describe('one request for all orders of a symbol', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());

  atOnce((test) => {
    test('a stream that fell silent unseen: what was placed since the message is not hit', async () => {
      const { exchange, time, place, sweep, wides } = await sweepStage(loose);
      // A quick answer tells the exchange's time.
      await sweep({}, { dryRun: true });
      const old = place({}, 20);
      exchange.muteStreams();
      exchange.faults.add({ kind: 'delay', ms: 700, on: isListing });
      const sweeping = sweep({ kinds: 'all' });
      await time.later(400);
      const [late] = place();
      const out = await sweeping;
      assert.ok(isAllClosed(old) && isOpen(late!));
      assert.deepEqual([out.complete, out.spared, wides().length], [true, { newer: 1 }, 0]);
    });

    test('late, with nothing placed since the message: it is sent all the same', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      const old = place({}, 20);
      exchange.faults.add({ kind: 'delay', ms: 1200, on: isListing });
      const out = await sweep({ kinds: 'all' });
      assert.ok(isAllClosed(old));
      assert.deepEqual([out.complete, wides().length], [true, 1]);
    });

    const passing: [what: string, faults: readonly Fault[]][] = [
      ['refused for the rate', [{ kind: 'retCode', retCode: 10006 }]],
      ['lost before its effect', [{ kind: 'reset', when: 'before' }]],
      ['lost twice', Array.from({ length: 2 }, () => ({ kind: 'reset', when: 'before' }) as const)],
      ['a passing failure', [{ kind: 'retCode', retCode: 10016 }]],
    ];
    for (const [what, faults] of passing) {
      test(`${what}: it is sent again, and no order by itself`, async () => {
        const { exchange, place, sweep, wides } = await sweepStage(loose);
        const orders = place({}, 60);
        for (const fault of faults) exchange.faults.add({ ...fault, on: 'order/cancel-all' });
        const out = await sweep({ kinds: 'all' });
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 60 }]);
        assert.ok(isAllClosed(orders));
        assert.equal(wides().length, faults.length + 1);
        const single = [
          ...received(exchange, 'order/cancel'),
          ...received(exchange, 'order/cancel-batch'),
        ];
        assert.equal(single.length, 0);
      });
    }

    for (const [what, clockSkewMs] of [
      ['held up on its way', 0],
      ['held up on its way with this clock ahead', -900],
    ] as const) {
      test(`${what}: refused, and what was placed meanwhile is not hit`, async () => {
        const { exchange, time, place, sweep, wides } = await sweepStage(loose, 'http', {
          clockSkewMs,
        });
        const old = place({}, 20);
        exchange.faults.add({
          ...({ kind: 'delay', ms: 1800, processing: 'late' } as const),
          on: 'order/cancel-all',
        });
        const sweeping = sweep({ kinds: 'all' });
        await happens(exchange, () => wides().length > 0);
        await time.later(5);
        const [late] = place();
        const out = await sweeping;
        assert.ok(isAllClosed(old) && isOpen(late!));
        assert.deepEqual([out.complete, out.spared, wides().length], [true, { newer: 1 }, 1]);
      });
    }

    test('lost on its way, and perhaps not for good: nothing is proved before it is too old', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      const old = place({}, 20);
      exchange.faults.add({ kind: 'straggler', ms: 1300, on: 'order/cancel-all' });
      const out = await sweep({ kinds: 'all' });
      const [late] = place();
      assert.deepEqual([out.complete, wides().length], [true, 2]);
      assert.ok(wides()[0]?.processed, 'the first one came before the report');
      assert.ok(isAllClosed(old) && isOpen(late!));
    });

    test('held up while the orders end otherwise: nothing is proved before it is too old', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      const old = place({}, 20);
      exchange.faults.add({
        ...({ kind: 'delay', ms: 1300, processing: 'late' } as const),
        on: 'order/cancel-all',
      });
      const sweeping = sweep({ kinds: 'all' });
      await happens(exchange, () => wides().length > 0);
      for (const { orderId } of old) exchange.books.cancel(orderId);
      const out = await sweeping;
      const [late] = place();
      assert.deepEqual([out.complete, wides().length], [true, 1]);
      assert.ok(wides()[0]?.processed, 'it came before the report');
      assert.ok(isOpen(late!));
    });

    test('a look at the newest orders that hangs: each order by itself, at once', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      // A quick answer tells the exchange's time.
      await sweep({}, { dryRun: true });
      const old = place({}, 20);
      exchange.faults.add({ kind: 'delay', ms: 200, on: isListing });
      exchange.faults.add({ kind: 'hang', on: isListing, times: 3 });
      const out = await sweep({ kinds: 'all' }, { timeout: 4000 });
      assert.ok(isAllClosed(old));
      assert.deepEqual([counts(out), wides().length], [{ cancelled: 20 }, 0]);
    });

    test('a look that is refused for the rate: each order by itself, at once', async () => {
      const { exchange, time, place, sweep, wides } = await sweepStage(loose);
      await sweep({}, { dryRun: true });
      const old = place({}, 20);
      exchange.faults.add({ kind: 'delay', ms: 200, on: isListing });
      const resetAt = time.wall() + 20_000;
      exchange.faults.add({ kind: 'retCode', retCode: 10006, resetAt, on: isListing });
      const out = await sweep({ kinds: 'all' }, { timeout: 4000 });
      assert.ok(isAllClosed(old));
      assert.deepEqual([counts(out), wides().length], [{ cancelled: 20 }, 0]);
    });

    test('refused for the rate for long: each order by itself, at once', async () => {
      const { exchange, time, place, sweep, wides } = await sweepStage(loose);
      const old = place({}, 20);
      const resetAt = time.wall() + 20_000;
      exchange.faults.add({
        ...({ kind: 'retCode', retCode: 10006, resetAt, times: Infinity } as const),
        on: 'order/cancel-all',
      });
      const out = await sweep({ kinds: 'all' }, { timeout: 6000 });
      assert.ok(isAllClosed(old));
      assert.deepEqual([out.complete, counts(out), wides().length], [true, { cancelled: 20 }, 1]);
    });

    test('a passing failure that lasts a moment: sent again once it can be over', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      const orders = place({}, 60);
      let since: number | undefined;
      exchange.faults.add({
        ...({ kind: 'retCode', retCode: 10016, times: Infinity } as const),
        on: ({ operation, at }) => operation === 'order/cancel-all' && at - (since ??= at) < 150,
      });
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 60 }]);
      assert.ok(isAllClosed(orders));
      assert.equal(received(exchange, 'order/cancel-batch').length, 0);
      assert.equal(wides().at(-1)?.retCode, 0);
    });

    test('a clock that is 3 s slow: measured, and sent again', async () => {
      const { place, sweep, wides } = await sweepStage(loose, 'http', {
        clockSkewMs: 3000,
      });
      const old = place({}, 60);
      const out = await sweep({ kinds: 'all' });
      assert.ok(isAllClosed(old));
      assert.deepEqual([out.complete, wides().length], [true, 2]);
    });

    test('never answered well: three times, then each order by itself', async () => {
      const { exchange, place, sweep, wides } = await sweepStage(loose);
      const orders = place({}, 60);
      exchange.faults.add({
        ...({ kind: 'reset', when: 'before', times: Infinity } as const),
        on: 'order/cancel-all',
      });
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 60 }]);
      assert.ok(isAllClosed(orders));
      assert.equal(wides().length, 3);
    });

    test('lost after its effect, then refused: what the records show, whatever the refusal', async () => {
      const { exchange, place, sweep } = await sweepStage(loose);
      const orders = place({}, 24);
      exchange.muteStreams();
      exchange.faults.add({ kind: 'reset', when: 'after', on: 'order/cancel-all' });
      exchange.faults.add({ kind: 'retCode', retCode: 10005, on: 'order/cancel-all' });
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
      assert.ok(isAllClosed(orders));
    });
  });
});
