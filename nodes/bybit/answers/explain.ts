/**
 * Answers in words that a person can act on. Nothing here decides anything.
 */
import { factsOf } from './codes';
import type { Environment } from '../model';
import { isTooManySessions, type WireAnswer } from './meaning';

/** Where an answer came from and what is known of the clocks. */
export interface Circumstances {
  readonly environment: Environment;
  /** as its owner calls it */
  readonly account?: string;
  /** host name of the server asked */
  readonly host: string;
  /** whether it is asked through a proxy */
  readonly proxied?: boolean;
  /** ms that the exchange's clock is ahead of this machine's, when it could be told */
  readonly clockAheadMs?: number;
}

/** ms: a difference that explains no refusal; half a slow round trip looks as large */
const CLOCKS_AGREE = 500;

/**
 * One or two sentences: what the answer is and what to do about it.
 * The exchange's own text goes along, since it often names the field.
 */
export function explain(wire: WireAnswer, at: Circumstances): string {
  switch (wire.kind) {
    case 'failure':
      return unreached(wire, at);
    case 'foreign':
      return explainHttp(wire.httpStatus, wire.looks, wire.text, at);
    case 'reply':
      if (wire.retCode === 0) return contradiction(wire.httpStatus, at);
      return `${isTooManySessions(wire) ? SESSIONS : advise(wire.retCode, at)} (Bybit ${wire.retCode}: ${wire.retMsg || 'no text'})`;
  }
}

const SESSIONS =
  'Bybit has too many sessions of this account: close other programs that trade with it.';

function unreached(
  { sent, reason }: Extract<WireAnswer, { kind: 'failure' }>,
  { host, proxied }: Circumstances,
): string {
  const through = proxied ? ' through the proxy' : '';
  return sent
    ? `The request was sent to ${host}${through}, but no answer arrived: ${reason}.`
    : `${host} could not be reached${through}: ${reason}.`;
}

function advise(retCode: number, at: Circumstances): string {
  const facts = factsOf(retCode);
  if (facts?.finding === 'environment') return wrongEnvironment(at);
  if (facts?.finding === 'clock') return clockText(at.clockAheadMs);
  return facts?.advice ?? 'Bybit answered with an error.';
}

/** An acknowledgement needs no words, unless the HTTP status denies it. */
function contradiction(status: number | undefined, at: Circumstances): string {
  return `${at.host} answered HTTP ${status ?? 200} with an acknowledgement of the exchange.`;
}

function wrongEnvironment(at: Circumstances): string {
  return (
    `The API key${at.account === undefined ? '' : ` of the account "${at.account}"`} is not valid on ${at.environment} (${at.host}). A key works only in the ` +
    'environment in which it was created: check the testnet flag and the site of the account.'
  );
}

function clockText(aheadMs: number | undefined): string {
  if (aheadMs === undefined) {
    return "The request's time was refused: set this machine's clock (NTP).";
  }
  if (Math.abs(aheadMs) < CLOCKS_AGREE) {
    return "The request's time was refused, though the clocks agree: if the connection to Bybit is slow, a wider recv window helps.";
  }
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const side = aheadMs > 0 ? 'behind' : 'ahead of';
  return `This machine's clock is ${seconds} s ${side} Bybit's, more than the recv window allows: set it (NTP).`;
}

function explainHttp(status: number, looks: string, text: string, at: Circumstances): string {
  const what = `${at.host} answered HTTP ${status} with ${looks}`;
  if (status === 403) {
    return /too frequent/i.test(text)
      ? `${what}: the IP address sent too many requests and is banned for about ten minutes.`
      : `${what}: access is refused, usually because of the IP address's region.`;
  }
  if (status === 401) return `${what}: the API key was refused.`;
  if (status === 429) return `${what}: too many requests.`;
  if (status === 404) return `${what}: check the site or the custom URL of the account.`;
  if (status >= 300 && status < 400) {
    return `${what}: a redirect, which is never followed with a signed request. Check the URL of the account, a proxy or a login portal.`;
  }
  if (status >= 500) return `${what}: the exchange or a gateway before it has a fault.`;
  return `${what}, which is no answer of the exchange.`;
}
