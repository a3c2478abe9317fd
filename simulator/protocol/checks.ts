/** Who asks, and may they: keys, signatures, times, addresses, permissions (API section guide). */
import type { IncomingHttpHeaders } from 'node:http';
import { isSignedBy, permissionsOf, type ApiKeys, type SimulatedKey } from './api-keys';
import { refusals } from './answers';
import type { Category } from '../books/instruments';

const DEFAULT_RECV_WINDOW = '5000';
/** How far ahead of the server's clock a request may be. */
const AHEAD_MS = 1000;

export interface Checker {
  readonly keys: ApiKeys;
  /** ms since the epoch, the exchange's clock */
  serverTime(): number;
}

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  /** the raw query string, or the raw bytes of the body */
  readonly payload: Buffer;
  readonly ip: string;
}

const header = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};

/** server - recvWindow <= timestamp < server + 1000 */
export function checkTime(timestamp: string, recvWindow: string, serverTime: number): void {
  const window = recvWindow === '' ? DEFAULT_RECV_WINDOW : recvWindow;
  if (!/^\d+$/.test(timestamp)) throw refusals.params(`timestamp ${timestamp}`);
  if (!/^\d+$/.test(window)) throw refusals.params(`recv_window ${window}`);
  const asked = Number(timestamp);
  if (serverTime - Number(window) <= asked && asked < serverTime + AHEAD_MS) return;
  throw refusals.time(timestamp, serverTime, window);
}

/** A known key that is asked for from where it may be used, while it may be used. */
export function checkKey(checker: Checker, apiKey: string, ip: string): SimulatedKey {
  const key = checker.keys.get(apiKey);
  if (!key) throw refusals.key();
  const ips = key.ips ?? [];
  if (ips.length > 0 && !ips.includes('*') && !ips.includes(ip)) throw refusals.ip();
  if (key.expiredAt !== undefined && Date.parse(key.expiredAt) <= checker.serverTime()) {
    throw refusals.expired();
  }
  return key;
}

/** @returns the key that a REST request is signed with; throws a Refusal otherwise */
export function authenticate(checker: Checker, request: SignedRequest): SimulatedKey {
  const { headers, payload, ip } = request;
  const apiKey = header(headers, 'x-bapi-api-key');
  const timestamp = header(headers, 'x-bapi-timestamp');
  const recvWindow = header(headers, 'x-bapi-recv-window');
  const signature = header(headers, 'x-bapi-sign');
  for (const [name, value] of Object.entries({ apiKey, timestamp, signature })) {
    if (value === '') throw refusals.params(`empty value: ${name}`);
  }
  const key = checkKey(checker, apiKey, ip);
  checkTime(timestamp, recvWindow, checker.serverTime());
  const signed = Buffer.concat([Buffer.from(timestamp + apiKey + recvWindow), payload]);
  if (!isSignedBy(key, signed, signature)) throw refusals.signature(signed.toString());
  return key;
}

/** The `expires` and the signature of a WebSocket's `auth` (API section ws/connect). */
export function authenticateSocket(checker: Checker, args: unknown, ip: string): SimulatedKey {
  const [apiKey, expires, signature] = Array.isArray(args) ? (args as unknown[]) : [];
  if (typeof apiKey !== 'string' || typeof signature !== 'string') {
    throw refusals.params('args: [apiKey, expires, signature]');
  }
  const time = typeof expires === 'string' ? Number(expires) : expires;
  if (typeof time !== 'number' || !(time > checker.serverTime())) {
    throw refusals.params('request expired');
  }
  const key = checkKey(checker, apiKey, ip);
  const signed = `GET/realtime${time}`;
  if (!isSignedBy(key, Buffer.from(signed), signature)) throw refusals.signature(signed);
  return key;
}

const TRADING: Readonly<Record<Category, readonly [group: string, permission: string]>> = {
  linear: ['ContractTrade', 'Order'],
  inverse: ['ContractTrade', 'Order'],
  spot: ['Spot', 'SpotTrade'],
  option: ['Options', 'OptionsTrade'],
};

export function checkMayTrade(key: SimulatedKey, category: Category): void {
  const [group, permission] = TRADING[category];
  const granted = permissionsOf(key)[group]?.includes(permission) ?? false;
  if (key.readOnly === true || !granted) throw refusals.permission();
}
