/** The keys that the exchange knows (API section user/apikey-info). */
import { createHmac, timingSafeEqual, verify } from 'node:crypto';

export interface SimulatedKey {
  readonly apiKey: string;
  /** HMAC */
  readonly secret?: string;
  /** RSA: PEM */
  readonly publicKey?: string;
  /** Whose key it is; orders belong to the UID. Default: one UID for all keys. */
  readonly uid?: string;
  /** Addresses it is bound to; none or `*`: any. */
  readonly ips?: readonly string[];
  readonly readOnly?: boolean;
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  /** ISO date; a key that is bound to an address has none. */
  readonly expiredAt?: string;
  readonly note?: string;
}

/** Well known: good for nothing but the simulated exchange. */
export const DEMO_KEY = {
  apiKey: 'SimulatedExchange1',
  secret: 'well-known-secret-of-the-simulated-exchange',
} as const;

export const DEFAULT_UID = '1000001';

export const DEFAULT_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  ContractTrade: ['Order', 'Position'],
  Spot: ['SpotTrade'],
  Wallet: [],
  Options: ['OptionsTrade'],
  Derivatives: ['DerivativesTrade'],
  Exchange: [],
  Earn: [],
};

export class ApiKeys {
  private readonly byApiKey = new Map<string, SimulatedKey>();

  constructor(keys: readonly SimulatedKey[]) {
    for (const key of keys) this.set(key);
  }

  /** Adds a key, or replaces the one of the same `apiKey`. */
  set(key: SimulatedKey): void {
    this.byApiKey.set(key.apiKey, key);
  }

  remove(apiKey: string): void {
    this.byApiKey.delete(apiKey);
  }

  get(apiKey: string): SimulatedKey | undefined {
    return this.byApiKey.get(apiKey);
  }
}

export const uidOf = (key: SimulatedKey): string => key.uid ?? DEFAULT_UID;

export const permissionsOf = (key: SimulatedKey): Readonly<Record<string, readonly string[]>> =>
  key.permissions ?? DEFAULT_PERMISSIONS;

/** HMAC-SHA256 in lower-case hex, or RSA-SHA256 in base64 (API section guide, authentication). */
export function isSignedBy(key: SimulatedKey, signed: Buffer, signature: string): boolean {
  if (key.publicKey !== undefined) {
    return verify('sha256', signed, key.publicKey, Buffer.from(signature, 'base64'));
  }
  const expected = Buffer.from(
    createHmac('sha256', key.secret ?? '')
      .update(signed)
      .digest('hex'),
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
