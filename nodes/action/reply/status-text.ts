/** A status in the reader's language, as Node-RED shows it and as *status* nodes get it. */
import type { NodeStatus } from 'node-red';
import type { Environment, HealthCode } from '../../bybit/model';
import type { ToldCode } from './told';

/** Characters; longer texts run into the neighbouring nodes. */
const LONGEST = 19;

export type StatusLook = Required<Pick<NodeStatus, 'fill' | 'shape'>>;

export const UNCONFIRMED: StatusLook = { fill: 'yellow', shape: 'ring' };
export const FAILED: StatusLook = { fill: 'red', shape: 'ring' };

/** What is under way, an outcome, or the account's health. */
export type StatusCode = 'cancelling' | ToldCode | HealthCode;

/** Whatever the language of its text, a *status* node can go by `code` and `environment`. */
export interface ShownStatus extends StatusLook {
  readonly text: string;
  readonly code: StatusCode;
  /** absent while no account is known */
  readonly environment?: Environment;
}

/**
 * @param count stands behind the word
 * @param isCounted the word is looked up as `counted-…`: it may need another form before a count
 * @param isPlaced the environment stands behind it: `ready (testnet)`
 */
export type Display = (
  look: StatusLook,
  code: StatusCode,
  count?: string,
  isCounted?: boolean,
  isPlaced?: boolean,
) => void;

/**
 * Shows a word in the reader's language. A translation that is missing (its key comes back then) or
 * too long gives way to the word, a count that fits behind neither is left out. Each word is looked
 * up once: one cancel after another shows the same two.
 */
export function createDisplay(
  show: (status: ShownStatus) => void,
  translate: (word: string) => string,
  environmentOf: () => Environment | undefined,
): Display {
  const translations = new Map<string, string>();
  const textOf = (word: string, key: string, count: string): string => {
    const translation = translations.get(key) ?? translate(key);
    if (!translations.has(key)) translations.set(key, translation);
    const whole = withCount(translation, count);
    if (whole.length <= LONGEST) return whole;
    return count === '' || withCount(word, count).length <= LONGEST
      ? withCount(word, count)
      : textOf(word, word, '');
  };
  return ({ fill, shape }, code, count = '', isCounted = false, isPlaced = false) => {
    try {
      const key = isCounted && count !== '' ? `counted-${code}` : code;
      const environment = environmentOf();
      const behind = isPlaced && environment !== undefined ? `(${environment})` : count;
      const text = textOf(code, key, behind);
      show(
        environment === undefined
          ? { fill, shape, text, code }
          : { fill, shape, text, code, environment },
      );
    } catch {
      // A status is not worth the outcome of an order.
    }
  };
}

/** Where a translation has a place for the count, it stands there, else behind it. */
function withCount(word: string, count: string): string {
  if (word.includes(GAP)) return word.replace(GAP, count);
  return count === '' ? word : `${word} ${count}`;
}

const GAP = '{count}';
