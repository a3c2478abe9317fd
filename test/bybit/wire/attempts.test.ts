/** How long a WebSocket that is down waits before it is opened again. */
import assert from 'node:assert/strict';
import { Attempts, SHORTEST_DISTANCE } from '../../../nodes/bybit/wire/attempts';
import { FakeTime } from '../../support/fake-time';

describe('the attempts to open a WebSocket', () => {
  let time: FakeTime;
  let attempts: Attempts;
  beforeEach(() => {
    time = new FakeTime(0, () => 1);
    attempts = new Attempts(time);
  });
  const fail = (happens: () => void = () => undefined) => {
    attempts.started();
    happens();
    attempts.ended();
    return attempts.pause();
  };

  it('that fail lie further apart each time, up to half a minute', () => {
    const pauses = Array.from({ length: 7 }, () => fail());
    assert.deepEqual(pauses, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    attempts.forgetFailures();
    assert.equal(attempts.pause(), SHORTEST_DISTANCE);
  });

  it('begin anew after a connection that lasted, not after one that broke at once', async () => {
    assert.equal(
      fail(() => attempts.ready()),
      2000,
    );
    attempts.started();
    attempts.ready();
    await time.advance(5000);
    attempts.ended();
    assert.equal(attempts.pause(), 1000);
  });

  it('with a key that is refused lie much further apart, until it is let in', () => {
    const refuse = () => fail(() => attempts.refused());
    assert.deepEqual([refuse(), refuse(), refuse()], [30_000, 60_000, 120_000]);
    assert.equal(attempts.refusals, 3);
    fail(() => attempts.ready());
    assert.equal(attempts.refusals, 0);
  });

  it('are never closer than the exchange allows', async () => {
    assert.equal(attempts.untilAllowed(), -Infinity);
    attempts.started();
    await time.advance(300);
    assert.equal(attempts.untilAllowed(), SHORTEST_DISTANCE - 300);
  });
});
