/** What a person may do to the demo exchange by hand. Unauthenticated, and of no other exchange. */
import { refusals } from './protocol/answers';
import type { Books } from './books/books';
import type { NewOrder } from './books/orders';
import { bodyParams, type Params } from './protocol/params';

/** orders at a time */
const MOST = 1000;

export type DemoEndpoint = (params: Params) => Readonly<Record<string, unknown>>;

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
const AFTERWARDS = ['fill', 'hide'] as const;

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

interface Wish {
  /** absent: one, that is no list */
  readonly count: number | undefined;
  readonly order: NewOrder;
  readonly then: (typeof AFTERWARDS)[number] | undefined;
}

/** A stop protects a position, unless it is a plain `Stop`. */
function wishOf(params: Params): Wish {
  const symbol = choice(params, 'symbol', SYMBOLS) ?? 'BTCUSDT';
  const side = choice(params, 'side', SIDES);
  const stopOrderType = choice(params, 'stopOrderType', STOPS);
  const price = side === 'Sell' ? '900000' : '1000';
  const order: NewOrder = {
    ...{ category: 'linear', symbol, price, qty: '0.01' },
    ...(side === undefined ? {} : { side }),
    ...(stopOrderType === undefined ? {} : { stopOrderType, reduceOnly: stopOrderType !== 'Stop' }),
  };
  return { count: countOf(params), order, then: choice(params, 'then', AFTERWARDS) };
}

export function demoEndpoints(books: Books): Readonly<Record<string, DemoEndpoint>> {
  const place = ({ order, then }: Wish) => {
    const { category, symbol, orderId, orderLinkId } = books.place(order);
    if (then !== undefined) books[then](orderId);
    return { category, symbol, orderId, orderLinkId };
  };
  const placeAll = (wishes: readonly Wish[]) =>
    wishes.flatMap((wish) => Array.from({ length: wish.count ?? 1 }, () => place(wish)));
  return {
    /**
     * Opens an order far from the market, to be cancelled; with `count`, a list of them. `symbol`, `side`
     * and `stopOrderType` say what they are like. `then`: `fill` executes each at once; with `hide` its
     * cancels are acknowledged and never take effect, to show `unconfirmed`. `orders` is a list of such
     * wishes.
     */
    'POST /demo/place': (params) => {
      const { orders } = params;
      if (orders === undefined) {
        const wish = wishOf(params);
        return wish.count === undefined ? place(wish) : { list: placeAll([wish]) };
      }
      if (!Array.isArray(orders)) throw refusals.params('orders is no list');
      // All are read first: of a list with a mistake, nothing is placed.
      return { list: placeAll(orders.map(bodyParams).map(wishOf)) };
    },
  };
}
