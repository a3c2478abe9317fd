import assert from 'node:assert/strict';
import { LIMITS, SHARE } from '../../../nodes/bybit/limits/limits';

describe('the rates of one account', () => {
  it('stay, but for batches, under what an IP address may ask for altogether: 600 requests in 5 seconds', () => {
    // Those count orders. What all accounts send together is counted at the address.
    const { realtime, history, batchSpot, batchFutures, batchOption, ...others } = LIMITS;
    assert.deepEqual([batchSpot, batchFutures, batchOption], [20, 10, 10]);
    const lookUps = Math.floor(realtime * SHARE) + Math.floor(history * SHARE);
    const all = Object.values(others).reduce((sum, limit) => sum + limit, lookUps);
    assert.ok(all * 5 < 600, `${all} per second`);
  });
});
