import assert from 'node:assert/strict';
import { createRecent, SortedTimes } from '../../../nodes/bybit/limits/sorted-times';

/** The same numbers in every run, of few values: equal ones are the hard case. */
function* numbers(count: number): Generator<number> {
  let state = 1;
  for (let i = 0; i < count; i += 1) {
    state = (state * 48_271) % 2_147_483_647;
    yield state % 17;
  }
}

describe('the last so many numbers', () => {
  for (const size of [1, 2, 7, 101]) {
    it(`knows the least and the most of ${size}`, () => {
      const recent = createRecent(size);
      const all: number[] = [];
      for (const value of numbers(1000)) {
        recent.add(value);
        all.push(value);
        const last = all.slice(-size);
        assert.equal(recent.count(), last.length);
        assert.equal(recent.least(), Math.min(...last));
        assert.equal(recent.most(), Math.max(...last));
      }
    });
  }
});

describe('moments', () => {
  it('keep their order, however they come and go', () => {
    const moments = new SortedTimes();
    let all: number[] = [];
    let now = 0;
    for (const value of numbers(2000)) {
      now += 1;
      moments.add(now + value);
      all = [...all, now + value].sort((a, b) => a - b);
      if (value % 5 === 0) {
        moments.dropUntil(now);
        all = all.filter((moment) => moment > now);
      }
      assert.equal(moments.count(), all.length);
      assert.equal(moments.at(0), all[0] ?? Infinity);
      assert.equal(moments.at(3), all[3] ?? Infinity);
      assert.equal(moments.countAfter(now + 8), all.filter((one) => one > now + 8).length);
    }
  });
});
