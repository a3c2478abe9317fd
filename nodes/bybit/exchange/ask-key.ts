/**
 * Asks what the exchange knows of the key (API section user/apikey-info), in its turn. Where it is not
 * told, one open order is asked for: that this is answered shows that the key is accepted.
 */
import type { ExchangePort } from '../cancel/exchange-port';
import type { Pacing } from '../limits/limits';
import type { Rest, RestAnswer } from '../wire/http';
import type { Signal } from '../time/abort';
import type { Time } from '../time/time';

/** ms */
const LIMIT = 5000;

interface AskKeyOptions {
  readonly ask: Rest;
  readonly pacing: Pacing;
  readonly time: Time;
  readonly measureClock: ExchangePort['measureClock'];
  readonly signal: Signal;
}

/** @returns asks; once more with a mended clock. `undefined`: nothing could be sent */
export function createAskKey({
  ask,
  pacing,
  time,
  measureClock,
  signal,
}: AskKeyOptions): () => Promise<RestAnswer | undefined> {
  const { light } = pacing.pacers;
  const askOnce = async () => {
    const turn = await light.turn(time.now(), signal);
    if (!turn.granted) return undefined;
    const path = '/v5/user/query-api';
    const answer = await ask({ method: 'GET', path, fields: {}, limitMs: LIMIT, signal });
    return { answer, meaning: pacing.read(light, turn, answer) };
  };
  const askForAnOrder = async () => {
    const { realtime } = pacing.pacers;
    const turn = await realtime.turn(time.now(), signal);
    if (!turn.granted) return;
    const fields = { category: 'linear', settleCoin: 'USDT', limit: '1' };
    const path = '/v5/order/realtime';
    pacing.read(realtime, turn, await ask({ method: 'GET', path, fields, limitMs: LIMIT, signal }));
  };
  return async () => {
    const first = await askOnce();
    if (first?.meaning === 'unlisted') await askForAnOrder();
    if (first?.meaning !== 'clock') return first?.answer;
    await measureClock(first.answer.sentAt, signal);
    return (await askOnce())?.answer;
  };
}
