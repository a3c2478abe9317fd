/** One request for several orders: each waits for it no longer than its own time. */
import type { Answer } from '../cancel/exchange-port';
import { AbortSource, type Signal } from '../time/abort';

/** An order's deadline ends its wait, not the batch, which others wait for as well. */
export function unlessCutOff<T>(
  answered: Promise<T>,
  pick: (answers: T) => Answer,
  untilCutOff: Signal,
  late: () => Answer,
): Promise<Answer> {
  if (untilCutOff.aborted) return Promise.resolve(late());
  return new Promise((resolve) => {
    const cutOff = () => resolve(late());
    untilCutOff.addEventListener('abort', cutOff, { once: true });
    void answered.then((answers) => {
      untilCutOff.removeEventListener('abort', cutOff);
      resolve(pick(answers));
    });
  });
}

/** Aborted when all of them are. */
export function allOf(signals: readonly Signal[]): Signal {
  const all = new AbortSource();
  let left = signals.length;
  const one = () => {
    left -= 1;
    if (left === 0) all.abort(signals[0]?.reason);
  };
  for (const signal of signals) {
    if (signal.aborted) one();
    else signal.addEventListener('abort', one, { once: true });
  }
  return all;
}
