import type { Problem, ProblemValues } from './problems';
import { variableName, type Read } from './values';

/**
 * Makes a reader into the editor's validator, which says what is wrong. A `${NAME}` passes: its
 * value is known to the runtime alone.
 * @param fallback what the runtime takes for an absent value
 */
export function validator<T>(
  read: (this: T, value: unknown) => Read<unknown>,
  fallback?: unknown,
): (this: T, value: string) => boolean {
  // Node-RED takes a text as the reason from validators that declare two parameters; the published
  // types know of one parameter alone.
  const validate = function (this: T, given: unknown, options?: object): boolean | string {
    const value = given ?? fallback;
    if (variableName(value) !== undefined) return true;
    const answer = read.call(this, value);
    if (answer.problem === undefined) return true;
    return options === undefined ? false : translate(this, answer);
  };
  return validate as (this: T, value: string) => boolean;
}

/** What the editor gives a node: the texts of its catalogue. */
interface Translating {
  readonly type: string;
  readonly _?: (key: string, values?: ProblemValues) => string;
}

/** @returns the problem in the language of the editor's user, or in English */
export function translate(node: unknown, { problem, because }: Problem): string {
  const { type } = node as Translating;
  const say = (key: string, values?: ProblemValues) => {
    const text = (node as Translating)._?.(`${type}.${key}`, values);
    // A missing text comes back as its key.
    return text === `${type}.${key}` ? undefined : text;
  };
  if (because === undefined) return problem;
  const { key, values } = because;
  const label = 'property' in values ? say(`label.${values.property}`) : undefined;
  // Some texts name a property both ways: as the dialog does, and as flows do.
  const place = 'label' in values ? 'label' : 'property';
  return say(`problem.${key}`, label ? { ...values, [place]: label } : values) ?? problem;
}
