/**
 * Asks what the exchange knows of the key (API section user/apikey-info), in its turn; and for one open
 * order, since that answer shows whether the key is taken where the first one does not.
 */
import type { ExchangePort } from '../cancel/exchange-port';
import type { Pacing } from '../limits/limits';
import type { Pacer } from '../limits/pacer';
import type { Reply } from '../answers/reply';
import type { Fields, Rest } from '../wire/http';
import type { Signal } from '../time/abort';
import type { Time } from '../time/time';

/** ms; an answer that takes longer comes too late for a cancel as well */
const LIMIT = 10_000;

interface AskKeyOptions {
  readonly ask: Rest;
  readonly pacing: Pacing;
  readonly time: Time;
  readonly measureClock: ExchangePort['measureClock'];
  readonly signal: Signal;
}

/** Each asks once more with a mended clock. `undefined`: nothing could be sent. */
export function createAskKey({ ask, pacing, time, measureClock, signal }: AskKeyOptions): {
  readonly askKey: () => Promise<Reply | undefined>;
  readonly askOrder: () => Promise<Reply | undefined>;
} {
  const { light, realtime } = pacing.pacers;
  const askOnce = async (pacer: Pacer, path: string, fields: Fields) => {
    const turn = await pacer.turn(time.now(), signal);
    if (!turn.granted) return undefined;
    const reply = await ask({ method: 'GET', path, fields, limitMs: LIMIT, signal });
    return { reply, meaning: pacing.read(pacer, turn, reply) };
  };
  const askMended = async (...question: Parameters<typeof askOnce>) => {
    const first = await askOnce(...question);
    if (first?.meaning !== 'clock') return first?.reply;
    await measureClock(first.reply.sentAt, signal);
    return (await askOnce(...question))?.reply;
  };
  const fields = { category: 'linear', settleCoin: 'USDT', limit: '1' };
  return {
    askKey: () => askMended(light, '/v5/user/query-api', {}),
    askOrder: () => askMended(realtime, '/v5/order/realtime', fields),
  };
}
