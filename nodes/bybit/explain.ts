/**
 * Answers in words that a person can act on. Nothing here decides anything.
 */
import type { WireAnswer } from './ret-codes';
import type { Environment } from './outcome';

/** Where an answer came from and what is known of the clocks. */
export interface Circumstances {
  readonly environment: Environment;
  /** host name of the server asked */
  readonly host: string;
  /** whether it is asked through a proxy */
  readonly proxied?: boolean;
  /** ms that the exchange's clock is ahead of this machine's, when it could be told */
  readonly clockAheadMs?: number;
}

/** ms: a difference that explains no refusal; half a slow round trip looks as large */
const CLOCKS_AGREE = 500;

const ADVICE: Readonly<Record<number, string>> = {
  10001: 'Bybit found an error in the parameters: check category, symbol and ids.',
  10004: 'The signature was refused: the API secret does not belong to this API key.',
  10005: 'The API key has no permission to cancel this order: check its permissions and category.',
  10006: 'The rate limit for cancels is used up.',
  10007: 'Bybit could not authenticate the API key.',
  10008: 'The account or its mode is banned from this: check the account on the Bybit site.',
  10009: 'Bybit does not serve this region.',
  10010: "This machine's IP address is not bound to the API key: add it to the key's IP list.",
  10018: 'The IP address is over its limit and shut out for some minutes.',
  10024: 'Bybit refused for reasons of compliance: check the account on the Bybit site.',
  10027: 'Trading is banned for this account.',
  10028: 'This needs a unified account.',
  10029: "The symbol is not on the API key's symbol whitelist.",
  33004: 'The API key has expired: make a new one.',
  '-2015': 'The API key has expired: make a new one.',
  110035: 'The order belongs to a liquidation that is not over yet.',
  110115: 'A single leg of a combination can only be cancelled with the whole combination.',
  170121: 'The symbol is not valid.',
  170145: 'This type of order can not be cancelled.',
  170201: 'The order filter is not valid.',
};

/**
 * One or two sentences: what the answer is and what to do about it.
 * The exchange's own text goes along, since it often names the field.
 */
export function explain(answer: WireAnswer, at: Circumstances): string {
  switch (answer.kind) {
    case 'failure':
      return `${at.host} could not be ${answer.sent ? 'heard' : 'reached'}${at.proxied ? ' through the proxy' : ''}: ${answer.reason}.`;
    case 'foreign':
      return explainHttp(answer.httpStatus, answer.looks, answer.text, at);
    case 'reply':
      if (answer.retCode === 0) return contradiction(answer.httpStatus, at);
      return `${advise(answer.retCode, at)} (Bybit ${answer.retCode}: ${answer.retMsg || 'no text'})`;
  }
}

function advise(retCode: number, at: Circumstances): string {
  if (retCode === 10003) return wrongEnvironment(at);
  if (retCode === 10002 || retCode === -1) return clockText(at.clockAheadMs);
  return ADVICE[retCode] ?? 'Bybit refused the request.';
}

/** An acknowledgement needs no words, unless the HTTP status denies it. */
function contradiction(status: number | undefined, at: Circumstances): string {
  return `${at.host} answered HTTP ${status ?? 200} with an acknowledgement of the exchange.`;
}

function wrongEnvironment(at: Circumstances): string {
  return (
    `The API key is not valid on ${at.environment} (${at.host}). A key works in the environment ` +
    'it was made for alone: check the testnet flag and the site of the account.'
  );
}

function clockText(aheadMs: number | undefined): string {
  if (aheadMs === undefined) {
    return "The request's time was refused: set this machine's clock (NTP).";
  }
  if (Math.abs(aheadMs) < CLOCKS_AGREE) {
    return "The request's time was refused, though the clocks agree: if the way to Bybit is slow, a wider recv window helps.";
  }
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const side = aheadMs > 0 ? 'behind' : 'ahead of';
  return `This machine's clock is ${seconds} s ${side} Bybit's, more than the recv window allows: set it (NTP).`;
}

function explainHttp(status: number, looks: string, text: string, at: Circumstances): string {
  const what = `${at.host} answered HTTP ${status} with ${looks}`;
  if (status === 403) {
    return /too frequent/i.test(text)
      ? `${what}: the IP address sent too many requests and is shut out for about ten minutes.`
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
