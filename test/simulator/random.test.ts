import assert from 'node:assert/strict';
import { Random } from '../../simulator/random';

describe('the chance of the simulated exchange', () => {
  it('is evenly spread between 0 and 1', () => {
    const random = new Random(42);
    const draws = Array.from({ length: 10_000 }, () => random.next());
    assert.ok(draws.every((draw) => draw >= 0 && draw < 1));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / 10_000;
      assert.ok(share > 0.08 && share < 0.12, `${tenth}: ${share}`);
    }
  });
});
