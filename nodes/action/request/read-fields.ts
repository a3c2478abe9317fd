/** Reads all fields of a message, each from its source, and waits for those that need it. */
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { Late, readerOf, type Box } from './field-sources';
import { Refusal } from './refusal';
import type { FieldSetting } from './settings';

/**
 * The values as they came, whatever they are. From a message, `undefined` is a property that it does
 * not have; `null` is one that is there without a value.
 */
export type RawFields<F extends string> = Readonly<Partial<Record<F, unknown>>>;

/** How long a reading may take. */
export interface Patience {
  /** ms */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * Reads all fields of a message, at once where none has to be waited for. Throws or rejects with a
 * Refusal. `undefined`: the signal came first.
 */
export type ReadFields<F extends string> = (
  msg: NodeMessage,
  patience: Patience,
) => RawFields<F> | Promise<RawFields<F> | undefined>;

/** Prepares the reading once, so that no message pays for parsing an expression. */
export function fieldReader<F extends string>(
  RED: NodeAPI,
  node: Node,
  fields: Readonly<Record<F, FieldSetting>>,
): ReadFields<F> {
  const readers = (Object.keys(fields) as F[]).map((field) => ({
    field,
    read: readerOf(RED, node, field, fields[field]),
  }));
  return (msg, patience) => {
    const values: Partial<Record<F, unknown>> = {};
    let late: Map<F, Promise<Box>> | undefined;
    for (const { field, read } of readers) {
      const found = read(msg);
      if (!(found instanceof Late)) {
        values[field] = found;
        continue;
      }
      // Another field may fail first, and then nobody waits for this one.
      found.value.catch(() => undefined);
      late ??= new Map();
      late.set(field, found.value);
    }
    return late === undefined ? values : awaitFields(values, late, patience);
  };
}

async function awaitFields<F extends string>(
  values: Partial<Record<F, unknown>>,
  late: ReadonlyMap<F, Promise<Box>>,
  { timeout, signal }: Patience,
): Promise<RawFields<F> | undefined> {
  const waiting = new Set(late.keys());
  const work = [...late].map(async ([field, found]) => {
    values[field] = (await found).value;
    waiting.delete(field);
  });
  const done = await settledWithin(Promise.all(work), timeout, signal);
  if (done !== undefined) return values;
  if (signal.aborted) return undefined;
  const names = [...waiting].join(', ');
  throw new Refusal(
    'invalid-request',
    `${names} could not be read in time: the context store or the expression did not answer.`,
  );
}

/** Gives `undefined` when the time or the signal ends the wait: a context store can hang. */
function settledWithin<T>(work: Promise<T>, ms: number, signal: AbortSignal) {
  return new Promise<T | undefined>((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, ms);
    signal.addEventListener('abort', giveUp);
    work.then(resolve, reject).finally(giveUp);
  });
}
