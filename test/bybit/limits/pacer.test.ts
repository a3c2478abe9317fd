/** Pacing against an exchange that counts the requests of a rolling second. */
import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { RateLimit } from '../../../nodes/bybit/model';
import { createPacer, type NoTurn, type Pacer, type Turn } from '../../../nodes/bybit/limits/pacer';
import { FakeTime } from '../../support/fake-time';
import { seeded } from '../../support/random';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** ms: pacing must not depend on the two clocks agreeing */
const CLOCKS_APART = 7_654;

/** Counts as the exchange does; requests and answers take a while each way. */
class CountingExchange {
  readonly accepted: number[] = [];
  refusals = 0;
  private stamps: number[] = [];

  constructor(
    private readonly time: FakeTime,
    private readonly limit: number,
    private readonly way: () => number,
  ) {}

  /** @returns whether it was within the limit, and what the headers say */
  count(): { within: boolean; told: RateLimit; pauseMs: number } {
    const now = this.time.now();
    this.stamps = this.stamps.filter((at) => at > now - 1000);
    const within = this.stamps.length < this.limit;
    if (within) this.stamps.push(now);
    const pauseMs = within ? 0 : (this.stamps[0] ?? now) + 1000 - now;
    const remaining = this.limit - this.stamps.length;
    const resetAt = this.time.wall() + pauseMs;
    return { within, pauseMs, told: { limit: this.limit, remaining, resetAt } };
  }

  /** One message until it is accepted. */
  async settle(pacer: Pacer, queuedAt: number): Promise<void> {
    for (;;) {
      const turn = await pacer.turn(queuedAt, never);
      assert.ok(turn.granted);
      await this.time.wait(this.way());
      const { within, told, pauseMs } = this.count();
      const stamp = this.time.wall() + CLOCKS_APART;
      await this.time.wait(this.way());
      turn.learn(told, stamp);
      if (within) {
        pacer.accepted();
        this.accepted.push(queuedAt);
        return;
      }
      this.refusals += 1;
      pacer.refused(pauseMs);
    }
  }
}

function whyNot(turn: Turn | NoTurn): string {
  return turn.granted ? 'granted' : turn.why;
}

async function granted(pacer: Pacer): Promise<Turn> {
  const turn = await pacer.turn(0, never);
  assert.ok(turn.granted);
  return turn;
}

