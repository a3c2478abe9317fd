/**
 * What the config nodes for TLS and proxies say, in the account's terms. A chosen node that is not
 * there is a problem: an account must not go round the proxy it was told to use.
 */
import type { Node } from 'node-red';
import type { ProxyOptions, TlsOptions } from '../bybit/account';
import { problem } from '../properties/problems';
import type { Read } from '../properties/values';

/** A node as it may be found: of any type, `null` or `undefined` when missing or disabled. */
export type FindNode = (id: string) => Node | null | undefined;

interface TlsNode extends Node {
  readonly valid?: boolean;
  addTLSOptions(options: Partial<TlsOptions>): void;
}

interface ProxyNode extends Omit<Node, 'credentials'> {
  readonly url?: unknown;
  readonly noproxy?: unknown;
  readonly credentials?: { readonly username?: string; readonly password?: string };
}

const TLS_FIELDS = [
  'ca',
  'cert',
  'key',
  'passphrase',
  'servername',
  'rejectUnauthorized',
  'ALPNProtocols',
] as const;

/** @param id of a `tls-config`; blank: none is chosen */
export function readTls(id: string, find: FindNode): Read<TlsOptions | undefined> {
  if (id === '') return { value: undefined };
  const node = find(id);
  if (node?.type !== 'tls-config') {
    return problem('tlsMissing');
  }
  const tlsNode = node as TlsNode;
  if (tlsNode.valid === false) {
    return problem('tlsUnusable');
  }
  const offered: Partial<TlsOptions> = {};
  tlsNode.addTLSOptions(offered);
  const given = TLS_FIELDS.filter((field) => offered[field] !== undefined);
  return { value: Object.fromEntries(given.map((field) => [field, offered[field]])) };
}

/** @param id of an `http proxy`; blank: none is chosen */
export function readProxy(id: string, find: FindNode): Read<ProxyOptions | undefined> {
  if (id === '') return { value: undefined };
  const node = find(id);
  if (node?.type !== 'http proxy') {
    return problem('proxyMissing');
  }
  const { url, noproxy, credentials } = node as ProxyNode;
  const address = typeof url === 'string' ? addressOf(url) : undefined;
  if (address === undefined) {
    return problem('proxyUrl');
  }
  // The setters encode, but leave a % as it is.
  if (credentials?.username) address.username = encodeURIComponent(credentials.username);
  if (credentials?.password) address.password = encodeURIComponent(credentials.password);
  const hosts: unknown[] = Array.isArray(noproxy) ? noproxy : [];
  return {
    value: {
      url: address.href,
      noProxy: hosts.filter((host): host is string => typeof host === 'string'),
    },
  };
}

function addressOf(text: string): URL | undefined {
  if (!URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
