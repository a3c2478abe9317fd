/**
 * Sends of a cancel, each in its turn: alone as soon as the limit allows it, or in a batch with others
 * that wait; and what its answer means to the rules.
 */
import type { Circumstances } from '../answers/explain';
import type { Batches } from './batch';
import { answerOf, bannedAnswer } from './cancel-answer';
import type { Depart } from './departure';
import type { Pacing } from '../limits/limits';
import type { NoTurn, Pacer, Turn } from '../limits/pacer';
import type { SentRequest, Transport } from '../model';
import type { Answer, ExchangePort, SendOptions } from '../cancel/exchange-port';
import { AbortSource } from '../time/abort';

export interface SendCancelOptions {
  readonly depart: Depart;
  readonly batches: Batches;
  readonly pacing: Pacing;
  /** who is asked, for words */
  readonly at: Readonly<Record<Transport, Circumstances>>;
}

export function createSendCancel({
  depart,
  batches,
  pacing,
  at,
}: SendCancelOptions): ExchangePort['send'] {
  const { pacers, read } = pacing;
  return async (request, options) => {
    const { dueAt, untilStop, untilCutOff, onStart, onSent } = options;
    const pacer = pacers[request.category === 'spot' ? 'spot' : 'other'];
    for (;;) {
      const turn =
        (untilStop.aborted ? undefined : pacer.atOnce(dueAt)) ??
        (await inLine(request, options, pacer, batches));
      if ('batched' in turn) return turn.batched;
      if (!turn.granted) {
        if (turn.why === 'banned') return bannedAnswer('http', at.http);
        return { why: turn.why, retryAt: turn.retryAt };
      }
      const departed = depart(
        'cancel',
        { ...request },
        { signal: untilCutOff, onStart, onSent, http: turn.http },
      );
      if (departed === undefined) {
        turn.learn(undefined, undefined, 'unsent');
        continue;
      }
      const { sent, transport } = departed;
      const reply = await sent;
      const meaning = read(pacer, turn, reply, transport, request.category);
      const retryAt = meaning === 'rate' ? pacer.freeAt() : undefined;
      return answerOf({ reply, transport, meaning, at: at[transport], retryAt });
    }
  };
}

/** It went in a batch. */
interface Batched {
  /** in a box: a promise in a promise would be waited for */
  readonly batched: Promise<Answer>;
}

/** Waits for what comes first: a turn of its own, or a batch that takes it along. */
function inLine(
  request: SentRequest,
  options: SendOptions,
  pacer: Pacer,
  batches: Batches,
): Promise<Turn | NoTurn | Batched> {
  const { queuedAt, dueAt, untilStop, alone } = options;
  if (alone || untilStop.aborted || !batches.takes(request)) {
    return pacer.turn(queuedAt, untilStop, dueAt);
  }
  return new Promise((resolve) => {
    const wait = new AbortSource();
    const end = () => wait.abort();
    untilStop.addEventListener('abort', end, { once: true });
    let isBatched = false;
    const go = (batched: Promise<Answer>) => {
      isBatched = true;
      wait.abort();
      resolve({ batched });
    };
    const leave = batches.join({ request, options, go });
    void pacer.turn(queuedAt, wait, dueAt).then((turn) => {
      untilStop.removeEventListener('abort', end);
      // Both came in the same moment.
      if (isBatched && turn.granted) turn.learn(undefined, undefined, 'unsent');
      leave();
      resolve(turn);
    });
  });
}
