import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutcomeError } from '../../../nodes/action/reply/deliver';

describe('the error of a failure that nothing is wired to', () => {
  it('reads as its message alone, with the outcome as its code', () => {
    const error = new OutcomeError('not-found', 'Nobody knows the order.');
    assert.equal(String(error), 'Nobody knows the order.');
    assert.ok(Object.hasOwn(error, 'code'));
    assert.equal(error.code, 'not-found');
    assert.ok(!('cause' in error));
  });
});
