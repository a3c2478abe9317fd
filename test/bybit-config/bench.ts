/**
 * Runs the real account node in a real Node-RED runtime; the accounts it opens only take notes.
 */
import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import globalConfig from '@node-red/nodes/core/common/91-global-config';
import httpProxy from '@node-red/nodes/core/network/06-httpproxy';
import tlsConfig from '@node-red/nodes/core/network/05-tls';
import type { Account, AccountAccess, AccountOptions } from '../../nodes/bybit/account';
import { registerAccountNode } from '../../nodes/bybit-config/account-node';

helper.init(require.resolve('node-red'));

export const KEYS = { apiKey: 'KeyOfMine1', apiSecret: 'SecretOfMine1' };
const NODE = { id: 'account', type: 'bybit-config', name: 'mine' };

/** What an account was opened with, and how often it was closed. */
export interface Opened {
  readonly options: Omit<AccountOptions, 'warn'>;
  readonly warn: AccountOptions['warn'];
  closed: number;
}

/** What happened in one test, and what is to happen. */
export interface Bench {
  readonly opened: Opened[];
  openError?: Error;
  closeError?: Error;
}

export type AccountNode = Node & { readonly access: AccountAccess };

function opener(bench: Bench) {
  return ({ warn, ...options }: AccountOptions): Account => {
    if (bench.openError) throw bench.openError;
    const notes: Opened = { options, warn, closed: 0 };
    bench.opened.push(notes);
    return {
      environment: options.environment,
      transport: options.transport,
      cancel: () => Promise.reject(new Error('not asked for')),
      cancelMany: () => Promise.reject(new Error('not asked for')),
      cancelAll: () => Promise.reject(new Error('not asked for')),
      follow: () => () => undefined,
      instruments: () => Promise.resolve([]),
      mayCancel: () => undefined,
      close: () => {
        notes.closed += 1;
        return bench.closeError ? Promise.reject(bench.closeError) : Promise.resolve();
      },
    };
  };
}

/**
 * Starts a flow with one account node.
 * @param properties what differs from an account of which nothing is said
 * @param others more nodes of the flow, with their credentials
 */
export async function start(
  bench: Bench,
  properties: object = {},
  credentials: object | null = KEYS,
  others: object[] = [],
  otherCredentials: object = {},
): Promise<AccountNode> {
  const all = { ...otherCredentials, ...(credentials && { account: credentials }) };
  const flow = [...others, { ...NODE, ...properties }];
  const account = (RED: NodeAPI) => registerAccountNode(RED, opener(bench));
  await helper.load([globalConfig, tlsConfig, httpProxy, account], flow, all);
  const node = helper.getNode('account');
  assert.ok(node);
  return node as AccountNode;
}

/** Why the account of a flow is not opened. */
export async function problemOf(...given: Parameters<typeof start>): Promise<string> {
  const { access } = await start(...given);
  assert.ok(access.problem !== undefined, 'the account was opened');
  assert.equal(given[0].opened.length, 0);
  return access.problem;
}

/** What the account node has warned of in the log. */
export function warnings(): string[] {
  const entries = helper.log().args.map(([entry]) => entry);
  return entries
    .filter(({ id, level }) => id === 'account' && level === 30)
    .map(({ msg }) => String(msg));
}
