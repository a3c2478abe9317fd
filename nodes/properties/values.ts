/**
 * Reading what stands in a node's properties, strictly: a flow file can hold anything, and a
 * property that is misread can send an order to the wrong market. Pure, and used in the browser too.
 */
import { problem, type Problem } from './problems';

/** A value as it is meant, or in words why it can't be used. */
export type Read<T> =
  { readonly value: T; readonly problem?: undefined } | ({ readonly value?: undefined } & Problem);

/** What was read, where all of it is good, and everything that is wrong with it. */
export interface Checked<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/** Gathers what is wrong with several values, beside what is known. */
export function collector(known: readonly Problem[] = []) {
  const problems = [...known];
  const keep = <T>(read: Read<T>): T | undefined => {
    if (read.problem !== undefined) problems.push(read);
    return read.value;
  };
  return { problems, keep };
}

/** Where one problem is enough. */
export function firstProblem<T>({ value, problems }: Checked<T>): Read<T> {
  return problems[0] ?? { value: value as T };
}

/** Looks up an environment variable; `undefined` when it is not set. */
export type LookUp = (name: string) => unknown;

/** The name in a `${NAME}` that is the whole value. */
export function variableName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return /^\$\{([^{}\s]+)\}$/.exec(value.trim())?.[1];
}

/**
 * Puts a variable's value in the place of a whole `${NAME}`. Node-RED does so itself where the
 * variable is set, but leaves an unset one as it stands, and one with blanks around it.
 * @param property what the flow author knows the value as, for the problem's text
 */
export function resolveVariable(property: string, value: unknown, lookUp: LookUp): Read<unknown> {
  const name = variableName(value);
  if (name === undefined) return { value };
  const found = lookUp(name);
  return found === undefined ? problem('unset', { property, name }) : { value: found };
}

/** Reads true and false, also as text: `"false"` from a variable must not count as true. */
export function readFlag(property: string, value: unknown): Read<boolean> {
  const plain = typeof value === 'string' ? value.trim() : value;
  if (plain === true || plain === 'true') return { value: true };
  if (plain === false || plain === 'false') return { value: false };
  return problem('flag', { property });
}

/** Reads a whole number from `least` to `most`, also from text. */
export function readWhole(
  property: string,
  value: unknown,
  least: number,
  most: number,
): Read<number> {
  const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
    return { value: number };
  }
  return problem('whole', { property, least, most });
}

/** Reads a text; blanks around it don't count. */
export function readText(property: string, value: unknown): Read<string> {
  if (typeof value !== 'string') return problem('text', { property });
  return { value: value.trim() };
}
