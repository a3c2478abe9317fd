/** What an account's traffic shows of its health. */
import { factsOf, type CodeFinding } from '../answers/codes';
import { isTooManySessions, type Meaning, type WireAnswer } from '../answers/meaning';
import type { Category, Transport } from '../model';
import type { Reply } from '../answers/reply';

/** Cheap: it is called for each answer. */
export interface Signals {
  /**
   * @param signed whether the request was made with the key, other than to learn of the key itself
   * @param cancelled of a single cancel: the category of its order
   */
  readonly answered: (
    meaning: Meaning,
    reply: Reply,
    transport: Transport,
    signed: boolean,
    cancelled?: Category,
  ) => void;
  readonly stream: (up: boolean) => void;
  readonly entry: (up: boolean) => void;
  /** A WebSocket accepted or refused the key. */
  readonly admitted: (yes: boolean) => void;
}

/** Nobody follows the account's health. */
export const UNHEARD: Signals = {
  answered: () => undefined,
  stream: () => undefined,
  entry: () => undefined,
  admitted: () => undefined,
};

/** Whether the key itself is refused, and not what was asked for with it. */
export function isOfKey(wire: WireAnswer): boolean {
  if (wire.kind !== 'reply' || isTooManySessions(wire)) return false;
  const finding = factsOf(wire.retCode)?.finding;
  return finding !== undefined && OF_KEY.has(finding);
}

const OF_KEY: ReadonlySet<CodeFinding> = new Set(['environment', 'signature', 'ip', 'expired']);
