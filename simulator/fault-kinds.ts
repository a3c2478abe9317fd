/**
 * What can go wrong with one request. Over the WebSocket order entry, where there are no statuses,
 * an HTTP status other than 200 is a connection that drops.
 */

/** `processed`: it takes effect although the answer doesn't say so. Default: it doesn't. */
interface MaybeProcessed {
  readonly processed?: boolean;
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
  /** a cancel: acknowledged, but the order is executed before it takes effect */
  | { readonly kind: 'lostRace' }
  /** a cancel: acknowledged, and never takes effect */
  | { readonly kind: 'ackOnly' };

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
