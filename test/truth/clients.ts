/** The clients that take the load: this package's account, and bybit-api as a user would call it. */
import { RestClientV5 } from 'bybit-api';
import { accountOpener, createAddress } from '../../nodes/bybit/account';
import type { OutcomeCode, Transport } from '../../nodes/bybit/model';
import { DEMO_KEY, type Exchange } from '../../simulator/exchange';
import type { Claim } from './claims';
import type { Client } from './load';

const CLAIMS: Partial<Record<OutcomeCode, Claim>> = {
  cancelled: 'cancelled',
  'already-cancelled': 'already-cancelled',
  filled: 'filled',
  'not-found': 'not-found',
  unconfirmed: 'unconfirmed',
};

export const ourAccount = (exchange: Exchange) => openOurs(exchange, 'http');
export const ourOrderEntry = (exchange: Exchange) => openOurs(exchange, 'websocket');

async function openOurs(exchange: Exchange, transport: Transport): Promise<Client> {
  // As the exchange: what is under test is truth under faults, the address has tests of its own.
  const address = createAddress(undefined, { most: Infinity });
  const openAccount = await accountOpener(undefined, address);
  const account = openAccount({
    environment: 'custom',
    restUrl: exchange.restUrl,
    streamUrl: exchange.streamUrl,
    apiKey: DEMO_KEY.apiKey,
    apiSecret: DEMO_KEY.secret,
    recvWindow: 5000,
    transport,
    warn: () => undefined,
  });
  const release = account.follow({ confirm: true });
  return {
    async cancel({ category, symbol, orderId }) {
      const request = { category, symbol, orderId };
      const { outcome } = await account.cancel(request, { confirm: true, timeout: 10_000 });
      return { claim: CLAIMS[outcome] ?? 'failed', detail: outcome };
    },
    close() {
      release();
      return account.close();
    },
  };
}

export function bybitApi(exchange: Exchange): Promise<Client> {
  const client = new RestClientV5(
    { key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret, baseUrl: exchange.restUrl, keepAlive: true },
    // Its own default is five minutes.
    { timeout: 10_000 },
  );
  return Promise.resolve({
    async cancel({ category, symbol, orderId }) {
      try {
        const { retCode } = await client.cancelOrder({ category, symbol, orderId });
        return retCode === 0
          ? { claim: 'cancelled', detail: 'retCode 0' }
          : { claim: 'failed', detail: 'another retCode' };
      } catch {
        return { claim: 'failed', detail: 'an exception' };
      }
    },
    close: () => Promise.resolve(),
  });
}
