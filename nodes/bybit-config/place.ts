/** Where an account is and how it is reached, from all of its properties. */
import type { Environment, Transport } from '../bybit/model';
import type { Site } from '../bybit/sites';
import { problem } from '../properties/problems';
import {
  collector,
  firstProblem,
  readFlag,
  readText,
  resolveVariable,
  variableName,
  type Checked,
  type LookUp,
  type Read,
} from '../properties/values';
import {
  checkTransport,
  DEFAULTS,
  readHosts,
  readRecvWindow,
  readRestUrl,
  readSite,
  readStreamUrl,
  readSymbols,
  readTransport,
  type Property,
  type RawProperties,
  type AccountHosts,
} from './settings';

const PROPERTIES = Object.keys(DEFAULTS) as Property[];

/** What is known about an account before its key is looked at. */
export interface AccountPlace {
  readonly environment: Environment;
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly transport: Transport;
  readonly recvWindow: number;
  /** the only ones that may be cancelled; none: all */
  readonly symbols: readonly string[];
  /** id of a `tls-config`, or blank */
  readonly tls: string;
  /** id of an `http proxy`, or blank */
  readonly proxy: string;
}

/** With the TLS and the proxy that are chosen, also where something else is wrong. */
export interface CheckedPlace extends Checked<AccountPlace> {
  readonly tls: string | undefined;
  readonly proxy: string | undefined;
}

/** Reads one property, and keeps what is wrong with it. */
type ReadOne = <T>(property: Property, how: (value: unknown) => Read<T>) => T | undefined;

/** Reads where an account is and how it is reached. Absent properties take their defaults. */
export function readPlace(raw: RawProperties, lookUp: LookUp): Read<AccountPlace> {
  return firstProblem(checkPlace(raw, lookUp));
}

/** As `readPlace`, with everything that is wrong. */
export function checkPlace(raw: RawProperties, lookUp: LookUp): CheckedPlace {
  const { keep, problems } = collector();
  const given: RawProperties = {};
  for (const property of PROPERTIES) {
    const resolved = resolveVariable(property, raw[property] ?? DEFAULTS[property], lookUp);
    keep(resolved);
    const isEmptied = property === 'symbols' && isBlankBy(raw[property], resolved.value);
    // Every symbol, where some were meant.
    if (isEmptied) keep(problem('symbolsBlank', { property }));
    if (resolved.problem === undefined && !isEmptied) given[property] = resolved.value;
  }
  // A variable that is not set is told once: its value can't be wrong as well.
  const readOne: ReadOne = (property, how) =>
    property in given ? keep(how(given[property])) : undefined;
  const site = readOne('site', readSite);
  const testnet = readOne('testnet', (value) => readFlag('testnet', value));
  const hosts = site === 'custom' ? customHosts(given, readOne) : undefined;
  const reach = hosts ?? keep(listedHosts(site, testnet));
  const transport = readOne('transport', readTransport);
  if (reach && transport) keep(checkTransport(transport, reach));
  const recvWindow = readOne('recvWindow', readRecvWindow);
  const symbols = readOne('symbols', readSymbols);
  const tls = readOne('tls', (value) => readText('tls', value));
  const proxy = readOne('proxy', (value) => readText('proxy', value));
  const isWhole = problems.length === 0 && reach && transport;
  if (!isWhole || recvWindow === undefined || symbols === undefined)
    return { problems, tls, proxy };
  if (tls === undefined || proxy === undefined) {
    return { problems, tls, proxy };
  }
  const { environment, restUrl, streamUrl } = reach;
  const value = {
    ...{ environment, restUrl, streamUrl, transport, recvWindow },
    ...{ symbols, tls, proxy },
  };
  return { problems, value, tls, proxy };
}

/** Whether a variable is set to nothing. */
function isBlankBy(raw: unknown, value: unknown): boolean {
  return variableName(raw) !== undefined && typeof value === 'string' && value.trim() === '';
}

function customHosts(given: RawProperties, readOne: ReadOne): AccountHosts | undefined {
  const restUrl = readOne('restUrl', readRestUrl);
  const streamUrl = readOne('streamUrl', (value) => readStreamUrl(value, ''));
  if (restUrl === undefined || streamUrl === undefined) return undefined;
  return readHosts('custom', false, given).value;
}

/** Of a site that is known by name, as far as it can be told. */
function listedHosts(
  site: Site | undefined,
  testnet: boolean | undefined,
): Read<AccountHosts | undefined> {
  if (site === undefined || site === 'custom' || testnet === undefined) return { value: undefined };
  return readHosts(site, testnet, {});
}
