import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { NodeStatus } from 'node-red';
import { STATUS_CODES, type OutcomeCode } from '../../nodes/bybit/model';
import { createStatusLine, type StatusLine } from '../../nodes/bybit-cancel-order/status';

describe('the status line', () => {
  let shown: NodeStatus[];
  let line: StatusLine;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const texts = () => shown.map(({ text }) => text);

  beforeEach(() => {
    shown = [];
    line = createStatusLine(
      (status) => shown.push(status),
      (word) => word,
    );
  });

  it('is blue while a cancel is on its way, with the count when there are more', async () => {
    const first = line.begin();
    await turn();
    const second = line.begin();
    await turn();
    first('cancelled');
    await turn();
    assert.deepEqual(texts(), ['cancelling', 'cancelling 2', 'cancelling']);
    for (const { fill, shape } of shown) assert.deepEqual([fill, shape], ['blue', 'dot']);
    second('filled');
    assert.equal(texts().at(-1), 'filled');
  });

  it('counts once for all that come in one turn', async () => {
    const ends = Array.from({ length: 1000 }, () => line.begin());
    await turn();
    for (const end of ends.slice(1)) end('cancelled');
    await turn();
    assert.deepEqual(texts(), ['cancelling', 'cancelling 1000', 'cancelling']);
  });

  it('shows each outcome that ends the last cancel, and nothing blue after it', async () => {
    const ends = [line.begin(), line.begin()];
    for (const end of ends) end('unconfirmed');
    line.begin()('cancelled');
    await turn();
    assert.deepEqual(texts(), ['cancelling', 'unconfirmed', 'cancelling', 'cancelled']);
  });

  it('shows the last outcome once none is on its way', () => {
    const first = line.begin();
    const second = line.begin();
    first('filled');
    second('cancelled');
    assert.deepEqual(shown.at(-1), { fill: 'green', shape: 'dot', text: 'cancelled' });
  });

  it('lets an outcome without a request wait for those on their way', async () => {
    const end = line.begin();
    line.tell('invalid-request');
    await turn();
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

  it('shows a translation while it fits, else the English word', async () => {
    const dictionary: Record<string, string> = { cancelling: 'storniere', filled: 'ausgeführt' };
    line = createStatusLine(
      (status) => shown.push(status),
      (word) => dictionary[word] ?? `bybit-cancel-order.status.${word}`,
    );
    const end = line.begin();
    await turn();
    line.begin();
    await turn();
    end('filled');
    await turn();
    assert.deepEqual(texts(), ['storniere', 'storniere 2', 'storniere']);
    shown = [];
    line = createStatusLine(
      (status) => shown.push(status),
      () => 'nineteen characters',
    );
    line.tell('filled');
    line.begin();
    await turn();
    line.begin();
    await turn();
    assert.deepEqual(texts(), ['nineteen characters', 'nineteen characters', 'cancelling 2']);
  });

  it('is cleared for good when it closes', async () => {
    const ends = [line.begin(), line.begin()];
    line.close();
    for (const end of ends) end('cancelled');
    line.tell('filled');
    line.begin();
    await turn();
    assert.deepEqual(shown.slice(1), [{}]);
  });

  it('never lets a failing editor stop a cancel', async () => {
    line = createStatusLine(
      () => {
        throw new Error('no editor');
      },
      (word) => word,
    );
    const ends = [line.begin(), line.begin()];
    // An error in there would end the process.
    await turn();
    for (const end of ends) assert.doesNotThrow(() => end('cancelled'));
  });
});
