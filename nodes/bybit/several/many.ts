/**
 * Cancels the orders of a list: a pursuit for each, all under one deadline. Each order gets its own
 * outcome by the same rules as a single cancel.
 */
import type { ExchangePort } from '../cancel/exchange-port';
import type { CancelRequest, Outcome } from '../model';
import { cancelOrder } from '../cancel/pursuit';
import { optionsAfter, type PursuitOptions } from '../cancel/pursuit-options';
import { breathe } from '../time/time';

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
  const asked = { ...options, onRequest: (request: object) => void sent.add(request) };
  const known = new Map<string, Promise<Outcome>>();
  const pending: Promise<Outcome>[] = [];
  for (const [i, request] of requests.entries()) {
    await breathe(time, i);
    const key = keyOf(request);
    const outcome =
      known.get(key) ?? cancelOrder(request, optionsAfter(time.now() - startMs, asked), ports);
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