describe('pacing', () => {
  const run = async (count: number, limit: number, foreignPerSecond = 0, distance = 5) => {
    const time = new FakeTime();
    const random = seeded(7);
    // The first ones open their connections on the way: three times as far.
    const way = () => (distance + 5 * random()) * (time.now() < 500 ? 3 : 1);
    const exchange = new CountingExchange(time, limit, way);
    const pacer = createPacer(10, time);
    let open = count;
    let endedAt = 0;
    for (let i = 0; i < count; i += 1) {
      void exchange.settle(pacer, i).then(() => {
        open -= 1;
        endedAt = time.now();
      });
    }
    for (let i = 0; open > 0 && i < 600_000 / 50; i += 1) {
      if (foreignPerSecond > 0 && i % (20 / foreignPerSecond) === 0) exchange.count();
      await time.advance(50);
    }
    assert.equal(open, 0, 'all settle');
    assert.equal(time.pending, 0, 'no timer is left');
    return { exchange, endedAt };
  };

  it('200 at once at a limit of 10: none refused, within 5 % of what the limit allows', async () => {
    const { exchange, endedAt } = await run(200, 10);
    assert.equal(exchange.refusals, 0);
    // The first 10 go at once, so 19 seconds are the least.
    assert.ok(endedAt <= 19_000 * 1.05, `${endedAt} ms`);
  });

  it('from far away: none refused, within 5 % of what the limit allows', async () => {
    const { exchange, endedAt } = await run(200, 10, 0, 120);
    assert.equal(exchange.refusals, 0);
    // The first ones there and back, and one round trip until the way is known.
    const once = 6 * 125 + 2 * 125;
    assert.ok(endedAt <= 19_000 * 1.05 + once, `${endedAt} ms`);
  });

  it('first in, first out', async () => {
    const { exchange } = await run(50, 10);
    const tens = Array.from({ length: 5 }, (_, i) => exchange.accepted.slice(i * 10, i * 10 + 10));
    tens.forEach((ten, i) =>
      assert.deepEqual(
        ten.sort((a, b) => a - b),
        range(i * 10, 10),
      ),
    );
  });

  it('learns a higher limit from the answers', async () => {
    const { exchange, endedAt } = await run(200, 50);
    assert.equal(exchange.refusals, 0);
    assert.ok(endedAt <= 5000, `${endedAt} ms`);
  });

  it('learns a lower limit from the answers', async () => {
    const { exchange } = await run(40, 4);
    assert.ok(exchange.refusals <= 6, `the first burst alone is refused: ${exchange.refusals}`);
  });

  it('leaves room for another program that uses half the limit', async () => {
    const { exchange, endedAt } = await run(100, 10, 5);
    assert.ok(exchange.refusals <= 15, `${exchange.refusals} refusals`);
    assert.ok(endedAt <= 30_000, `${endedAt} ms`);
  });

  it('one that waits for longer, and was refused meanwhile, goes first', async () => {
    const time = new FakeTime();
    const pacer = createPacer(1, time);
    const order: number[] = [];
    const take = (queuedAt: number) =>
      pacer.turn(queuedAt, never).then((turn) => {
        order.push(queuedAt);
        if (turn.granted) turn.learn(undefined);
      });
    await take(1);
    const waiting = [take(3), take(4), take(2)];
    await time.advance(4000);
    await Promise.all(waiting);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it('waits for the reset that a refusal names, at most 5 s', async () => {
    for (const [told, least, most] of [
      [700, 700, 800],
      [undefined, 250, 350],
      [-300, 50, 150],
      [3_600_000, 5000, 5100],
    ] as const) {
      const time = new FakeTime();
      const pacer = createPacer(10, time);
      pacer.refused(told);
      let at: number | undefined;
      void pacer.turn(1, never).then(() => (at = time.now()));
      await time.advance(10_000);
      assert.ok(at !== undefined && at >= least && at <= most, `${told}: ${at}`);
    }
  });

  it('refused again and again with a reset in the past: waits longer each time', async () => {
    const time = new FakeTime();
    const pacer = createPacer(10, time);
    const waits: number[] = [];
    const attempts = (async () => {
      for (let i = 0; i < 6; i += 1) {
        const before = time.now();
        pacer.refused(0);
        const turn = await pacer.turn(1, never);
        waits.push(time.now() - before);
        if (turn.granted) turn.learn(undefined);
      }
    })();
    await time.advance(10_000);
    await attempts;
    assert.deepEqual(waits, [50, 100, 200, 400, 800, 1000]);
  });

  it('tells a wait for answers from one for the limit', async () => {
    const time = new FakeTime();
    const pacer = createPacer(1, time);
    await pacer.turn(1, never);
    const leaving = new AbortController();
    const waiting = pacer.turn(2, leaving.signal);
    await time.advance(600);
    leaving.abort();
    assert.deepEqual(await waiting, { granted: false, why: 'unanswered' });
  });

  it('does not call an exchange silent that was just asked, or answers all along', async () => {
    const time = new FakeTime();
    const pacer = createPacer(1, time);
    for (let i = 0; i < 5; i += 1) {
      const turn = await granted(pacer);
      const leaving = new AbortController();
      const waiting = pacer.turn(2, leaving.signal);
      await time.advance(20);
      leaving.abort();
      assert.equal(whyNot(await waiting), 'ended');
      turn.learn(undefined, time.wall());
      await time.advance(1100);
    }
  });

  describe('a message whose time is nearly over', () => {
    /** A pacer that has seen answers take so long. */
    const used = async (time: FakeTime, tripMs: number) => {
      const pacer = createPacer(1, time);
      for (let i = 0; i < 5; i += 1) {
        const turn = await granted(pacer);
        await time.advance(tripMs);
        turn.learn(undefined, time.wall());
        await time.advance(1100);
      }
      return pacer;
    };

    for (const [tripMs, need] of [
      [1, 50],
      [100, 200],
    ] as const) {
      it(`gives its turn away with less than ${need} ms left, after round trips of ${tripMs} ms`, async () => {
        const time = new FakeTime();
        const pacer = await used(time, tripMs);
        const turn = await granted(pacer);
        const freeAt = time.now() + 1005;
        const late = pacer.turn(1, never, freeAt + need - 1);
        const inTime = pacer.turn(2, never, freeAt + need);
        turn.learn(undefined, time.wall());
        await time.advance(1006);
        assert.deepEqual([whyNot(await late), whyNot(await inTime)], ['late', 'granted']);
      });
    }

    it('gets no turn with less than 50 ms left, whoever waits', () => {
      const time = new FakeTime();
      const pacer = createPacer(1, time);
      assert.equal(pacer.atOnce(time.now() + 49), undefined);
      assert.ok(pacer.atOnce(time.now() + 50));
    });

    it('is sent all the same when nobody else waits, after slow answers', async () => {
      const time = new FakeTime();
      const pacer = await used(time, 600);
      assert.ok(pacer.atOnce(time.now() + 1000)?.granted);
    });

    it('gives its turn to the next in line that has the time', async () => {
      const time = new FakeTime();
      const pacer = createPacer(1, time);
      const first = await granted(pacer);
      first.learn(undefined, time.wall());
      const late = pacer.turn(1, never, time.now() + 1020);
      const next = pacer.turn(2, never, time.now() + 5000);
      await time.advance(1010);
      assert.equal(whyNot(await late), 'late');
      assert.ok((await next).granted);
    });
  });

  it('one odd stamp of the exchange, or a clock that was set, blocks nobody', async () => {
    for (const odd of [0, 4e12, -1]) {
      const time = new FakeTime();
      const pacer = createPacer(2, time);
      const told = { limit: 2, remaining: 1, resetAt: 0 };
      const sent: number[] = [];
      const sending = (async () => {
        for (let i = 0; i < 40; i += 1) {
          const turn = await pacer.turn(i, never);
          sent.push(time.now());
          if (turn.granted) turn.learn(told, i > 20 && i < 24 ? odd : time.wall());
        }
      })();
      await time.advance(40_000);
      await sending;
      assert.equal(sent.length, 40);
      assert.ok((sent.at(-1) ?? 0) < 25_000, `${odd}: ${sent.at(-1)} ms`);
    }
  });

  it('who leaves the queue is not served, and leaves nothing behind', async () => {
    const time = new FakeTime();
    const pacer = createPacer(1, time);
    const first = await pacer.turn(1, never);
    const leaving = new AbortController();
    const gone = pacer.turn(2, leaving.signal);
    if (first.granted) first.learn(undefined, time.wall());
    leaving.abort();
    // The turn that was used is 1 s and a margin old by then.
    assert.deepEqual(await gone, { granted: false, why: 'ended', retryAt: 1005 });
    assert.equal(time.pending, 0);
    const late = pacer.turn(3, leaving.signal);
    assert.deepEqual(await late, { granted: false, why: 'ended' });
  });
});

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}
