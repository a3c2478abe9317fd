/** Cases that mostly wait: all run at once, before the tests that look at what came of each. */

/**
 * To be called inside a `describe`.
 * @returns what came of a case; throws what its run threw
 */
export function concurrently<Case, Result>(
  cases: readonly Case[],
  run: (one: Case) => Promise<Result>,
): (one: Case) => Result {
  const results = new Map<Case, PromiseSettledResult<Result>>();
  before(async () => {
    const settled = await Promise.allSettled(cases.map(run));
    settled.forEach((result, i) => results.set(cases[i] as Case, result));
  });
  return (one) => {
    const result = results.get(one);
    if (result?.status !== 'fulfilled') throw result?.reason;
    return result.value;
  };
}
