/** `bybit-api`, the client that others wrote, with its connections kept alive. */
import { RestClientV5, WebsocketAPIClient } from 'bybit-api';
import { DEMO_KEY } from '../../simulator/exchange';
import { FIELDS, type Client, type Where } from './common';

const KEYS = { key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret };
const silent = { trace: () => undefined, info: () => undefined, error: () => undefined };

function check({ retCode }: { readonly retCode: number }): void {
  if (retCode !== 0) throw new Error(`retCode ${retCode}`);
}

export function openApiRest({ restUrl }: Where): Promise<Client> {
  const client = new RestClientV5({ ...KEYS, baseUrl: restUrl, keepAlive: true });
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
