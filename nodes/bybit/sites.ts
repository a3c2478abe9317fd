/**
 * Where each site's REST and WebSocket servers are. Pure data: the account dialog imports it too.
 * Source: API sections guide, demo and websocket/connect.
 */
import type { Environment } from './model';

export const SITES = [
  'bybit.com',
  'bytick.com',
  'bybit.nl',
  'bybit.tr',
  'bybit.kz',
  'bybitgeorgia.ge',
  'bybit.ae',
  'bybit.eu',
  'bybit.id',
  'manepa.jp',
  'demo',
  'custom',
] as const;
export type Site = (typeof SITES)[number];

/** The origins of one site in one environment. */
export interface Hosts {
  readonly environment: Environment;
  /** https origin of the REST API */
  readonly restUrl: string;
  /** wss origin of the WebSocket API */
  readonly streamUrl: string;
  /** Whether the API documents name this stream host; if not, look-ups do the confirming. */
  readonly streamDocumented: boolean;
  /** Whether the site has the WebSocket order entry (`/v5/trade`). */
  readonly orderEntry: boolean;
}

interface Row {
  readonly rest: string;
  readonly stream: string;
  readonly streamDocumented?: false;
  readonly testnet?: {
    readonly rest: string;
    readonly stream: string;
    readonly documented?: false;
  };
}

const TABLE: Record<Exclude<Site, 'demo' | 'custom'>, Row> = {
  'bybit.com': {
    rest: 'api.bybit.com',
    stream: 'stream.bybit.com',
    testnet: { rest: 'api-testnet.bybit.com', stream: 'stream-testnet.bybit.com' },
  },
  'bytick.com': { rest: 'api.bytick.com', stream: 'stream.bybit.com' },
  'bybit.nl': { rest: 'api.bybit.nl', stream: 'stream.bybit.nl', streamDocumented: false },
  'bybit.tr': { rest: 'api.bybit.tr', stream: 'stream.bybit.tr' },
  'bybit.kz': { rest: 'api.bybit.kz', stream: 'stream.bybit.kz' },
  'bybitgeorgia.ge': { rest: 'api.bybitgeorgia.ge', stream: 'stream.bybitgeorgia.ge' },
  'bybit.ae': { rest: 'api.bybit.ae', stream: 'stream.bybit.ae', streamDocumented: false },
  'bybit.eu': { rest: 'api.bybit.eu', stream: 'stream.bybit.eu', streamDocumented: false },
  'bybit.id': { rest: 'api.bybit.id', stream: 'stream.bybit.id' },
  'manepa.jp': {
    rest: 'api.manepa.jp',
    stream: 'stream.manepa.jp',
    testnet: {
      rest: 'api-testnet.manepa.jp',
      stream: 'stream-testnet.manepa.jp',
      documented: false,
    },
  },
};

/** Whether the testnet flag means anything for a site. Demo and custom have one place only. */
export function hasTestnet(site: Site): boolean {
  return site !== 'demo' && site !== 'custom' && TABLE[site].testnet !== undefined;
}

/**
 * The hosts of a site other than `custom`, or `undefined` when the site has no testnet but the
 * testnet was asked for: the request must not fall through to real money.
 */
export function hostsOf(site: Exclude<Site, 'custom'>, testnet: boolean): Hosts | undefined {
  if (site === 'demo') {
    return {
      environment: 'demo',
      restUrl: 'https://api-demo.bybit.com',
      streamUrl: 'wss://stream-demo.bybit.com',
      streamDocumented: true,
      orderEntry: false,
    };
  }
  const row = TABLE[site];
  if (testnet && row.testnet === undefined) return undefined;
  const { rest, stream } = testnet && row.testnet ? row.testnet : row;
  const documented = testnet ? row.testnet?.documented : row.streamDocumented;
  return {
    environment: testnet ? 'testnet' : 'mainnet',
    restUrl: `https://${rest}`,
    streamUrl: `wss://${stream}`,
    streamDocumented: documented !== false,
    orderEntry: true,
  };
}

/** Whether a host name (as `URL.hostname` gives it) is this machine itself. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Why a text is no origin that keys may travel to. */
export type OriginFault = 'notUrl' | 'scheme' | 'userInfo' | 'notOrigin' | 'plain';

/**
 * Reads a custom origin. Keys and orders travel over it, so plain `http:` and `ws:` are accepted
 * for loopback alone.
 * @param secure the scheme to use, `https` or `wss`
 * @returns the origin, or why it can't be used
 */
export function customOrigin(
  text: string,
  secure: 'https' | 'wss',
): { readonly origin: string } | { readonly fault: OriginFault } {
  const plain = secure === 'https' ? 'http' : 'ws';
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { fault: 'notUrl' };
  }
  if (url.protocol !== `${secure}:` && url.protocol !== `${plain}:`) {
    return { fault: 'scheme' };
  }
  if (url.username !== '' || url.password !== '') {
    return { fault: 'userInfo' };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { fault: 'notOrigin' };
  }
  if (url.protocol === `${plain}:` && !isLoopback(url.hostname)) {
    return { fault: 'plain' };
  }
  return { origin: `${url.protocol}//${url.host}` };
}
