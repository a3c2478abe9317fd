/** What a listing must have before a sweep relies on it, and what is left to the next one. */
import assert from 'node:assert/strict';
import type { NewOrder } from '../../simulator/exchange';
import { atOnce } from '../support/at-once';
import { LooseEnds } from '../support/loose-ends';
import { counts, isAllClosed, isOpen, sweepStage } from '../support/sweep-stage';

const NO_CONTRACTS = JSON.stringify({
  ...{ retCode: 0, retMsg: 'OK', retExtInfo: {} },
  result: { category: 'linear', list: [], nextPageCursor: '' },
  time: 1,
});
const FAST = { limits: { other: 300, spot: 300, batch: 300, query: 300 } };

describe('the listings of a sweep', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());

  atOnce((test) => {
    test('a list of contracts that is empty hides no linear order', async () => {
      const { exchange, place, sweep } = await sweepStage(loose);
      exchange.faults.add({
        ...({ kind: 'http', status: 200, body: NO_CONTRACTS, times: Infinity } as const),
        on: 'market/instruments-info',
      });
      const orders = [...place(), ...place({ symbol: 'BTCPERP' })];
      const out = await sweep({ symbol: '*' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 2 }]);
      assert.ok(isAllClosed(orders));
    });

    test('a full page without a cursor is not the last one: nothing is sent', async () => {
      const { exchange, place, sweep } = await sweepStage(loose);
      exchange.faults.add({
        ...({ kind: 'malformed', lacking: 'nextPageCursor', times: Infinity } as const),
        on: 'order/realtime',
      });
      const orders = place({}, 60);
      const out = await sweep({}, { timeout: 1500 });
      assert.ok(out.unlisted);
      assert.equal(out.complete, false);
      assert.ok(orders.every(isOpen));
    });

    test('a short page without a cursor is the last one', async () => {
      const { exchange, place, sweep } = await sweepStage(loose);
      exchange.faults.add({
        ...({ kind: 'malformed', lacking: 'nextPageCursor', times: Infinity } as const),
        on: 'order/realtime',
      });
      const orders = place({}, 2);
      assert.equal((await sweep()).complete, true);
      assert.ok(isAllClosed(orders));
    });

    for (const orderFilter of ['OcoOrder', 'BidirectionalTpslOrder'] as const) {
      test(`${orderFilter}, told by the stream: cancelled as those that are listed`, async () => {
        const { exchange, place, sweep } = await sweepStage(loose);
        const pair: Partial<NewOrder> = { category: 'spot', symbol: 'ETHUSDT', orderFilter };
        place(pair);
        const isFirst = exchange.requests.length;
        // Placed when the first listing has been read: only the stream, or the next one, has it.
        const told = new Promise<void>((resolve) => {
          exchange.faults.add({
            kind: 'none',
            on: ({ operation, index }) => {
              const isCancel = operation === 'order/cancel-all' && index >= isFirst;
              if (isCancel) setImmediate(() => resolve(void place(pair)));
              return isCancel;
            },
          });
        });
        const out = await sweep(
          { category: 'spot', symbol: 'ETHUSDT', kinds: 'all' },
          { which: 'until-empty' },
        );
        await told;
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 2 }]);
        assert.ok(isAllClosed(exchange.books.all()));
      });
    }

    test('no more than allowed are cancelled, though the stream tells of others meanwhile', async () => {
      const { exchange, place, sweep } = await sweepStage(loose, 'http', FAST);
      const most = 500;
      place({}, most);
      // Placed while the others are being begun.
      exchange.faults.add({
        kind: 'none',
        on: ({ operation }) => {
          const isCancel = operation === 'order/cancel';
          if (isCancel) place({}, 20);
          return isCancel;
        },
      });
      const out = await sweep({}, { which: 'until-empty', atMost: most });
      const closed = exchange.books.all().filter((order) => !isOpen(order));
      assert.deepEqual([closed.length, out.exceeded, out.complete], [most, true, false]);
    });
  });
});
