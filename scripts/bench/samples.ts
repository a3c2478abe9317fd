/** What is made of many measurements. */

/** @param share 0 to 1: the value below which so many lie */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const p99 = (values: readonly number[]): number => quantile(values, 0.99);

export const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
