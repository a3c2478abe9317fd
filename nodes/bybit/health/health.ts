/**
 * Whether the next cancel would work, from what is known of an account: the one place that decides
 * which code holds. Pure: what has lasted long enough to be told is decided by who collects it.
 */
import type { KeyReport } from '../answers/key-report';
import { ENDS_SOON, type Category, type HealthCode } from '../model';

/** What is known of the key. */
export type KeyStanding =
  /** nobody could be asked yet */
  | { readonly kind: 'unknown' }
  /** the exchange was asked, and did not answer */
  | { readonly kind: 'unanswered' }
  /** it answers without telling: it is busy, or refuses this question alone with a key that works */
  | { readonly kind: 'withheld' }
  /** the environment tells nothing about keys: what the sockets say counts */
  | { readonly kind: 'untold' }
  | { readonly kind: 'accepted'; readonly report: KeyReport }
  | { readonly kind: 'refused'; readonly expired: boolean; readonly why: string };

/** A socket: `opening` until it is up for the first time, or has failed for long enough. */
export type SocketState = 'opening' | 'up' | 'down';

export interface Facts {
  readonly key: KeyStanding;
  /** ms to the end of the key, where it has one */
  readonly endsInMs?: number | undefined;
  /** whether the sockets, or answers to other signed requests, last took the key */
  readonly admitted?: boolean | undefined;
  /** of each category in which cancels were tried lately: whether the key was allowed to */
  readonly tried?: ReadonlyMap<Category, boolean> | undefined;
  /** over HTTP there has been no answer for a while, or the address is banned there */
  readonly silent: boolean;
  /** a ban keeps every cancel from being sent */
  readonly barred: boolean;
  readonly stream: SocketState;
  /** `undefined`: cancels go over HTTP */
  readonly entry: SocketState | undefined;
  /** what is not known may still be waited for */
  readonly patient: boolean;
}

/** What makes a cancel fail. */
const RED: ReadonlySet<HealthCode> = new Set([
  'unreachable',
  'key-refused',
  'key-expired',
  'read-only',
  'not-configured',
]);

export function isRed(code: HealthCode): boolean {
  return RED.has(code);
}

/** What a node's cancels need. */
export interface Needs {
  /** whether cancels are confirmed, which takes the order stream */
  readonly confirm: boolean;
  /** where all of its orders are of one */
  readonly category?: Category | undefined;
  /** whether open orders are listed, which takes HTTP */
  readonly lists?: boolean | undefined;
}

/** The worst that holds comes first: what makes a cancel fail, then what makes it slower. */
export function codeOf(facts: Facts, needs: Needs): HealthCode {
  if (isCutOff(facts, needs)) return 'unreachable';
  return keyCode(facts, needs) ?? lineCode(facts, needs) ?? expiryCode(facts) ?? 'ready';
}

/** Whether what cancels need does not answer, or nothing may be sent to it. */
export function isCutOff({ barred, silent, entry }: Facts, { lists }: Needs): boolean {
  // Over an order entry that is up, cancels need no HTTP.
  return barred || (silent && (lists === true || entry !== 'up'));
}

/** Whether something shows that the key may cancel: its record, or a cancel where there is none. */
export function mayCancelIn(
  { key, endsInMs = Infinity, tried }: Facts,
  category: Category | undefined,
): boolean {
  if (key.kind === 'accepted') return endsInMs > 0 && mayCancel(key.report, { category });
  return tried !== undefined && triedIn(tried, { category }) === true;
}

function keyCode(facts: Facts, needs: Needs): HealthCode | undefined {
  const { key, endsInMs } = facts;
  switch (key.kind) {
    case 'refused':
      return key.expired ? 'key-expired' : 'key-refused';
    case 'accepted':
      if (endsInMs !== undefined && endsInMs <= 0) return 'key-expired';
      return mayCancel(key.report, needs) ? undefined : 'read-only';
    default:
      return codeWithoutRecord(facts, needs);
  }
}

/**
 * Without the key's record only a cancel shows that it may cancel: sockets and look-ups take a key that
 * may not. Where the environment has no records, a key that is taken counts as one that works.
 */
function codeWithoutRecord(
  { key: { kind }, admitted, tried, patient }: Facts,
  needs: Needs,
): HealthCode | undefined {
  const may = tried && triedIn(tried, needs);
  if (may !== undefined) return may ? undefined : 'read-only';
  const isTold = kind !== 'untold';
  if (isTold && patient) return 'connecting';
  if (admitted === false) return 'key-refused';
  if (!isTold && admitted === true) return undefined;
  // It answers, so it is not out of reach; what the key may do is still asked for.
  return patient || kind === 'withheld' ? 'connecting' : 'unreachable';
}

function triedIn(
  tried: ReadonlyMap<Category, boolean>,
  { category }: Pick<Needs, 'category'>,
): boolean | undefined {
  if (category !== undefined) return tried.get(category);
  const seen = [...tried.values()];
  return seen.length === 0 ? undefined : seen.includes(true);
}

/** USDC contracts, linear too, go by the permission for options. */
function mayCancel({ mayCancel: may }: KeyReport, { category }: Pick<Needs, 'category'>): boolean {
  if (category === undefined) return Object.values(may).includes(true);
  return may[category] || (category === 'linear' && may.option);
}

function lineCode({ stream, entry }: Facts, { confirm }: Needs): HealthCode | undefined {
  if (confirm && stream === 'down') return 'stream-down';
  if (entry === 'down') return 'entry-down';
  return (confirm && stream === 'opening') || entry === 'opening' ? 'connecting' : undefined;
}

function expiryCode({ endsInMs }: Facts): HealthCode | undefined {
  return endsInMs !== undefined && endsInMs <= ENDS_SOON ? 'key-expiring' : undefined;
}
