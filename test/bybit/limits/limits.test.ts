import assert from 'node:assert/strict';
import { LIMITS, SHARE } from '../../../nodes/bybit/limits/limits';

describe('the rates of one account', () => {
  it('stay, one by one, under what an IP address may ask for altogether: 600 requests in 5 seconds', () => {
    // Requests for several orders take the place of single ones. What all accounts send together is
    // counted at the address.
    const { realtime, history, ...rest } = LIMITS;
    const { batchSpot, batchFutures, batchOption, allSpot, allFutures, allOption, ...others } =
      rest;
    assert.deepEqual([batchSpot, batchFutures, batchOption], [20, 10, 10]);
    assert.deepEqual([allSpot, allFutures, allOption], [20, 10, 1]);
    const lookUps = Math.floor(realtime * SHARE) + Math.floor(history * SHARE);
    const all = Object.values(others).reduce((sum, limit) => sum + limit, lookUps);
    assert.ok(all * 5 < 600, `${all} per second`);
  });
});
