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

/** ms that bybit-api is given for a request: its own default is five minutes */
export const OWN_TIME = 10_000;

export const claimOf = (outcome: OutcomeCode): Claim => CLAIMS[outcome] ?? 'failed';

export const ourAccount = (exchange: Exchange) => openSingle(exchange, 'http');
export const ourOrderEntry = (exchange: Exchange) => openSingle(exchange, 'websocket');

async function openSingle(exchange: Exchange, transport: Transport): Promise<Client> {
  const { account, close } = await openOurs(exchange, transport);
  return {
    async cancel({ category, symbol, orderId }) {
      const request = { category, symbol, orderId };
      const { outcome } = await account.cancel(request, { confirm: true, timeout: 10_000 });
      return { claim: claimOf(outcome), detail: outcome };
    },
    close,
  };
}

/** An account of this package that is kept ready, and what ends it. */
export async function openOurs(exchange: Exchange, transport: Transport) {
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
  const close = () => {
    release();
    return account.close();
  };
  return { account, close };
}

export function bybitApi(exchange: Exchange): Promise<Client> {
  const client = new RestClientV5(
    { key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret, baseUrl: exchange.restUrl, keepAlive: true },
    { timeout: OWN_TIME },
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
