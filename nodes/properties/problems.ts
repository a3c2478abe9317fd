/**
 * What can be wrong with a property, by name and with its values: the runtime says it in English,
 * the editor in the language of its user.
 */
import english from './locales/en-US/problems.json';

export type ProblemKey = keyof typeof english;
/** A text of the catalogue, its gaps filled. */
export type Say = (key: string, values?: ProblemValues) => string;

export type ProblemValues = Readonly<Record<string, string | number>>;

/** The problem as a catalogue has it: a key, and what goes into the text's `__gaps__`. */
export interface Because {
  readonly key: ProblemKey;
  readonly values: ProblemValues;
}

export interface Problem {
  /** in English */
  readonly problem: string;
  /** for the editor, which says it in its user's language */
  readonly because?: Because;
}

/** @param values for the gaps of the text; `property` is the one that is wrong */
export function problem(key: ProblemKey, values: ProblemValues = {}): Problem {
  const text = english[key].replace(/__(\w+?)__/g, (_gap, name: string) => String(values[name]));
  return { problem: text, because: { key, values } };
}
