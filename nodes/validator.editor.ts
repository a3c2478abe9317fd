import type { Because, ProblemValues } from './problems';
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
    if (options === undefined) return false;
    return translate(this, answer.because) ?? answer.problem;
  };
  return validate as (this: T, value: string) => boolean;
}

/** What the editor gives a node: the texts of its catalogue. */
interface Translating {
  readonly type: string;
  readonly _?: (key: string, values?: ProblemValues) => string;
}

/** @returns `undefined` without a translation */
function translate(node: unknown, because: Because | undefined): string | undefined {
  if (because === undefined) return undefined;
  const { type } = node as Translating;
  const say = (key: string, values?: ProblemValues) => {
    const text = (node as Translating)._?.(`${type}.${key}`, values);
    // A missing text comes back as its key.
    return text === `${type}.${key}` ? undefined : text;
  };
  const { key, values } = because;
  const label = 'property' in values ? say(`label.${values.property}`) : undefined;
  return say(`problem.${key}`, label === undefined ? values : { ...values, property: label });
}
