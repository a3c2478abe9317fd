/** More cancels than the IP address may send, over real sockets: none too many, and all carried out. */
import assert from 'node:assert/strict';
import { createAddress } from '../../nodes/bybit/account';
import type { Outcome } from '../../nodes/bybit/model';
import { realTime } from '../../nodes/bybit/time/time';
import { DEMO_KEY, type Exchange } from '../../simulator/exchange';
import { placed, received } from '../support/actions';
import { withExchange, type Stage } from '../support/with-exchange';

/** A tenth of what is documented, in a tenth of the time. */
const DOCUMENTED = { requests: 60, windowMs: 500 };
const ALLOWED = { most: 58, windowMs: 500 };
const CONFIRM = { confirm: true, timeout: 15_000 };

/** @returns the most requests over HTTP in any window */
function mostInWindow({ requests }: Exchange): number {
  const at = requests.filter(({ transport }) => transport === 'http').map((one) => one.at);
  return Math.max(...at.map((from) => at.filter((ms) => ms >= from && ms < from + 500).length));
}

const outcomes = (all: readonly Outcome[]) => [...new Set(all.map(({ outcome }) => outcome))];

describe('a flood of cancels', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  it('at a raised limit: the address is not banned, and all are cancelled', async () => {
    const limits = { other: 400, query: 400 };
    const address = createAddress(realTime, ALLOWED);
    stage = await withExchange({ limits, addressLimit: DOCUMENTED }, {}, undefined, address);
    const { exchange, account } = stage;
    // Nobody follows the stream: each cancel needs its look-ups as well.
    const requests = Array.from({ length: 150 }, () => placed(exchange));
    const all = await Promise.all(requests.map((one) => account.cancel(one, CONFIRM)));
    assert.deepEqual(outcomes(all), ['cancelled']);
    assert.ok(received(exchange, 'order/realtime').length >= 150);
    assert.ok(mostInWindow(exchange) <= DOCUMENTED.requests);
  });

  it('of 20 accounts: the address is not banned, and each account gets its share', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => ({
      ...{ apiKey: `key-${i}`, secret: DEMO_KEY.secret, uid: `${i}` },
    }));
    const address = createAddress(realTime, ALLOWED);
    const options = { keys, addressLimit: DOCUMENTED, limits: { other: 10 } };
    stage = await withExchange(options, { apiKey: 'key-0' }, undefined, address);
    const { exchange } = stage;
    const accounts = keys.map(({ apiKey, uid }) => ({ uid, account: stage.open({ apiKey }) }));
    const orders = accounts.flatMap(({ uid, account }) =>
      Array.from({ length: 9 }, () => ({ account, request: placed(exchange, { uid }) })),
    );
    const all = await Promise.all(
      orders.map(({ account, request }) =>
        account.cancel(request, { confirm: false, timeout: 15_000 }),
      ),
    );
    assert.deepEqual(outcomes(all), ['accepted']);
    assert.ok(mostInWindow(exchange) <= DOCUMENTED.requests);
    const early = received(exchange, 'order/cancel').slice(0, 2 * ALLOWED.most);
    const served = new Set(early.map(({ headers }) => headers['x-bapi-api-key']));
    assert.equal(served.size, 20);
  });

  it('a cancel for which the address has no room in time was not sent, and says when it has', async () => {
    const address = createAddress(realTime, { most: 1 });
    stage = await withExchange({}, {}, undefined, address);
    const { exchange, account } = stage;
    const options = { confirm: false, timeout: 1000 };
    await account.cancel(placed(exchange), options);
    const late = await stage.open().cancel(placed(exchange), { ...options, timeout: 100 });
    assert.deepEqual([late.outcome, late.attempts], ['rate-limited', 0]);
    assert.match(late.message, /waited for the rate limit: it was never sent/);
    const { retryAfterMs = 0 } = late;
    assert.ok(retryAfterMs > 4000 && retryAfterMs <= 5000, `${retryAfterMs}`);
    assert.equal(exchange.requests.length, 1);
  });
});
