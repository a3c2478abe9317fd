/** What a person may do to the demo exchange by hand. Unauthenticated, and of no other exchange. */
import { refusals } from './protocol/answers';
import type { Books } from './books/books';
import { isOpen, type NewOrder } from './books/orders';
import { bodyParams, text, type Params } from './protocol/params';

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

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'] as const;
const SIDES = ['Buy', 'Sell'] as const;
const STOPS = ['StopLoss', 'TakeProfit', 'Stop'] as const;

/** What is wished for: one of these, or nothing. */
function choice<T extends string>(
  params: Params,
  field: string,
  choices: readonly T[],
): T | undefined {
  const { [field]: given } = params;
  if (given === undefined || given === null) return undefined;
  const found = choices.find((one) => one === given);
  if (found === undefined) throw refusals.params(`${field} is none of ${choices.join(', ')}`);
  return found;
}

/** What each order of a wish is like. A stop protects a position, unless it is a plain `Stop`. */
function wishOf(params: Params): NewOrder {
  const symbol = choice(params, 'symbol', SYMBOLS) ?? 'BTCUSDT';
  const side = choice(params, 'side', SIDES);
  const stopOrderType = choice(params, 'stopOrderType', STOPS);
  const price = side === 'Sell' ? '900000' : '1000';
  return {
    ...{ category: 'linear', symbol, price, qty: '0.01' },
    ...(side === undefined ? {} : { side }),
    ...(stopOrderType === undefined ? {} : { stopOrderType, reduceOnly: stopOrderType !== 'Stop' }),
  };
}

export function demoEndpoints(books: Books): Readonly<Record<string, DemoEndpoint>> {
  const place = (wish: NewOrder) => {
    const { category, symbol, orderId, orderLinkId } = books.place(wish);
    return { category, symbol, orderId, orderLinkId };
  };
  const placeAll = (wishes: readonly { count: number; wish: NewOrder }[]) =>
    wishes.flatMap(({ count, wish }) => Array.from({ length: count }, () => place(wish)));
  return {
    /**
     * Opens an order far from the market, to be cancelled; with `count`, a list of them. `symbol`, `side`
     * and `stopOrderType` say what they are like. `orders` is a list of such wishes.
     */
    'POST /demo/place': (params) => {
      const { orders } = params;
      if (orders === undefined) {
        const [count, wish] = [countOf(params), wishOf(params)];
        return count === undefined ? place(wish) : { list: placeAll([{ count, wish }]) };
      }
      if (!Array.isArray(orders)) throw refusals.params('orders is no list');
      // All are read first: of a list with a mistake, nothing is placed.
      const wishes = orders.map(bodyParams).map((one) => ({
        ...{ count: countOf(one) ?? 1, wish: wishOf(one) },
      }));
      return { list: placeAll(wishes) };
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
