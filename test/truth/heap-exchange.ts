/** The exchange of scripts/heap.ts, in a process of its own: its books grow, ours must not. */
import { startExchange } from '../../simulator/exchange';

async function main(): Promise<void> {
  const exchange = await startExchange({
    cancelDelayMs: 1,
    limits: { spot: 100_000, other: 100_000, batch: 100_000, query: 100_000 },
  });
  // Each order is placed as its cancel comes in, so that the first look-ups search few.
  exchange.events.on('request', ({ operation, params }) => {
    if (!/^order\/cancel(-batch)?$/.test(operation)) return;
    const asked = (Array.isArray(params.request) ? params.request : [params]) as object[];
    for (const { orderLinkId } of asked as { orderLinkId?: string }[]) {
      if (orderLinkId === undefined) continue;
      exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', orderLinkId });
    }
  });
  process.send?.({ restUrl: exchange.restUrl, streamUrl: exchange.streamUrl });
  process.once('disconnect', () => void exchange.close().then(() => process.exit()));
}

void main();
