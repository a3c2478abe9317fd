/**
 * Whether the next cancel would work, from what is known of an account: the one place that decides
 * which code holds. Pure: what has lasted long enough to be told is decided by who collects it.
 */
import type { KeyReport } from '../checks/key-report';
import type { Category, HealthCode } from '../model';

export const DAY = 24 * 60 * 60 * 1000;
/** ms: from here on a key's end is worth a word */
export const SOON = 14 * DAY;

/** What is known of the key. */
export type KeyStanding =
  /** nobody could be asked yet */
  | { readonly kind: 'unknown' }
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
  /** what the sockets last said of the key */
  readonly admitted?: boolean | undefined;
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
  if (facts.barred) return 'unreachable';
  // Over an order entry that is up, cancels need no HTTP.
  if (facts.silent && (needs.lists || facts.entry !== 'up')) return 'unreachable';
  return keyCode(facts, needs) ?? lineCode(facts, needs) ?? expiryCode(facts) ?? 'ready';
}

function keyCode({ key, endsInMs, ...facts }: Facts, needs: Needs): HealthCode | undefined {
  switch (key.kind) {
    case 'refused':
      return key.expired ? 'key-expired' : 'key-refused';
    case 'accepted':
      if (endsInMs !== undefined && endsInMs <= 0) return 'key-expired';
      return mayCancel(key.report, needs) ? undefined : 'read-only';
    case 'unknown':
    case 'untold':
      // A socket lets a key in that may cancel nothing: its record is waited for.
      if (key.kind === 'unknown' && facts.patient) return 'connecting';
      if (facts.admitted === true) return undefined;
      if (facts.admitted === false) return 'key-refused';
      return facts.patient ? 'connecting' : 'unreachable';
  }
}

/** USDC contracts, linear too, go by the permission for options. */
function mayCancel({ mayCancel: may }: KeyReport, { category }: Needs): boolean {
  if (category === undefined) return Object.values(may).includes(true);
  return may[category] || (category === 'linear' && may.option);
}

function lineCode({ stream, entry }: Facts, { confirm }: Needs): HealthCode | undefined {
  if (confirm && stream === 'down') return 'stream-down';
  if (entry === 'down') return 'entry-down';
  return (confirm && stream === 'opening') || entry === 'opening' ? 'connecting' : undefined;
}

function expiryCode({ endsInMs }: Facts): HealthCode | undefined {
  return endsInMs !== undefined && endsInMs <= SOON ? 'key-expiring' : undefined;
}

/** Begun days to the end of a key: the last one is 1. */
export function daysLeft(endsInMs: number): number {
  return Math.max(0, Math.ceil(endsInMs / DAY));
}
