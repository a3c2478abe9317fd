/**
 * Sends batches of cancels (API section order/batch-cancel); batch-line.ts decides who goes along.
 * Their limits are counted apart from those of single cancels: together they do twice as many.
 */
import type { Joined } from '../cancel/exchange-port';
import type { Circumstances } from '../answers/explain';
import { lateAnswer, readBatch } from './batch-answers';
import { BatchLine } from './batch-line';
import type { Depart } from './departure';
import type { Pacing } from '../limits/limits';
import type { Turn } from '../limits/pacer';
import type { Category, SentRequest, Transport } from '../model';
import { allOf, unlessCutOff } from './joined';
import type { Time } from '../time/time';

/** ms: an endpoint that refuses batches as such is left alone */
const PAUSE = 600_000;

const POOLS = {
  spot: 'batchSpot',
  linear: 'batchFutures',
  inverse: 'batchFutures',
  option: 'batchOption',
} as const satisfies Record<Category, string>;

export interface Batches {
  /** Whether such a cancel can go in a batch now. */
  takes(request: SentRequest): boolean;
  /** Waits to go with others. @returns leaves the line */
  join(joined: Joined): () => void;
}

export interface BatchesOptions {
  readonly depart: Depart;
  readonly pacing: Pacing;
  /** who is asked, for words */
  readonly at: Readonly<Record<Transport, Circumstances>>;
  readonly time: Time;
  readonly clean: (text: string) => string;
}

export function createBatches(options: BatchesOptions): Batches {
  const { pacing, time } = options;
  /** ms, monotonic: until when a category has no batches */
  const resting = new Map<Category, number>();
  const lines: Partial<Record<(typeof POOLS)[Category], BatchLine>> = {};
  const rest = (category: Category) => {
    resting.set(category, time.now() + PAUSE);
    lines[POOLS[category]]?.drop(category);
  };
  return {
    // A batch knows no filters.
    takes: ({ category, orderFilter }) =>
      orderFilter === undefined && time.now() >= (resting.get(category) ?? -Infinity),
    join(joined) {
      const pool = POOLS[joined.request.category];
      lines[pool] ??= new BatchLine(pacing.pacers[pool], time, (batch, turn) =>
        sendBatch(batch, turn, options, rest),
      );
      return lines[pool].join(joined);
    },
  };
}

/** @param rest called when batches of the category are refused as such */
function sendBatch(
  batch: readonly Joined[],
  turn: Turn,
  { depart, pacing, at, clean }: BatchesOptions,
  rest: (category: Category) => void,
): boolean {
  const requests = batch.map(({ request }) => request);
  const category = requests[0]?.category ?? 'linear';
  const departed = depart(
    'batch',
    { category, request: requests.map(itemOf) },
    {
      signal: allOf(batch.map(({ options }) => options.untilCutOff)),
      onStart: (id) => batch.forEach(({ options }) => options.onStart(id)),
      onSent: () => batch.forEach(({ options }) => options.onSent()),
      http: turn.http,
    },
  );
  if (departed === undefined) {
    turn.learn(undefined, undefined, 'unsent');
    return false;
  }
  const { sent, transport } = departed;
  const source = { transport, at: at[transport], clean };
  const pacer = pacing.pacers[POOLS[category]];
  const answered = sent.then((reply) => {
    const read = readBatch(requests, reply, source);
    if (read.overLimit) pacer.refused(undefined);
    if (read.refusedAsSuch) rest(category);
    pacing.read(pacer, turn, reply, transport);
    return read.answers;
  });
  batch.forEach(({ options, go }, i) => {
    const late = () => lateAnswer(transport, at[transport]);
    go(unlessCutOff(answered, (answers) => answers[i] ?? late(), options.untilCutOff, late));
  });
  return true;
}

/** As the endpoint takes it: with one id. */
function itemOf({ symbol, orderId, orderLinkId }: SentRequest): Record<string, string> {
  return orderId === undefined ? { symbol, orderLinkId: orderLinkId ?? '' } : { symbol, orderId };
}
