/** What is told of an account whose key's record can't be had, in time that is moved by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { GATEWAY, LOST, MINUTE, reply, stageOf } from './judgement-stage';

describe('of an exchange whose answers', () => {
  for (const ms of [4000, 7500]) {
    it(`take ${ms} ms, an account never tells that it is unreachable`, async () => {
      const slow = { record: reply(0), recordMs: ms, probeMs: ms };
      const { time, codes, cancel, release } = stageOf(slow);
      for (let i = 0; i < 200; i += 1) {
        await time.advance(3000);
        // Cut off, as an answer that takes longer is looked for in the records.
        cancel(LOST);
      }
      assert.deepEqual(codes, ['connecting', 'ready']);
      release();
      await time.advance(10_000);
      assert.equal(time.pending, 0);
    });
  }

  it('never come, an account asks one question at a time', async () => {
    const { time, last, cancel, asked, script } = stageOf({ record: reply(0), probeMs: Infinity });
    for (let i = 0; i < 20; i += 1) {
      await time.advance(3000);
      cancel(LOST);
    }
    assert.equal(last(), 'unreachable');
    assert.equal(asked.atOnce, 1);
    script.probeMs = 5;
    await time.advance(21_000);
    assert.equal(last(), 'ready');
  });
});

describe('of a key whose record', () => {
  for (const [how, record] of [
    ['with a code', reply(10003)],
    ['for the time', reply(10002)],
    ['by a gateway', GATEWAY],
  ] as const) {
    it(`alone is refused (${how}), an account never tells that the key is refused`, async () => {
      const { time, codes, last, cancel, lines, release } = stageOf({ record });
      await time.advance(10 * MINUTE);
      assert.deepEqual(codes, ['connecting']);
      cancel(reply(0));
      await time.advance(10 * MINUTE);
      assert.equal(last(), 'ready');
      assert.ok(!lines.some((text) => text.includes('refuses')), lines.join());
      release();
      assert.equal(time.pending, 0);
    });

    it(`and all else is refused (${how}), it tells that the key is refused`, async () => {
      const { time, last, asked } = stageOf({ record, order: record });
      await time.advance(5000);
      assert.equal(last(), 'key-refused');
      assert.ok(asked.order >= 1);
    });
  }

  it('is refused, it believes what a socket said of the key just before', async () => {
    const { time, last, signals, asked } = stageOf({ record: reply(10003) });
    signals.admitted(false);
    await time.advance(2000);
    assert.equal(last(), 'key-refused');
    assert.equal(asked.order, 0);
  });

  it('is refused with all else, it does not take the key for good after a deploy', async () => {
    const refused = { record: reply(10003), order: reply(10003) };
    const { time, codes, wakes, release, follow } = stageOf(refused);
    await time.advance(5000);
    release();
    follow();
    await time.advance(MINUTE);
    assert.deepEqual(codes, ['connecting', 'key-refused', 'connecting', 'key-refused']);
    assert.deepEqual(wakes, []);
  });

  it('is refused with all else, it believes a cancel that is accepted', async () => {
    const { time, last, cancel, script } = stageOf({ record: reply(10003), order: reply(10003) });
    await time.advance(5000);
    assert.equal(last(), 'key-refused');
    cancel(reply(0));
    await time.advance(0);
    assert.equal(last(), 'ready');
    script.record = reply(0);
    await time.advance(10 * MINUTE);
    assert.equal(last(), 'ready');
  });

  it('was told, and is refused alone from then on, it keeps to what was told', async () => {
    const { time, codes, cancel, script, asked } = stageOf({ record: reply(0) });
    await time.advance(MINUTE);
    script.record = reply(10003);
    for (let i = 0; i < 20; i += 1) {
      cancel(reply(110132));
      await time.advance(MINUTE);
      cancel(reply(0));
    }
    assert.ok(asked.record > 5);
    assert.deepEqual(codes, ['connecting', 'ready']);
  });

  it('was told, and whose key is deleted, it tells so though a cancel worked before', async () => {
    const { time, last, cancel, script } = stageOf({ record: reply(0) });
    await time.advance(MINUTE);
    cancel(reply(0));
    script.record = script.order = reply(10003);
    await time.advance(7 * 60 * MINUTE);
    assert.equal(last(), 'key-refused');
  });

  for (const [how, record] of [
    ['as it is busy', reply(10016)],
    ['for the rate', reply(10006)],
    ['with a code that nobody knows', reply(180000)],
  ] as const) {
    it(`the exchange does not tell (${how}), an account is never called unreachable`, async () => {
      const { time, codes, cancel, streamsOpen, script, release } = stageOf({ record });
      await time.advance(10 * MINUTE);
      assert.deepEqual(codes, ['connecting']);
      assert.equal(streamsOpen(), 1);
      cancel(reply(110001));
      await time.advance(0);
      assert.deepEqual(codes, ['connecting', 'ready']);
      script.record = reply(0);
      await time.advance(10 * MINUTE);
      assert.deepEqual(codes, ['connecting', 'ready']);
      assert.equal(streamsOpen(), 0);
      release();
      assert.equal(time.pending, 0);
    });
  }

  it('is not told, a stream that refuses the key shows that it is refused', async () => {
    const { time, last, signals } = stageOf({ record: reply(10016), order: LOST });
    await time.advance(6000);
    signals.admitted(false);
    await time.advance(MINUTE);
    assert.equal(last(), 'key-refused');
  });

  it('never comes, it does not tell that all is well by the stream alone', async () => {
    const { time, codes, signals, cancel, last, streamsOpen, lines } = stageOf(
      { record: LOST, recordMs: 10_000 },
      { confirm: true },
    );
    signals.admitted(true);
    signals.stream(true);
    await time.advance(29_000);
    assert.deepEqual(codes, ['connecting']);
    await time.advance(10 * MINUTE);
    assert.deepEqual(codes, ['connecting', 'unreachable']);
    assert.match(
      lines.join(),
      /^localhost does not answer what it is asked about the API key: .*known\.$/,
    );
    assert.equal(streamsOpen(), 1);
    cancel(reply(10005));
    await time.advance(0);
    assert.equal(last(), 'read-only');
    cancel(reply(0));
    await time.advance(0);
    assert.equal(last(), 'ready');
    await time.advance(7 * 60 * MINUTE);
    assert.equal(last(), 'unreachable');
  });

  it('is not told here, and a cancel was refused, it stays read-only until one is taken', async () => {
    const { time, last, signals, cancel, release, follow } = stageOf({ record: reply(10032) });
    signals.admitted(true);
    cancel(reply(10005));
    await time.advance(8 * 60 * MINUTE);
    assert.equal(last(), 'read-only');
    release();
    follow();
    await time.advance(MINUTE);
    assert.equal(last(), 'read-only');
    cancel(reply(0));
    await time.advance(0);
    assert.equal(last(), 'ready');
  });

  it('came after a cancel was refused, what that cancel showed is forgotten', async () => {
    const { time, codes, cancel, script, release, follow } = stageOf({ record: LOST });
    cancel(reply(10005));
    await time.advance(MINUTE);
    script.record = reply(0);
    await time.advance(10 * MINUTE);
    release();
    script.record = LOST;
    follow();
    await time.advance(20_000);
    assert.deepEqual(codes, ['read-only', 'ready', 'connecting']);
  });

  it('is not told here, and whose look-up failed once, it soon tells that it is ready', async () => {
    const { time, last, script } = stageOf({ record: reply(10032), order: LOST });
    await time.advance(20_000);
    script.order = reply(0);
    await time.advance(5 * MINUTE);
    assert.equal(last(), 'ready');
  });

  it('is refused with all else, it asks at growing pauses', async () => {
    const { time, asked } = stageOf({ record: reply(10003), order: reply(10003) });
    await time.advance(60 * MINUTE);
    const { record } = asked;
    await time.advance(60 * MINUTE);
    assert.ok(asked.record - record <= 13, `${asked.record - record}`);
  });

  it('never comes, it forgets what cancels showed once the key is refused', async () => {
    const { time, last, signals, cancel } = stageOf({ record: LOST });
    cancel(reply(0));
    await time.advance(MINUTE);
    assert.equal(last(), 'ready');
    signals.admitted(false);
    await time.advance(0);
    assert.equal(last(), 'key-refused');
  });

  it('does not exist on demo trading, it goes by the stream', async () => {
    const { time, codes, signals } = stageOf({ record: reply(10032), order: LOST });
    await time.advance(2000);
    assert.deepEqual(codes, ['connecting']);
    signals.admitted(true);
    await time.advance(10 * MINUTE);
    assert.deepEqual(codes, ['connecting', 'ready']);
  });

  it('was known before the nodes were deployed anew, it knows nothing until something answers', async () => {
    const { time, codes, script, release, follow } = stageOf({ record: reply(0) });
    await time.advance(MINUTE);
    assert.deepEqual(codes, ['connecting', 'ready']);
    release();
    script.record =
      script.probe =
      script.order =
        {
          ...({ kind: 'failure', sent: false, reason: 'the connection was refused' } as const),
        };
    const again = follow();
    await time.advance(MINUTE);
    assert.deepEqual(codes.slice(2), ['connecting', 'unreachable']);
    again();
    assert.equal(time.pending, 0);
  });
});
