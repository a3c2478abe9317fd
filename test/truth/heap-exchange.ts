/** The exchange of scripts/heap.ts, in a process of its own: its books grow, ours must not. */
import { startExchange } from '../exchange/exchange';

async function main(orders: number): Promise<void> {
  const exchange = await startExchange({
    cancelDelayMs: 1,
    limits: { spot: 100_000, other: 100_000, query: 100_000 },
  });
  for (let i = 0; i < orders; i += 1) {
    exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', orderLinkId: `heap-${i}` });
  }
  process.send?.({ restUrl: exchange.restUrl, streamUrl: exchange.streamUrl });
  process.once('disconnect', () => void exchange.close().then(() => process.exit()));
}

void main(Number(process.argv[2]));
