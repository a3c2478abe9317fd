import assert from 'node:assert/strict';
import { LIMITS, SHARE } from '../../../nodes/bybit/limits/limits';

describe('the rates of one account', () => {
  it('stay under what an IP address may ask for altogether: 600 requests in 5 seconds', () => {
    const { realtime, history, ...others } = LIMITS;
    const lookUps = Math.floor(realtime * SHARE) + Math.floor(history * SHARE);
    const all = Object.values(others).reduce((sum, limit) => sum + limit, lookUps);
    assert.ok(all * 5 < 600, `${all} per second`);
  });
});
