/**
 * What the log is told of an account's health: one line when a cancel would fail and one when that is
 * over; and, once a day, what the owner of the key should mend before it matters.
 */
import { CATEGORIES, daysLeft, ENDS_SOON, type Category, type HealthCode } from '../model';
import { codeOf, isCutOff, mayCancelIn, type Facts, type Needs } from './health';

export interface TellOptions {
  readonly warn: (text: string) => void;
  /** Something that was warned of is well again. */
  readonly inform: (text: string) => void;
  /** Warns once a day for each cause while it lasts. */
  readonly remind: (cause: string, text: string) => void;
  /** Informs that a cause is over, if there was a reminder of it. */
  readonly dismiss: (cause: string, text: string) => void;
  readonly at: { readonly host: string };
}

export interface Telling {
  /** @param ban in words, where there is one */
  tell(facts: Facts, needs: readonly Needs[], ban: string | undefined): void;
}

/** What is known at one moment. */
interface Snapshot {
  readonly facts: Facts;
  readonly codes: readonly HealthCode[];
  /** as if the exchange could be reached, and all sockets were up */
  readonly keyCodes: readonly HealthCode[];
  readonly host: string;
  readonly ban: string | undefined;
  /** what cancels need does not answer, or nothing may be sent to it */
  readonly isCutOff: boolean;
}

/** Several can hold at once, and one can hide another: then nothing is known of that. */
interface Cause {
  /** `undefined` where it does not hold */
  holds(snapshot: Snapshot): Warning | undefined;
  isOver(snapshot: Snapshot): boolean;
  over(snapshot: Snapshot): string;
}

interface Warning {
  /** another one of the same cause is worth a line of its own */
  readonly sort: string;
  /** its details can differ from one moment to the next */
  readonly text: string;
}

const CUT_OFF: Cause = {
  holds: ({ isCutOff, host, ban }) => {
    if (!isCutOff) return undefined;
    const text = ban ?? `${host} can't be reached: until that is mended, a cancel would fail.`;
    return { sort: 'unreachable', text };
  },
  // Until something was asked after a deploy, nothing is known.
  isOver: ({ facts: { key, patient } }) =>
    key.kind !== 'unknown' && !(key.kind === 'unanswered' && patient),
  over: ({ facts, host }) =>
    facts.silent
      ? `Cancels go over the order entry. Over HTTP, ${host} still can't be reached.`
      : `${host} can be reached again.`,
};

const CAUSES: readonly Cause[] = [
  CUT_OFF,
  {
    holds: ({ facts, keyCodes, host, isCutOff }) => {
      const isUnknown = keyCodes.some((code) => code === 'connecting' || code === 'unreachable');
      if (!isUnknown || facts.patient || isCutOff) return undefined;
      return { sort: 'unknown', text: unknownText(facts, host) };
    },
    isOver: ({ keyCodes, isCutOff }) =>
      !isCutOff && keyCodes.every((code) => code !== 'connecting' && code !== 'unreachable'),
    over: () => 'Whether a cancel would work is known again.',
  },
  {
    holds: ({ facts, codes }) => {
      if (codes.includes('key-expired')) return EXPIRED;
      if (!codes.includes('key-refused')) return undefined;
      return { sort: 'refused', text: refusedText(facts) };
    },
    isOver: ({ facts: { key, admitted }, keyCodes }) =>
      !keyCodes.includes('key-expired') &&
      !keyCodes.includes('key-refused') &&
      (key.kind === 'accepted' || (key.kind !== 'unknown' && admitted === true)),
    over: () => 'Bybit accepts the API key again.',
  },
];

const EXPIRED: Warning = {
  sort: 'expired',
  text: 'The API key has expired: create a new one.',
};

