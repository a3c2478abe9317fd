/** `bybit-api`, the client that others wrote, with its connections kept alive. */
import { RestClientV5, WebsocketAPIClient } from 'bybit-api';
import { DEMO_KEY } from '../../simulator/exchange';
import { FIELDS, type Client, type OpenOrder, type SeveralClient, type Where } from './common';

const KEYS = { key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret };
const silent = { trace: () => undefined, info: () => undefined, error: () => undefined };

function check({ retCode }: { readonly retCode: number }): void {
  if (retCode !== 0) throw new Error(`retCode ${retCode}`);
}

const openRest = ({ restUrl }: Where) =>
  new RestClientV5({ ...KEYS, baseUrl: restUrl, keepAlive: true });

export function openApiRest(where: Where): Promise<Client> {
  const client = openRest(where);
  return Promise.resolve({
    cancel: async (orderId) => check(await client.cancelOrder({ ...FIELDS, orderId })),
  });
}

export async function openApiSocket({ streamUrl }: Where): Promise<Client> {
  const options = { ...KEYS, wsUrl: `${streamUrl}/v5/trade`, attachEventListeners: false };
  const client = new WebsocketAPIClient(options, silent);
  await client.getWSClient().connectWSAPI();
  return { cancel: async (orderId) => check(await client.cancelOrder({ ...FIELDS, orderId })) };
}

/** Sends several cancels as its users do. @returns how many orders were refused */
type Send = (client: RestClientV5, orders: readonly OpenOrder[]) => Promise<number>;

/** One call for each order, all at once. */
export const eachAlone: Send = async (client, orders) => {
  const replies = await Promise.all(orders.map((order) => client.cancelOrder(order)));
  return replies.filter(({ retCode }) => retCode !== 0).length;
};

/** orders in one batch (API section order/batch-cancel) */
const BATCH = 20;

/** One batch after the other; each of its orders has a code of its own. */
export const inBatches: Send = async (client, orders) => {
  let refused = 0;
  for (let from = 0; from < orders.length; from += BATCH) {
    const batch = orders.slice(from, from + BATCH);
    const request = batch.map(({ symbol, orderId }) => ({ symbol, orderId }));
    const { retCode, retExtInfo } = await client.batchCancelOrders('linear', request);
    const failed = retExtInfo.list.filter(({ code }) => code !== 0).length;
    refused += retCode === 0 ? failed : batch.length;
  }
  return refused;
};

/** One request for each symbol. */
export const bySymbol: Send = async (client, orders) => {
  let refused = 0;
  for (const symbol of new Set(orders.map((order) => order.symbol))) {
    const { retCode } = await client.cancelAllOrders({ category: 'linear', symbol });
    if (retCode !== 0) refused += orders.filter((order) => order.symbol === symbol).length;
  }
  return refused;
};

/** One request for all that is settled in USDT. */
export const byCoin: Send = async (client, orders) => {
  const { retCode } = await client.cancelAllOrders({ category: 'linear', settleCoin: 'USDT' });
  return retCode === 0 ? 0 : orders.length;
};

export function openApiSeveral(where: Where, send: Send): Promise<SeveralClient> {
  const client = openRest(where);
  return Promise.resolve({
    async warm(order) {
      check(await client.cancelOrder(order));
      return true;
    },
    cancel: (orders) => send(client, orders),
  });
}
