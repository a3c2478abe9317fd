/**
 * The properties of an account: their defaults, how they are read, and what is wrong with them.
 * The runtime and the dialog import this one file.
 */
import type { Environment, Transport } from '../bybit/outcome';
import { customOrigin, hostsOf, SITES, type Hosts, type Site } from '../bybit/sites';
import { problem } from '../problems';
import {
  readFlag,
  readText,
  readWhole,
  resolveVariable,
  variableName,
  type LookUp,
  type Read,
} from '../values';

export const DEFAULTS = {
  name: '',
  testnet: true,
  site: 'bybit.com',
  restUrl: '',
  streamUrl: '',
  recvWindow: 5000,
  transport: 'http',
  tls: '',
  proxy: '',
} as const;
export type Property = keyof typeof DEFAULTS;
export type RawProperties = Partial<Record<Property, unknown>>;
const TRANSPORTS: readonly Transport[] = ['http', 'websocket'];
const PROPERTIES = Object.keys(DEFAULTS) as Property[];

export type RawCredentials = Partial<Record<keyof Keys, unknown>>;

/** ms; the longest that makes sense: the window is the time in which a copied request is good. */
const MOST_RECV_WINDOW = 60_000;

/** What is known about an account before its key is looked at. */
export interface Place {
  readonly environment: Environment;
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly transport: Transport;
  readonly recvWindow: number;
  /** id of a `tls-config`, or blank */
  readonly tls: string;
  /** id of an `http proxy`, or blank */
  readonly proxy: string;
}

