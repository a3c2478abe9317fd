/**
 * Sweeps against chance: only orders that are meant are ever named or hit, and "complete" is never
 * said while one that is older than the last listing is open.
 */
import assert from 'node:assert/strict';
import { createAddress } from '../../../nodes/bybit/account';
import { sweep } from '../../../nodes/bybit/several/sweep';
import { createExchange } from '../../../nodes/bybit/exchange/exchange';
import type { Scope, Which } from '../../../nodes/bybit/model';
import { FakeTime } from '../../support/fake-time';
import { seeded } from '../../support/random';
import { contradiction } from '../cancel/contradiction';
import { isOpen } from './model-market';
import { ModelScope, type ScopeChances } from './model-scope';

const SWEEPS = Number(process.env.SWEEPS ?? 3000);
/** sweeps that share one clock */
const BATCH = 8;

function chancesOf(random: () => number): ScopeChances {
  const quiet = random() < 0.2;
  const share = (most: number) => (quiet ? 0 : random() * most);
  return {
    lost: share(0.5),
    refused: share(0.2),
    unproved: share(0.2),
    itemFails: share(0.3),
    lists: share(0.3),
    lookUpFails: share(0.5),
    eventDropped: share(0.6),
    lag: share(2000),
    distance: 1 + random() * 150,
    streamDown: random() < 0.3,
    placing: random() < 0.4 ? random() * 6 : 0,
  };
}

function scopeOf(random: () => number, now: number): Scope {
  const kinds = (['entries', 'conditional', 'all', 'all'] as const)[Math.floor(random() * 4)]!;
  return {
    ...{ category: 'linear', symbol: random() < 0.9 ? 'BTCUSDT' : 'ETHUSDT', kinds },
    ...(random() < 0.2 ? { side: random() < 0.5 ? 'Buy' : 'Sell' } : {}),
    ...(random() < 0.2 ? { orderLinkIdPrefix: 'mine-' } : {}),
    ...(random() < 0.1 ? { placedBefore: now + 3 } : {}),
  };
}

async function runSweep(seed: number, time: FakeTime) {
  const random = seeded(seed);
  const which: Which = random() < 0.6 ? 'snapshot' : 'until-empty';
  const scope = scopeOf(random, time.wall());
  const count = Math.floor(random() * (random() < 0.1 ? 130 : 25));
  const market = new ModelScope(time, random, chancesOf(random), scope, which, count);
  const options = {
    ...({ environment: 'testnet', restUrl: 'https://api', streamUrl: 'wss://stream' } as const),
    ...({ apiKey: 'key', apiSecret: 'secret', recvWindow: 5000, transport: 'http' } as const),
    warn: () => undefined,
  };
  const exchange = createExchange(market.connections, options, time, createAddress(time));
  const release = exchange.follow({ confirm: true });
  await time.wait(5 + random() * 10);
  market.arrivedAt = time.wall() + 1;
  market.placeMore();
  const remainingMs = 1000 + random() * 14_000;
  const deadline = time.now() + remainingMs;
  const out = await sweep(
    scope,
    { ...{ remainingMs, elapsedMs: 0, startedAt: time.wall() }, which, dryRun: false },
    exchange,
  );
  const endedAt = time.now();
  market.end();
  market.isProved = out.complete;
  const left = market.books.filter(
    (book) =>
      isOpen(book) &&
      market.isMeant(book) &&
      // Its stamp is a whole ms.
      Number(book.fields.createdTime) + 1 <= time.wall() - (endedAt - market.listedAt),
  );
  release();
  // The books go on: what the outcomes say must hold to the end.
  await time.wait(20_000);
  exchange.close();
  return { seed, out, market, left, endedAt, deadline };
}

describe('sweeps, against chance', function () {
  this.timeout(process.env.SWEEPS === undefined ? 240_000 : 0);

  it(`${SWEEPS.toLocaleString('en')} random sweeps: nothing else is hit, and complete is true`, async () => {
    const counts: Record<string, number> = {};
    const note = (what: string) => (counts[what] = (counts[what] ?? 0) + 1);
    const first = Number(process.env.SEED ?? 1);
    for (let from = first; from < first + SWEEPS; from += BATCH) {
      const time = new FakeTime();
      const count = Math.min(BATCH, first + SWEEPS - from);
      const running = Promise.all(
        Array.from({ length: count }, (_, i) => runSweep(from + i, time)),
      );
      await time.advance(45_000);
      for (const { seed, out, market, left, endedAt, deadline } of await running) {
        assert.deepEqual(market.faults, [], `seed ${seed}`);
        assert.ok(endedAt <= deadline + 1, `seed ${seed}: after its deadline`);
        if (out.complete) {
          const ids = left.map(({ orderId }) => orderId);
          assert.deepEqual(ids, [], `seed ${seed}: complete, though these are open`);
        }
        note(out.complete ? 'complete' : 'not complete');
        if (market.wides > 0) note('wide');
        for (const outcome of out.outcomes) {
          const book = market.books.find(({ orderId }) => orderId === outcome.orderId)!;
          // How often a wide request was sent for it, and what the stream told before, is not counted.
          // One that arrives late can close an order for which nothing else was sent.
          const byWide = market.wides > 0 && book.truth.closedBy === 'us' ? 1 : 0;
          const attempts = Math.max(outcome.attempts, byWide);
          const truth = { ...book.truth, attempts };
          delete truth.provedAt;
          const frame = { endedAt, deadline: deadline + 1, confirm: true, closedAt: undefined };
          const wrong = contradiction({ outcome: { ...outcome, attempts }, truth, ...frame });
          assert.equal(wrong, undefined, JSON.stringify({ seed, outcome, truth }));
          note(outcome.outcome);
        }
      }
    }
    for (const what of ['complete', 'not complete', 'wide', 'cancelled', 'filled', 'unconfirmed']) {
      assert.ok((counts[what] ?? 0) > 0, `never ${what}: ${JSON.stringify(counts)}`);
    }
    if (process.env.SWEEPS !== undefined) console.log(counts);
  });
});
