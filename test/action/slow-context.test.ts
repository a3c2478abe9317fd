import assert from 'node:assert/strict';
import context from '@node-red/runtime/lib/nodes/context';
import { afterEach, describe, it } from 'mocha';
import type { Node } from 'node-red';
import helper from 'node-red-node-test-helper';
import { ask, done, next, ORDER, start, type Bench } from './bench';

interface Failure {
  readonly message: string;
  readonly code: string;
}

describe('fields from a context store that answers later', () => {
  let answer: ((error: unknown, value?: unknown) => void) | undefined;
  let asked: (() => void) | undefined;
  const store = () => ({
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
    clean: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    get: (_scope: string, _key: string, callback: typeof answer) => {
      answer = callback;
      asked?.();
    },
  });
  const startSlow = async (settings: object): Promise<Bench> => {
    helper.settings({
      contextStorage: {
        default: 'memory',
        memory: { module: 'memory' },
        slow: { module: store },
      },
    });
    const bench = await start({ orderId: '#:(slow)::id', orderIdType: 'flow', ...settings });
    await context.load();
    return bench;
  };
  const askSlowly = async (node: Node) => {
    const wait = new Promise<void>((resolve) => {
      asked = resolve;
    });
    node.receive({ payload: ORDER });
    await wait;
  };

  afterEach(async () => {
    await helper.unload();
    helper.settings({});
  });

  it('are waited for', async () => {
    const bench = await startSlow({});
    const arrival = next('one');
    await askSlowly(bench.node);
    answer?.(null, 'late-1');
    await arrival;
    assert.deepEqual(bench.account.requests, [{ ...ORDER, orderId: 'late-1' }]);
  });

  it('are refused when the store fails', async () => {
    const bench = await startSlow({});
    const arrival = next('two');
    await askSlowly(bench.node);
    answer?.(new Error('disk on fire'));
    const { message } = (await arrival).error as Failure;
    assert.equal(message, 'orderId can\'t be read from the flow context "#:(slow)::id".');
  });

  it('are waited for no longer than the timeout says', async () => {
    const { account, node } = await startSlow({ timeout: 5 });
    const { error } = await ask(node, { payload: ORDER }, 'two');
    const { code, message } = error as Failure;
    assert.deepEqual(account.requests, []);
    assert.equal(code, 'invalid-request');
    assert.match(message, /^orderId could not be read in time/);
  });

  it('are waited for no longer than the node stands', async () => {
    const { account, node, notes } = await startSlow({});
    await askSlowly(node);
    await node.close(false);
    await done(notes, 1);
    const { error } = notes.sent[0]?.[1] as { error: Failure };
    assert.equal(error.code, 'unavailable');
    assert.deepEqual(account.requests, []);
  });
});