export function createTelling(options: TellOptions): Telling {
  const { warn, inform } = options;
  const { host } = options.at;
  /** of which sort each was that was warned of, until it is over */
  const told = new Map<Cause, string>();
  /** it was told that cancels work over the order entry, and HTTP does not */
  let isOverEntry = false;
  return {
    tell(facts, needs, ban) {
      const wellBesides = { ...facts, silent: false, barred: false, stream: 'up' } as const;
      const snapshot: Snapshot = {
        ...{ facts, host, ban },
        codes: needs.map((each) => codeOf(facts, each)),
        keyCodes: needs.map((each) => codeOf({ ...wellBesides, entry: undefined }, each)),
        isCutOff: needs.some((each) => isCutOff(facts, each)),
      };
      const wasCutOff = told.has(CUT_OFF);
      for (const cause of CAUSES) {
        const warning = cause.holds(snapshot);
        if (warning !== undefined) {
          if (told.get(cause) !== warning.sort) warn(warning.text);
          told.set(cause, warning.sort);
        } else if (told.has(cause) && cause.isOver(snapshot)) {
          told.delete(cause);
          inform(cause.over(snapshot));
        }
      }
      if (isOverEntry && !facts.silent) inform(`Over HTTP, ${host} can be reached again.`);
      isOverEntry = facts.silent && !told.has(CUT_OFF) && (isOverEntry || wasCutOff);
      remindOfKey(facts, options);
      remindOfPermission(facts, needs, options);
    },
  };
}

function unknownText({ key }: Facts, host: string): string {
  const why =
    key.kind === 'untold'
      ? `${host} tells nothing of the API key, and no WebSocket can be opened`
      : key.kind === 'withheld'
        ? `${host} answers, but does not tell what the API key may do`
        : `${host} does not answer what it is asked about the API key`;
  return `${why}: whether a cancel would work is not known.`;
}

function refusedText({ key }: Facts): string {
  const why = key.kind === 'refused' ? ` ${key.why}` : '';
  return `Bybit refuses signed requests: until that is mended, a cancel would fail.${why}`;
}

function remindOfKey({ key, endsInMs }: Facts, { remind, dismiss }: TellOptions): void {
  if (key.kind !== 'accepted') return;
  if (key.report.mayWithdraw) {
    remind('withdraw', 'This API key can withdraw funds: remove that permission.');
  } else dismiss('withdraw', 'This API key can no longer withdraw funds.');
  if (endsInMs === undefined || endsInMs > ENDS_SOON) {
    dismiss('expiring', 'This API key no longer expires within two weeks.');
  } else if (endsInMs > 0) remind('expiring', expiringText(endsInMs));
}

/**
 * Of each category by itself: that one which it lacks is not needed any more does not mean that the key
 * may cancel now.
 */
function remindOfPermission(
  facts: Facts,
  needs: readonly Needs[],
  { remind, dismiss }: TellOptions,
): void {
  const lacking = needs.filter((each) => codeOf(facts, each) === 'read-only');
  if (facts.key.kind === 'accepted' && facts.key.report.readOnly) {
    if (lacking.length > 0) remind('read-only', READ_ONLY);
    return;
  }
  for (const category of [undefined, ...CATEGORIES]) {
    const cause = `read-only ${category ?? ''}`.trim();
    const isNeeded = lacking.some((each) => each.category === category);
    if (isNeeded) remind(cause, lackingText(category));
    else if (mayCancelIn(facts, category)) dismiss(cause, allowedText(category));
  }
}

function expiringText(endsInMs: number): string {
  const days = daysLeft(endsInMs);
  const left = days === 1 ? 'in less than a day' : `in ${days} days`;
  return `This API key expires ${left}: create a new one, or bind it to the IP address of this machine so that it does not expire.`;
}

const READ_ONLY =
  'This API key is read-only: it cancels nothing. Allow it to trade, or create another.';

function lackingText(category: Category | undefined): string {
  const orders = category === undefined ? 'orders' : `${category} orders`;
  return `This API key lacks the permission to cancel ${orders}: allow it to trade them.`;
}

function allowedText(category: Category | undefined): string {
  return `This API key may cancel ${category === undefined ? '' : `${category} orders `}now.`;
}
