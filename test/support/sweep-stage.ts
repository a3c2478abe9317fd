/** A stage on which scopes are swept, and a second program that places orders meanwhile. */
import type { CancelAllOptions, SweepOutcome } from '../../nodes/bybit/account';
import type { Scope, Transport } from '../../nodes/bybit/model';
import type { NewOrder, Order } from '../../simulator/exchange';
import { followed, overOrderEntry, received } from './actions';
import type { LooseEnds } from './loose-ends';
import { withIdleTime } from './with-exchange';

export const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
export const ENTRIES: Scope = { ...LINEAR, kinds: 'entries' };
export const OPTIONS = { which: 'snapshot', dryRun: false, timeout: 15_000 } as const;

export async function sweepStage(
  loose: LooseEnds,
  transport: Transport = 'http',
  exchangeOptions: Parameters<typeof withIdleTime>[0] = {},
  accountOptions: Parameters<typeof withIdleTime>[1] = {},
  hasStream = true,
) {
  const stage = loose.keep(await withIdleTime(exchangeOptions, { transport, ...accountOptions }));
  const { exchange, account, time } = stage;
  if (hasStream) await followed(exchange, account);
  if (transport === 'websocket') await overOrderEntry(exchange, account);
  const from = exchange.requests.length;
  const place = (wish: Partial<NewOrder> = {}, count = 1): Order[] =>
    Array.from({ length: count }, () => exchange.books.place({ ...LINEAR, ...wish }));
  const sweep = async (scope: Partial<Scope> = {}, more: Partial<CancelAllOptions> = {}) => {
    // What was placed in this very ms is older than the message.
    await time.later(5);
    return account.cancelAll({ ...ENTRIES, ...scope }, { ...OPTIONS, ...more });
  };
  const wides = () => received(exchange, 'order/cancel-all').filter(({ index }) => index >= from);
  /** Places an order now and then, as a bot does: so many in all. @returns ends it */
  const bot = (everyMs: number, most = Infinity, wish: Partial<NewOrder> = {}) => {
    let count = 0;
    const placeNext = () => {
      const orderLinkId = `bot-${(count += 1)}`;
      place({ orderLinkId, createType: 'CreateByGridBot', ...wish });
      if (count < most) next = time.after(everyMs, placeNext);
    };
    let next = time.after(everyMs, placeNext);
    return () => next.cancel();
  };
  return { ...stage, place, sweep, wides, bot };
}

export const isOpen = (order: Order) => order.closedBy === undefined;
export const isAllClosed = (orders: readonly Order[]) =>
  orders.every(({ closedBy }) => closedBy === 'cancel');
export const counts = ({ outcomes }: SweepOutcome) => {
  const all: Record<string, number> = {};
  for (const { outcome } of outcomes) all[outcome] = (all[outcome] ?? 0) + 1;
  return all;
};
