/** The parameters of a request, read as the exchange reads them. */
import { refusals } from './answers';
import { isCategory, type Category, type Instrument, type Instruments } from '../books/instruments';

export type Params = Readonly<Record<string, unknown>>;

/** The JSON body of a POST. */
export function bodyParams(body: unknown): Params {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refusals.params('the body is no JSON object');
  }
  return body as Params;
}

/** A text; `null` and `""` count as absent, as the documented examples have it. */
export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw refusals.params(`${name} is no string`);
  return value;
}

/** A flag; `null` counts as absent. */
export function flag(params: Params, name: string): boolean | undefined {
  const value = params[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw refusals.params(`${name} is no boolean`);
}

export function categoryOf(params: Params): Category {
  const category = text(params, 'category');
  if (!isCategory(category)) throw refusals.params(`category invalid ${category ?? ''}`);
  return category;
}

/** The instrument named by `symbol`, upper case only. */
export function symbolOf(params: Params, instruments: Instruments): Instrument | undefined {
  const symbol = text(params, 'symbol');
  if (symbol === undefined) return undefined;
  const found = instruments.find(categoryOf(params), symbol);
  if (!found) throw refusals.params(`symbol invalid ${symbol}`);
  return found;
}

export function oneOf<T extends string>(
  params: Params,
  name: string,
  values: readonly T[],
): T | undefined {
  const value = text(params, name);
  const known = values.find((one) => one === value);
  if (value !== undefined && known === undefined) throw refusals.params(`${name} ${value}`);
  return known;
}
