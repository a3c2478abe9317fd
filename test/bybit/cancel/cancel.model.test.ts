/**
 * The rules of a cancel against chance: each history is one message and one order, told of by
 * ports that lose, delay, double and contradict. No outcome may say what the books don't.
 */
import assert from 'node:assert/strict';
import { cancelOrder } from '../../../nodes/bybit/cancel/pursuit';
import { FakeTime } from '../../support/fake-time';
import { contradiction, type Ended } from './contradiction';
import { ModelExchange, type Chances } from './model-exchange';
import { seeded } from '../../support/random';

const HISTORIES = Number(process.env.HISTORIES ?? 100_000);
/** histories that share one clock; each has its own order, ports and chances */
const BATCH = 50;

interface History extends Ended {
  readonly seed: number;
}

function chancesOf(random: () => number): Chances {
  const quiet = random() < 0.2;
  const share = (most: number) => (quiet ? 0 : random() * most);
  return {
    lost: share(0.6),
    refused: share(0.5),
    definite: share(0.1),
    unproved: share(0.3),
    stubborn: random() < 0.05,
    lookUpFails: share(0.7),
    eventDropped: share(0.6),
    eventDoubled: share(0.5),
    lag: share(3000),
    distance: 1 + random() * 200,
    streamDown: random() < 0.3 ? 1 : share(0.5),
    forgetful: random() < 0.1 ? 0.5 : 0,
  };
}

async function runHistory(seed: number, time: FakeTime): Promise<History> {
  const random = seeded(seed);
  const model = new ModelExchange(time, random, chancesOf(random));
  const confirm = random() < 0.8;
  const remainingMs = 200 + random() * 9800;
  const deadline = time.now() + remainingMs;
  const closing = new AbortController();
  let closedAt: number | undefined;
  if (random() < 0.05) {
    time.after(random() * remainingMs, () => {
      closedAt = time.now();
      closing.abort();
    });
  }
  const outcome = await cancelOrder(
    model.request,
    {
      confirm,
      remainingMs,
      elapsedMs: 0,
      startedAt: time.wall(),
      closing: closing.signal,
    },
    model.ports,
  );
  const endedAt = time.now();
  // The books go on: what the outcome says must hold to the end.
  return time
    .wait(60_000)
    .then(() => ({ seed, outcome, truth: model.truth, endedAt, deadline, confirm, closedAt }))
    .finally(() => assert.equal(model.watched, 0, `seed ${seed}: a watch is left`));
}

async function runBatch(from: number, count: number): Promise<History[]> {
  const time = new FakeTime();
  const histories = Promise.all(
    Array.from({ length: count }, (_, i) => runHistory(from + i, time)),
  );
  await time.advance(80_000);
  return histories;
}

describe('the rules of a cancel, against chance', function () {
  this.timeout(240_000);

  it(`${HISTORIES.toLocaleString('en')} random histories: no outcome contradicts the books`, async () => {
    const counts: Record<string, number> = {};
    const first = Number(process.env.SEED ?? 1);
    for (let from = first; from < first + HISTORIES; from += BATCH) {
      const histories = await runBatch(from, Math.min(BATCH, first + HISTORIES - from));
      for (const history of histories) {
        const wrong = contradiction(history);
        const { seed, outcome, truth } = history;
        assert.equal(wrong, undefined, JSON.stringify({ seed, outcome, truth }));
        counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
      }
    }
    // A model that never leads to an outcome proves nothing about it.
    const expected = 'cancelled already-cancelled accepted filled not-found rejected unauthorized';
    for (const code of `${expected} rate-limited unavailable unconfirmed`.split(' ')) {
      assert.ok((counts[code] ?? 0) > 0, `no history ended ${code}`);
    }
  });
});
