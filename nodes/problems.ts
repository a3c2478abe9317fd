/**
 * What can be wrong with a property, by name and with its values: the runtime says it in English,
 * the editor in the language of its user.
 */
import english from './locales/en-US/problems.json';

export type ProblemKey = keyof typeof english;
export type ProblemValues = Readonly<Record<string, string | number>>;

/** The problem as a catalogue has it: a key, and what goes into the text's `__gaps__`. */
export interface Because {
  readonly key: ProblemKey;
  readonly values: ProblemValues;
}

/** @param values for the gaps of the text; `property` is the one that is wrong */
export function problem(
  key: ProblemKey,
  values: ProblemValues,
): { readonly problem: string; readonly because: Because } {
  const text = english[key].replace(/__(\w+?)__/g, (_gap, name: string) => String(values[name]));
  return { problem: text, because: { key, values } };
}
