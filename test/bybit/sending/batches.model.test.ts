/**
 * Lists of orders against chance, with the real pacing, batches and order stream over a market that
 * fails: no outcome may say what the books don't.
 */
import assert from 'node:assert/strict';
import { createAddress } from '../../../nodes/bybit/account';
import { cancelOrders } from '../../../nodes/bybit/several/many';
import { createExchange } from '../../../nodes/bybit/exchange/exchange';
import type { Outcome } from '../../../nodes/bybit/model';
import { FakeTime } from '../../support/fake-time';
import { seeded } from '../../support/random';
import { contradiction } from '../cancel/contradiction';
import { ModelMarket, type MarketChances } from '../several/model-market';

const LISTS = Number(process.env.LISTS ?? 2500);
/** lists that share one clock */
const BATCH = 8;

function chancesOf(random: () => number): MarketChances {
  const quiet = random() < 0.2;
  const share = (most: number) => (quiet ? 0 : random() * most);
  const refusal = ([10005, 10404, 404] as const)[Math.floor(random() * 30)];
  return {
    lost: share(0.5),
    refused: share(0.2),
    unproved: share(0.2),
    itemFails: share(0.4),
    lists: share(0.5),
    lookUpFails: share(0.6),
    eventDropped: share(0.6),
    lag: share(3000),
    distance: 1 + random() * 200,
    streamDown: random() < 0.3,
    ...(refusal === undefined ? {} : { batchRefusal: refusal }),
  };
}

async function runList(seed: number, time: FakeTime) {
  const random = seeded(seed);
  const market = new ModelMarket(time, random, chancesOf(random), 12 + Math.floor(random() * 24));
  const options = {
    ...({ environment: 'testnet', restUrl: 'https://api', streamUrl: 'wss://stream' } as const),
    ...({ apiKey: 'key', apiSecret: 'secret', recvWindow: 5000, transport: 'http' } as const),
    warn: () => undefined,
  };
  const exchange = createExchange(market.connections, options, time, createAddress(time));
  const release = exchange.follow({ confirm: true });
  await time.wait(random() * 10);
  const remainingMs = 500 + random() * 14_000;
  const deadline = time.now() + remainingMs;
  const requests = market.books.map(({ request }) => request);
  market.isWatched = true;
  const ended = new Map<Outcome, number>();
  const { outcomes } = await cancelOrders(
    requests,
    {
      ...{ confirm: true, remainingMs, elapsedMs: 0, startedAt: time.wall() },
      onOutcome: (outcome) => ended.set(outcome, time.now()),
    },
    exchange,
  );
  release();
  // The books go on: what the outcomes say must hold to the end.
  await time.wait(30_000);
  exchange.close();
  return { seed, outcomes, market, ended, deadline };
}

describe('lists of orders, against chance', function () {
  this.timeout(process.env.LISTS === undefined ? 240_000 : 0);

  it(`${LISTS.toLocaleString('en')} random lists: no outcome contradicts the books`, async () => {
    const counts: Record<string, number> = {};
    let [orders, batches] = [0, 0];
    const first = Number(process.env.SEED ?? 1);
    for (let from = first; from < first + LISTS; from += BATCH) {
      const time = new FakeTime();
      const count = Math.min(BATCH, first + LISTS - from);
      const running = Promise.all(Array.from({ length: count }, (_, i) => runList(from + i, time)));
      await time.advance(60_000);
      for (const { seed, outcomes, market, ended, deadline } of await running) {
        batches += market.batches;
        outcomes.forEach((outcome, i) => {
          const { truth } = market.books[i]!;
          const endedAt = ended.get(outcome) ?? Infinity;
          const frame = { endedAt, deadline, confirm: true, closedAt: undefined };
          const wrong = contradiction({ outcome, truth, ...frame });
          assert.equal(wrong, undefined, JSON.stringify({ seed, i, outcome, truth }));
          counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
          orders += 1;
        });
      }
    }
    assert.ok(batches > LISTS / 2, `${batches} batches for ${orders} orders`);
    for (const code of 'cancelled already-cancelled filled not-found rejected unconfirmed'.split(
      ' ',
    )) {
      assert.ok((counts[code] ?? 0) > 0, `no order ended ${code}: ${JSON.stringify(counts)}`);
    }
    if (process.env.LISTS) console.log({ orders, batches, counts });
  });
});
