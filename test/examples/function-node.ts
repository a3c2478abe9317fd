/** A function node of an example, run by its own text, with a clock that stands until it is told to go on. */
import { compileFunction } from 'node:vm';
import { readExample } from './example';

export function functionNode(example: string, name: string) {
  const text = readExample(example).find((node) => node.name === name)?.func;
  if (typeof text !== 'string') throw new Error(`no function node "${name}" in "${example}"`);
  const body = compileFunction(text, ['msg', 'env', 'flow', 'context', 'node', 'Date']) as (
    ...given: unknown[]
  ) => void;
  const sent: { readonly payload: { readonly text: string } }[] = [];
  const store = new Map<string, unknown>();
  const kept = {
    get: (key: string) => store.get(key),
    set: (key: string, value: unknown) => store.set(key, value),
  };
  let now = 1_700_000_000_000;
  const take = (msg: object): void =>
    body(
      msg,
      { get: () => undefined },
      kept,
      kept,
      { send: (one: (typeof sent)[0]) => sent.push(one), status: () => undefined },
      { now: () => now },
    );
  return {
    take,
    /** A tick in each second. */
    wait: (ms: number): void => {
      for (let left = ms; left > 0; left -= 1000) {
        now += Math.min(left, 1000);
        take({ tick: true });
      }
    },
    /** The texts that were sent since the last time. */
    alerts: (): string[] => sent.splice(0).map(({ payload }) => payload.text),
  };
}
