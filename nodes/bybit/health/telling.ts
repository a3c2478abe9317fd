/**
 * What the log is told of an account's health: one line when a cancel would fail and one when that is
 * over; and, once a day at most, what the owner of the key should mend before it matters.
 */
import type { HealthCode } from '../model';
import { codeOf, daysLeft, SOON, type Facts, type Needs } from './health';

export interface TellOptions {
  readonly warn: (text: string) => void;
  /** Something that was warned of is well again. */
  readonly inform: (text: string) => void;
  /** Warns once a day at most for each cause. */
  readonly remind: (cause: string, text: string) => void;
  readonly at: { readonly host: string };
}

export interface Telling {
  /** @param ban in words, where there is one */
  tell(facts: Facts, needs: readonly Needs[], ban: string | undefined): void;
}

/** Each with what is said when it is over. */
const BAD = {
  unreachable: (host: string) => `${host} can be reached again.`,
  'key-refused': () => 'Bybit accepts the API key again.',
  'key-expired': () => 'Bybit accepts the API key again.',
} as const satisfies Partial<Record<HealthCode, (host: string) => string>>;
type Bad = keyof typeof BAD;

export function createTelling({ warn, inform, remind, at: { host } }: TellOptions): Telling {
  let told: Bad | undefined;
  return {
    tell(facts, needs, ban) {
      const codes = needs.map((each) => codeOf(facts, each));
      const bad = codes.find((code): code is Bad => code in BAD);
      if (bad !== told && !codes.includes('connecting')) {
        // One bad state can follow another: the first is over then, but nothing is well.
        if (bad !== undefined) warn(textOf(bad, facts, host, ban));
        else if (told !== undefined) inform(BAD[told](host));
        told = bad;
      }
      remindOfKey(facts, codes, remind);
    },
  };
}

function textOf(bad: Bad, { key, silent }: Facts, host: string, ban: string | undefined): string {
  if (bad === 'key-expired') return 'The API key has expired: create a new one.';
  if (bad === 'unreachable') {
    if (ban !== undefined) return ban;
    if (silent) return `${host} can't be reached: until that is mended, a cancel would fail.`;
    return key.kind !== 'untold'
      ? `${host} does not answer what it is asked about the API key: whether a cancel would work is not known.`
      : `${host} tells nothing of the API key, and no WebSocket can be opened: whether a cancel would work is not known.`;
  }
  const why = key.kind === 'refused' ? ` ${key.why}` : '';
  return `Bybit refuses signed requests: until that is mended, a cancel would fail.${why}`;
}

function remindOfKey(
  { key, endsInMs }: Facts,
  codes: readonly HealthCode[],
  remind: TellOptions['remind'],
): void {
  if (key.kind !== 'accepted') return;
  if (codes.includes('read-only')) remind('read-only', readOnlyText(key.report.readOnly));
  if (key.report.mayWithdraw) {
    remind('withdraw', 'This API key can withdraw funds: remove that permission.');
  }
  if (endsInMs === undefined || endsInMs > SOON || endsInMs <= 0) return;
  const days = daysLeft(endsInMs);
  const left = days === 1 ? 'in less than a day' : `in ${days} days`;
  remind(
    'expiring',
    `This API key expires ${left}: create a new one, or bind it to the IP address of this machine so that it does not expire.`,
  );
}

function readOnlyText(isReadOnly: boolean): string {
  return isReadOnly
    ? 'This API key is read-only: it cancels nothing. Allow it to trade, or create another.'
    : 'This API key lacks the permission to cancel these orders: allow it to trade them.';
}
