/** An action with several orders for each message, as the course of a message has to carry it. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { NodeAPI, NodeDef } from 'node-red';
import helper from 'node-red-node-test-helper';
import type { Action } from '../../nodes/action/action';
import type { WiredNode } from '../../nodes/action/reply/deliver';
import { Refusal } from '../../nodes/action/request/refusal';
import { actionRunner } from '../../nodes/action/run-action';
import { readProperties, type ActionSettings } from '../../nodes/action/request/settings';
import { timingSince, type Told } from '../../nodes/action/reply/told';
import {
  accountModule,
  ask,
  assertToldOnce,
  done,
  flowWith,
  next,
  nodeOf,
  NotingAccount,
  ORDER,
  watch,
  type Bench,
} from './bench';

interface Task {
  done: number;
  readonly total: number;
}
interface ToldOfSeveral extends Told {
  readonly requests: number;
  readonly orders: readonly string[];
}
type Settings = ActionSettings<'orders'>;
type Several = Action<'orders', Settings, Task, ToldOfSeveral>;

const DEFAULTS = { name: '', account: '', orders: 'payload', ordersType: 'msg', timeout: 30_000 };

const several: Several = {
  wanted: () => ({ confirm: true }),
  check({ orders }) {
    if (!Array.isArray(orders)) {
      throw new Refusal('invalid-request', 'orders is missing.', { orders: ['known'] });
    }
    return { done: 0, total: orders.length };
  },
  act(task, { account }, startedAt) {
    task.done = task.total;
    const { environment, transport } = account;
    return Promise.resolve({
      outcome: 'incomplete',
      message: 'One is left.',
      ...{ environment, transport, requests: 3, orders: ['a', 'b'], statusCode: 504 },
      timing: timingSince(startedAt),
    });
  },
  progressOf: (task) => task,
  countOf: ({ orders }) => `${orders.length - 1}/${orders.length}`,
  unsent: { requests: 0, orders: [] },
  unanswered: ({ total }) => ({
    message: 'Nobody knows.',
    requests: total,
    orders: Array.from({ length: total }, () => 'unconfirmed'),
  }),
  writer: {
    record: ({ outcome, environment, transport, requests, orders }) => ({
      ...{ outcome, environment, transport, requests, orders },
    }),
    payload: ({ outcome, orders }) => ({ outcome, orders }),
    error: ({ message, outcome }, source) => ({ message, code: outcome, source }),
    inWords: ({ outcome, message }) => `${outcome}: ${message}`,
  },
};

/** Registers a node type that does as it is told. */
const moduleOf = (action: Several) => (RED: NodeAPI) => {
  RED.nodes.registerType('several-orders', function (this: WiredNode, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const read = { defaults: DEFAULTS, fields: ['orders'] as const, own: {} };
    const raw = definition as unknown as Record<string, unknown>;
    const settings = readProperties(read, raw, (name) => RED.util.getSetting(this, name));
    actionRunner(RED)(this, settings, action);
  });
};

async function start(more: Partial<Several> = {}): Promise<Bench> {
  const account = new NotingAccount();
  const flow = flowWith({ type: 'several-orders' });
  await helper.load([accountModule({ account }), moduleOf({ ...several, ...more })], flow);
  const node = nodeOf('cancel');
  return { account, node, notes: watch(node) };
}

const PLACE = { environment: 'testnet', transport: 'http' };

describe('a message with several orders', () => {
  afterEach(() => helper.unload());

  it('tells its summary with a status code of its own, and its count in the status', async () => {
    const { account, node, notes } = await start();
    assert.equal(account.followers, 1);
    const msg = await ask(node, { payload: [ORDER, ORDER] }, 'two');
    await done(notes, 1);
    assertToldOnce(notes, 1);
    assert.equal(msg.statusCode, 504);
    const report = { requests: 3, orders: ['a', 'b'] };
    assert.deepEqual(msg.bybit, { outcome: 'incomplete', ...PLACE, ...report });
    const { code, source } = msg.error as { code: string; source: { type: string } };
    assert.deepEqual([code, source.type], ['incomplete', 'several-orders']);
    assert.deepEqual(
      notes.statuses.map(({ text }) => text),
      ['cancelling 2/2', 'incomplete 1/2'],
    );
  });

  it('goes to output 1 with an outcome that no single order has', async () => {
    const act: Several['act'] = (_task, _ready, startedAt) =>
      Promise.resolve({
        outcome: 'nothing-to-cancel',
        ...{ message: 'None.', requests: 0, orders: [], timing: timingSince(startedAt) },
      });
    const { node } = await start({ act, countOf: () => '' });
    const msg = await ask(node, { payload: [] }, 'one');
    assert.equal(msg.statusCode, 200);
    assert.deepEqual(msg.payload, { outcome: 'nothing-to-cancel', orders: [] });
  });

  it('is refused with the record of its own kind, and what is known', async () => {
    const { node, notes } = await start();
    const msg = await ask(node, { payload: 'text' }, 'two');
    await done(notes, 1);
    assert.equal(msg.statusCode, 400);
    const report = { requests: 0, orders: ['known'] };
    assert.deepEqual(msg.bybit, { outcome: 'invalid-request', ...PLACE, ...report });
    assert.match((msg.error as Error).message, /put a JSON node before this one\.$/);
  });

  it('has its outcome also where nobody can count', async () => {
    const countOf = () => {
      throw new Error('no count');
    };
    const { node, notes } = await start({ countOf });
    const msg = await ask(node, { payload: [ORDER] }, 'two');
    assert.equal(msg.statusCode, 504);
    assert.equal(notes.statuses.at(-1)?.text, 'incomplete');
  });

  const broken: Record<string, Several['act']> = {
    rejects: () => Promise.reject(new Error('apiSecret=hunter2')),
    'throws at once': () => {
      throw new Error('apiSecret=hunter2');
    },
  };
  for (const [how, act] of Object.entries(broken)) {
    it(`is unconfirmed, never refused, when its act ${how}`, async () => {
      const { node, notes } = await start({ act, countOf: () => '' });
      const arrival = next('two');
      node.receive({ payload: [ORDER, ORDER] });
      const msg = await arrival;
      assert.equal(msg.statusCode, 504);
      const report = { requests: 2, orders: ['unconfirmed', 'unconfirmed'] };
      assert.deepEqual(msg.bybit, { outcome: 'unconfirmed', ...PLACE, ...report });
      assert.deepEqual(
        notes.statuses.map(({ text }) => text),
        ['cancelling 0/2', 'unconfirmed'],
      );
      assert.ok(!JSON.stringify(msg).includes('hunter2'));
    });
  }
});
