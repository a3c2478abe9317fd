/** "Alert on a failed cancel", behind nodes that cancel several orders: each counts by its own outcome. */
import assert from 'node:assert/strict';
import { failedOrders, textOf, type Failure } from './failures';
import { functionNode } from './function-node';

const EXAMPLE = 'Alert on a failed cancel';
const ORDER = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;

/** The lines of the alert for one message. */
function alertFor(msg: object): string[] {
  const { take, wait, alerts } = functionNode(EXAMPLE, 'one alert a minute');
  take(msg);
  wait(3000);
  const [text = '', ...more] = alerts();
  assert.deepEqual(more, []);
  return text.split('\n');
}

const several = (codes: readonly Failure[], more: object = {}) => {
  const msg = failedOrders(codes, ORDER);
  return { ...msg, statusCode: codes.includes('unconfirmed') ? 504 : 409, ...more };
};

describe(`${EXAMPLE}: several orders in one message`, () => {
  it('says of orders that were filled that they were filled, and not that nobody knows', () => {
    const lines = alertFor(several(['filled', 'rejected']));
    assert.equal(lines[0], '2 cancels need attention (1 filled, 1 rejected):');
    assert.ok(lines[1]?.startsWith(`- ${textOf('filled', ORDER)}`), lines[1]);
    assert.ok(lines[2]?.startsWith(`- ${textOf('rejected', ORDER)}`), lines[2]);
    assert.doesNotMatch(lines.join(), /unknown|unconfirmed|incomplete/);
  });

  it('names those first of which nobody knows', () => {
    const lines = alertFor(several(['rejected', 'unconfirmed', 'filled']));
    assert.equal(lines[0], '3 cancels need attention (1 unconfirmed, 1 filled, 1 rejected):');
    assert.ok(lines[1]?.startsWith(`- ${textOf('unconfirmed', ORDER)}`), lines[1]);
  });

  it('tells it where not all orders could be listed, beside those that failed', () => {
    const unlisted = { statusCode: 504, bybit: { complete: false } };
    const lines = alertFor(several(['filled'], unlisted));
    assert.equal(lines[0], '2 cancels need attention (1 incomplete, 1 filled):');
    assert.match(lines[1] ?? '', /^- Not all orders could be listed: others may still be open/);
    assert.ok(lines[2]?.startsWith(`- ${textOf('filled', ORDER)}`), lines[2]);
    const none = alertFor(several([], unlisted));
    assert.match(
      none.join('\n'),
      /^A cancel .*\n- Not all orders could be listed: .* \(incomplete\)\./,
    );
  });

  it('says nothing of a listing where unconfirmed orders alone keep it from being complete', () => {
    const lines = alertFor(
      several(['unconfirmed'], { statusCode: 504, bybit: { complete: false } }),
    );
    assert.equal(lines[0], 'A cancel needs attention:');
    assert.doesNotMatch(lines.join(), /listed/);
  });

  it('says both where not all could be listed and some are unconfirmed', () => {
    const { error, ...msg } = several(['unconfirmed'], {
      statusCode: 504,
      bybit: { complete: false },
    });
    const message = 'One is not known. Orders may still be open.';
    const lines = alertFor({ ...msg, error: { ...error, message } });
    assert.equal(lines[0], '2 cancels need attention (1 unconfirmed, 1 incomplete):');
  });

  it('counts a thousand, and names ten', () => {
    const codes = Array.from({ length: 1000 }, (_, i) => (i === 700 ? 'unconfirmed' : 'not-found'));
    const lines = alertFor(several(codes));
    assert.equal(lines[0], '1000 cancels need attention (1 unconfirmed, 999 not-found):');
    assert.ok(lines[1]?.startsWith(`- ${textOf('unconfirmed', ORDER)}`), lines[1]);
    assert.match(lines.at(-1) ?? '', /^and 990 more/);
  });

  it('tells a message that failed as a whole as one', () => {
    const lines = alertFor({
      ...{ error: { code: 'invalid-request', message: 'No list.', orders: [] }, statusCode: 400 },
      bybit: { outcome: 'invalid-request' },
    });
    assert.deepEqual(lines, [
      'A cancel needs attention:',
      '- Nothing was sent (invalid-request). No list.',
    ]);
  });
});
