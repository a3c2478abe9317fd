/** The load asks for nothing impossible: a client that knows the books passes it. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { cancel as send } from '../support/plain-client';
import { isOpen } from '../../simulator/books/orders';
import type { Exchange, Order } from '../../simulator/exchange';
import type { Claim, Said } from './claims';
import { runLoad, type Client } from './load';

const said = (claim: Claim): Said => ({ claim, detail: claim });
const BY: Readonly<Record<string, Claim>> = { cancel: 'cancelled', fill: 'filled' };

/** Repeats each cancel, with the order's filter, until the books have the order closed. */
function allKnowing(exchange: Exchange): Promise<Client> {
  const attempt = async ({ category, symbol, orderId, orderFilter }: Order): Promise<void> => {
    const filter = category === 'spot' ? { orderFilter } : {};
    const signal = AbortSignal.timeout(100);
    await send(exchange, { category, symbol, orderId, ...filter }, { signal }).catch(() => null);
    while (exchange.books.pendingCancels > 0) await wait(2);
  };
  return Promise.resolve({
    async cancel(order: Order) {
      while (isOpen(order)) await attempt(order);
      return said(BY[order.closedBy ?? ''] ?? 'failed');
    },
    close: () => Promise.resolve(),
  });
}

/** Sends each cancel once, and says of each that it was carried out. */
function credulous(exchange: Exchange): Promise<Client> {
  return Promise.resolve({
    async cancel({ category, symbol, orderId }: Order) {
      const signal = AbortSignal.timeout(100);
      await send(exchange, { category, symbol, orderId }, { signal }).catch(() => null);
      return said('cancelled');
    },
    close: () => Promise.resolve(),
  });
}

describe('the load of the truth tests', function () {
  this.timeout(30_000);
  const options = { cancels: 150, every: 5, seed: 3 };

  it('is passed by a client that repeats its cancels and reads the books', async () => {
    const { contradictions, leftOpen, refused, said: words } = await runLoad(options, allKnowing);
    assert.deepEqual(contradictions, []);
    assert.deepEqual([leftOpen, refused], [0, 0]);
    assert.ok((words.filled ?? 0) > 0 && (words.cancelled ?? 0) > 100, JSON.stringify(words));
  });

  it('is failed by a client that says of every order that it is gone', async () => {
    const { contradictions, leftOpen } = await runLoad(options, credulous);
    assert.ok(contradictions.length > 30, `${contradictions.length} contradictions`);
    // Those that need an orderFilter, at the least.
    assert.ok(leftOpen >= 30, `${leftOpen} left open`);
  });
});
