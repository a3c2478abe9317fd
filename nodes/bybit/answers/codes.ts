/**
 * The codes whose meaning for a cancel is known: what each proves, why, and what to do about it.
 *
 * The API documents (section error) list over 700 codes, tie none to an endpoint, use some of them
 * twice, and grow. A refusal is listed here only if its text, as the answer to a cancel, rules out
 * that this request changed the order. Texts that can mean something else are left out: time-outs,
 * duplicates (the other copy may have worked), and states in which the exchange closes orders itself
 * (settlement, liquidation, delisting, suspension). Leaving a code out only costs look-ups; a wrong
 * refusal here would report something untrue. Codes for new orders, positions, margin, loans and other
 * products are left out as well: no cancel can be known to get them.
 */

/** The definite refusals. */
type Refusing = 'rejected' | 'unauthorized';
/** What does not decide by itself what became of the order. */
type Inconclusive =
  'gone' | 'unknown' | 'transient' | 'transient-once' | 'clock' | 'rate' | 'banned';
export type CodeMeaning = Refusing | Inconclusive;

/** What a connection test makes of a code. */
export type CodeFinding =
  'environment' | 'signature' | 'permission' | 'ip' | 'expired' | 'clock' | 'region';

export interface CodeRow {
  readonly codes: readonly number[];
  /** for a person: what it is, and what to do about it */
  readonly advice?: string;
  readonly finding?: CodeFinding;
}

export interface RefusalRow extends CodeRow {
  /** why the order can't have been changed by this request */
  readonly because: string;
}

const EXPIRED = 'The API key has expired: create a new one.';
const TERMS = 'The account has to accept terms first: do so on the Bybit site or in the app.';
const UNIFIED = 'This needs a unified trading account (UTA).';
const NOT_UNIFIED = 'This is not available to a unified trading account (UTA).';
const PARAMETERS = 'Bybit found an error in the parameters: check category, symbol and ids.';

export const CODES: Readonly<
  Record<Inconclusive, readonly CodeRow[]> & Record<Refusing, readonly RefusalRow[]>
