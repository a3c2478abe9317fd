/**
 * The borders of a sweep: the moment of the message, the coins that no record tells, the number that is
 * allowed, and the close of the node.
 */
import assert from 'node:assert/strict';
import { realTime, type Time } from '../../nodes/bybit/time/time';
import type { ReceivedRequest, ScriptedFault } from '../../simulator/exchange';
import { followed, happens, received } from '../support/actions';
import { atOnce } from '../support/at-once';
import { LooseEnds } from '../support/loose-ends';
import { counts, ENTRIES, isAllClosed, isOpen, LINEAR, sweepStage } from '../support/sweep-stage';
import { withExchange } from '../support/with-exchange';

const isListing = ({ operation, params }: ReceivedRequest) =>
  operation === 'order/realtime' && params.orderId === undefined;
const slowPages = (ms: number, processing: 'now' | 'late' = 'now'): ScriptedFault => ({
  ...({ kind: 'delay', ms, processing, times: Infinity } as const),
  on: isListing,
});
const COIN = { symbol: undefined, settleCoin: 'USDT' } as unknown as { settleCoin: string };

describe('the borders of a sweep', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());

  atOnce((test) => {
    test('an order placed while a long list is read is not hit by a wide request', async () => {
      const { exchange, time, place, sweep } = await sweepStage(loose);
      const old = place({}, 120);
      exchange.faults.add(slowPages(150));
      const sweeping = sweep({ kinds: 'all' });
      await time.later(300);
      const [late] = place();
      const out = await sweeping;
      assert.ok(isAllClosed(old) && isOpen(late!));
      assert.deepEqual([out.complete, out.spared], [true, { newer: 1 }]);
      assert.deepEqual(
        out.appeared.map(({ orderId }) => orderId),
        [late!.orderId],
      );
    });

    test('nor where several symbols wait for their turn', async () => {
      const { exchange, time, place, sweep } = await sweepStage(loose);
      exchange.limits.cancelAll = 2;
      const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT'];
      for (const symbol of symbols) place({ symbol }, 11);
      const sweeping = sweep({ symbol: '*', kinds: 'all' });
      await time.later(600);
      const late = symbols.flatMap((symbol) => place({ symbol }));
      const out = await sweeping;
      const hit = late.filter((order) => !isOpen(order));
      assert.deepEqual(hit, []);
      assert.equal(out.complete, true);
    });

    test('without a stream a wide request goes at once or not at all', async () => {
      const { exchange, place, sweep } = await sweepStage(loose, 'http', {}, {}, false);
      exchange.faults.add(slowPages(200));
      place({}, 20);
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual(counts(out), { cancelled: 20 });
      assert.ok(!exchange.requests.some(({ operation }) => operation === 'order/cancel-all'));
    });

    test('a first listing that is slow does not move the moment of the message', async () => {
      const { exchange, time, place, sweep } = await sweepStage(loose);
      // Some answers have told the time by then.
      await time.until(happens(exchange, () => received(exchange, 'market/time').length > 0));
      const old = place({}, 2);
      exchange.faults.add({ ...slowPages(1200, 'late'), times: 1 });
      const sweeping = sweep();
      await time.later(600);
      const [late] = place();
      const out = await sweeping;
      assert.ok(isAllClosed(old) && isOpen(late!));
      assert.deepEqual([counts(out), out.spared], [{ cancelled: 2 }, { newer: 1 }]);
    });

    test('of a coin, an order that the stream tells of is cancelled though listings lag', async () => {
      const { exchange, time, place, sweep } = await sweepStage(loose);
      place();
      exchange.recordLagMs = 300;
      await time.later(400);
      const sweeping = sweep(COIN, { which: 'until-empty' });
      await time.later(350);
      const [late] = place();
      const out = await sweeping;
      assert.ok(!isOpen(late!));
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 2 }]);
    });

    test('orders of another coin stir nothing, and are not named', async () => {
      const { exchange, place, sweep, bot } = await sweepStage(loose);
      place({}, 2);
      const end = bot(50, Infinity, { symbol: 'ETHUSDT' });
      const out = await sweep({ symbol: undefined, baseCoin: 'BTC' } as never, {
        which: 'until-empty',
        timeout: 8000,
      });
      end();
      assert.deepEqual([out.complete, counts(out), out.appeared], [true, { cancelled: 2 }, []]);
      assert.ok(exchange.requests.filter(isListing).length < 10);
    });

    test('many symbols of a coin are looked up together', async () => {
      const { exchange, place, sweep } = await sweepStage(loose);
      const symbols = Array.from({ length: 40 }, (_, i) => `COIN${i}USDT`);
      for (const symbol of symbols) place({ symbol });
      const out = await sweep(COIN, { timeout: 20_000 });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 40 }]);
      const asked = exchange.requests.filter(
        ({ operation }) => operation === 'market/instruments-info',
      );
      assert.ok(asked.length <= 2, `${asked.length}`);
    });

    for (const [what, fault] of [
      ['tells nothing of', { kind: 'malformed', lacking: 'symbol' }],
      ['refuses to know', { kind: 'retCode', retCode: 10001 }],
    ] as const) {
      test(`an order whose symbol the exchange ${what} is left, and keeps it from being complete`, async () => {
        const { exchange, place, sweep } = await sweepStage(loose);
        const old = place({}, 3);
        const [unknown] = place({ symbol: 'PREUSDT' });
        exchange.faults.add({
          ...{ ...fault, times: Infinity },
          on: ({ operation, params }) =>
            operation === 'market/instruments-info' && params.symbol === 'PREUSDT',
        });
        const out = await sweep(COIN);
        assert.deepEqual([isAllClosed(old), isOpen(unknown!)], [true, true]);
        assert.deepEqual([out.complete, out.allListed, out.unplaced], [false, true, 1]);
      });
    }

    test('an order that the account may not cancel hinders nothing, whatever is known of its coins', async () => {
      const { exchange, place, sweep } = await sweepStage(
        loose,
        'http',
        {},
        {
          symbols: [LINEAR.symbol],
        },
      );
      const old = place({}, 3);
      const others = place({ symbol: 'OLDUSDT' });
      exchange.faults.add({
        ...({ kind: 'http', status: 502, times: Infinity } as const),
        on: ({ operation, params }) =>
          operation === 'market/instruments-info' && params.symbol === 'OLDUSDT',
      });
      const out = await sweep(COIN);
      assert.ok(isAllClosed(old) && others.every(isOpen));
      assert.equal(received(exchange, 'market/instruments-info').length, 1);
      // Of the one that nobody can place: it may be meant.
      assert.deepEqual([out.complete, out.spared], [true, { symbol: 1 }]);
    });

    for (const scope of [COIN, { ...COIN, settleCoin: undefined, baseCoin: 'BTC' }]) {
      const mistyped = JSON.parse(JSON.stringify(scope).replace(/USDT|BTC/, 'USTD')) as object;
      test(`a coin that there is not is told: ${JSON.stringify(mistyped)}`, async () => {
        const { place, sweep } = await sweepStage(loose);
        const [order] = place();
        const out = await sweep({ symbol: undefined, ...mistyped } as never);
        assert.equal(out.unknownCoin, Object.keys(mistyped)[0]);
        assert.ok(isOpen(order!) && !out.complete);
      });
    }

    test('the time is kept while coins are looked up', async () => {
      const { exchange, time, place, sweep } = await sweepStage(loose);
      place();
      exchange.faults.add({
        ...({ kind: 'retCode', retCode: 10006, times: 3 } as const),
        ...{ resetAt: time.wall() + 20_000, on: 'market/instruments-info' },
      });
      const since = time.now();
      const out = await sweep(COIN, { timeout: 1200 });
      assert.ok(out.unlisted);
      assert.ok(time.now() - since <= 1205);
    });

    test('no more than allowed are cancelled, whenever they come', async () => {
      const { time, place, sweep, bot } = await sweepStage(loose);
      const old = place({}, 3);
      const sweeping = sweep({}, { which: 'until-empty', atMost: 4, timeout: 5000 });
      await time.later(150);
      const end = bot(30);
      const out = await sweeping;
      end();
      assert.ok(isAllClosed(old));
      assert.deepEqual([out.exceeded, out.complete], [true, false]);
      assert.ok(out.outcomes.length <= 4);
    });

    test('what the node closes in the midst of is told as it is', async () => {
      const node = new AbortController();
      let turns = -Infinity;
      const time: Time = {
        ...realTime,
        after(ms, callback) {
          if (ms === 0 && (turns += 1) === 2) node.abort();
          return realTime.after(ms, callback);
        },
      };
      const { exchange, account } = loose.keep(await withExchange({}, {}, time));
      await followed(exchange, account);
      const orders = Array.from({ length: 200 }, () => exchange.books.place(LINEAR));
      await new Promise((resolve) => setTimeout(resolve, 10));
      turns = 0;
      const options = { which: 'snapshot', dryRun: false, timeout: 10_000 } as const;
      const out = await account.cancelAll(
        { ...ENTRIES, kinds: 'all' },
        { ...options, signal: node.signal },
      );
      assert.ok(node.signal.aborted);
      const closed = new Set(
        orders.filter((order) => !isOpen(order)).map(({ orderId }) => orderId),
      );
      for (const { outcome, orderId = '' } of out.outcomes) {
        assert.ok(outcome !== 'unavailable' || !closed.has(orderId), `${orderId} was closed`);
      }
    });

    for (const [what, fault, outcome] of [
      ['the region', { kind: 'http', status: 403, body: '<html>' }, { refused: 'unauthorized' }],
      ['the rate', { kind: 'retCode', retCode: 10006 }, { limited: true }],
    ] as const) {
      test(`refused for ${what}: why is known at the end`, async () => {
        const { exchange, place, sweep } = await sweepStage(loose);
        place();
        exchange.faults.add({ ...fault, times: Infinity, on: isListing });
        const { unlisted } = await sweep({}, { timeout: 2500 });
        for (const [key, value] of Object.entries(outcome)) {
          assert.equal(unlisted?.[key as 'refused'], value);
        }
        assert.ok(unlisted?.explain?.());
      });
    }
  });
});