export interface Keys {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export function readSite(value: unknown): Read<Site> {
  const text = readText('site', value);
  const site = SITES.find((known) => known === text.value);
  return site === undefined
    ? problem('choice', { property: 'site', choices: SITES.join(', ') })
    : { value: site };
}

export function readTransport(value: unknown): Read<Transport> {
  const { value: text } = readText('transport', value);
  const transport = TRANSPORTS.find((known) => known === text);
  return transport !== undefined
    ? { value: transport }
    : problem('choice', { property: 'transport', choices: TRANSPORTS.join(', ') });
}

export function readRecvWindow(value: unknown): Read<number> {
  return readWhole('recvWindow', value, 1, MOST_RECV_WINDOW);
}

/** Reads the REST origin of a `custom` site. */
export function readRestUrl(value: unknown): Read<string> {
  const text = readText('restUrl', value);
  if (text.problem !== undefined) return text;
  if (text.value === '') return problem('customUrlMissing', { property: 'restUrl' });
  return originOf('restUrl', text.value, 'https');
}

/** Reads the stream origin of a `custom` site; a blank one is the REST origin's. */
export function readStreamUrl(value: unknown, restUrl: string): Read<string> {
  const text = readText('streamUrl', value);
  if (text.problem !== undefined) return text;
  return text.value === ''
    ? { value: restUrl.replace(/^http/, 'ws') }
    : originOf('streamUrl', text.value, 'wss');
}

function originOf(property: string, text: string, secure: 'https' | 'wss'): Read<string> {
  const read = customOrigin(text, secure);
  if ('origin' in read) return { value: read.origin };
  return problem(read.fault, { property, secure, plain: secure === 'https' ? 'http' : 'ws' });
}

/** Where a site is, and whether it takes orders over a WebSocket. */
export type Reach = Pick<Hosts, 'environment' | 'restUrl' | 'streamUrl' | 'orderEntry'>;

/** The hosts of a site. Never falls back from the testnet to real money. */
export function readHosts(
  site: Site,
  testnet: boolean,
  urls: Pick<RawProperties, 'restUrl' | 'streamUrl'>,
): Read<Reach> {
  if (site !== 'custom') {
    const hosts = hostsOf(site, testnet);
    return hosts === undefined ? problem('noTestnet', { site }) : { value: hosts };
  }
  const restUrl = readRestUrl(urls.restUrl);
  if (restUrl.problem !== undefined) return restUrl;
  const streamUrl = readStreamUrl(urls.streamUrl, restUrl.value);
  if (streamUrl.problem !== undefined) return streamUrl;
  return {
    value: {
      environment: 'custom',
      restUrl: restUrl.value,
      streamUrl: streamUrl.value,
      orderEntry: true,
    },
  };
}

/** Whether the hosts offer the transport. */
export function checkTransport(transport: Transport, hosts: Reach): Read<Transport> {
  return transport === 'websocket' && !hosts.orderEntry
    ? problem('noOrderEntry', { environment: hosts.environment })
    : { value: transport };
}

/** Reads where an account is and how it is reached. Absent properties take their defaults. */
export function readPlace(raw: RawProperties, lookUp: LookUp): Read<Place> {
  const given: Record<string, unknown> = {};
  for (const property of PROPERTIES) {
    const resolved = resolveVariable(property, raw[property] ?? DEFAULTS[property], lookUp);
    if (resolved.problem !== undefined) return resolved;
    given[property] = resolved.value;
  }
  return readResolved(given);
}

function readResolved(given: RawProperties): Read<Place> {
  const site = readSite(given.site);
  if (site.problem !== undefined) return site;
  const testnet = readFlag('testnet', given.testnet);
  if (testnet.problem !== undefined) return testnet;
  const hosts = readHosts(site.value, testnet.value, given);
  if (hosts.problem !== undefined) return hosts;
  const transport = readTransport(given.transport);
  if (transport.problem !== undefined) return transport;
  const offered = checkTransport(transport.value, hosts.value);
  if (offered.problem !== undefined) return offered;
  const recvWindow = readRecvWindow(given.recvWindow);
  if (recvWindow.problem !== undefined) return recvWindow;
  const tls = readText('tls', given.tls);
  if (tls.problem !== undefined) return tls;
  const proxy = readText('proxy', given.proxy);
  if (proxy.problem !== undefined) return proxy;
  const { environment, restUrl, streamUrl } = hosts.value;
  return {
    value: {
      environment,
      restUrl,
      streamUrl,
      transport: transport.value,
      recvWindow: recvWindow.value,
      tls: tls.value,
      proxy: proxy.value,
    },
  };
}

/** Reads key and secret. No problem's text ever quotes one. */
export function readKeys(raw: RawCredentials, lookUp: LookUp): Read<Keys> {
  const apiKey = readCredential('apiKey', 'API key', raw.apiKey, lookUp);
  if (apiKey.problem !== undefined) return apiKey;
  // It travels in an HTTP header, where anything else is an error or, worse, another header.
  if (!/^[\x21-\x7e]+$/.test(apiKey.value)) {
    return problem('keyCharacters', { property: 'apiKey', label: 'API key' });
  }
  const apiSecret = readCredential('apiSecret', 'API secret', raw.apiSecret, lookUp);
  if (apiSecret.problem !== undefined) return apiSecret;
  return { value: { apiKey: apiKey.value, apiSecret: apiSecret.value } };
}

function readCredential(
  property: string,
  label: string,
  raw: unknown,
  lookUp: LookUp,
): Read<string> {
  const resolved = resolveVariable(property, raw ?? '', lookUp);
  if (resolved.problem !== undefined) return resolved;
  const text = readText(`The ${label} (${property})`, resolved.value);
  if (text.problem !== undefined) return text;
  if (text.value === '') {
    return problem('credentialMissing', { property, label });
  }
  return text.value.includes('${') ? problem('credentialMixed', { property, label }) : text;
}

/** What the editor shows for an account: a label without a mark is real money. */
export function accountLabel(raw: RawProperties): string {
  const site = typeof raw.site === 'string' ? raw.site : DEFAULTS.site;
  const name = typeof raw.name === 'string' && raw.name !== '' ? raw.name : `Bybit ${site}`;
  const mark = environmentMark(site, raw.testnet ?? DEFAULTS.testnet);
  return mark === '' ? name : `${name} (${mark})`;
}

/** A variable is known to the runtime alone, so the label leaves open what it leads to. */
function environmentMark(site: string, rawTestnet: unknown): string {
  if (site === 'demo' || site === 'custom') return site;
  if (variableName(site) !== undefined) return 'site?';
  const testnet = readFlag('testnet', rawTestnet);
  if (testnet.problem !== undefined) return 'testnet?';
  return testnet.value ? 'testnet' : '';
}
