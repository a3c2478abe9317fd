/** Exact sums of the decimal strings that the API speaks in; doubles would drift. */

const digitsAfterPoint = (value: string): number => value.split('.')[1]?.length ?? 0;

const scaled = (value: string, digits: number): bigint => {
  const [whole = '0', fraction = ''] = value.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
};

const unscaled = (value: bigint, digits: number): string => {
  if (digits === 0) return value.toString();
  const text = value.toString().padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

export const isDecimal = (value: string): boolean => /^\d+(\.\d+)?$/.test(value);

export function add(a: string, b: string): string {
  const digits = Math.max(digitsAfterPoint(a), digitsAfterPoint(b));
  return unscaled(scaled(a, digits) + scaled(b, digits), digits);
}

/** a - b, for a >= b >= 0 */
export function subtract(a: string, b: string): string {
  const digits = Math.max(digitsAfterPoint(a), digitsAfterPoint(b));
  return unscaled(scaled(a, digits) - scaled(b, digits), digits);
}

export function multiply(a: string, b: string): string {
  const [x, y] = [digitsAfterPoint(a), digitsAfterPoint(b)];
  return unscaled(scaled(a, x) * scaled(b, y), x + y);
}

/** Negative, zero or positive, as a is less than, equal to or more than b. */
export function compare(a: string, b: string): number {
  const digits = Math.max(digitsAfterPoint(a), digitsAfterPoint(b));
  return Number(scaled(a, digits) - scaled(b, digits));
}

export const zeroLike = (value: string): string => unscaled(0n, digitsAfterPoint(value));
