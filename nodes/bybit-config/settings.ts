/**
 * The properties of an account: their defaults, how they are read, and what is wrong with them.
 * The runtime and the dialog import this one file.
 */
import type { Transport } from '../bybit/model';
import { customOrigin, hostsOf, SITES, type Hosts, type Site } from '../bybit/sites';
import { readName } from '../action/request/symbol-names';
import { problem } from '../properties/problems';
import { readFlag, readText, readWhole, variableName, type Read } from '../properties/values';

export const DEFAULTS = {
  name: '',
  testnet: true,
  site: 'bybit.com',
  restUrl: '',
  streamUrl: '',
  recvWindow: 5000,
  transport: 'http',
  symbols: '',
  tls: '',
  proxy: '',
} as const;
export type Property = keyof typeof DEFAULTS;
export type RawProperties = Partial<Record<Property, unknown>>;
const TRANSPORTS: readonly Transport[] = ['http', 'websocket'];

/** ms; the longest that makes sense: the window is the time in which a copied request is good. */
const MOST_RECV_WINDOW = 60_000;

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

/**
 * Reads the only symbols that may be cancelled: separated by commas, blanks or lines.
 * @returns none: every symbol may be
 */
export function readSymbols(value: unknown): Read<readonly string[]> {
  const text = readText('symbols', value);
  if (text.problem !== undefined) return text;
  const symbols: string[] = [];
  const parts = text.value.replace(/bybit:\s+/gi, 'BYBIT:').split(/[\s,;]+/);
  for (const part of parts.filter((one) => one !== '')) {
    const name = readName(part);
    if (name.problem !== undefined) return name;
    if (!SYMBOL.test(name.value)) {
      return problem('symbol', { property: 'symbols', given: JSON.stringify(part) });
    }
    symbols.push(name.value);
  }
  // Commas alone would mean every symbol.
  return symbols.length === 0 && text.value !== ''
    ? problem('symbol', { property: 'symbols', given: JSON.stringify(text.value) })
    : { value: [...new Set(symbols)] };
}

/** As Bybit writes them: BTCUSDT, BTC-25DEC26-67000-C-USDT. */
const SYMBOL = /^[\p{L}\p{N}]+([-/_][\p{L}\p{N}.]+)*$/u;

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
export type AccountHosts = Pick<Hosts, 'environment' | 'restUrl' | 'streamUrl' | 'orderEntry'>;

/** The hosts of a site. Never falls back from the testnet to real money. */
export function readHosts(
  site: Site,
  testnet: boolean,
  urls: Pick<RawProperties, 'restUrl' | 'streamUrl'>,
): Read<AccountHosts> {
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
export function checkTransport(transport: Transport, hosts: AccountHosts): Read<Transport> {
  return transport === 'websocket' && !hosts.orderEntry
    ? problem('noOrderEntry', { environment: hosts.environment })
    : { value: transport };
}

/** What the editor shows for an account. Real money stands out among the others. */
export function accountLabel(raw: RawProperties): string {
  const site = typeof raw.site === 'string' ? raw.site : DEFAULTS.site;
  const name = typeof raw.name === 'string' && raw.name !== '' ? raw.name : `Bybit ${site}`;
  return `${shortened(name)} (${environmentMark(site, raw.testnet ?? DEFAULTS.testnet)})`;
}

/** Characters: the lists of the editor cut off the end, which says whether it is real money. */
const LONGEST_NAME = 32;

function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= LONGEST_NAME) return name;
  return `${characters
    .slice(0, LONGEST_NAME - 1)
    .join('')
    .trimEnd()}…`;
}

/** A variable is known to the runtime alone, so the label leaves open what it leads to. */
function environmentMark(site: string, rawTestnet: unknown): string {
  if (site === 'demo' || site === 'custom') return site;
  if (variableName(site) !== undefined) return 'site?';
  const testnet = readFlag('testnet', rawTestnet);
  if (testnet.problem !== undefined) return 'testnet?';
  return testnet.value ? 'testnet' : 'MAINNET';
}
