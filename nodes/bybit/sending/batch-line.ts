/**
 * Decides which cancels go together in a batch, and how many: those that wait for a single turn,
 * first in first out, when the limit of batches has room. Each leaves as soon as its single turn comes.
 */
import type { Joined } from '../cancel/exchange-port';
import type { Pacer, Turn } from '../limits/pacer';
import type { Category } from '../model';
import { AbortSource } from '../time/abort';
import type { Time } from '../time/time';

/** ms in which what comes at once is gathered: a batch of one would waste its request */
const GATHER = 4;
/** orders in one batch (API section order/batch-cancel) */
const MOST: Readonly<Record<Category, number>> = { linear: 20, inverse: 20, option: 20, spot: 10 };

export interface BatchLine {
  /** @returns leaves the line */
  join(joined: Joined): () => void;
  /** Nobody of the category goes in a batch from now on. */
  drop(category: Category): void;
}

/** Sends a batch of one category. @returns whether it was sent; otherwise its orders wait on */
export type SendBatch = (batch: readonly Joined[], turn: Turn) => boolean;

export function createBatchLine(pacer: Pacer, time: Time, send: SendBatch): BatchLine {
  const line: Joined[] = [];
  let driving = false;
  let emptied = new AbortSource();

  const remove = (joined: Joined) => {
    const place = line.indexOf(joined);
    if (place < 0) return;
    line.splice(place, 1);
    if (line.length === 0) emptied.abort();
  };
  /** Who is dropped waits for a single turn alone. */
  const drop = (isOut: (joined: Joined) => boolean) => line.filter(isOut).forEach(remove);
  /** Too little time is left to hear an answer. */
  const dropLate = () => drop(({ options }) => !pacer.hasTime(options.dueAt));
  const drive = async () => {
    dropLate();
    for (let [first] = line; first !== undefined; [first] = line) {
      emptied = new AbortSource();
      const turn = await pacer.turn(first.options.queuedAt, emptied);
      if (!turn.granted && turn.why === 'banned') break;
      dropLate();
      if (turn.granted) go(turn);
    }
    driving = false;
  };
  const go = (turn: Turn) => {
    const batch = choose(line);
    const [first] = batch;
    if (first === undefined) {
      turn.learn(undefined, undefined, 'unsent');
      return;
    }
    // Of options each request counts, of all others each order (API section rate-limit).
    const isCounted = first.request.category !== 'option';
    const size = 1 + (isCounted ? turn.more(batch.length - 1) : batch.length - 1);
    const going = batch.slice(0, size);
    if (send(going, turn)) going.forEach(remove);
  };

  return {
    drop: (category) => drop(({ request }) => request.category === category),
    join(joined) {
      let place = line.length;
      const { queuedAt } = joined.options;
      while (place > 0 && (line[place - 1]?.options.queuedAt ?? 0) > queuedAt) place -= 1;
      line.splice(place, 0, joined);
      if (!driving) {
        driving = true;
        time.after(GATHER, () => void drive());
      }
      return () => remove(joined);
    },
  };
}

/** The first in line and those behind it that may go along: of its category, no order twice. */
function choose(line: readonly Joined[]): readonly Joined[] {
  const [first] = line;
  if (first === undefined) return [];
  const { category } = first.request;
  const chosen: Joined[] = [];
  const orders = new Set<string>();
  for (const joined of line) {
    const { orderId, orderLinkId } = joined.request;
    const order = orderId ?? `link ${orderLinkId ?? ''}`;
    if (joined.request.category !== category || orders.has(order)) continue;
    orders.add(order);
    chosen.push(joined);
    if (chosen.length === MOST[category]) break;
  }
  return chosen;
}
