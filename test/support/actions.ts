/** Small steps that many tests take: an order to cancel, and what the exchange has seen so far. */
import type { Account } from '../../nodes/bybit/account';
import type { CancelRequest } from '../../nodes/bybit/model';
import type { Exchange, NewOrder, ReceivedRequest } from '../../simulator/exchange';

/** Opens an order. @returns the request that cancels it, by its orderId */
export function placed(
  exchange: Exchange,
  wish: Partial<NewOrder> = {},
): CancelRequest & { orderId: string } {
  const order = exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', ...wish });
  return { category: order.category, symbol: order.symbol, orderId: order.orderId };
}

/** The requests of one operation, in order. */
export function received(exchange: Exchange, operation: string): ReceivedRequest[] {
  return exchange.requests.filter((request) => request.operation === operation);
}

/** The ids of the orders whose cancels were sent, in order: alone, or in a batch with others. */
export function cancelsSent(exchange: Exchange): unknown[] {
  return exchange.requests
    .filter(({ operation }) => /order[./]cancel(-batch)?$/.test(operation))
    .flatMap(({ params }) => {
      const orders = Array.isArray(params.request) ? params.request : [params];
      return (orders as { orderId?: unknown }[]).map(({ orderId }) => orderId);
    });
}

/** The requests over HTTP, in order. */
export function overHttp(exchange: Exchange): string[] {
  return exchange.requests
    .filter(({ transport }) => transport === 'http')
    .map(({ operation }) => operation);
}

const EVENTS = ['request', 'answered', 'order', 'connections'] as const;

/** Resolves as soon as `check` holds; looked at whenever something happens at the exchange. */
export function happens(exchange: Exchange, check: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!check()) return;
      for (const name of EVENTS) exchange.events.off(name, look);
      resolve();
    };
    for (const name of EVENTS) exchange.events.on(name, look);
    look();
  });
}

/** Resolves when so many subscriptions to the order stream were granted in all. */
export function subscribed(exchange: Exchange, count = 1): Promise<void> {
  return happens(exchange, () => {
    const granted = received(exchange, 'ws:subscribe').filter(({ retCode }) => retCode === 0);
    return granted.length >= count;
  });
}

/** What was sent on loopback has reached the other end, also through a relay and TLS. */
export async function delivered(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Follows the order stream and waits until it is up. @returns ends the following */
export async function followed(exchange: Exchange, account: Account): Promise<() => void> {
  const before = received(exchange, 'ws:subscribe').length;
  const release = account.follow({ confirm: true });
  await subscribed(exchange, before + 1);
  await delivered();
  return release;
}

/** Resolves when the exchange has no connection left; HTTP connections tell nobody of their end. */
export async function deserted(exchange: Exchange): Promise<void> {
  const left = () => Object.values(exchange.connections).reduce((sum, count) => sum + count, 0);
  while (left() > 0) await nextTurn();
}

/** Resolves when the order entry carries cancels: orders of its own are cancelled until one does. */
export async function overOrderEntry(exchange: Exchange, account: Account): Promise<void> {
  const options = { confirm: false, timeout: 5000 };
  while ((await account.cancel(placed(exchange), options)).transport !== 'websocket');
}
