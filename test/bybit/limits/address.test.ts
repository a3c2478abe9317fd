/** The count of an IP address, in the test's own time, and who goes when it is full. */
import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { createAddress, type Address, type Purpose } from '../../../nodes/bybit/limits/address';
import { gateOf, gateUnless } from '../../../nodes/bybit/limits/gates';
import { createPacer, type Pacer, type Turn } from '../../../nodes/bybit/limits/pacer';
import { FakeTime } from '../../support/fake-time';
import { seeded } from '../../support/random';

const HOST = 'https://api.example';
const MINUTE = 60_000;
const never = new AbortController().signal;
setMaxListeners(0, never);

describe('the count of an IP address', () => {
  let time: FakeTime;
  let address: Address;
  beforeEach(() => {
    time = new FakeTime();
    address = createAddress(time, { most: 10, windowMs: 5000 });
  });

  /** A pacer of an account of its own, whose limit keeps nobody waiting. */
  const pacerOf = (limit = 10_000, purpose: Purpose = 'cancel'): Pacer => {
    const sender = address.join(() => pacer.serve());
    const pacer = createPacer(limit, time, 1, gateOf(address, sender, HOST, purpose));
    return pacer;
  };
  const turnOf = async (pacer: Pacer, signal: AbortSignal = never): Promise<Turn> => {
    const turn = pacer.atOnce() ?? (await pacer.turn(time.now(), signal));
    assert.ok(turn.granted);
    return turn;
  };
  /** `count` requests whose answers come at once. @returns when each went, ms */
  const send = (pacer: Pacer, count: number, note: (at: number) => void = () => undefined) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        (await turnOf(pacer)).learn(undefined, time.wall());
        note(time.now());
      }),
    );

  it('is never above the most in any window, however long the ways', async () => {
    const random = seeded(3);
    const arrivals: number[] = [];
    const request = async (pacer: Pacer) => {
      const turn = await turnOf(pacer);
      await time.wait(random() * 700);
      arrivals.push(time.now());
      await time.wait(random() * 700);
      turn.learn(undefined, time.wall());
    };
    const pacers = Array.from({ length: 4 }, () => pacerOf());
    const all = Promise.all(
      pacers.flatMap((pacer) => Array.from({ length: 20 }, () => request(pacer))),
    );
    await time.advance(2 * MINUTE);
    await all;
    assert.equal(arrivals.length, 80);
    arrivals.sort((a, b) => a - b);
    for (let first = 0; first + 10 < 80; first += 1) {
      const apart = arrivals[first + 10]! - arrivals[first]!;
      assert.ok(apart >= 5000, `11 requests within ${apart} ms`);
    }
    assert.equal(time.pending, 0);
  });

  it('a request counts for as long after its answer as the exchange counts', async () => {
    const pacer = pacerOf();
    const turns = await Promise.all(Array.from({ length: 10 }, () => turnOf(pacer)));
    let at: number | undefined;
    void turnOf(pacer).then(() => (at = time.now()));
    await time.advance(MINUTE);
    assert.equal(at, undefined, 'no answer has come');
    turns[4]?.learn(undefined);
    await time.advance(MINUTE);
    assert.equal(at, MINUTE + 5000);
  });

  it('a request without an answer may arrive late, and counts for longer', async () => {
    const pacer = pacerOf();
    for (let sent = 0; sent < 9; sent += 1) await send(pacer, 1);
    (await turnOf(pacer)).learn(undefined, undefined, 'lost');
    const times: number[] = [];
    void send(pacer, 21, (at) => times.push(at));
    await time.advance(MINUTE);
    assert.deepEqual(
      [5000, 10_000, 15_000].map((ms) => times.filter((at) => at === ms).length),
      [9, 10, 2],
    );
  });

  it('a request that never left does not count', async () => {
    const pacer = pacerOf();
    for (let sent = 0; sent < 50; sent += 1) {
      (await turnOf(pacer)).learn(undefined, undefined, 'unsent');
    }
    assert.equal(time.now(), 0);
    assert.ok(pacer.atOnce());
  });

  it('who has sent the least goes first: no raised limit keeps another account waiting', async () => {
    const [raised, usual] = [pacerOf(), pacerOf()];
    for (let sent = 0; sent < 10; sent += 1) {
      await send(raised, 1);
      await time.advance(100);
    }
    const order: string[] = [];
    void send(raised, 30, () => order.push('raised'));
    await time.advance(1000);
    void send(usual, 3, () => order.push('usual'));
    await time.advance(MINUTE);
    assert.equal(order.length, 33);
    assert.deepEqual(order.slice(0, 4), ['usual', 'usual', 'usual', 'raised']);
  });

  it('20 accounts with more than they may have share it evenly', async () => {
    address = createAddress(time, { most: 100 });
    const sent = Array.from({ length: 20 }, () => 0);
    sent.forEach((_, i) => void send(pacerOf(400), 100, () => (sent[i] = (sent[i] ?? 0) + 1)));
    await time.advance(20_000);
    // The first one found nobody else and took all; then there are 400 for the other 19.
    assert.deepEqual([sent[0], new Set(sent.slice(1))], [100, new Set([21, 22])], sent.join());
  });

  it('cancels go first, then look-ups, then the rest; each gets its share', async () => {
    address = createAddress(time, { most: 120 });
    const order: Purpose[] = [];
    const flood = (purpose: Purpose) =>
      send(pacerOf(10_000, purpose), 500, () => order.push(purpose));
    await send(pacerOf(), 120);
    for (const purpose of ['other', 'lookUp', 'cancel'] as const) void flood(purpose);
    await time.advance(5000);
    const count = (purpose: Purpose) => order.filter((one) => one === purpose).length;
    assert.deepEqual(
      { cancel: count('cancel'), lookUp: count('lookUp'), other: count('other') },
      { cancel: 97, lookUp: 20, other: 3 },
    );
    await time.advance(10 * MINUTE);
    assert.equal(count('other'), 500);
    assert.ok(order.lastIndexOf('cancel') < order.lastIndexOf('lookUp'));
    assert.ok(order.lastIndexOf('lookUp') < order.lastIndexOf('other'));
  });

  it('room that a request leaves which was never sent is used at once', async () => {
    const sender = createAddress(time, { most: 2 }).join(() => undefined);
    const [answered, unsent] = [sender.use('cancel'), sender.use('cancel')];
    answered('answered');
    let at: number | undefined;
    const from = time.now();
    sender.wait('cancel', () => (at = time.now() - from));
    await time.advance(10);
    unsent('unsent');
    await time.advance(1);
    assert.equal(at, 10);
  });

  it('who leaves is not served, used no turn, and leaves no timer', async () => {
    const pacer = pacerOf(11);
    await send(pacer, 10);
    const leaving = new AbortController();
    const gone = pacer.turn(0, leaving.signal);
    await time.advance(2000);
    assert.equal(time.pending, 1);
    leaving.abort();
    assert.deepEqual(await gone, { granted: false, why: 'ended', retryAt: 5000 });
    assert.equal(time.pending, 0);
    await time.advance(3000);
    assert.ok(pacer.atOnce());
  });

  it('is not part of what goes another way', async () => {
    let isUp = true;
    const sender = address.join(() => undefined);
    const gate = gateUnless(() => isUp, gateOf(address, sender, HOST, 'cancel'));
    const pacer = createPacer(10_000, time, 1, gate);
    address.ban(HOST);
    await send(pacer, 20);
    assert.equal((await turnOf(pacer)).http, false);
    assert.ok(sender.isFree(), 'nothing was counted');
    isUp = false;
    assert.deepEqual(await pacer.turn(0, never), { granted: false, why: 'banned' });
    await time.advance(10 * MINUTE);
    assert.equal((await turnOf(pacer)).http, true);
  });

  describe('and its bans', () => {
    it('tell who waits at once, and give nobody a turn for ten minutes', async () => {
      const [one, another] = [pacerOf(1), pacerOf()];
      await send(one, 1);
      const waiting = one.turn(2, never);
      address.ban(HOST);
      assert.deepEqual(await waiting, { granted: false, why: 'banned' });
      assert.equal(another.atOnce(), undefined);
      assert.equal(time.pending, 0);
      await time.advance(10 * MINUTE - 1);
      assert.deepEqual(await another.turn(3, never), { granted: false, why: 'banned' });
      assert.equal(address.bannedUntil(HOST), 10 * MINUTE);
      await time.advance(1);
      assert.equal(address.bannedUntil(HOST), undefined);
      assert.ok(one.atOnce());
    });

    it('reach who waits for the address itself', async () => {
      const pacer = pacerOf();
      await send(pacer, 10);
      const waiting = pacer.turn(1, never);
      address.ban(HOST);
      assert.deepEqual(await waiting, { granted: false, why: 'banned' });
      assert.equal(time.pending, 0);
    });

    it('are one for each host, and told to nobody who has left', () => {
      let told = 0;
      const sender = address.join(() => (told += 1));
      address.ban('https://api-testnet.example');
      assert.equal(address.bannedUntil(HOST), undefined);
      assert.equal(told, 1);
      sender.leave();
      address.ban(HOST);
      assert.equal(told, 1);
    });
  });
});
