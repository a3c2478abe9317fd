/** How far the exchange's clock can be ahead: answers that contradict each other. */
import assert from 'node:assert/strict';
import { createClockBound } from '../../../nodes/bybit/queries/clock-bound';
import type { Reply } from '../../../nodes/bybit/answers/reply';

const WALL = 1_700_000_000_000;

function bound(...answers: readonly (readonly [serverTime: number, tookMs: number])[]) {
  const time = { now: () => 1000, wall: () => WALL, random: () => 0, after: () => assert.fail() };
  const clock = createClockBound(time);
  for (const [serverTime, tookMs] of answers) {
    const wire = { kind: 'reply', retCode: 0, retMsg: 'OK' } as const;
    const answer: Reply = { wire, serverTime, sentAt: WALL, receivedAt: WALL + tookMs };
    clock.heard(answer);
  }
  return clock.aheadMs();
}

describe('how far the exchange’s clock is ahead, at most', () => {
  it('is told by the quickest answer', () => {
    assert.equal(bound([WALL + 900, 1000], [WALL + 40, 50]), 40);
  });
  for (const [what, wrong] of [
    ['0', 0],
    ['three seconds ago', WALL - 3000],
  ] as const) {
    it(`is not told by an answer with the time ${what}, first or last`, () => {
      assert.equal(bound([WALL + 40, 50], [wrong, 50]), 40);
      assert.equal(bound([wrong, 50], [WALL + 40, 50]), 40);
    });
  }
});
