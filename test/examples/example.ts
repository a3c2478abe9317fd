/** The example flows as they stand in the import menu, and as their comments say to set them up. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from '../../simulator/exchange';
import { root } from '../package/commands';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

const folder = join(root, 'examples');

/** The names in the import menu. */
export const EXAMPLES: readonly string[] = readdirSync(folder).map((file) =>
  file.replace(/\.json$/, ''),
);

export function readExample(name: string): FlowNode[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as FlowNode[];
}

/** The id of an example's only node of this type and name. */
export function idIn(example: string, type: string, name: string): string {
  const found = readExample(example).filter((node) => node.type === type && node.name === name);
  if (found.length !== 1) throw new Error(`${found.length} nodes "${name}" in "${example}"`);
  return found[0]!.id;
}

export interface SetUp {
  readonly exchange: Exchange;
  readonly key: { readonly apiKey: string; readonly secret: string };
  /** of the MQTT broker */
  readonly port?: number;
}

/** What a user does after the import: enters the account, and the address of the broker. */
export function setUp(flow: readonly FlowNode[], { exchange, key, port }: SetUp): FlowNode[] {
  const { restUrl, streamUrl } = exchange;
  const credentials = { apiKey: key.apiKey, apiSecret: key.secret };
  return flow.map((node) => {
    if (node.type === 'bybit-config') {
      return { ...node, site: 'custom', restUrl, streamUrl, credentials };
    }
    return node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port } : node;
  });
}

/** The types of this package that take messages. */
const ACTIONS = ['bybit-cancel-order', 'bybit-cancel-orders', 'bybit-cancel-all'];

export const isAction = ({ type }: FlowNode): boolean => ACTIONS.includes(type);

/**
 * An inject node of the tests alone, before the nodes behind output 2: messages that are given to it
 * go on as if the cancel node had sent them there.
 */
export function withDoor(flow: readonly FlowNode[]): FlowNode[] {
  const cancel = flow.find(isAction)!;
  const wires = [cancel.wires?.[1] ?? []];
  return [...flow, { id: doorOf(cancel.id), type: 'inject', z: cancel.z!, props: [], wires }];
}

/** @param id of the cancel node */
export const doorOf = (id: string): string => `door-of-${id}`;

/** With less time for a cancel than the example gives it. */
export const hurried = (flow: readonly FlowNode[], timeout: number): FlowNode[] =>
  flow.map((node) => (isAction(node) ? { ...node, timeout } : node));

/** As a user looks closer: debug nodes show the whole message. */
export const showAll = (flow: readonly FlowNode[]): FlowNode[] =>
  flow.map((node) =>
    node.type === 'debug' ? { ...node, complete: 'true', targetType: 'full' } : node,
  );
