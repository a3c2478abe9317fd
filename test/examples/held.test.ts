/** "Tell me when it would not work": when an alert is sent, by the function's own text and a clock. */
import assert from 'node:assert/strict';
import { functionNode } from './function-node';

const EXAMPLE = 'Tell me when it would not work';
/** ms */
const HOLD = 60_000;

function start() {
  const { take, ...rest } = functionNode(EXAMPLE, 'held for a minute');
  return {
    ...rest,
    /** A node's status. */
    status: (code: string, id = 'one', name = id): void => {
      const source = { id, name, type: 'bybit-cancel-order' };
      take({ status: { code, environment: 'testnet', source } });
    },
  };
}

describe(`${EXAMPLE}: what is held for a minute`, () => {
  it('tells what stays wrong, and its end, once', () => {
    const { status, wait, alerts } = start();
    status('ready');
    status('unreachable');
    wait(HOLD - 1000);
    assert.deepEqual(alerts(), []);
    wait(1000);
    assert.match(alerts().join(), /^Bybit:\n- one \(testnet\): .* Bybit can not be reached$/);
    wait(10 * HOLD);
    status('ready');
    wait(HOLD);
    assert.match(alerts().join(), /^Bybit:\n- one \(testnet\): is well again$/);
  });

  it('tells nothing of a short break', () => {
    const { status, wait, alerts } = start();
    for (let i = 0; i < 5; i += 1) {
      status('unreachable');
      wait(HOLD / 2);
      status('ready');
      wait(HOLD / 2);
    }
    assert.deepEqual(alerts(), []);
  });

  it('tells a red that is left for moments alone', () => {
    const { status, wait, alerts } = start();
    status('ready');
    for (let i = 0; i < 4; i += 1) {
      status('unreachable');
      wait(HOLD - 5000);
      status('ready');
      wait(2000);
    }
    const told = alerts();
    assert.equal(told.length, 1, told.join());
    assert.match(told[0]!, /can not be reached/);
    wait(HOLD);
    assert.match(alerts().join(), /is well again$/);
  });

  it('tells nothing of moments of red', () => {
    const { status, wait, alerts } = start();
    for (let i = 0; i < 10; i += 1) {
      status('unreachable');
      wait(2000);
      status('ready');
      wait(HOLD / 2);
    }
    assert.deepEqual(alerts(), []);
  });

  for (const [what, codes] of [
    ['two red ones', ['unreachable', 'key-refused']],
    ['a red and a yellow one', ['unreachable', 'stream-down']],
  ] as const) {
    it(`tells causes that take turns, ${what}, once they have lasted together`, () => {
      const { status, wait, alerts } = start();
      status('ready');
      for (let i = 0; i < 6; i += 1) {
        status(codes[i % 2]!);
        wait(HOLD / 3);
      }
      const told = alerts();
      assert.equal(told.length, 1, told.join());
      assert.match(told[0]!, /a cancel would fail/);
      // They go on, and are not told again and again.
      for (let i = 0; i < 9; i += 1) {
        status(codes[i % 2]!);
        wait(HOLD / 3);
      }
      assert.deepEqual(alerts(), []);
    });
  }

  it('tells a yellow one that turns red only once that has lasted', () => {
    const { status, wait, alerts } = start();
    status('key-expiring');
    wait(HOLD);
    assert.match(alerts().join(), /expires within two weeks/);
    status('unreachable');
    wait(HOLD / 2);
    status('key-expiring');
    wait(HOLD * 2);
    assert.deepEqual(alerts(), []);
    status('unreachable');
    wait(HOLD);
    assert.match(alerts().join(), /can not be reached/);
  });

  it('takes a moment of connecting after a deploy for nothing, and tells one that lasts', () => {
    const { status, wait, alerts } = start();
    status('connecting');
    wait(HOLD / 2);
    status('ready');
    wait(HOLD * 2);
    assert.deepEqual(alerts(), []);
    status('connecting');
    wait(HOLD);
    assert.match(alerts().join(), /not known whether a cancel would work/);
    status('ready');
    wait(HOLD);
    assert.match(alerts().join(), /is well again/);
  });

  it('has room for many nodes in one message', () => {
    const { status, wait, alerts } = start();
    for (let i = 0; i < 100; i += 1) {
      status(i % 2 ? 'unreachable' : 'read-only', `id ${i}`, `the node with the long name ${i}`);
    }
    wait(HOLD);
    const [text = '', ...more] = alerts();
    assert.deepEqual(more, []);
    assert.ok(text.length < 4096, `${text.length} characters`);
    assert.equal(text.split('\n').length, 3);
    assert.match(text, /and 40 more \(testnet\): .* may not cancel/);
    assert.match(text, /and 40 more \(testnet\): .* can not be reached/);
  });
});
