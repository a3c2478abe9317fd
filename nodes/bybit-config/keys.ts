/** Key and secret of an account. No problem's text ever quotes one. */
import { problem } from '../properties/problems';
import {
  collector,
  firstProblem,
  readText,
  resolveVariable,
  type Checked,
  type LookUp,
  type Read,
} from '../properties/values';

export interface Keys {
  readonly apiKey: string;
  readonly apiSecret: string;
}
export type Credential = keyof Keys;
export type RawCredentials = Partial<Record<Credential, unknown>>;

const LABELS: Readonly<Record<Credential, string>> = {
  apiKey: 'API key',
  apiSecret: 'API secret',
};

export function readKeys(raw: RawCredentials, lookUp: LookUp): Read<Keys> {
  return firstProblem(checkKeys(raw, lookUp));
}

/** As `readKeys`, with everything that is wrong. */
export function checkKeys(raw: RawCredentials, lookUp: LookUp): Checked<Keys> {
  const { keep, problems } = collector();
  const apiKey = keep(readCredential('apiKey', raw.apiKey, lookUp));
  const apiSecret = keep(readCredential('apiSecret', raw.apiSecret, lookUp));
  if (apiKey === undefined || apiSecret === undefined) return { problems };
  return { problems, value: { apiKey, apiSecret } };
}

export function readCredential(property: Credential, raw: unknown, lookUp: LookUp): Read<string> {
  const label = LABELS[property];
  const resolved = resolveVariable(property, raw ?? '', lookUp);
  if (resolved.problem !== undefined) return resolved;
  const text = readText(`The ${label} (${property})`, resolved.value);
  if (text.problem !== undefined) return text;
  if (text.value === '') return problem('credentialMissing', { property, label });
  if (text.value.includes('${')) return problem('credentialMixed', { property, label });
  // The key travels in an HTTP header, where anything else is an error or, worse, another header.
  return property === 'apiKey' && !/^[\x21-\x7e]+$/.test(text.value)
    ? problem('keyCharacters', { property, label })
    : text;
}
