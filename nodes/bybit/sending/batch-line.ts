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

/** Sends a batch of one category. @returns whether it was sent; otherwise its orders wait on */
export type SendBatch = (batch: readonly Joined[], turn: Turn) => boolean;

export class BatchLine {
  private readonly line: Joined[] = [];
  private driving = false;
  private emptied = new AbortSource();

  constructor(
    private readonly pacer: Pacer,
    private readonly time: Time,
    private readonly send: SendBatch,
  ) {}

  /** @returns leaves the line */
  join(joined: Joined): () => void {
    const { line } = this;
    let place = line.length;
    const { queuedAt } = joined.options;
    while (place > 0 && (line[place - 1]?.options.queuedAt ?? 0) > queuedAt) place -= 1;
    line.splice(place, 0, joined);
    if (!this.driving) {
      this.driving = true;
      this.time.after(GATHER, () => void this.drive());
    }
    return () => this.remove(joined);
  }

  /** Nobody of the category goes in a batch from now on. */
  drop(category: Category): void {
    this.dropEach(({ request }) => request.category === category);
  }

  private async drive(): Promise<void> {
    const { line, pacer } = this;
    this.dropLate();
    for (let [first] = line; first !== undefined; [first] = line) {
      this.emptied = new AbortSource();
      const turn = await pacer.turn(first.options.queuedAt, this.emptied);
      if (!turn.granted && turn.why === 'banned') break;
      this.dropLate();
      if (turn.granted) this.go(turn);
    }
    this.driving = false;
  }

  private go(turn: Turn): void {
    const batch = choose(this.line);
    const [first] = batch;
    if (first === undefined) {
      turn.learn(undefined, undefined, 'unsent');
      return;
    }
    // Of options each request counts, of all others each order (API section rate-limit).
    const isCounted = first.request.category !== 'option';
    const size = 1 + (isCounted ? turn.more(batch.length - 1) : batch.length - 1);
    const going = batch.slice(0, size);
    if (this.send(going, turn)) for (const joined of going) this.remove(joined);
  }

  /** Too little time is left to hear an answer. */
  private dropLate(): void {
    this.dropEach(({ options }) => !this.pacer.hasTime(options.dueAt));
  }

  /** Who is dropped waits for a single turn alone. */
  private dropEach(isOut: (joined: Joined) => boolean): void {
    for (const joined of this.line.filter(isOut)) this.remove(joined);
  }

  private remove(joined: Joined): void {
    const { line } = this;
    const place = line.indexOf(joined);
    if (place < 0) return;
    line.splice(place, 1);
    if (line.length === 0) this.emptied.abort();
  }
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
