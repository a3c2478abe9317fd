import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createClock } from '../../../nodes/bybit/wire/clock';

describe('the clock', () => {
  it('is warned of once while it is off, and once it is right that is said', () => {
    const lines: string[] = [];
    const clock = createClock(
      () => 0,
      (text) => lines.push(`- ${text}`),
      (text) => lines.push(`+ ${text}`),
    );
    const off =
      "- This machine's clock is 5.0 s ahead of Bybit's. Cancels use a corrected time; set the clock (NTP).";
    const right = "+ This machine's clock agrees with Bybit's again.";
    for (const offset of [300, -5000, -600, -5000, 400, 400, -5000]) clock.adopt(offset, 0, 0);
    assert.deepEqual(lines, [off, right, off]);
  });
});
