import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { Node, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import {
  CATEGORIES,
  ORDER_FILTERS,
  STATUS_CODES,
  SUCCESSES,
  type CancelRequest,
  type OutcomeCode,
} from '../../nodes/bybit/model';
import cancelOrder from '../../nodes/bybit-cancel-order/bybit-cancel-order';
import { message, settings } from './arbitraries';
import {
  ACCOUNT_NODE,
  accountModule,
  CANCEL_NODE,
  done,
  nodeOf,
  NotingAccount,
  outcomeFor,
  PLACE,
  type Notes,
} from '../action/bench';

/** Notes what the node does instead of letting Node-RED copy messages that can't be copied. */
function intercept(node: Node): Notes {
  const notes: Notes = { sent: [], completed: [], statuses: [] };
  const runtime = node as Node & { _complete: (msg: unknown, error: unknown) => void };
  runtime.send = (messages) => void notes.sent.push(messages as (NodeMessage | null)[]);
  runtime.status = (shown) => void notes.statuses.push(shown as object);
  runtime._complete = (msg, error) => void notes.completed.push({ msg, error });
  return notes;
}

/** A request that the exchange's documents allow, judged without the code under test. */
function assertSound(request: CancelRequest): void {
  const fields = ['category', 'symbol', 'orderId', 'orderLinkId', 'orderFilter'];
  const keys = Object.keys(request);
  assert.deepEqual(
    keys,
    fields.filter((field) => keys.includes(field)),
  );
  for (const value of Object.values(request) as unknown[]) {
    assert.ok(typeof value === 'string' && value !== '' && value.trim() === value);
    assert.ok(value.length <= 128 && Buffer.from(value).toString() === value);
    for (const character of value) assert.ok(character >= ' ' && character !== '\u007f');
  }
  assert.ok(CATEGORIES.includes(request.category));
  assert.equal(request.symbol, request.symbol.toUpperCase());
  assert.ok(!request.symbol.endsWith('.P'));
  assert.ok(request.orderId !== undefined || request.orderLinkId !== undefined);
  if (request.orderFilter !== undefined) {
    assert.equal(request.category, 'spot');
    assert.ok(ORDER_FILTERS.includes(request.orderFilter));
  }
}

/** The outcome that one message led to: on one output, or as one error. */
function soleOutcome(notes: Notes, msg: object): OutcomeCode {
  assert.equal(notes.completed.length, 1);
  const { error } = notes.completed[0]!;
  if (error !== undefined) {
    assert.ok(notes.sent.length <= 1);
    return (error as { code: OutcomeCode }).code;
  }
  assert.equal(notes.sent.length, 1);
  const [one, two] = notes.sent[0]!;
  assert.equal(one ?? two, msg);
  const { bybit, statusCode } = msg as { bybit: { outcome: OutcomeCode }; statusCode: number };
  assert.equal(statusCode, STATUS_CODES[bybit.outcome]);
  assert.deepEqual(
    [one !== null, two !== null],
    (SUCCESSES as readonly string[]).includes(bybit.outcome) ? [true, false] : [false, true],
  );
  return bybit.outcome;
}

/** What is said of a message holds for the account's notes of it as well. */
function assertConsistent(outcome: OutcomeCode, requests: readonly CancelRequest[]): void {
  requests.forEach(assertSound);
  const unsent: OutcomeCode[] = ['invalid-request', 'not-configured'];
  assert.equal(requests.length, unsent.includes(outcome) ? 0 : 1);
}

function clear(notes: Notes, account: NotingAccount): void {
  notes.sent.length = 0;
  notes.completed.length = 0;
  account.requests.length = 0;
}

async function assertOneOutcome(
  node: Node,
  notes: Notes,
  account: NotingAccount,
  msg: object,
): Promise<OutcomeCode> {
  clear(notes, account);
  node.receive(msg as NodeMessage);
  await done(notes, 1);
  const outcome = soleOutcome(notes, msg);
  assertConsistent(outcome, account.requests);
  return outcome;
}

/** Starts a node for each of the settings, all with one account. */
async function startAll(all: object[]): Promise<{ account: NotingAccount; nodes: Node[] }> {
  const account = new NotingAccount();
  const outcomes = Object.keys(STATUS_CODES).filter((code) => !/^(invalid|not-conf)/.test(code));
  account.answer = (request) => {
    const outcome = outcomes[request.symbol.length % outcomes.length] as OutcomeCode;
    return outcomeFor(request, { outcome });
  };
  const flow = [
    { id: 'tab', type: 'tab', label: '' },
    ACCOUNT_NODE,
    { id: 'one', ...PLACE, type: 'helper', wires: [] },
    { id: 'two', ...PLACE, type: 'helper', wires: [] },
    ...all.map((each, index) => ({ ...CANCEL_NODE, ...each, id: `cancel-${index}` })),
  ];
  await helper.load([accountModule({ account }), cancelOrder], flow);
  return { account, nodes: all.map((_, index) => nodeOf(`cancel-${index}`)) };
}

describe('whatever comes in', () => {
  describe('as a message', () => {
    let account: NotingAccount;
    let node: Node;
    before(async () => {
      const started = await startAll([{}]);
      account = started.account;
      node = started.nodes[0]!;
    });
    after(() => helper.unload());

    it('leads to exactly one outcome, 10,000 times over', async () => {
      const notes = intercept(node);
      const seen = new Set<OutcomeCode>();
      const property = fc.asyncProperty(message, async (recipe) => {
        seen.add(await assertOneOutcome(node, notes, account, recipe.make()));
      });
      await fc.assert(property, { numRuns: 10_000 });
      // Chance has been even-handed: some were refused, others made their way.
      assert.ok(seen.has('invalid-request') && seen.size > 1);
    }).timeout(120_000);
  });

  it('as settings, leads to exactly one outcome for each message', async () => {
    const batch = fc.array(fc.tuple(settings, fc.array(message, { minLength: 3, maxLength: 3 })), {
      minLength: 20,
      maxLength: 20,
    });
    const property = fc.asyncProperty(batch, async (pairs) => {
      try {
        const { account, nodes } = await startAll(pairs.map(([each]) => each));
        for (const [index, node] of nodes.entries()) {
          const notes = intercept(node);
          for (const recipe of pairs[index]![1]) {
            await assertOneOutcome(node, notes, account, recipe.make());
          }
        }
      } finally {
        await helper.unload();
      }
    });
    await fc.assert(property, { numRuns: 50 });
  }).timeout(120_000);
});
