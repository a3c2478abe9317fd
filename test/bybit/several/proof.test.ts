/** When two listings prove that nothing is left. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Proof } from '../../../nodes/bybit/several/proof';

/** @returns whether each of the listings, one after the other, completes the proof */
function given(...listings: readonly (readonly [boolean, number, number])[]): boolean[] {
  const proof = new Proof();
  return listings.map((listing) => proof.isGivenBy(...listing));
}

const NEVER = -Infinity;

describe('the proof that nothing is left', () => {
  it('takes two quiet listings in a row', () => {
    assert.deepEqual(given([true, 1000, NEVER], [true, 1400, NEVER]), [false, true]);
  });
  it('begins anew after a listing that shows something new, or while something is under way', () => {
    const listings = [
      [true, 1000, NEVER],
      [false, 1400, NEVER],
      [true, 1800, NEVER],
      [true, 2200, NEVER],
    ] as const;
    assert.deepEqual(given(...listings), [false, false, false, true]);
  });
  it('begins anew when the order stream told of something since the first of the two began', () => {
    const listings = [
      [true, 1000, NEVER],
      [true, 1400, 1200],
      [true, 1800, 1200],
    ] as const;
    assert.deepEqual(given(...listings), [false, false, true]);
  });
  it('counts what the stream told in the very moment in which it began', () => {
    assert.deepEqual(given([true, 1000, NEVER], [true, 1400, 1000]), [false, false]);
  });
});
