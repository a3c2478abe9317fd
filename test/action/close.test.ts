import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import type { Outcome } from '../../nodes/bybit/model';
import { CANCEL_NODE, flowWith, next, nodeOf, ORDER, outcomeFor, start, type Bench } from './bench';

/** The runtime that the test helper runs. */
const RUNTIME = createRequire(__filename)('node-red') as { readonly events: EventEmitter };

/** Cancels that end when their signal does, as an account's do. */
function untilAborted({ account }: Bench, more: Partial<Outcome> = {}): void {
  account.answer = (request, { signal }) =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () =>
        resolve(outcomeFor(request, { outcome: 'unconfirmed', message: 'Stopped.', ...more })),
      );
    });
}

function warnings(): string[] {
  const entries = helper.log().args.map(([entry]) => entry);
  return entries
    .filter(({ id, level }) => id === 'cancel' && level === 30)
    .map(({ msg }) => String(msg));
}

/** Waits until the account has been asked so many times. */
async function asked({ account }: Bench, count: number): Promise<void> {
  while (account.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('closing a cancel node', () => {
  afterEach(() => helper.unload());

  it('keeps the order stream for as long as it confirms', async () => {
    const { account, node } = await start();
    assert.equal(account.followers, 1);
    await node.close(false);
    assert.equal(account.followers, 0);
  });

  it('leaves no listener to the start of flows behind, and has one for all nodes', async () => {
    const more = Array.from({ length: 20 }, (_none, i) => ({ ...CANCEL_NODE, id: `cancel${i}` }));
    const { account, node } = await start({}, more);
    const { events } = RUNTIME;
    assert.equal(account.followers, 21);
    assert.equal(events.listenerCount('flows:started'), 1);
    for (const each of [node, ...more.map(({ id }) => nodeOf(id))]) await each.close(false);
    assert.equal(events.listenerCount('flows:started'), 0);
    events.emit('flows:started');
    assert.equal(account.followers, 0);
  });

  it('does without the order stream where nothing is to be confirmed', async () => {
    const { account } = await start({ confirm: false });
    assert.equal(account.followers, 0);
  });

  it('gives every pending message its one outcome first', async () => {
    const bench = await start();
    const { account, node, notes } = bench;
    untilAborted(bench);
    for (const orderId of ['a', 'b', 'c']) node.receive({ payload: { ...ORDER, orderId } });
    await asked(bench, 3);
    assert.deepEqual(notes.completed, []);
    await node.close(false);
    assert.equal(notes.completed.length, 3);
    assert.equal(notes.sent.length, 3);
    for (const [one, two] of notes.sent) {
      assert.equal(one, null);
      assert.equal((two?.error as { code: string }).code, 'unconfirmed');
    }
    assert.equal(account.followers, 0);
    assert.deepEqual(warnings(), []);
  });

  it('clears the status, and sets none after that', async () => {
    const bench = await start();
    untilAborted(bench);
    bench.node.receive({ payload: ORDER });
    await asked(bench, 1);
    await bench.node.close(false);
    assert.deepEqual(bench.notes.statuses.at(-1), {});
    const count = bench.notes.statuses.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bench.notes.statuses.length, count);
  });

  it('sends nothing for a message that comes in while it closes', async () => {
    const bench = await start();
    const { account, node, notes } = bench;
    untilAborted(bench);
    node.receive({ payload: ORDER });
    await asked(bench, 1);
    const closed = node.close(false);
    node.receive({ payload: { ...ORDER, orderId: 'late' } });
    await closed;
    assert.equal(account.requests.length, 1);
    assert.equal(notes.completed.length, 2);
    const codes = notes.sent.map(([, two]) => (two?.error as { code: string }).code);
    assert.deepEqual(codes.sort(), ['unavailable', 'unconfirmed']);
  });

  it('delivers to what stays when the node alone is deployed anew', async () => {
    const bench = await start();
    untilAborted(bench);
    const { notes, node } = bench;
    node.receive({ payload: ORDER });
    await asked(bench, 1);
    const arrival = next('two');
    await helper.setFlows(flowWith({ timeout: 20_000 }), 'nodes');
    assert.equal(notes.completed.length, 1);
    assert.equal((await arrival).statusCode, 504);
    assert.deepEqual(warnings(), []);
    assert.notEqual(nodeOf('cancel'), node);
  });

  it('logs with the order what a full deploy leaves nobody to tell', async () => {
    const bench = await start();
    untilAborted(bench);
    bench.node.receive({ payload: ORDER });
    await asked(bench, 1);
    await helper.setFlows(flowWith({}), 'full');
    assert.equal(bench.notes.completed.length, 1);
    assert.equal(bench.notes.completed[0]?.error, undefined);
    assert.deepEqual(warnings(), ['unconfirmed, order BTCUSDT abc-1: Stopped.']);
  });

  it('logs a success, too, that a full deploy leaves nobody to tell', async () => {
    const bench = await start();
    untilAborted(bench, { outcome: 'cancelled', message: 'Done.' });
    const { orderId: orderLinkId, ...rest } = ORDER;
    bench.node.receive({ payload: { ...rest, orderLinkId } });
    await asked(bench, 1);
    await helper.setFlows(flowWith({}), 'full');
    assert.deepEqual(warnings(), ['cancelled, order BTCUSDT abc-1: Done.']);
  });

  it('logs a failure that nobody is left to hear of, once', async () => {
    const bench = await start({ wires: [['one'], []] });
    untilAborted(bench);
    bench.node.receive({ payload: ORDER });
    await asked(bench, 1);
    await helper.setFlows(flowWith({}), 'full');
    assert.equal(bench.notes.completed.length, 1);
    assert.equal(bench.notes.completed[0]?.error, undefined);
    assert.deepEqual(warnings(), ['unconfirmed, order BTCUSDT abc-1: Stopped.']);
  });

  it('does not miss a success that nobody is wired to hear of', async () => {
    const bench = await start({ wires: [[], ['two']] });
    untilAborted(bench, { outcome: 'cancelled' });
    bench.node.receive({ payload: ORDER });
    await asked(bench, 1);
    await helper.setFlows(flowWith({}), 'full');
    assert.equal(bench.notes.completed.length, 1);
    assert.deepEqual(warnings(), []);
  });

  it("ends even when the editor can't be told", async () => {
    const { node } = await start();
    node.status = () => {
      throw new Error('no editor');
    };
    await node.close(false);
  });
});