> = {
  gone: [
    {
      codes: [110001, 110008, 110010, 170139, 170142, 170143, 170190, 170213],
      advice: 'Bybit found no open order to cancel.',
    },
  ],
  unknown: [
    {
      codes: [10000, 170007, 170147, 170212, 170035, 40004],
      advice: 'Bybit does not say whether the cancel took effect.',
    },
  ],
  transient: [
    {
      codes: [429, 10016, 30035, 110079, 170191, 170032, 170001, 170234, 10429, 10019],
      advice: 'Bybit reports a temporary problem.',
    },
  ],
  'transient-once': [
    { codes: [170144], advice: 'Bybit has locked the order.' },
    { codes: [170150], advice: 'Bybit reports that the cancel failed.' },
  ],
  clock: [{ codes: [10002, -1], finding: 'clock' }],
  rate: [
    { codes: [10006, 170222], advice: 'The rate limit for cancels is used up.' },
    { codes: [20003], advice: 'The WebSocket connection sent too many requests.' },
    { codes: [10403], advice: 'The IP address sent too many requests.' },
  ],
  banned: [
    {
      codes: [10018],
      advice: 'The IP address sent too many requests and is banned for about ten minutes.',
    },
  ],
  unauthorized: [
    { codes: [10003], because: 'the key is not valid in this environment', finding: 'environment' },
    {
      codes: [10004],
      because: 'the signature does not match',
      advice: 'The signature was refused: the API secret does not belong to this API key.',
      finding: 'signature',
    },
    {
      codes: [10005],
      because: 'the key lacks the permission',
      advice:
        'The API key has no permission to cancel this order: check its permissions and the category.',
      finding: 'permission',
    },
    {
      codes: [10007],
      because: 'the user was not authenticated',
      advice: 'Bybit could not authenticate the API key.',
    },
    {
      codes: [10008],
      because: 'the account, or its mode, is barred from the request',
      advice:
        'The account or its account mode is barred from this: check the account on the Bybit site.',
    },
    {
      codes: [10009],
      because: 'the service is closed to the region',
      advice: 'Bybit does not serve this region.',
      finding: 'region',
    },
    {
      codes: [10010],
      because: 'the key is bound to other addresses',
      advice: "This machine's IP address is not bound to the API key: add it to the key's IP list.",
      finding: 'ip',
    },
    {
      codes: [10024],
      because: 'compliance rules intercept the request before it is handled',
      advice: "Bybit's compliance rules blocked the request: check the account on the Bybit site.",
    },
    {
      codes: [10027],
      because: 'the account is banned from trading',
      advice: 'This account is banned from trading: check the account on the Bybit site.',
    },
    { codes: [10028, 110088], because: 'closed to this type of account', advice: UNIFIED },
    { codes: [100028, 110067], because: 'closed to this type of account', advice: NOT_UNIFIED },
    { codes: [33004, -2015], because: 'the key has expired', advice: EXPIRED, finding: 'expired' },
    {
      codes: [110018],
      because: 'the user is not valid',
      advice: 'Bybit does not accept the user of this API key.',
    },
    { codes: [110123, 110125, 170241], because: 'terms must be accepted first', advice: TERMS },
    {
      codes: [110132, 170209],
      because: 'the product is closed to the region of the account',
      advice: "This product is not available in the account's region.",
    },
    {
      codes: [110136],
      because: 'the account is not on the list of those admitted',
      advice: 'This account has no access to Event Futures over the API.',
    },
    {
      codes: [170219],
      because: 'the function is closed to this user',
      advice: 'This account has no access to the function.',
    },
    {
      codes: [170348],
      because: 'the user is sent to another site',
      advice: "This account belongs to another Bybit site: choose it as the account's site.",
    },
  ],
  rejected: [
    { codes: [10001], because: 'a parameter did not pass the check', advice: PARAMETERS },
    { codes: [170105], because: 'a parameter was missing', advice: PARAMETERS },
    { codes: [170130], because: 'a parameter has no valid value', advice: PARAMETERS },
    {
      codes: [10017],
      because: 'nothing handles requests under this path',
      advice: 'Bybit does not know this path: check the site or the custom URL of the account.',
    },
    {
      codes: [10404],
      because: 'order entry has no handler for the operation, or for its category',
      advice:
        'The WebSocket order entry does not take this category: check it, or send cancels over HTTP.',
    },
    {
      codes: [10029],
      because: 'the key is limited to other symbols',
      advice: "The symbol is not on the API key's symbol whitelist.",
    },
    {
      codes: [110019],
      because: 'the id is malformed, so it names no order',
      advice: 'The order id is not valid: check it.',
    },
    {
      codes: [110095],
      because: 'it names cancels among what the call auction rules out',
      advice: 'Pre-market orders cannot be cancelled during the call auction: wait for its end.',
    },
    {
      codes: [110097],
      because: 'it names cancels among what is closed to this type of account',
      advice: UNIFIED,
    },
    {
      codes: [110100],
      because: 'it names cancels among what demo trading rules out',
      advice: 'Demo trading does not offer pre-market contracts.',
    },
    {
      codes: [110115],
      because: 'it rules out the cancel of a single leg',
      advice: 'The order is one leg of a combination: cancel the combination as a whole.',
    },
    {
      codes: [170121],
      because: 'no such symbol, so the request names no order',
      advice: 'Bybit does not know this symbol: check it and the category.',
    },
    {
      codes: [170145],
      because: 'it rules out the cancel of such an order',
      advice: 'Orders of this type cannot be cancelled.',
    },
    {
      codes: [170157],
      because: 'the API is closed for the trading pair',
      advice: 'This trading pair is not available over the API.',
    },
    {
      codes: [170201],
      because: 'the filter is not valid, so the request names no order',
      advice: 'The order filter is not valid.',
    },
    {
      codes: [170227],
      because: 'what was asked for is not offered, so nothing did it',
      advice: 'Bybit does not offer this function.',
    },
  ],
};

/** What is known of one code. */
export interface CodeFacts extends CodeRow {
  readonly meaning: CodeMeaning;
}

const FACTS_OF: ReadonlyMap<number, CodeFacts> = new Map(
  (Object.entries(CODES) as [CodeMeaning, readonly CodeRow[]][]).flatMap(([meaning, rows]) =>
    rows.flatMap((row) => row.codes.map((code) => [code, { ...row, meaning }] as const)),
  ),
);

/** @returns `undefined` for a code that is not listed: it proves nothing */
export function factsOf(code: number): CodeFacts | undefined {
  return FACTS_OF.get(code);
}
