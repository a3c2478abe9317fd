/**
 * Everything that matches a scope, over real sockets: exactly the matching orders are closed.
 */
import assert from 'node:assert/strict';
import type { Scope, Transport } from '../../nodes/bybit/model';
import { received } from '../support/actions';
import { atOnce } from '../support/at-once';
import { LooseEnds } from '../support/loose-ends';
import { counts, isAllClosed, isOpen, LINEAR, sweepStage } from '../support/sweep-stage';

describe('everything that matches', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());
  const stageOf = (...options: [transport?: Transport, exchangeOptions?: object]) =>
    sweepStage(loose, ...options);

  for (const transport of ['http', 'websocket'] as const) {
    describe(`over ${transport}`, () => {
      atOnce((test) => {
        const kinds: readonly [Scope['kinds'], string[]][] = [
          ['entries', ['plain', 'conditional']],
          ['conditional', ['conditional']],
          ['all', ['plain', 'conditional', 'reduceOnly', 'takeProfit', 'trailing', 'attached']],
        ];
        for (const [asked, hit] of kinds) {
          test(`kinds ${asked}: ${hit.join(', ')}, and nothing else`, async () => {
            const { place, sweep } = await stageOf(transport);
            const orders = {
              plain: place({}, 2),
              conditional: place({ stopOrderType: 'Stop' }, 2),
              reduceOnly: place({ reduceOnly: true }, 2),
              takeProfit: place({ stopOrderType: 'TakeProfit', closeOnTrigger: true }, 2),
              trailing: place({ stopOrderType: 'TrailingStop' }, 2),
              attached: place({ stopOrderType: 'PartialStopLoss', parentOrderLinkId: 'p' }, 2),
            };
            const out = await sweep({ kinds: asked });
            assert.equal(out.complete, true);
            assert.deepEqual(counts(out), { cancelled: 2 * hit.length });
            for (const [name, ofKind] of Object.entries(orders)) {
              if (hit.includes(name)) assert.ok(isAllClosed(ofKind), name);
              else assert.ok(ofKind.every(isOpen), name);
            }
            const left = 12 - 2 * hit.length;
            const told = Object.values(out.spared).reduce((sum, count) => sum + count, 0);
            assert.equal(told, left);
          });
        }

        test('side and own-id prefix narrow together', async () => {
          const { place, sweep } = await stageOf(transport);
          const meant = place({ side: 'Sell', orderLinkId: 'mine-1' });
          const others = [
            ...place({ side: 'Buy', orderLinkId: 'mine-2' }),
            ...place({ side: 'Sell', orderLinkId: 'theirs-1' }),
            ...place({ side: 'Sell' }),
          ];
          const out = await sweep({ side: 'Sell', orderLinkIdPrefix: 'mine-' });
          assert.ok(isAllClosed(meant));
          assert.ok(others.every(isOpen));
          assert.deepEqual(out.spared, { side: 1, prefix: 2 });
        });

        test('a base coin takes the orders of that coin, and no wide request goes out', async () => {
          const { place, sweep, wides } = await stageOf(transport);
          const meant = [...place({ symbol: 'ETHUSDT' }, 12), ...place({ symbol: 'ETHPERP' }, 2)];
          const others = place({}, 12);
          const { category } = LINEAR;
          const out = await sweep({
            category,
            symbol: undefined,
            baseCoin: 'ETH',
            kinds: 'all',
          } as never);
          assert.equal(out.complete, true);
          assert.ok(isAllClosed(meant));
          assert.ok(others.every(isOpen));
          assert.equal(wides().length, 0);
        });

        test('a settle coin, with the pages of a long list', async () => {
          const { place, sweep } = await stageOf(transport, { limits: { other: 200, batch: 200 } });
          const meant = [...place({}, 70), ...place({ symbol: 'ETHUSDT' }, 60)];
          const others = place({ symbol: 'BTCPERP' }, 5);
          const out = await sweep({ symbol: undefined, settleCoin: 'USDT' } as never);
          assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 130 }]);
          assert.ok(isAllClosed(meant));
          assert.ok(others.every(isOpen));
        });

        test('all of a symbol: one wide request, and no order of another', async () => {
          const { place, sweep, wides } = await stageOf(transport);
          const meant = [...place({}, 20), ...place({ stopOrderType: 'TakeProfit' }, 4)];
          const others = place({ symbol: 'ETHUSDT' }, 3);
          const out = await sweep({ kinds: 'all' });
          assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
          assert.ok(isAllClosed(meant));
          assert.ok(others.every(isOpen));
          assert.deepEqual(
            wides().map(({ params }) => params),
            [{ ...LINEAR }],
          );
        });

        test('placed before a time: newer ones stay, and are told', async () => {
          const { time, place, sweep } = await stageOf(transport);
          const old = place({}, 3);
          await time.later(20);
          const placedBefore = time.wall();
          await time.later(20);
          const newer = place({}, 2);
          const out = await sweep({ placedBefore, kinds: 'all' });
          assert.ok(isAllClosed(old));
          assert.ok(newer.every(isOpen));
          assert.deepEqual([out.complete, out.spared], [true, { newer: 2 }]);
        });

        test('more than allowed: nothing is sent', async () => {
          const { exchange, place, sweep } = await stageOf(transport);
          const orders = place({}, 6);
          const from = exchange.requests.length;
          const out = await sweep({}, { atMost: 5 });
          assert.deepEqual([out.tooMany, out.complete], [6, false]);
          assert.ok(orders.every(isOpen));
          const sent = exchange.requests.slice(from);
          assert.ok(sent.every(({ operation }) => !operation.includes('cancel')));
          assert.deepEqual(counts(await sweep({}, { atMost: 6 })), { cancelled: 6 });
        });

        test('every symbol of all settle coins', async () => {
          const { place, sweep, exchange } = await stageOf(transport);
          const meant = ['BTCUSDT', 'ETHUSDT', 'BTCPERP'].flatMap((symbol) => place({ symbol }, 3));
          const spot = exchange.books.place({ category: 'spot', symbol: 'BTCUSDT' });
          const out = await sweep({ symbol: '*' });
          assert.equal(out.complete, true);
          assert.ok(isAllClosed(meant));
          assert.ok(isOpen(spot));
        });
      });
    });
  }

  describe('whatever the transport', () => {
    atOnce((test) => {
      test('spot: each kind by its own filter, a pair by the one request that reaches it', async () => {
        const { exchange, sweep, wides } = await stageOf();
        const filters = ['Order', 'StopOrder', 'tpslOrder', 'OcoOrder'] as const;
        const orders = filters.flatMap((orderFilter) =>
          Array.from({ length: orderFilter === 'Order' ? 12 : 2 }, () =>
            exchange.books.place({ category: 'spot', symbol: 'BTCUSDT', orderFilter }),
          ),
        );
        const out = await sweep({ category: 'spot', kinds: 'all' });
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 18 }]);
        assert.ok(isAllClosed(orders));
        assert.deepEqual(
          wides()
            .map(({ params }) => params.orderFilter)
            .sort(),
          ['OcoOrder', 'Order'],
        );
      });

      test('spot entries: a pair is protection, and stays', async () => {
        const { exchange, sweep } = await stageOf();
        const pair = exchange.books.place({
          category: 'spot',
          symbol: 'BTCUSDT',
          orderFilter: 'OcoOrder',
        });
        const out = await sweep({ category: 'spot' });
        assert.deepEqual([out.complete, out.spared, isOpen(pair)], [true, { protection: 1 }, true]);
      });

      test('nothing that matches: two complete listings, and no cancel', async () => {
        const { exchange, place, sweep } = await stageOf();
        const [order] = place({ side: 'Buy' });
        const out = await sweep({ side: 'Sell' });
        assert.deepEqual([out.complete, out.outcomes], [true, []]);
        assert.equal(received(exchange, 'order/realtime').length, 2);
        assert.ok(isOpen(order!));
      });

      test('a symbol with another base coin matches nothing', async () => {
        const { place, sweep } = await stageOf();
        const orders = place({}, 3);
        const out = await sweep({ baseCoin: 'ETH', kinds: 'all' });
        assert.deepEqual([out.complete, out.outcomes.length], [true, 0]);
        assert.ok(orders.every(isOpen));
      });

      test('a dry run sends no cancel, and names what it would cancel', async () => {
        const { exchange, place, sweep } = await stageOf();
        const orders = place({}, 3);
        place({ reduceOnly: true });
        const out = await sweep({}, { dryRun: true });
        assert.deepEqual(
          out.wouldCancel.map(({ orderId }) => orderId).sort(),
          orders.map(({ orderId }) => orderId).sort(),
        );
        assert.deepEqual(out.spared, { protection: 1 });
        assert.ok(exchange.requests.every(({ operation }) => !operation.includes('cancel')));
      });
    });
  });
});
