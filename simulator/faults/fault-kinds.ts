/**
 * What can go wrong with one request. Over the WebSocket order entry, where there are no statuses,
 * an HTTP status other than 200 is a connection that drops.
 */
import type { CancelFate } from '../books/books';

/** `processed`: it takes effect although the answer doesn't say so. Default: it doesn't. */
interface MaybeProcessed {
  readonly processed?: boolean;
}

/** Codes for items of a batch, by their place in the request. */
export interface ItemsFault extends MaybeProcessed {
  readonly kind: 'items';
  readonly codes: Readonly<Record<number, number>>;
  readonly retMsg?: string;
}

/** A batch that is processed as usual, but whose reply doesn't tell it well. */
export interface ListsFault {
  readonly kind: 'lists';
  /**
   * missing: both lists; short, long: one row too few or too many; reordered: the last comes first,
   * each with its ids; noExtInfo: no codes; noIds: no ids in any row
   */
  readonly how: 'missing' | 'short' | 'long' | 'reordered' | 'noExtInfo' | 'noIds';
  /** of `short` and `long`: which list; default: that of the codes */
  readonly list?: 'result' | 'extInfo' | 'both';
}

/** What a fault changes in the processing of a request. */
export interface Effect {
  /** of each cancel that is accepted */
  readonly fate?: CancelFate;
  readonly items?: ItemsFault;
}

export type Fault =
  /** answered as usual: lets a request through in the midst of a script */
  | { readonly kind: 'none' }
  | (MaybeProcessed & {
      readonly kind: 'retCode';
      readonly retCode: number;
      readonly retMsg?: string;
      /** of 10006: when the limit resets, ms since the epoch; without it no limit is told */
      readonly resetAt?: number;
    })
  /** the connection is reset before or after processing */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** the connection is reset at once, and the request processed later: it was held up on its way */
  | { readonly kind: 'straggler'; readonly ms: number }
  /** never answered, the connection stays */
  | (MaybeProcessed & { readonly kind: 'hang' })
  /** answered late; processed at once unless told `late` */
  | { readonly kind: 'delay'; readonly ms: number; readonly processing?: 'now' | 'late' }
  | (MaybeProcessed & {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    })
  /** an HTML page with HTTP status 200 */
  | (MaybeProcessed & { readonly kind: 'html' })
  /** the answer breaks off halfway */
  | (MaybeProcessed & { readonly kind: 'truncated' })
  /** HTTP status 200 without a body */
  | (MaybeProcessed & { readonly kind: 'empty' })
  /** a valid answer of at least so many bytes */
  | (MaybeProcessed & { readonly kind: 'oversized'; readonly bytes: number })
  | (MaybeProcessed & {
      readonly kind: 'redirect';
      readonly location: string;
      /** default 302 */
      readonly status?: number;
    })
  /** processed and answered as usual, but the result and each row of its list lack one field */
  | { readonly kind: 'malformed'; readonly lacking: string }
  /** cancels: acknowledged, but each order is executed before its cancel takes effect */
  | { readonly kind: 'lostRace' }
  /** cancels: acknowledged, and they never take effect */
  | { readonly kind: 'ackOnly' }
  | ItemsFault
  | ListsFault;

/** The same fault with and without effect: the answer tells neither. */
const eitherWay = <T extends Fault & MaybeProcessed>(...faults: readonly T[]): T[] =>
  faults.flatMap((fault) => [fault, { ...fault, processed: true }]);

const code = (retCode: number, retMsg: string) => ({ kind: 'retCode', retCode, retMsg }) as const;

/** Codes that API section error doesn't tie to a cancel, or doesn't have at all. */
export const UNLISTED_CODES: readonly Fault[] = eitherWay(
  code(180000, 'Internal server error'),
  code(177002, 'Server is busy, please wait and try again'),
  code(500001, 'Internal server error'),
  code(999999, 'Unknown'),
);

/** Codes that ask to try again. */
export const TRANSIENT_CODES: readonly Fault[] = eitherWay(
  code(10000, 'Server Timeout'),
  code(10016, 'Request timeout, please try again later'),
  code(170191, 'Can not cancel order, please try again later'),
  code(110079, 'The order is processing and can not be operated, please try again later'),
  code(10429, 'System frequency protection'),
);

/** What a gateway answers on either side of the exchange. */
export const GATEWAY_REFUSALS: readonly Fault[] = [
  ...eitherWay(...[404, 405, 421].map((status) => ({ kind: 'http', status }) as const)),
  { kind: 'redirect', location: '/', processed: true },
  { kind: 'redirect', location: '/', status: 307, processed: true },
];

export const EVERY_FAULT: readonly Fault[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', processed: false },
  { kind: 'hang', processed: true },
  { kind: 'http', status: 502 },
  { kind: 'http', status: 504, processed: true },
  { kind: 'http', status: 503, body: '' },
  { kind: 'html' },
  { kind: 'html', processed: true },
  { kind: 'truncated', processed: false },
  { kind: 'truncated', processed: true },
  { kind: 'empty', processed: true },
  { kind: 'retCode', retCode: 10006, retMsg: 'Too many visits!' },
  ...TRANSIENT_CODES,
  ...UNLISTED_CODES,
  ...GATEWAY_REFUSALS,
];

/** What can go wrong with the reply of a batch alone. */
export const BATCH_FAULTS: readonly Fault[] = [
  { kind: 'items', codes: { 0: 10016 } },
  { kind: 'items', codes: { 0: 10016 }, processed: true },
  { kind: 'items', codes: { 0: 10006 } },
  { kind: 'items', codes: { 0: 110001 }, processed: true },
  { kind: 'lists', how: 'missing' },
  { kind: 'lists', how: 'short' },
  { kind: 'lists', how: 'short', list: 'both' },
  { kind: 'lists', how: 'long' },
  { kind: 'lists', how: 'reordered' },
  { kind: 'lists', how: 'noExtInfo' },
  { kind: 'lists', how: 'noIds' },
];
