/**
 * Runs an action node, the cancel node unless told otherwise, in a real Node-RED runtime, in front of
 * an account that only takes notes.
 */
import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeMessage, NodeStatus } from 'node-red';
import helper from 'node-red-node-test-helper';
import type {
  Account,
  AccountAccess,
  CancelManyOptions,
  CancelOptions,
  ManyOutcomes,
  SweepOutcome,
} from '../../nodes/bybit/account';
import type { CancelRequest, Outcome } from '../../nodes/bybit/model';
import cancelOrder from '../../nodes/bybit-cancel-order/bybit-cancel-order';

helper.init(require.resolve('node-red'));

type Answer = (request: CancelRequest, options: CancelOptions) => Outcome | Promise<Outcome>;

/** An outcome as an account gives it. */
export function outcomeFor(request: CancelRequest, more: Partial<Outcome> = {}): Outcome {
  return {
    outcome: 'cancelled',
    message: 'The order is cancelled.',
    environment: 'testnet',
    transport: 'http',
    category: request.category,
    symbol: request.symbol,
    ...(request.orderId === undefined ? {} : { orderId: request.orderId }),
    ...(request.orderLinkId === undefined ? {} : { orderLinkId: request.orderLinkId }),
    attempts: 1,
    timing: { startedAt: 1, totalMs: 2 },
    ...more,
  };
}

/** An account that takes notes and answers as it is told. */
export class NotingAccount implements Account {
  readonly environment = 'testnet';
  readonly transport = 'http';
  readonly requests: CancelRequest[] = [];
  readonly options: CancelOptions[] = [];
  /** who want confirmations, and who don't */
  followers = 0;
  unconfirmed = 0;
  answer: Answer = (request) => outcomeFor(request);

  async cancel(request: CancelRequest, options: CancelOptions): Promise<Outcome> {
    this.requests.push(request);
    this.options.push(options);
    return await this.answer(request, options);
  }

  async cancelMany(
    requests: readonly CancelRequest[],
    { onOutcome, ...options }: CancelManyOptions,
  ): Promise<ManyOutcomes> {
    const pending = requests.map(async (request) => {
      const outcome = await this.cancel(request, { ...options, confirm: true });
      onOutcome?.(outcome);
      return outcome;
    });
    return { outcomes: await Promise.all(pending), requests: requests.length };
  }

  cancelAll(): Promise<SweepOutcome> {
    return Promise.reject(new Error('not asked for'));
  }

  mayCancel = () => undefined;

  follow({ confirm }: { readonly confirm: boolean }): () => void {
    const followers = confirm ? 'followers' : 'unconfirmed';
    this[followers] += 1;
    return () => {
      this[followers] -= 1;
    };
  }

  instruments(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a node did, in the order in which it did it. */
export interface Notes {
  readonly sent: (NodeMessage | null)[][];
  readonly completed: { readonly msg: unknown; readonly error: unknown }[];
  readonly statuses: NodeStatus[];
}

interface RuntimeNode extends Node {
  _complete(msg: unknown, error: unknown): void;
}

/** Notes what the node under test does, and lets it happen. */
export function watch(node: Node): Notes {
  const notes: Notes = { sent: [], completed: [], statuses: [] };
  const runtime = node as RuntimeNode;
  const send = runtime.send.bind(node);
  const status = runtime.status.bind(node);
  const complete = runtime._complete.bind(node);
  runtime.send = (messages) => {
    notes.sent.push(messages as (NodeMessage | null)[]);
    send(messages);
  };
  runtime.status = (shown) => {
    notes.statuses.push(shown as NodeStatus);
    status(shown);
  };
  runtime._complete = (msg, error) => {
    notes.completed.push({ msg, error });
    complete(msg, error);
  };
  return notes;
}

export interface Bench {
  readonly account: NotingAccount;
  readonly node: Node;
  readonly notes: Notes;
}

/** Node-RED takes a node without a place on a tab for a config node. */
export const PLACE = { z: 'tab', x: 0, y: 0 };

/** The node under test, wired to helper nodes on both outputs unless told otherwise. */
export const CANCEL_NODE = {
  id: 'cancel',
  ...PLACE,
  type: 'bybit-cancel-order',
  name: 'my cancel',
  account: 'account',
  wires: [['one'], ['two']],
};
export const ACCOUNT_NODE = { id: 'account', type: 'bybit-config' };
const AROUND = [
  { id: 'tab', type: 'tab', label: '' },
  { id: 'one', ...PLACE, type: 'helper', wires: [] },
  { id: 'two', ...PLACE, type: 'helper', wires: [] },
];

/** A stand-in for the config node, with the one property that acting nodes know of it. */
export function accountModule(access: AccountAccess | undefined) {
  return (RED: NodeAPI): void => {
    RED.nodes.registerType('bybit-config', function (this: Node, definition) {
      RED.nodes.createNode(this, definition);
      Object.defineProperty(this, 'access', { value: access });
    });
  };
}

/** A flow with one cancel node and its account. */
export function flowWith(settings: object, others: object[] = []): object[] {
  return [...AROUND, ACCOUNT_NODE, { ...CANCEL_NODE, ...settings }, ...others];
}

/**
 * Starts a flow with one cancel node.
 * @param settings what differs from CANCEL_NODE
 * @param others more nodes of the flow
 */
export async function start(settings: object = {}, others: object[] = []): Promise<Bench> {
  const account = new NotingAccount();
  await helper.load([accountModule({ account }), cancelOrder], flowWith(settings, others));
  const node = nodeOf('cancel');
  return { account, node, notes: watch(node) };
}

/** Starts a flow whose account node is as given, or missing. */
export async function startWith(
  access: AccountAccess | undefined,
  accountNode: object | null = ACCOUNT_NODE,
  others: object[] = [],
): Promise<Omit<Bench, 'account'>> {
  const flow = [...AROUND, ...(accountNode ? [accountNode] : []), CANCEL_NODE, ...others];
  await helper.load([accountModule(access), cancelOrder], flow);
  const node = nodeOf('cancel');
  return { node, notes: watch(node) };
}

export function nodeOf(id: string): Node {
  const node = helper.getNode(id);
  if (node === null) throw new Error(`There is no node ${id} in the flow.`);
  return node;
}

/** The next message that arrives at a node. */
export function next(id: string): Promise<NodeMessage> {
  const node = nodeOf(id);
  return new Promise((resolve) => {
    const listener = (msg: NodeMessage) => {
      node.removeListener('input', listener);
      resolve(msg);
    };
    node.on('input', listener);
  });
}

/** Hands a message to the node under test and waits for the next arrival at another. */
export async function ask(node: Node, msg: object, at: 'one' | 'two'): Promise<NodeMessage> {
  const arrival = next(at);
  node.receive(msg as NodeMessage);
  return await arrival;
}

/** Waits until the node has said done for so many messages. */
export async function done(notes: Notes, count: number): Promise<void> {
  while (notes.completed.length < count) await new Promise((resolve) => setImmediate(resolve));
}

export const ORDER = { category: 'linear', symbol: 'BTCUSDT', orderId: 'abc-1' };

/** That one message led to exactly one outcome, told without an error. */
export function assertToldOnce(notes: Notes, output: 0 | 1): void {
  assert.equal(notes.sent.length, 1);
  assert.deepEqual(
    notes.sent[0]?.map((msg) => msg !== null),
    [output === 0, output === 1],
  );
  assert.equal(notes.completed.length, 1);
  assert.equal(notes.completed[0]?.error, undefined);
}
