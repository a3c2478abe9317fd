/**
 * Cancels that have to wait go together in batches, whose answers are read order by order (API
 * section order/batch-cancel).
 */
import assert from 'node:assert/strict';
import type { CancelRequest, Category, Outcome, Transport } from '../../nodes/bybit/model';
import type { Exchange, NewOrder, ReceivedRequest, ScriptedFault } from '../../simulator/exchange';
import { atOnce } from '../support/at-once';
import { concurrently } from '../support/concurrently';
import { delivered, followed, happens, overOrderEntry, placed, received } from '../support/actions';
import { LooseEnds } from '../support/loose-ends';
import { withIdleTime } from '../support/with-exchange';

const SINGLE = { http: 'order/cancel', websocket: 'ws:order.cancel' } as const;
const BATCH = { http: 'order/cancel-batch', websocket: 'ws:order.cancel-batch' } as const;
const OPTIONS = { timeout: 15_000 };
const SYMBOLS: Readonly<Record<Category, string>> = {
  linear: 'BTCUSDT',
  inverse: 'BTCUSD',
  spot: 'BTCUSDT',
  option: 'BTC-25DEC26-100000-C',
};

interface BatchParams {
  readonly category: string;
  readonly request: readonly Readonly<Record<string, string>>[];
}

const batchOf = ({ params }: ReceivedRequest) => params as unknown as BatchParams;

