/**
 * What each answer to a cancel means: one table, one function.
 * The API documents (section error) list over 600 codes, tie none to an endpoint, and grow. Only
 * what is listed here is taken for an answer to the cancel; any other code proves nothing, and the
 * order's records decide.
 */
import type { FaultKind } from './failures';

/** How the rules of a cancel go on after an answer. */
export type Meaning =
  /** acknowledged: the request was accepted, no more */
  | 'accepted'
  /** the exchange has no such open order: what became of it is in its records */
  | 'gone'
  /** no answer, or none that tells: the cancel may still take effect, even later */
  | 'unknown'
  /** a passing failure: worth sending again, but this one may have taken effect */
  | 'transient'
  /** as transient; a second time it counts as unlisted */
  | 'transient-once'
  /** a code or HTTP status that is in no list: the records tell whether it had an effect */
  | 'unlisted'
  /** access refused without the exchange's own envelope: a gateway may have passed the request on */
  | 'denied'
  /** nothing left this machine: certainly without effect */
  | 'unsent'
  /** the timestamp was refused: measure the clock offset, sign anew, once */
  | 'clock'
  /** over the rate limit: wait for the reset */
  | 'rate'
  /** the IP address is banned for minutes: send nothing */
  | 'banned'
  /** a definite refusal of key, permission, address or region */
  | 'unauthorized'
  /** a definite refusal of this cancel */
  | 'rejected';

const CODES: Record<
  Exclude<Meaning, 'accepted' | 'rejected' | 'unlisted' | 'denied' | 'unsent'>,
  readonly number[]
> = {
  gone: [110001, 110008, 110010, 170139, 170142, 170143, 170190, 170213],
  unknown: [10000, 170007, 170147, 170212, 170035, 40004],
  transient: [429, 10016, 30035, 110079, 170191, 170032, 170001, 170234, 10429, 10019],
  'transient-once': [170144, 170150],
  clock: [10002, -1],
  rate: [10006, 170222, 20003, 10403],
  banned: [10018],
  unauthorized: [
    10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 100028, -2015, 33004,
    110018, 110067, 110088, 110123, 110125, 110132, 110136, 170209, 170219, 170241, 170348,
  ],
};

/** The definite refusals of a cancel: their text excludes that this request changed the order. */
export const REJECTED_CODES: readonly number[] = [
  10001, 10017, 10029, 10404, 110019, 110095, 110097, 110100, 110115, 170105, 170121, 170130,
  170145, 170157, 170201, 170227,
];

const MEANING_OF: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [0, 'accepted'],
  ...Object.entries(CODES).flatMap(([meaning, codes]) =>
    codes.map((code): [number, Meaning] => [code, meaning as Meaning]),
  ),
  ...REJECTED_CODES.map((code): [number, Meaning] => [code, 'rejected']),
]);

/** The codes of the table, for tests and documents. */
export function listedCodes(): ReadonlyMap<number, Meaning> {
  return MEANING_OF;
}

/** What came back over the wire, or did not; already cleaned of secrets. */
export type WireAnswer =
  | {
      /** a reply of the exchange in its envelope */
      readonly kind: 'reply';
      readonly retCode: number;
      readonly retMsg: string;
      readonly httpStatus?: number;
    }
  | {
      /** an HTTP answer that is no reply of the exchange: a gateway, a proxy, a portal */
      readonly kind: 'foreign';
      readonly httpStatus: number;
      /** what it looked like, in words: "an HTML page", "an empty body" … */
      readonly looks: string;
      /** the beginning of the text, to tell one 403 from another */
      readonly text: string;
    }
  | {
      /** no answer at all */
      readonly kind: 'failure';
      /** false: certainly nothing reached the exchange */
      readonly sent: boolean;
      readonly fault?: FaultKind;
      /** in words: "the connection was refused" … */
      readonly reason: string;
    };

export function meaningOf(answer: WireAnswer): Meaning {
  switch (answer.kind) {
    case 'failure':
      return answer.sent ? 'unknown' : 'unsent';
    case 'foreign':
      return meaningOfHttp(answer.httpStatus, answer.text);
    case 'reply':
      return meaningOfReply(answer.retCode, answer.httpStatus ?? 200);
  }
}

function meaningOfReply(retCode: number, httpStatus: number): Meaning {
  // "OK" under an HTTP error is a contradiction: believe neither.
  if (retCode === 0 && (httpStatus < 200 || httpStatus > 299)) return 'unknown';
  return MEANING_OF.get(retCode) ?? 'unlisted';
}

/** What is no reply of the exchange can come after the request was passed on. */
function meaningOfHttp(status: number, text: string): Meaning {
  if (status === 403 && /too frequent/i.test(text)) return 'banned';
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'rate';
  if (status === 408) return 'unknown';
  return status >= 300 && status < 500 ? 'unlisted' : 'unknown';
}

/** Whether the exchange's text names a passing state: the same request may fare better soon. */
export function isPassing(text: string): boolean {
  return /busy|maintenance|internal|time(d)? ?-?out|try again|later|unavailable|overload/i.test(
    text,
  );
}
