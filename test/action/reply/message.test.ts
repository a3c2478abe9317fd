import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  canCarry,
  writeFailure,
  writeRecord,
  writeSuccess,
  type Writer,
} from '../../../nodes/action/reply/message';
import { isSuccess, TOLD_CODES, type Told, type ToldCode } from '../../../nodes/action/reply/told';

const told: Told = {
  outcome: 'cancelled',
  message: 'The order is cancelled.',
  timing: { startedAt: 1000, totalMs: 90 },
};
const source = { id: 'n1', type: 'any', name: 'mine' };
const writer: Writer<Told> = {
  record: ({ outcome, timing }) => ({ outcome, timing }),
  payload: ({ outcome }) => ({ outcome }),
  error: ({ outcome, message }, by) => ({ message, code: outcome, source: by }),
  inWords: ({ message }) => message,
};

describe('what a node tells', () => {
  it('goes into the message as its writer says', () => {
    const msg: Record<string, unknown> = { topic: 'kept', payload: 'old', error: 'of before' };
    writeSuccess(msg, told, writer);
    assert.deepEqual(msg, {
      topic: 'kept',
      payload: { outcome: 'cancelled' },
      _error: 'of before',
      statusCode: 200,
      bybit: { outcome: 'cancelled', timing: { startedAt: 1000, totalMs: 90 } },
    });
  });

  it('leaves the payload alone where it failed', () => {
    const msg: Record<string, unknown> = { payload: 'old' };
    writeFailure(msg, { ...told, outcome: 'incomplete' }, writer, source);
    assert.equal(msg.payload, 'old');
    assert.deepEqual(msg.error, { message: told.message, code: 'incomplete', source });
  });

  const summaries: Partial<Record<ToldCode, [number, boolean]>> = {
    'nothing-to-cancel': [200, true],
    listed: [200, true],
    incomplete: [409, false],
  };
  for (const outcome of TOLD_CODES) {
    const [statusCode, success] = summaries[outcome] ?? [];
    if (statusCode === undefined) continue;
    it(`has the status code ${statusCode} as ${outcome}`, () => {
      const msg: Record<string, unknown> = {};
      writeRecord(msg, { ...told, outcome }, writer);
      assert.equal(msg.statusCode, statusCode);
      assert.equal(isSuccess(outcome), success);
    });
  }

  it('has a status code of its own where it brings one', () => {
    const msg: Record<string, unknown> = {};
    writeRecord(msg, { ...told, outcome: 'incomplete', statusCode: 504 }, writer);
    assert.equal(msg.statusCode, 504);
  });
});

describe('a message that is unlike others', () => {
  it("is no carrier when it can't take the fields", () => {
    const odd = new Proxy({}, { getOwnPropertyDescriptor: () => assert.fail() });
    const fixed = Object.defineProperty({}, 'payload', { value: 1 });
    const getter = Object.defineProperty({}, 'bybit', { get: () => 1 });
    const all = [null, undefined, 'text', Object.freeze({}), Object.preventExtensions({})];
    for (const msg of [...all, odd, fixed, getter]) assert.equal(canCarry(msg), false);
  });

  it('takes the fields over read-only and throwing properties that can be replaced', () => {
    const msg: Record<string, unknown> = Object.defineProperties(
      {},
      {
        payload: { value: 1, configurable: true },
        bybit: { get: () => assert.fail(), configurable: true },
        statusCode: { value: 1, writable: true },
      },
    );
    assert.equal(canCarry(msg), true);
    writeSuccess(msg, told, writer);
    assert.equal(msg.statusCode, 200);
    assert.equal((msg.payload as Record<string, unknown>).outcome, 'cancelled');
    assert.equal((msg.bybit as Record<string, unknown>).outcome, 'cancelled');
  });

  it('takes the fields when it is sealed with all of them', () => {
    const fields = { payload: 1, bybit: 1, error: 1, _error: 1, statusCode: 1 };
    const msg: Record<string, unknown> = Object.seal(fields);
    assert.equal(canCarry(msg), true);
    writeFailure(msg, { ...told, outcome: 'rejected' }, writer, source);
    assert.equal(msg.statusCode, 422);
  });
});
