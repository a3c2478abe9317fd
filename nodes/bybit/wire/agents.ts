/**
 * Connections of one account: kept alive, through a proxy where one is set, with the account's own
 * TLS options. REST and WebSockets take the same agent, so a proxy or CA holds for both.
 */
import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import type { Socket } from 'node:net';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent, type ProxyAgentRequestOptions } from 'hpagent';
import { AccountError, type ProxyOptions, type TlsOptions } from '../account-options';

/** ms: an idle connection is given up before the servers' usual 60 s, and a silent proxy too. */
const IDLE_LIMIT = 55_000;

export interface AgentChoice {
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
  /** The proxy that the environment variables name for a URL, `''` for none. */
  readonly environmentProxy: (url: string) => string;
  /** Aborted when the account closes: ends a proxy's unfinished CONNECT, which no agent tracks. */
  readonly signal: AbortSignal;
}

/**
 * @param origin where the connections go; a proxy is chosen for it, once
 * @throws AccountError when the proxy's URL can't be used
 */
export function createAgent(origin: string, choice: AgentChoice): HttpAgent | HttpsAgent {
  // A WebSocket is proxied as the HTTP request it begins as.
  const url = new URL(origin.replace(/^ws/, 'http'));
  const options: AgentOptions = {
    ...choice.tls,
    keepAlive: true,
    timeout: IDLE_LIMIT,
    // Enough for 400 cancels a second over 150 ms; more would only crowd each other.
    maxSockets: 64,
    // All of them: closing some between two messages of a burst only opens others anew.
    maxFreeSockets: 64,
  };
  const proxy = proxyFor(url, choice);
  const secure = url.protocol === 'https:';
  if (proxy === undefined) {
    const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    // All of its connections go to one place with the same options: the name that Node makes of twenty
    // of them, twice for each request, is always the same.
    agent.getName = () => url.host;
    return agent;
  }
  const connect: ConnectOptions = proxyTls(choice.tls);
  // Handed on to http.request as it is: the types of hpagent name three of its options alone.
  const proxyRequestOptions = connect as ProxyAgentRequestOptions;
  const proxied = { ...options, proxy, proxyRequestOptions };
  const agent = secure ? new HttpsProxyAgent(proxied) : new HttpProxyAgent(proxied);
  endConnects(agent, connect, choice.signal);
  return agent;
}

export function isProxied(agent: HttpAgent): boolean {
  return agent instanceof HttpProxyAgent || agent instanceof HttpsProxyAgent;
}

/** The options of each CONNECT; hpagent reads them anew for every connection. */
type ConnectOptions = TlsOptions & { signal?: AbortSignal };

/**
 * Ends unfinished CONNECTs with the account's signal. hpagent strips a finished one of all its
 * listeners, and its signal would hold it for good: so each has a signal of its own.
 */
function endConnects(agent: HttpAgent, connect: ConnectOptions, signal: AbortSignal): void {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connecting = new AbortController();
    const end = () => connecting.abort();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    connect.signal = connecting.signal;
    return createConnection(options, (error, socket) => {
      signal.removeEventListener('abort', end);
      callback?.(error, socket);
    });
  };
}

/** Cuts all connections of an agent. Resolves when they are gone. */
export async function closeAgent(agent: HttpAgent): Promise<void> {
  const gone = [agent.sockets, agent.freeSockets]
    .flatMap((each) => Object.values(each).flat())
    .filter((socket): socket is Socket => socket?.closed === false)
    .map((socket) => once(socket, 'close'));
  agent.destroy();
  await Promise.allSettled(gone);
}

/** A proxy that is itself reached over TLS is checked against the same CA. */
function proxyTls(tls: TlsOptions | undefined): TlsOptions {
  return {
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.rejectUnauthorized === undefined
      ? {}
      : { rejectUnauthorized: tls.rejectUnauthorized }),
  };
}

function proxyFor(url: URL, choice: AgentChoice): URL | undefined {
  const text = choice.proxy ? chosenProxy(url, choice.proxy) : choice.environmentProxy(url.href);
  if (text === '') return undefined;
  let proxy: URL | undefined;
  try {
    proxy = new URL(text);
  } catch {
    // The text may hold a password: it is not quoted.
  }
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol)) {
    throw new AccountError(
      'proxyUrl',
      "The proxy can't be used: its URL must begin with http:// or https://.",
    );
  }
  if (!isEncoded(proxy.username) || !isEncoded(proxy.password)) {
    throw new AccountError(
      'proxyPercent',
      "The proxy can't be used: a % in its user name or password must be written as %25.",
    );
  }
  return proxy;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function chosenProxy(url: URL, proxy: ProxyOptions): string {
  return proxy.noProxy.some((entry) => covers(entry.trim().toLowerCase(), url)) ? '' : proxy.url;
}

/** `host`, `host:port`, `.domain`, `*.domain` or `*`, as in the variable `no_proxy`. */
function covers(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const domain = entry.replace(/^\*/, '');
  if (domain.startsWith('.')) return url.hostname.endsWith(domain);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return domain === url.hostname || domain === `${url.hostname}:${port}`;
}
