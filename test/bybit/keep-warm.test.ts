/** The light request that keeps the way to the exchange open: when it goes, and when it must not. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { QuickTime } from './quick-time';
import { received } from './actions';
import { withExchange, type Stage } from './with-exchange';

/** ms of real time in which several would go, were they allowed to: quick time makes 20 s 0.2 s */
const LONG = 700;
/** ms of real time in which one goes */
const SOON = 280;
const ORDER = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('keeping the connection warm', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
    stage = undefined;
  });

  const open = async (account: Parameters<typeof withExchange>[1] = {}): Promise<Stage> =>
    (stage = await withExchange({ limits: { other: 50 } }, account, new QuickTime()));
  const asked = ({ exchange }: Stage) => received(exchange, 'market/time');

  it('asks for the time while nothing is sent, over one connection', async () => {
    const opened = await open();
    opened.account.follow();
    await wait(LONG);
    const count = asked(opened).length;
    assert.ok(count >= 2 && count <= 4, `${count} requests`);
    assert.equal(opened.exchange.connections.http, 1);
  });

  it('sends neither key nor signature with it', async () => {
    const opened = await open();
    opened.account.follow();
    await wait(SOON);
    const names = Object.keys(asked(opened)[0]?.headers ?? { none: '' });
    assert.deepEqual(
      names.filter((name) => name.startsWith('x-bapi') || name === 'none'),
      [],
    );
  });

  it('a cancel goes over the connection that is open already', async () => {
    const opened = await open();
    opened.account.follow();
    await wait(SOON);
    const { orderId } = opened.exchange.books.place(ORDER);
    const options = { confirm: false, timeout: 1000 };
    const { outcome } = await opened.account.cancel({ ...ORDER, orderId }, options);
    assert.equal(outcome, 'accepted');
    assert.equal(opened.exchange.connections.http, 1);
  });

  it('leaves out its turn after every other request', async () => {
    const opened = await open();
    opened.account.follow();
    for (let i = 0; i < 12; i += 1) {
      const { orderId } = opened.exchange.books.place(ORDER);
      await opened.account.cancel({ ...ORDER, orderId }, { confirm: false, timeout: 1000 });
      await wait(50);
    }
    assert.equal(asked(opened).length, 0);
  });

  it('asks nothing without a follower, nor after the last one has gone', async () => {
    const opened = await open();
    await wait(LONG);
    assert.equal(asked(opened).length, 0);
    const release = opened.account.follow();
    await wait(SOON);
    release();
    await wait(LONG);
    assert.equal(asked(opened).length, 1);
  });

  it('asks nothing where cancels go over the WebSocket order entry', async () => {
    const opened = await open({ transport: 'websocket' });
    opened.account.follow();
    await wait(LONG);
    assert.equal(asked(opened).length, 0);
  });

  it('is silent while the IP address is shut out', async () => {
    const opened = await open();
    const body = 'access too frequent';
    opened.exchange.faults.add({ kind: 'http', status: 403, body, on: 'market/time' });
    opened.account.follow();
    await wait(LONG);
    assert.equal(asked(opened).length, 1);
  });

  it('closing does not wait for an answer that does not come', async () => {
    const opened = await open();
    opened.exchange.faults.add({ kind: 'hang', on: 'market/time' });
    opened.account.follow();
    await wait(SOON);
    const startedAt = performance.now();
    await opened.account.close();
    assert.ok(performance.now() - startedAt < 500);
  });

  it('mends a clock that is off before a cancel is refused for it', async () => {
    const opened = await open();
    opened.exchange.clockSkewMs = -3000;
    opened.account.follow();
    await wait(SOON);
    const { orderId } = opened.exchange.books.place(ORDER);
    const options = { confirm: false, timeout: 1000 };
    const { outcome, attempts } = await opened.account.cancel({ ...ORDER, orderId }, options);
    assert.deepEqual([outcome, attempts], ['accepted', 1]);
    assert.match(opened.warnings.join(), /clock is 3\.\d s ahead/);
  });
});
