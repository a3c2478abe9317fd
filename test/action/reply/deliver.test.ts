import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deliver, OutcomeError } from '../../../nodes/action/reply/deliver';

describe('the error of a failure that nothing is wired to', () => {
  it('reads as its message alone, with the outcome as its code', () => {
    const error = new OutcomeError('not-found', 'Nobody knows the order.');
    assert.equal(String(error), 'Nobody knows the order.');
    assert.ok(Object.hasOwn(error, 'code'));
    assert.equal(error.code, 'not-found');
    assert.ok(!('cause' in error));
  });
});

describe('an outcome that can be neither looked up nor put into words', () => {
  const broken = () => {
    throw new Error('broken');
  };
  const told = {
    outcome: 'rejected',
    message: 'No.',
    timing: { startedAt: 0, totalMs: 1 },
  } as const;
  const writer = { record: () => ({}), payload: () => ({}), error: () => ({}), inWords: broken };
  const node = { id: 'n', type: 't', z: 'f', wires: [[], []], log: broken, warn: broken };
  const end = (RED: object, done: (error?: Error) => void) =>
    deliver(RED as never, node as never, writer, told, {
      ...{ msg: {}, send: broken, done, closing: false },
    });

  it('ends its message all the same, once', () => {
    const ends: unknown[] = [];
    end({ nodes: { eachNode: broken, getNode: broken } }, (error) => ends.push(error));
    assert.equal(ends.length, 1);
    assert.match(String(ends[0]), /^No\./);
    assert.equal((ends[0] as OutcomeError).code, 'rejected');
  });

  it('throws nothing where the end of the message fails as well', () => {
    end({ nodes: { eachNode: () => undefined, getNode: () => null } }, broken);
  });
});

describe('the error of a failure, where a Catch node of the flow', () => {
  const told = {
    outcome: 'rejected',
    message: 'No.',
    timing: { startedAt: 0, totalMs: 1 },
  } as const;
  const inWords = () => 'rejected, order 1: No.';
  const writer = { record: () => ({}), payload: () => ({}), error: () => ({}), inWords };
  const nothing = () => undefined;
  const node = {
    id: 'n',
    type: 't',
    z: 'f',
    g: 'group',
    wires: [[], []],
    log: nothing,
    warn: nothing,
  };
  for (const [what, own, expected] of [
    ['is for all nodes', {}, 'No.'],
    ['is for all nodes, as the editor writes it', { scope: null }, 'No.'],
    ['is for this node', { scope: ['x', 'n'] }, 'No.'],
    ['is for the group of this node', { scope: 'group', g: 'group' }, 'No.'],
    ['is for other nodes', { scope: ['x'] }, inWords()],
    ['is for another group', { scope: 'group', g: 'other' }, inWords()],
    ['is of another flow', { z: 'other' }, inWords()],
  ] as const) {
    it(`${what}, says ${expected}`, () => {
      const catching = { id: 'c', type: 'catch', z: 'f', ...own };
      const RED = {
        nodes: { eachNode: (see: (one: object) => void) => see(catching), getNode: () => ({}) },
      };
      const ends: unknown[] = [];
      deliver(RED as never, node as never, writer, told, {
        ...{ msg: {}, send: nothing, done: (error) => ends.push(error), closing: false },
      });
      assert.deepEqual(ends.map(String), [expected]);
    });
  }
});
