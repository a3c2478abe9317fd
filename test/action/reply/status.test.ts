import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { NodeStatus } from 'node-red';
import {
  createStatusLine,
  type Progress,
  type StatusLine,
} from '../../../nodes/action/reply/status';
import type { ToldCode } from '../../../nodes/action/reply/told';
import { STATUS_CODES, type OutcomeCode } from '../../../nodes/bybit/model';

const GREEN = { fill: 'green', shape: 'dot', code: 'cancelled' };

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
    assert.deepEqual(shown.at(-1), { ...GREEN, text: 'cancelled' });
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

  describe('of messages with several orders', () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const changed = async (count: number) => {
      while (shown.length < count) await wait(5);
    };
    const timers = async () => {
      // Mocha starts its own once the test waits.
      await turn();
      return process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    };

    it('counts the orders that are done, of all that are under way', async () => {
      const one = { done: 0, total: 20 };
      const two = { done: 0, total: 100 };
      const ends = [line.begin(one)];
      one.done = 7;
      ends.push(line.begin(two));
      two.done = 30;
      await changed(2);
      assert.deepEqual(texts(), ['cancelling 0/20', 'cancelling 37/120']);
      ends[0]!('cancelled', '20');
      await changed(3);
      assert.equal(texts().at(-1), 'cancelling 30/100');
      ends[1]!('incomplete', '97/100');
      assert.equal(texts().at(-1), 'incomplete 97/100');
      const { fill, shape } = shown.at(-1) ?? {};
      assert.deepEqual([fill, shape], ['red', 'ring']);
    });

    it('counts some times a second, and only what has changed', async () => {
      const progress = { done: 0, total: 900 };
      const before = (await timers()).length;
      const end = line.begin(progress);
      while (progress.done < 90) {
        progress.done += 1;
        await wait(5);
      }
      assert.ok(shown.length > 1 && shown.length <= 5, String(texts()));
      await wait(450);
      const count = shown.length;
      await wait(450);
      assert.equal(shown.length, count);
      end('cancelled', '900');
      assert.deepEqual(shown.at(-1), { ...GREEN, text: 'cancelled 900' });
      assert.equal((await timers()).length, before);
    });

    it('counts messages while it is not known how many orders they have', async () => {
      const progress = { done: 0, total: 0 };
      line.begin(progress);
      line.begin({ done: 0, total: 0 });
      await changed(2);
      assert.deepEqual(texts(), ['cancelling', 'cancelling 2']);
      progress.total = 3;
      await changed(3);
      assert.equal(texts().at(-1), 'cancelling 0/3');
      line.close();
    });

    it('leaves no timer behind when it closes', async () => {
      const before = (await timers()).length;
      const end = line.begin({ done: 0, total: 3 });
      line.close();
      assert.equal((await timers()).length, before);
      end('cancelled', '3');
      line.begin({ done: 0, total: 3 });
      await wait(250);
      assert.equal((await timers()).length, before);
      assert.deepEqual(texts(), ['cancelling 0/3', undefined]);
    });

    it('has a word of its own before a count, and never more than 19 characters', () => {
      const dictionary: Record<string, string> = {
        cancelling: 'wird storniert',
        'counted-cancelling': 'storniere',
        cancelled: 'storniert',
        'counted-cancelled': 'alle storniert',
        incomplete: 'unvollständig',
      };
      line = createStatusLine(
        (status) => shown.push(status),
        (word) => dictionary[word] ?? `bybit-cancel-orders.status.${word}`,
      );
      const tell = (progress: Progress, outcome: ToldCode, count: string) => {
        shown = [];
        line.begin(progress)(outcome, count);
        return texts();
      };
      assert.deepEqual(tell({ done: 0, total: 120 }, 'cancelled', '120'), [
        'storniere 0/120',
        'alle storniert 120',
      ]);
      assert.deepEqual(tell({ done: 999_000, total: 1_000_000 }, 'cancelled', '1000000'), [
        'wird storniert',
        'cancelled 1000000',
      ]);
      assert.deepEqual(tell({ done: 0, total: 0 }, 'incomplete', '117/120'), [
        'wird storniert',
        'incomplete 117/120',
      ]);
      assert.deepEqual(tell({ done: 0, total: 0 }, 'incomplete', '1017/1020'), [
        'wird storniert',
        'unvollständig',
      ]);
    });
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
