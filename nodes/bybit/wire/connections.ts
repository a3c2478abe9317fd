/**
 * The connections of one account: signed requests over kept-alive HTTP, and authenticated
 * WebSockets, all with the same key, clock, TLS options and proxy. Nothing here is shared with
 * another account.
 */
import { setMaxListeners } from 'node:events';
import type { Agent } from 'node:http';
import type { Got } from 'got';
import { closeAgent, createAgent, isProxied } from './agents';
import { createRedactor } from '../answers/redact';
import { createClock, type Clock } from './clock';
import { AccountError, type AccountOptions } from '../account-options';
import { createRest, type Rest } from './http';
import { createSigner, SigningError, type Signer } from './signing';
import {
  openWebSocket,
  type OpenWebSocket,
  type WebSocketEvents,
  type WebSocketOptions,
} from './websocket';
import { openLiveWebSocket, type LiveWebSocket, type LiveWebSocketOptions } from './live-websocket';
import type { Time } from '../time/time';

/** ms: a clock that was off by more explains why a key was refused */
const OFF = 1000;

/** What only loads asynchronously (ES modules). */
export interface Libraries {
  readonly got: Got;
  readonly getProxyForUrl: (url: string) => string;
}

export async function loadLibraries(): Promise<Libraries> {
  const [{ got }, { getProxyForUrl }] = await Promise.all([
    import('got'),
    import('proxy-from-env'),
  ]);
  return { got, getProxyForUrl };
}

/** What a WebSocket is for, and what is to be done with what it tells. */
export type LiveWebSocketUse = Pick<
  LiveWebSocketOptions,
  'name' | 'instead' | 'onReady' | 'onMessage' | 'onDown' | 'onRefused'
> & {
  /** `/v5/private` or `/v5/trade` */
  readonly path: string;
  /** Measures the clock offset. */
  readonly measureClock: (signal: AbortSignal) => Promise<void>;
};

export type WebSocketUse = WebSocketEvents &
  Pick<WebSocketOptions, 'onMessage'> &
  Pick<LiveWebSocketUse, 'path'>;

export interface Connections {
  readonly rest: Rest;
  readonly clock: Clock;
  readonly clean: (text: string) => string;
  /** whether REST goes through a proxy */
  readonly proxied: boolean;
  open(use: LiveWebSocketUse): LiveWebSocket;
  /** A WebSocket that is opened once: what ends it ends it. */
  openOnce(use: WebSocketUse): OpenWebSocket;
  /** Cuts what is open. Resolves when it is gone. */
  close(): Promise<void>;
}

/** @throws AccountError when the secret or the proxy can't be used */
export function openConnections(
  options: AccountOptions,
  { got, getProxyForUrl }: Libraries,
  time: Time,
): Connections {
  const { apiKey, recvWindow, warn, inform } = options;
  const signer = readSecret(options.apiSecret);
  const clean = createRedactor([apiKey, options.apiSecret]);
  const clock = createClock(() => time.wall(), warn, inform);
  const cutting = new AbortController();
  setMaxListeners(0, cutting.signal);
  const agentFor = agentsOf(options, getProxyForUrl, cutting.signal);
  const agent = agentFor(options.restUrl);
  const streamAgent = agentFor(options.streamUrl);
  const common = { apiKey, signer, clock, clean };
  const lineTo = (path: string) => ({
    ...{ ...common, url: options.streamUrl + path, agent: streamAgent, time },
  });
  return {
    rest: createRest({ ...common, got, origin: options.restUrl, agent, recvWindow, time }),
    clock,
    clean,
    proxied: isProxied(agent),
    open: ({ path, measureClock, ...use }) =>
      openLiveWebSocket({
        ...use,
        ...lineTo(path),
        warn,
        ...(inform ? { inform } : {}),
        mendClock: (aheadMs) =>
          measureClock(cutting.signal).then(() => isOff(clock.now() - time.wall(), aheadMs)),
      }),
    openOnce: ({ path, onMessage, ...events }) =>
      openWebSocket({ ...lineTo(path), onMessage }, events),
    async close() {
      cutting.abort('closing');
      await Promise.all([closeAgent(agent), closeAgent(streamAgent)]);
    },
  };
}

/** Whether the clock that was used differs from what it is now. Both: ms ahead of this machine's. */
function isOff(aheadMs: number, usedAheadMs: number): boolean {
  return Math.abs(aheadMs - usedAheadMs) > OFF;
}

function agentsOf(
  { tls, proxy }: AccountOptions,
  environmentProxy: Libraries['getProxyForUrl'],
  signal: AbortSignal,
): (origin: string) => Agent {
  const own = { ...(tls ? { tls } : {}), ...(proxy ? { proxy } : {}) };
  return (origin) => createAgent(origin, { ...own, environmentProxy, signal });
}

function readSecret(secret: string): Signer {
  try {
    return createSigner(secret);
  } catch (error) {
    if (error instanceof SigningError) throw new AccountError('secretPem', error.message);
    throw error;
  }
}
