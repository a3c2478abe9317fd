/**
 * Cancels the orders of a list: a pursuit for each, all under one deadline. Each order gets its own
 * outcome by the same rules as a single cancel.
 */
import type { ExchangePort } from './exchange-port';
import type { CancelRequest, Outcome } from '../model';
import { cancelOrder, type PursuitOptions } from './pursuit';
import { AbortSource } from '../time/abort';
import { sleep } from '../time/time';

/** Orders that are begun in one turn of the event loop: a thousand would hold it up for others. */
const AT_ONCE = 50;
const NEVER = new AbortSource();

export interface ManyOptions extends Omit<PursuitOptions, 'onRequest'> {
  /** called for each order that has its outcome */
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined;
}

/** What became of the orders of a list. */
export interface ManyOutcomes {
  /** in the order of the list */
  readonly outcomes: readonly Outcome[];
  /** how many requests were sent, look-ups included; a batch is one */
  readonly requests: number;
}

/** The same order twice is sent once and reported twice. Never rejects. */
export async function cancelOrders(
  requests: readonly CancelRequest[],
  { onOutcome, ...options }: ManyOptions,
  ports: ExchangePort,
): Promise<ManyOutcomes> {
  const { time } = ports;
  const startMs = time.now();
  const sent = new Set<object>();
  const onRequest = (request: object) => void sent.add(request);
  const known = new Map<string, Promise<Outcome>>();
  const pending: Promise<Outcome>[] = [];
  const pursue = (request: CancelRequest) => {
    const passed = time.now() - startMs;
    return cancelOrder(
      request,
      {
        ...options,
        elapsedMs: options.elapsedMs + passed,
        remainingMs: Math.max(0, options.remainingMs - passed),
        onRequest,
      },
      ports,
    );
  };
  for (const [i, request] of requests.entries()) {
    if (i > 0 && i % AT_ONCE === 0) await sleep(time, 0, NEVER);
    const key = keyOf(request);
    const outcome = known.get(key) ?? pursue(request);
    known.set(key, outcome);
    // Who listens must not cost an outcome.
    if (onOutcome !== undefined) outcome.then(onOutcome).catch(() => undefined);
    pending.push(outcome);
  }
  return { outcomes: await Promise.all(pending), requests: sent.size };
}

/** With both ids the exchange goes by orderId. */
function keyOf({ category, symbol, orderId, orderLinkId, orderFilter }: CancelRequest): string {
  const id = orderId === undefined ? ['link', orderLinkId] : ['id', orderId];
  return JSON.stringify([category, symbol, ...id, orderFilter]);
}
