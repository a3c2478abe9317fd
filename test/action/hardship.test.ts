import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { ask, assertToldOnce, done, ORDER, outcomeFor, start } from './bench';

describe('a message in hardship', () => {
  afterEach(() => helper.unload());

  it('is unconfirmed when the account breaks its word and fails', async () => {
    const { account, node, notes } = await start();
    account.answer = () => {
      throw new Error('apiSecret=hunter2');
    };
    const msg = await ask(node, { payload: ORDER }, 'two');
    await done(notes, 1);
    assertToldOnce(notes, 1);
    assert.equal(msg.statusCode, 504);
    assert.match((msg.error as { message: string }).message, /may still be open: look it up\.$/);
    const { timing, ...bybit } = msg.bybit as Record<string, unknown>;
    const place = { environment: 'testnet', transport: 'http' };
    assert.deepEqual(bybit, { outcome: 'unconfirmed', ...place, ...ORDER, attempts: 1 });
    assert.ok(timing);
    assert.ok(!JSON.stringify(msg).includes('hunter2'));
  });

  it('is refused before anything is sent when it could not take the answer', async () => {
    const { account, node, notes } = await start();
    node.receive(Object.freeze({ _msgid: 'm', payload: ORDER }));
    await done(notes, 1);
    assert.deepEqual(account.requests, []);
    assert.deepEqual(notes.sent, []);
    const error = notes.completed[0]?.error as { code: string; message: string };
    assert.equal(error.code, 'invalid-request');
    assert.equal(
      error.message,
      'invalid-request: The message is read-only, so it could not tell the outcome: pass on a copy of it.',
    );
  });

  it("is told as an error when it can't be passed on", async () => {
    const { account, node, notes } = await start();
    node.send = () => {
      throw new Error('apiSecret=hunter2');
    };
    node.receive({ payload: ORDER });
    await done(notes, 1);
    assert.equal(account.requests.length, 1);
    const error = notes.completed[0]?.error as { code: string; message: string };
    assert.equal(error.code, 'cancelled');
    assert.match(
      error.message,
      /^cancelled, order BTCUSDT abc-1: .* The message can't be passed on\.$/,
    );
  });

  it('is told once when the log fails after it was told', async () => {
    const { node, notes } = await start();
    node.log = () => {
      throw new Error('a log handler that fails');
    };
    const msg = await ask(node, { payload: {} }, 'two');
    await done(notes, 1);
    assertToldOnce(notes, 1);
    assert.equal(notes.completed[0]?.error, undefined);
    assert.equal((msg.error as { code: string }).code, 'invalid-request');
  });

  it('is put on record when Node-RED fails to complete it', async () => {
    const { node, notes } = await start();
    const completing = node as unknown as { _complete: () => void };
    completing._complete = () => {
      notes.completed.push({ msg: undefined, error: undefined });
      throw new Error('no copy of this message can be made');
    };
    node.receive({ payload: ORDER });
    await done(notes, 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(notes.completed.length, 1);
    const [warning] = helper.log().args.filter(([entry]) => entry.id === 'cancel');
    const text = 'cancelled, order BTCUSDT abc-1: The order is cancelled.';
    assert.equal(warning?.[0].msg, text);
  });

  it('is never answered while it is still being handed in: it could come back at once', async () => {
    const { node, notes } = await start();
    node.receive({ payload: {} });
    assert.deepEqual([notes.sent, notes.statuses], [[], []]);
    await done(notes, 1);
    assert.equal(notes.sent.length, 1);
  });

  it('leaves no timer and no listener behind', async () => {
    const { account, node, notes } = await start({ timeout: 600_000 });
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const before = timers().length;
    node.receive({ payload: ORDER });
    await done(notes, 1);
    assert.equal(timers().length, before);
    assert.deepEqual(getEventListeners(account.options[0]!.signal!, 'abort'), []);
  });

  it('is one of a thousand at once, each with its own outcome', async () => {
    const { account, node, notes } = await start();
    account.answer = async (request) => {
      // The status counts once per turn: these stay for two.
      for (let turns = 0; turns < 2; turns += 1) await new Promise((go) => setImmediate(go));
      const even = Number(request.orderId) % 2 === 0;
      return outcomeFor(request, { outcome: even ? 'cancelled' : 'filled' });
    };
    const warnings: string[] = [];
    const warn = ({ message }: Error) => warnings.push(message);
    process.on('warning', warn);
    for (let index = 0; index < 1000; index++) {
      node.receive({ _msgid: `m${index}`, payload: { ...ORDER, orderId: String(index) } });
    }
    await done(notes, 1000);
    process.off('warning', warn);
    assert.deepEqual(warnings, []);
    assert.equal(account.requests.length, 1000);
    assert.equal(notes.sent.length, 1000);
    const seen = new Set<string>();
    for (const [one, two] of notes.sent) {
      const msg = one ?? two;
      const { orderId } = msg?.bybit as { orderId: string };
      assert.equal(msg?._msgid, `m${orderId}`);
      assert.equal(two === null, Number(orderId) % 2 === 0);
      seen.add(orderId);
    }
    assert.equal(seen.size, 1000);
    assert.ok(notes.statuses.some(({ text }) => text === 'cancelling 1000'));
    assert.equal(notes.statuses.at(-1)?.text?.startsWith('cancelling'), false);
  });
});
