/** What the exchange tells about the API key that asks (API section user/apikey-info). */
import { CATEGORIES, type Category } from '../model';

/** ms; keys without an expiry have a date near the epoch */
const NO_EXPIRY_BEFORE = Date.UTC(2010, 0, 1);

export interface KeyReport {
  readonly userId: string;
  /** the remark that its owner gave the key */
  readonly note: string;
  readonly readOnly: boolean;
  readonly mayCancel: Readonly<Record<Category, boolean>>;
  readonly mayWithdraw: boolean;
  readonly boundToIp: boolean;
  /** ms since the epoch */
  readonly expiresAt?: number;
  /** ms from the exchange's now to the expiry */
  readonly expiresInMs?: number;
}

/**
 * The codes of an exchange that tells nothing of the key: demo trading has no such endpoint, and a key
 * without this one permission may still cancel.
 */
export const UNTOLD: readonly number[] = [10032, 10005, 10017, 10404];

const PERMISSIONS: Record<Category, readonly [group: string, permission: string]> = {
  linear: ['ContractTrade', 'Order'],
  inverse: ['ContractTrade', 'Order'],
  spot: ['Spot', 'SpotTrade'],
  option: ['Options', 'OptionsTrade'],
};

/**
 * @param now ms since the epoch, by the exchange's clock
 * @returns `undefined` when it is no report: what is missing must not look like a permission
 */
export function readKeyReport(
  result: unknown,
  clean: (text: string) => string,
  now: number,
): KeyReport | undefined {
  const { userID, note, readOnly, permissions, ips, expiredAt } = (result ?? {}) as KeyResult;
  if (typeof permissions !== 'object' || permissions === null) return undefined;
  if (readOnly !== 0 && readOnly !== 1) return undefined;
  const has = (group: string, permission: string) => {
    const granted = (permissions as Readonly<Record<string, unknown>>)[group];
    return Array.isArray(granted) && granted.includes(permission);
  };
  const mayCancel = (category: Category) => readOnly === 0 && has(...PERMISSIONS[category]);
  return {
    userId: /^\d{1,20}$/.test(String(userID)) ? String(userID) : '',
    note: typeof note === 'string' ? clean(note) : '',
    readOnly: readOnly === 1,
    mayCancel: Object.fromEntries(
      CATEGORIES.map((category) => [category, mayCancel(category)]),
    ) as Record<Category, boolean>,
    mayWithdraw: has('Wallet', 'Withdraw'),
    boundToIp: Array.isArray(ips) && ips.length > 0 && !ips.includes('*'),
    ...readExpiry(expiredAt, now),
  };
}

type KeyResult = Partial<
  Record<'userID' | 'note' | 'readOnly' | 'permissions' | 'ips' | 'expiredAt', unknown>
>;

function readExpiry(expiredAt: unknown, now: number): Pick<KeyReport, 'expiresAt' | 'expiresInMs'> {
  const at = typeof expiredAt === 'string' ? Date.parse(expiredAt) : NaN;
  return at > NO_EXPIRY_BEFORE ? { expiresAt: at, expiresInMs: at - now } : {};
}
