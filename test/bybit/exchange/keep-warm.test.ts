/** The light request that keeps the way to the exchange open: when it goes, and when it must not. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createClock, type Clock } from '../../../nodes/bybit/wire/clock';
import { createKeepWarm, type KeepWarm } from '../../../nodes/bybit/exchange/keep-warm';
import type { Reply } from '../../../nodes/bybit/answers/reply';
import type { AskLightly } from '../../../nodes/bybit/wire/http';
import { received } from '../../support/actions';
import { FakeTime } from '../../support/fake-time';
import { withExchange, type Stage } from '../../support/with-exchange';

const ORDER = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('keeping the connection warm', () => {
  let time: FakeTime;
  let asked: Parameters<AskLightly>[0][];
  let others: number;
  let clock: Clock;
  let answer: () => Reply | undefined | Promise<Reply>;
  let keepWarm: KeepWarm;

  beforeEach(() => {
    time = new FakeTime();
    asked = [];
    others = 0;
    clock = createClock(time.wall, () => undefined);
    answer = () => answered(0);
    keepWarm = createKeepWarm({
      ask: async (request) => {
        asked.push(request);
        return await answer();
      },
      count: () => asked.length + others,
      clock,
      time,
    });
  });

  const answered = (skewMs: number): Reply => ({
    wire: { kind: 'reply', retCode: 0, retMsg: 'OK' },
    serverTime: time.wall() + skewMs,
    sentAt: time.wall(),
    receivedAt: time.wall(),
  });

  it('opens it soon after the deploy, and asks before a server gives an idle one up', async () => {
    keepWarm.follow();
    await time.advance(SECOND);
    assert.equal(asked.length, 1);
    await time.advance(5 * MINUTE);
    assert.equal(asked.length, 16);
    assert.ok(asked.every(({ path }) => path === '/v5/market/time'));
  });

  it('leaves out its turn after every other request', async () => {
    keepWarm.follow();
    for (let i = 0; i < 30; i += 1) {
      others += 1;
      await time.advance(10 * SECOND);
    }
    assert.equal(asked.length, 0);
  });

  it('asks nothing without a follower, nor after the last one has gone', async () => {
    await time.advance(MINUTE);
    assert.equal(asked.length, 0);
    const release = [keepWarm.follow(), keepWarm.follow()];
    release[0]!();
    release[0]!();
    await time.advance(SECOND);
    assert.equal(asked.length, 1, 'one follower is still there');
    release[1]!();
    await time.advance(MINUTE);
    assert.equal(asked.length, 1);
    assert.equal(time.pending, 0);
    keepWarm.follow();
    await time.advance(SECOND);
    assert.equal(asked.length, 2, 'another one came');
  });

  it('ends the request that is on its way when it closes', async () => {
    answer = () => new Promise(() => undefined);
    keepWarm.follow();
    await time.advance(SECOND);
    keepWarm.close();
    assert.equal(asked[0]?.signal.aborted, true);
    assert.equal(time.pending, 0);
  });

  it('goes on where pacing or a ban left it out, and after a failure', async () => {
    answer = () => undefined;
    keepWarm.follow();
    await time.advance(SECOND);
    answer = () => ({
      ...answered(0),
      wire: { kind: 'failure', sent: true, reason: 'the connection broke' },
    });
    await time.advance(40 * SECOND);
    assert.equal(asked.length, 3);
  });

  it('learns nothing of the clock while this machine sets its own', async () => {
    const hour = 3600 * SECOND;
    answer = () => {
      const answered = time.wall();
      // Sent while the clock was an hour ahead, received when it was set right.
      return {
        wire: { kind: 'reply', retCode: 0, retMsg: 'OK' },
        ...{ serverTime: answered, sentAt: answered + hour, receivedAt: answered },
      };
    };
    keepWarm.follow();
    await time.advance(SECOND);
    assert.equal(clock.now(), time.wall());
  });

  for (const [skewMs, adopted] of [
    [-3000, true],
    [900, true],
    [300, false],
  ] as const) {
    it(`${adopted ? 'mends' : 'leaves'} a clock that is off by ${skewMs} ms`, async () => {
      answer = () => answered(skewMs);
      keepWarm.follow();
      await time.advance(SECOND);
      assert.equal(clock.now() - time.wall(), adopted ? skewMs : 0);
    });
  }
});

describe('an account that is kept warm', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  const warmed = async (
    account: Parameters<typeof withExchange>[1] = {},
    confirm = false,
    clockSkewMs = 0,
  ): Promise<FakeTime> => {
    const time = new FakeTime(Date.now());
    stage = await withExchange({ clockSkewMs }, account, time);
    stage.account.follow({ confirm });
    await time.advance(SECOND);
    return time;
  };
  const requests = () => received(stage.exchange, 'market/time');
  const cancelled = async () => {
    const { orderId } = stage.exchange.books.place(ORDER);
    const options = { confirm: false, timeout: MINUTE };
    return await stage.account.cancel({ ...ORDER, orderId }, options);
  };
  const until = async (met: () => boolean) => {
    while (!met()) await new Promise(setImmediate);
  };

  for (const confirm of [true, false]) {
    it(`cancels over the connection that is open (confirm ${confirm})`, async () => {
      await warmed({}, confirm, -3000);
      // The warning about the clock shows that the answer has come.
      await until(() => stage.warnings.length === 1);
      const { headers } = requests()[0]!;
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('x-bapi')),
        [],
        'neither key nor signature travel with it',
      );
      const { outcome, attempts } = await cancelled();
      assert.deepEqual([outcome, attempts], ['accepted', 1], 'the clock is mended already');
      assert.equal(stage.exchange.connections.http, 1);
    });
  }

  it('asks nothing where cancels go over the WebSocket order entry', async () => {
    await warmed({ transport: 'websocket' });
    await until(() => stage.exchange.connections.trade === 1);
    await cancelled();
    assert.equal(requests().length, 0);
  });

  it('is silent while the IP address is shut out', async () => {
    const time = await warmed();
    await until(() => requests().length === 1);
    const body = 'access too frequent';
    stage.exchange.faults.add({ kind: 'http', status: 403, body, on: 'order/cancel' });
    assert.equal((await cancelled()).outcome, 'rate-limited');
    await time.advance(5 * MINUTE);
    assert.equal(requests().length, 1);
  });
});
