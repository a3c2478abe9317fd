/** When a change of the account's health is shown, in time that is moved by hand. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { NodeStatus } from 'node-red';
import { createStatusLine, type StatusLine } from '../../../nodes/action/reply/status';
import { FakeTime } from '../../support/fake-time';

/** ms in which a change that waits is shown, and a little more */
const SHOWN_FOR = 1000;

describe('the status line of an account whose health changes', () => {
  let shown: NodeStatus[];
  let line: StatusLine;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const texts = () => shown.map(({ text }) => text);
  const READY = { code: 'ready' } as const;
  const CONNECTING = { code: 'connecting' } as const;
  const REFUSED = { code: 'key-refused' } as const;
  const codes = () => shown.map((status) => (status as { code?: string }).code);
  let time: FakeTime;
  const later = (ms: number) => time.advance(ms);
  /** A message is always under way: the next begins before the last ends. */
  const neverIdle = async (ms: number, every = 300) => {
    let end = line.begin();
    for (let gone = 0; gone < ms; gone += every) {
      await later(every);
      const next = line.begin();
      end('cancelled');
      end = next;
    }
    return end;
  };

  beforeEach(() => {
    shown = [];
    time = new FakeTime();
    line = createStatusLine(
      (status) => shown.push(status),
      (word) => word,
      time,
    );
  });

  it('shows the health until a message comes, and then its outcome', async () => {
    line.health(READY, 'testnet');
    await turn();
    line.begin()('cancelled');
    const { length } = shown;
    await later(SHOWN_FOR);
    assert.deepEqual(codes(), ['ready', 'cancelling', 'cancelled']);
    assert.equal(shown.length, length);
    assert.deepEqual(shown[0], {
      ...{ fill: 'grey', shape: 'dot', text: 'ready (testnet)' },
      ...{ code: 'ready', environment: 'testnet' },
    });
  });

  it('shows a change at once while no outcome is shown', async () => {
    line.health(READY, 'mainnet');
    await turn();
    line.health(REFUSED, 'mainnet');
    await turn();
    assert.deepEqual(codes(), ['ready', 'key-refused']);
  });

  it('lets an outcome be seen before a change that comes right after it', async () => {
    line.health(READY, 'mainnet');
    await turn();
    line.begin()('cancelled');
    line.health(REFUSED, 'mainnet');
    await later(500);
    assert.deepEqual(codes(), ['ready', 'cancelling', 'cancelled']);
    await later(500);
    assert.deepEqual(codes().slice(3), ['key-refused']);
  });

  it('lets an outcome be seen before a change that came meanwhile', async () => {
    const end = line.begin();
    line.health({ code: 'unreachable' }, 'mainnet');
    await turn();
    end('unavailable');
    assert.deepEqual(codes(), ['cancelling', 'unavailable']);
    await later(SHOWN_FOR);
    assert.deepEqual(codes(), ['cancelling', 'unavailable', 'unreachable']);
  });

  it('lets a change wait for a message that came right after an outcome', async () => {
    const end = line.begin();
    line.health(REFUSED, 'mainnet');
    end('cancelled');
    const next = line.begin();
    await later(500);
    next('filled');
    await later(SHOWN_FOR);
    assert.deepEqual(codes(), ['cancelling', 'cancelled', 'cancelling', 'filled', 'key-refused']);
  });

  it('lets the outcome of a message that came with the deploy be seen for long', async () => {
    line.health(CONNECTING, undefined);
    await turn();
    line.begin()('cancelled');
    await later(2000);
    line.health(READY, 'testnet');
    await later(4000);
    assert.deepEqual(codes(), ['connecting', 'cancelling', 'cancelled']);
    await later(2000);
    assert.deepEqual(codes().slice(3), ['ready']);
    assert.equal(time.pending, 0);
  });

  it('shows soon after such an outcome what would hinder the next, and that it is over', async () => {
    line.begin()('cancelled');
    line.health(CONNECTING, 'mainnet');
    await later(200);
    line.health(REFUSED, 'mainnet');
    await later(SHOWN_FOR);
    line.health(READY, 'mainnet');
    await turn();
    assert.deepEqual(codes().slice(2), ['key-refused', 'ready']);
  });

  it('tells that it is ready, though messages never cease after a deploy', async () => {
    line.health(CONNECTING, 'mainnet');
    await turn();
    line.begin();
    line.health(READY, 'mainnet');
    const end = await neverIdle(60_000);
    assert.equal(codes().filter((code) => code === 'ready').length, 1);
    end('cancelled');
    await later(60_000);
    assert.notEqual(codes().at(-1), 'connecting');
  });

  it('shows within a second that it turned red, though a message is always under way', async () => {
    line.begin();
    line.begin();
    await turn();
    line.health(REFUSED, 'testnet');
    await later(1000);
    assert.deepEqual(texts(), ['cancelling', 'cancelling 2', 'key-refused']);
    assert.equal((shown.at(-1) as { environment?: string }).environment, 'testnet');
    await later(1000);
    assert.deepEqual(texts().slice(3), ['cancelling 2']);
    assert.equal(time.pending, 1);
  });

  it('shows that it turned red once, with a message always under way and counted', async () => {
    await neverIdle(600);
    line.health(REFUSED, 'mainnet');
    const end = await neverIdle(60_000);
    assert.equal(codes().filter((code) => code === 'key-refused').length, 1);
    assert.equal(codes().at(-1), 'cancelling');
    end('cancelled');
  });

  it('counts again with the next change of the count, and not twice', async () => {
    const first = line.begin();
    line.begin();
    await turn();
    line.health(REFUSED, 'mainnet');
    await later(1000);
    first('unauthorized');
    await turn();
    assert.deepEqual(texts().slice(2), ['key-refused', 'cancelling']);
    await later(30_000);
    assert.equal(shown.length, 4);
  });

  it('shows that it is red no more, though a message is always under way', async () => {
    line.begin();
    line.health(REFUSED, 'mainnet');
    await later(60_000);
    line.health(READY, 'mainnet');
    await later(SHOWN_FOR);
    assert.deepEqual(codes(), ['cancelling', 'key-refused', 'cancelling', 'ready']);
  });

  it('shows between messages neither what makes cancels slower, nor that it is over', async () => {
    line.health(READY, 'mainnet');
    await turn();
    const end = line.begin();
    for (const code of ['stream-down', 'ready', 'stream-down'] as const) {
      line.health({ code }, 'mainnet');
      await later(60_000);
    }
    assert.deepEqual(codes(), ['ready', 'cancelling']);
    end('cancelled');
    await later(SHOWN_FOR);
    assert.deepEqual(codes().slice(2), ['cancelled', 'stream-down']);
  });

  it('shows nothing of what was over within a second', async () => {
    line.begin();
    line.health(REFUSED, 'mainnet');
    await later(500);
    line.health(READY, 'mainnet');
    await later(60_000);
    assert.deepEqual(codes(), ['cancelling']);
  });

  it('is not flooded by an account that comes and goes while a message is under way', async () => {
    line.begin();
    for (let i = 0; i < 60; i += 1) {
      line.health(i % 2 === 0 ? REFUSED : READY, 'mainnet');
      await later(1000);
    }
    const changes = codes().filter((code) => code !== 'cancelling');
    assert.ok(changes.length >= 1 && changes.length <= 6, changes.join());
  });

  it('shows that it turned red with the next message, where none lets an outcome be seen', async () => {
    line.health(READY, 'mainnet');
    await turn();
    const end = line.begin();
    line.health(REFUSED, 'mainnet');
    await later(500);
    end('cancelled');
    await later(400);
    line.begin()('cancelled');
    await later(400);
    assert.equal(codes().at(-1), 'cancelled');
    line.begin();
    assert.deepEqual(codes().slice(-2), ['cancelling', 'key-refused']);
  });

  it('shows a change that came while an overdue one waited once', async () => {
    const end = line.begin();
    line.health({ code: 'unreachable' }, 'mainnet');
    await later(500);
    end('unavailable');
    await later(600);
    line.health(REFUSED, 'mainnet');
    line.begin();
    await later(9000);
    assert.deepEqual(codes().slice(2), ['cancelling', 'key-refused', 'cancelling']);
    assert.equal(time.pending, 1);
  });

  it('shows what it is once nothing is under way, though it was shown before', async () => {
    const end = line.begin();
    line.health(REFUSED, 'mainnet');
    await later(5000);
    end('unauthorized');
    await later(SHOWN_FOR);
    assert.deepEqual(codes().slice(-2), ['unauthorized', 'key-refused']);
    await later(60_000);
    assert.equal(time.pending, 0);
  });

  it('says how many days a key has left', async () => {
    line.health({ code: 'key-expiring', daysLeft: 13 }, 'mainnet');
    await turn();
    assert.equal(shown.at(-1)?.text, 'key-expiring 13');
  });

  it('shows nothing once it is closed', async () => {
    const end = line.begin();
    line.health(READY, 'mainnet');
    line.close();
    assert.equal(time.pending, 0);
    end('cancelled');
    line.health({ code: 'unreachable' }, 'mainnet');
    await later(60_000);
    assert.deepEqual(shown.at(-1), {});
    assert.equal(time.pending, 0);
  });
});
