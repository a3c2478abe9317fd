import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { NodeStatus } from 'node-red';
import { STATUS_CODES, type OutcomeCode } from '../../nodes/bybit/outcome';
import { createStatusLine, type StatusLine } from '../../nodes/bybit-cancel-order/status';

describe('the status line', () => {
  let shown: NodeStatus[];
  let line: StatusLine;
  const texts = () => shown.map(({ text }) => text);

  beforeEach(() => {
    shown = [];
    line = createStatusLine(
      (status) => shown.push(status),
      (word) => word,
    );
  });

  it('is blue while a cancel is on its way, with the count when there are more', () => {
    const first = line.begin();
    const second = line.begin();
    line.begin();
    first('cancelled');
    second('filled');
    assert.deepEqual(texts(), [
      'cancelling',
      'cancelling 2',
      'cancelling 3',
      'cancelling 2',
      'cancelling',
    ]);
    for (const { fill, shape } of shown) assert.deepEqual([fill, shape], ['blue', 'dot']);
  });

  it('shows the last outcome once none is on its way', () => {
    const first = line.begin();
    const second = line.begin();
    first('filled');
    second('cancelled');
    assert.deepEqual(shown.at(-1), { fill: 'green', shape: 'dot', text: 'cancelled' });
  });

  it('lets an outcome without a request wait for those on their way', () => {
    const end = line.begin();
    line.tell('invalid-request');
    assert.deepEqual(texts(), ['cancelling']);
    end('unconfirmed');
    line.tell('invalid-request');
    assert.deepEqual(texts().slice(1), ['unconfirmed', 'invalid-request']);
  });

  const looks: Partial<Record<OutcomeCode, string>> = {
    cancelled: 'green dot',
    'already-cancelled': 'green dot',
    accepted: 'green dot',
    unconfirmed: 'yellow ring',
  };
  for (const outcome of Object.keys(STATUS_CODES) as OutcomeCode[]) {
    it(`shows ${outcome} as a ${looks[outcome] ?? 'red ring'}`, () => {
      line.tell(outcome);
      const { fill, shape, text } = shown.at(-1) ?? {};
      assert.equal(`${fill} ${shape}`, looks[outcome] ?? 'red ring');
      assert.equal(text, outcome);
      assert.ok(outcome.length < 20);
    });
  }

  it('shows a translation while it fits, else the English word', () => {
    const dictionary: Record<string, string> = { cancelling: 'storniere', filled: 'ausgeführt' };
    line = createStatusLine(
      (status) => shown.push(status),
      (word) => dictionary[word] ?? `bybit-cancel-order.status.${word}`,
    );
    line.begin();
    line.begin()('filled');
    assert.deepEqual(texts(), ['storniere', 'storniere 2', 'storniere']);
    shown = [];
    line = createStatusLine(
      (status) => shown.push(status),
      () => 'nineteen characters',
    );
    line.tell('filled');
    line.begin();
    line.begin();
    assert.deepEqual(texts(), ['nineteen characters', 'nineteen characters', 'cancelling 2']);
  });

  it('is cleared for good when it closes', () => {
    const end = line.begin();
    line.close();
    end('cancelled');
    line.tell('filled');
    line.begin();
    assert.deepEqual(shown.slice(1), [{}]);
  });

  it('never lets a failing editor stop a cancel', () => {
    line = createStatusLine(
      () => {
        throw new Error('no editor');
      },
      (word) => word,
    );
    assert.doesNotThrow(() => line.begin()('cancelled'));
  });
});