describe('cancels that have to wait', () => {
  const loose = new LooseEnds();
  after(() => loose.tie());

  const stageOf = async (transport: Transport, exchangeOptions = {}) => {
    const stage = loose.keep(await withIdleTime(exchangeOptions, { transport }));
    const { exchange, account, time } = stage;
    await followed(exchange, account);
    if (transport === 'websocket') {
      await overOrderEntry(exchange, account);
      // What that took of the limits is over.
      await time.later(1100);
    }
    const from = exchange.requests.length;
    const since = (operation: string) =>
      received(exchange, operation).filter(({ index }) => index >= from);
    const batches = () => since(BATCH[transport]).map(batchOf);
    const singles = () => since(SINGLE[transport]);
    return { ...stage, batches, singles };
  };
  const many = (exchange: Exchange, count: number, wish: Partial<NewOrder> = {}) =>
    Array.from({ length: count }, () => placed(exchange, wish));
  const codes = (outcomes: readonly Outcome[]) => [...new Set(outcomes.map((one) => one.outcome))];
  const sizes = (batches: readonly BatchParams[]) => batches.map(({ request }) => request.length);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  const isOpen = (exchange: Exchange, { orderId = '' }: CancelRequest) =>
    exchange.books.get(orderId).closedBy === undefined;

  for (const transport of ['http', 'websocket'] as const) {
    describe(`over ${transport}`, () => {
      atOnce((test) => {
        test('what need not wait goes alone', async () => {
          const { exchange, account, batches, singles } = await stageOf(transport);
          const { outcomes } = await account.cancelMany(many(exchange, 8), OPTIONS);
          assert.deepEqual(codes(outcomes), ['cancelled']);
          assert.deepEqual([batches().length, singles().length], [0, 8]);
        });

        test('the rest of a list goes in batches, by category, within their sizes', async () => {
          const { exchange, account, batches, singles } = await stageOf(transport);
          const categories = ['linear', 'inverse', 'spot', 'option'] as const;
          const requests = categories.flatMap((category) =>
            many(exchange, 15, { category, symbol: SYMBOLS[category] }),
          );
          const { outcomes } = await account.cancelMany(requests, OPTIONS);
          assert.deepEqual(codes(outcomes), ['cancelled']);
          assert.deepEqual(
            outcomes.map(({ orderId }) => orderId),
            requests.map(({ orderId }) => orderId),
          );
          for (const { category, request } of batches()) {
            const symbols = new Set(request.map(({ symbol }) => symbol));
            assert.deepEqual([...symbols], [SYMBOLS[category as Category]]);
            assert.ok(request.length <= (category === 'spot' ? 10 : 20));
          }
          assert.equal(sum(sizes(batches())) + singles().length, requests.length);
          assert.ok(batches().length > 0);
        });

        test('messages of their own go together as well, with and without confirm', async () => {
          const { exchange, account, batches, singles } = await stageOf(transport);
          const requests = many(exchange, 30);
          const outcomes = await Promise.all(
            requests.map((request, i) =>
              account.cancel(request, { ...OPTIONS, confirm: i % 2 === 0 }),
            ),
          );
          assert.deepEqual(codes(outcomes).sort(), ['accepted', 'cancelled']);
          assert.equal(sum(sizes(batches())) + singles().length, 30);
          assert.ok(sizes(batches()).some((size) => size > 5));
        });

        test('each order has its own code: what is gone is looked up', async () => {
          const { exchange, account, batches } = await stageOf(transport);
          const [first, ...requests] = many(exchange, 20);
          const [filled, before, wrong] = [requests[16]!, requests[17]!, requests[18]!];
          exchange.books.fill(filled.orderId);
          exchange.books.cancel(before.orderId);
          // Told while a cancel is out, it could be that one's.
          await delivered();
          const list = [...requests.slice(0, 18), { ...wrong, orderId: 'nobody' }];
          const { outcomes } = await account.cancelMany(list, { timeout: 6000 });
          assert.deepEqual(
            outcomes.slice(15).map(({ outcome }) => outcome),
            ['cancelled', 'filled', 'already-cancelled', 'not-found'],
          );
          assert.ok(batches().length > 0);
          assert.deepEqual(
            [first!, wrong].map((one) => isOpen(exchange, one)),
            [true, true],
          );
        });

        test('an order with a filter never goes in a batch', async () => {
          const { exchange, account, batches } = await stageOf(transport, {
            limits: { spot: 3 },
          });
          const plain = many(exchange, 4, { category: 'spot' });
          const wish = { category: 'spot', orderFilter: 'StopOrder' } as const;
          const filtered = many(exchange, 4, wish).map((one) => ({ ...one, ...wish }));
          const { outcomes } = await account.cancelMany([...plain, ...filtered], OPTIONS);
          assert.deepEqual(codes(outcomes), ['cancelled']);
          const inBatches = batches().flatMap(({ request }) => request.map((one) => one.orderId));
          for (const { orderId } of filtered) assert.ok(!inBatches.includes(orderId));
        });

        test('the same order twice is sent once, and told twice', async () => {
          const { exchange, account, batches, singles } = await stageOf(transport);
          const requests = many(exchange, 14);
          const { outcomes } = await account.cancelMany([...requests, ...requests], OPTIONS);
          assert.equal(outcomes.length, 28);
          assert.deepEqual(codes(outcomes), ['cancelled']);
          assert.equal(sum(sizes(batches())) + singles().length, 14);
        });

        test('what the limit has no room for goes back into line, whatever its code', async () => {
          const run = async (code: number) => {
            const { exchange, account } = await stageOf(transport);
            const fault = { kind: 'items', codes: { 1: code, 3: code } } as const;
            exchange.faults.add({ ...fault, on: BATCH[transport] });
            const { outcomes } = await account.cancelMany(many(exchange, 20), OPTIONS);
            assert.deepEqual(codes(outcomes), ['cancelled'], String(code));
          };
          await Promise.all([10006, 170222, 20003, 10429].map(run));
        });

        test('where batches are refused as such, single cancels do the work', async () => {
          const { exchange, account, batches } = await stageOf(transport);
          exchange.behaviour.batchCategories.delete('linear');
          const first = await account.cancelMany(many(exchange, 14), OPTIONS);
          const second = await account.cancelMany(many(exchange, 14), OPTIONS);
          assert.deepEqual(codes([...first.outcomes, ...second.outcomes]), ['cancelled']);
          // Asked once; inverse shares the limit, and not the refusal.
          assert.equal(batches().filter(({ category }) => category === 'linear').length, 1);
          const inverse = many(exchange, 14, { category: 'inverse', symbol: SYMBOLS.inverse });
          assert.deepEqual(codes((await account.cancelMany(inverse, OPTIONS)).outcomes), [
            'cancelled',
          ]);
          assert.ok(batches().some(({ category }) => category === 'inverse'));
        });

        test('a batch without an answer holds no order beyond its time', async () => {
          const { exchange, account, time } = await stageOf(transport);
          exchange.faults.add({ kind: 'hang', on: BATCH[transport], times: 9 });
          const startedAt = time.now();
          const { outcomes } = await account.cancelMany(many(exchange, 14), { timeout: 1200 });
          assert.equal(time.now() - startedAt, 1200);
          assert.ok(outcomes.some(({ outcome }) => outcome === 'unconfirmed'));
          for (const { outcome } of outcomes) assert.match(outcome, /^(cancelled|unconfirmed)$/);
        });
      });

      const faults: readonly [string, ScriptedFault][] = [
        ['no answer, before the effect', { kind: 'reset', when: 'before' }],
        ['no answer, after the effect', { kind: 'reset', when: 'after' }],
        ['a gateway, before the effect', { kind: 'http', status: 502 }],
        ['a gateway, after the effect', { kind: 'http', status: 504, processed: true }],
        ['an unlisted code, before the effect', { kind: 'retCode', retCode: 500000 }],
        ['an unlisted code, after it', { kind: 'retCode', retCode: 500000, processed: true }],
        ['a transient code', { kind: 'retCode', retCode: 10016, processed: true }],
        ['no lists', { kind: 'lists', how: 'missing' }],
        ['no codes', { kind: 'lists', how: 'noExtInfo' }],
        ['too few codes', { kind: 'lists', how: 'short' }],
        ['too many of both', { kind: 'lists', how: 'long', list: 'both' }],
        ['another order', { kind: 'lists', how: 'reordered' }],
        ['no ids', { kind: 'lists', how: 'noIds' }],
        ['some unlisted codes', { kind: 'items', codes: { 0: 500000, 2: 999999 } }],
        ['some, after the effect', { kind: 'items', codes: { 0: 500000 }, processed: true }],
        ['a lost race', { kind: 'lostRace' }],
      ];
      const outcomesOf = concurrently(faults, async ([, fault]) => {
        const { exchange, account, batches } = await stageOf(transport);
        exchange.faults.add({ ...fault, on: BATCH[transport] });
        const requests = many(exchange, 22);
        const { outcomes } = await account.cancelMany(requests, OPTIONS);
        return { exchange, requests, outcomes, batched: batches().length };
      });
      for (const one of faults) {
        const [what, fault] = one;
        it(`a batch answered by ${what}: no outcome contradicts the books`, () => {
          const { exchange, requests, outcomes, batched } = outcomesOf(one);
          assert.ok(batched > 0);
          outcomes.forEach(({ outcome, message }, i) => {
            const order = exchange.books.get(requests[i]!.orderId);
            const isTrue = {
              cancelled: order.closedBy === 'cancel',
              filled: order.closedBy === 'fill',
              rejected: order.closedBy === undefined,
            }[outcome as string];
            assert.equal(isTrue, true, `${outcome}: ${message} (${order.orderStatus})`);
          });
          if (fault.kind !== 'lostRace' && fault.kind !== 'items') {
            assert.deepEqual(codes(outcomes), ['cancelled']);
          }
        });
      }
    });
  }

  describe('over http alone', () => {
    // By itself: where others keep the event loop busy, requests leave in bunches.
    it('200 orders, in one message and in 200: two pools, hardly a refusal for the rate', async () => {
      const run = async (together: boolean) => {
        const { exchange, account, batches, singles } = await stageOf('http');
        const requests = many(exchange, 200);
        const outcomes = together
          ? (await account.cancelMany(requests, { timeout: 30_000 })).outcomes
          : await Promise.all(
              requests.map((one) => account.cancel(one, { timeout: 30_000, confirm: true })),
            );
        assert.deepEqual(codes(outcomes), ['cancelled']);
        assert.ok(sum(sizes(batches())) >= 80, `${sum(sizes(batches()))} in batches`);
        const refused = exchange.requests.filter(({ retCode }) => retCode === 10006).length;
        assert.ok(refused <= 4, `${refused} refused`);
        assert.ok(singles().length >= 80);
      };
      await Promise.all([run(true), run(false)]);
    }).timeout(60_000);

    atOnce((test) => {
      test('over HTTP, where a gateway does not know batches: they rest', async () => {
        const { exchange, account, batches } = await stageOf('http');
        exchange.faults.add({ kind: 'http', status: 404, on: 'order/cancel-batch', times: 9 });
        const { outcomes } = await account.cancelMany(many(exchange, 30), OPTIONS);
        assert.deepEqual(codes(outcomes), ['cancelled']);
        assert.equal(batches().length, 1);
      });

      test('counts the requests of a list: a batch is one, look-ups included', async () => {
        const { exchange, account } = await stageOf('http');
        const before = exchange.requests.length;
        const { requests } = await account.cancelMany(many(exchange, 30), OPTIONS);
        // The last look-up may still be on its way.
        const sent = () => exchange.requests.slice(before);
        const isOfOrders = ({ path }: ReceivedRequest) => path.includes('/order/');
        await happens(exchange, () => sent().filter(isOfOrders).length === requests);
      });
    });
  });
});
