/**
 * The config node `bybit-config`: reads its properties, opens the account and offers it to the
 * nodes that act through it, or tells them in words why there is none.
 */
import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  AccountError,
  type Account,
  type AccountAccess,
  type AccountOptions,
} from '../bybit/account';
import type { LookUp, Read } from '../values';
import { readProxy, readTls, type FindNode } from './network';
import {
  readKeys,
  readPlace,
  type Place,
  type RawCredentials,
  type RawProperties,
} from './settings';

export type OpenAccount = (options: AccountOptions) => Account;

type AccountNode = Node<RawCredentials>;

/** Registers the node type. `openAccount` is handed in, so that tests can stand in for it. */
export function registerAccountNode(RED: NodeAPI, openAccount: OpenAccount): void {
  function BybitConfig(this: AccountNode, definition: NodeDef & RawProperties) {
    RED.nodes.createNode(this, definition);
    const credentials: RawCredentials = { ...(this.credentials as RawCredentials | undefined) };
    // Other nodes, debug output and admin tools can all reach a config node's properties.
    Reflect.deleteProperty(this, 'credentials');
    const access = openAccess(RED, this, openAccount, definition, credentials);
    Object.defineProperty(this, 'access', { value: access, enumerable: false });
    if (access.problem !== undefined) this.warn(access.problem);
    this.on('close', (done: () => void) => {
      void closeAccess(access).then(done, done);
    });
  }
  RED.nodes.registerType('bybit-config', BybitConfig, {
    credentials: { apiKey: { type: 'password' }, apiSecret: { type: 'password' } },
  });
}

function openAccess(
  RED: NodeAPI,
  node: AccountNode,
  openAccount: OpenAccount,
  raw: RawProperties,
  credentials: RawCredentials,
): AccountAccess {
  const lookUp: LookUp = (name) => RED.util.getSetting(node, name);
  let known: Partial<Pick<Place, 'environment' | 'transport'>> = {};
  try {
    const place = readPlace(raw, lookUp);
    if (place.problem !== undefined) return { problem: place.problem };
    const { environment, transport } = place.value;
    known = { environment, transport };
    const options = completeOptions(place.value, readKeys(credentials, lookUp), (id) =>
      RED.nodes.getNode(id),
    );
    if (options.problem !== undefined) return { problem: options.problem, ...known };
    if (options.value.tls?.rejectUnauthorized === false) {
      node.warn(
        'The TLS configuration does not verify the server: anyone on the way can pose as it.',
      );
    }
    return { account: openAccount({ ...options.value, warn: (text) => node.warn(text) }) };
  } catch (error) {
    // Any other error's text is not known to be free of secrets.
    const problem =
      error instanceof AccountError ? error.message : 'The account can not be opened as it is set.';
    return { problem, ...known };
  }
}

function completeOptions(
  place: Place,
  keys: ReturnType<typeof readKeys>,
  find: FindNode,
): Read<Omit<AccountOptions, 'warn'>> {
  if (keys.problem !== undefined) return keys;
  const tls = readTls(place.tls, find);
  if (tls.problem !== undefined) return tls;
  const proxy = readProxy(place.proxy, find);
  if (proxy.problem !== undefined) return proxy;
  const { environment, restUrl, streamUrl, recvWindow, transport } = place;
  return {
    value: {
      environment,
      restUrl,
      streamUrl,
      recvWindow,
      transport,
      ...keys.value,
      ...(tls.value === undefined ? {} : { tls: tls.value }),
      ...(proxy.value === undefined ? {} : { proxy: proxy.value }),
    },
  };
}

async function closeAccess(access: AccountAccess): Promise<void> {
  await access.account?.close();
}
