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
    const { problem } = read.call(this, value);
    if (problem === undefined) return true;
    return options === undefined ? false : problem;
  };
  return validate as (this: T, value: string) => boolean;
}
