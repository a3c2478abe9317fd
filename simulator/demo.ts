/** What a person may do to the demo exchange by hand. Unauthenticated, and of no other exchange. */
import { refusals } from './answers';
import type { Books } from './books';
import { isOpen } from './orders';
import { text, type Params } from './params';

/** orders at a time */
const MOST = 1000;

export type DemoEndpoint = (params: Params) => Readonly<Record<string, unknown>>;

function openOrder(books: Books, params: Params): { orderId: string } {
  const orderId = text(params, 'orderId');
  const order = books.all().find((one) => one.orderId === orderId);
  if (!order || !isOpen(order)) throw refusals.params('no open order has this orderId');
  return order;
}

/** How many orders are wished for. */
function countOf({ count }: Params): number | undefined {
  if (count === undefined || count === null) return undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= MOST) {
    return count;
  }
  throw refusals.params(`count is no number from 1 to ${MOST}`);
}

export function demoEndpoints(books: Books): Readonly<Record<string, DemoEndpoint>> {
  const place = () => {
    const order = { category: 'linear', symbol: 'BTCUSDT', price: '1000', qty: '0.01' } as const;
    const { category, symbol, orderId, orderLinkId } = books.place(order);
    return { category, symbol, orderId, orderLinkId };
  };
  return {
    /** Opens an order far from the market, to be cancelled; with `count`, a list of them. */
    'POST /demo/place': (params) => {
      const count = countOf(params);
      return count === undefined ? place() : { list: Array.from({ length: count }, place) };
    },
    /** Executes an order. */
    'POST /demo/fill': (params) => {
      const { orderId } = openOrder(books, params);
      books.fill(orderId);
      return { orderId };
    },
    /** Cancels of this order are acknowledged and never take effect: to show `unconfirmed`. */
    'POST /demo/hide': (params) => {
      const { orderId } = openOrder(books, params);
      books.hide(orderId);
      return { orderId };
    },
  };
}
