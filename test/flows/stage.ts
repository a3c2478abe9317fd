/** The nodes in a Node-RED runtime, against the simulated exchange: a flow as a user has it. */
import { createRequire } from 'node:module';
import type { Node, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import cancelAll from '../../nodes/bybit-cancel-all/bybit-cancel-all';
import cancelOrder from '../../nodes/bybit-cancel-order/bybit-cancel-order';
import cancelOrders from '../../nodes/bybit-cancel-orders/bybit-cancel-orders';
import config from '../../nodes/bybit-config/bybit-config';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';

helper.init(require.resolve('node-red'));

/** Without a position Node-RED takes a node for a config node. */
export const ON_TAB = { z: 'tab', x: 1, y: 1 };
/** Core nodes; the test helper loads none by itself. */
const coreNode = createRequire(__filename);
const CORE = ['common/25-catch.js', 'common/25-status.js', 'function/15-change.js'];

type ExchangeOptions = NonNullable<Parameters<typeof startExchange>[0]>;

/** A message at the end of the flow. */
export interface Arrival extends NodeMessage {
  readonly output: 'one' | 'two' | 'caught';
  readonly bybit: { readonly outcome: string; readonly [field: string]: unknown };
  readonly error?: { readonly message: string; readonly code?: string };
  readonly statusCode: number;
}

export interface FlowOptions {
  readonly exchange?: ExchangeOptions;
  /** what the exchange is to do before the nodes start */
  readonly prepare?: (exchange: Exchange) => void;
  readonly account?: object;
  readonly cancel?: object;
  readonly credentials?: { readonly apiKey?: string; readonly apiSecret?: string };
  /** output 2 wired; otherwise a failure goes to the Catch node */
  readonly wired?: boolean;
}

export interface FlowStage {
  readonly exchange: Exchange;
  readonly flow: readonly object[];
  /** all that has arrived at an end of the flow, in order */
  readonly arrivals: Arrival[];
  /** Hands a message to the cancel node. */
  send(msg: object): void;
  /** Waits until so many messages have arrived. */
  arrived(count: number): Promise<Arrival[]>;
  /** Deploys the flow anew. */
  deploy(type: 'full' | 'flows' | 'nodes', flow?: readonly object[]): Promise<void>;
  end(): Promise<void>;
}

export function flowFor(exchange: Exchange, { account, cancel, wired = true }: FlowOptions) {
  return [
    { id: 'tab', type: 'tab', label: '' },
    {
      id: 'account',
      type: 'bybit-config',
      name: 'simulated',
      site: 'custom',
      restUrl: exchange.restUrl,
      streamUrl: exchange.streamUrl,
      ...account,
    },
    {
      id: 'cancel',
      ...ON_TAB,
      type: 'bybit-cancel-order',
      account: 'account',
      wires: [['one'], wired ? ['two'] : []],
      ...cancel,
    },
    { id: 'catch', ...ON_TAB, type: 'catch', scope: null, wires: [['caught']] },
    { id: 'status', ...ON_TAB, type: 'status', scope: null, wires: [['shown']] },
    ...['one', 'two', 'caught', 'shown'].map((id) => ({
      id,
      ...ON_TAB,
      type: 'helper',
      wires: [],
    })),
  ];
}

/** Loads a flow of our nodes and some of the core. */
export async function load(flow: readonly object[], credentials: object): Promise<void> {
  const core = CORE.map((file) => coreNode(`@node-red/nodes/core/${file}`) as typeof cancelOrder);
  await helper.load(
    [config, cancelOrder, cancelOrders, cancelAll, ...core],
    [...flow],
    credentials,
  );
}

export async function startFlow(options: FlowOptions = {}): Promise<FlowStage> {
  const exchange = await startExchange(options.exchange);
  options.prepare?.(exchange);
  const flow = flowFor(exchange, options);
  const { apiKey = DEMO_KEY.apiKey, apiSecret = DEMO_KEY.secret } = options.credentials ?? {};
  const credentials = { account: { apiKey, apiSecret } };
  await load(flow, credentials);
  const arrivals: Arrival[] = [];
  let wake: () => void = () => undefined;
  const heard = new WeakSet<Node>();
  const listen = () => {
    for (const output of ['one', 'two', 'caught'] as const) {
      const node = helper.getNode(output);
      // A deploy leaves the nodes that it does not change.
      if (node === null || heard.has(node)) continue;
      heard.add(node);
      node.on('input', (msg: NodeMessage) => {
        arrivals.push({ ...msg, output } as Arrival);
        wake();
      });
    }
  };
  listen();
  return {
    exchange,
    flow,
    arrivals,
    send: (msg) => nodeOf('cancel').receive(msg as NodeMessage),
    async arrived(count) {
      while (arrivals.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return arrivals;
    },
    async deploy(type, next = flow) {
      await helper.setFlows([...next], type);
      listen();
    },
    async end() {
      await helper.unload();
      await exchange.close();
    },
  };
}

export function nodeOf(id: string): Node {
  const node = helper.getNode(id);
  if (node === null) throw new Error(`There is no node ${id} in the flow.`);
  return node;
}
