/** What a healthy account costs: a day of its health in time that is moved by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createHealth } from '../../../nodes/bybit/health/account-health';
import type { Health } from '../../../nodes/bybit/model';
import type { Reply } from '../../../nodes/bybit/answers/reply';
import { FakeTime } from '../../support/fake-time';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

function stageOf(expiresInMs: number | undefined, refusedBy?: number) {
  const time = new FakeTime();
  const lines: string[] = [];
  const say = (text: string) => lines.push(text);
  const endsAt = expiresInMs === undefined ? 0 : time.wall() + expiresInMs;
  let asked = 0;
  const askKey = (): Promise<Reply> => {
    asked += 1;
    if (refusedBy !== undefined) return Promise.resolve(refusal(refusedBy));
    const permissions = { ContractTrade: ['Order'] };
    const expiredAt = new Date(endsAt).toISOString();
    return Promise.resolve({
      wire: { kind: 'reply', retCode: 0, retMsg: 'OK' },
      result: { readOnly: 0, permissions, ips: ['*'], expiredAt },
      sentAt: time.wall(),
      receivedAt: time.wall(),
    });
  };
  /** As over the wire: what the check itself is answered is heard like any other answer. */
  const refusal = (retCode: number): Reply => {
    const at = { sentAt: time.wall(), receivedAt: time.wall() };
    const answer: Reply = {
      wire: { kind: 'reply', retCode, retMsg: 'no', httpStatus: 200 },
      ...at,
    };
    health.signals.answered('unauthorized', answer, 'http', false);
    return answer;
  };
  const health = createHealth({
    ...{ time, transport: 'http', askKey, warn: say, inform: say },
    remind: (cause) => lines.push(cause),
    dismiss: () => undefined,
    askOrder: () =>
      refusedBy === undefined
        ? assert.fail('the record is told')
        : Promise.resolve(refusal(refusedBy)),
    at: { environment: 'custom', host: 'localhost' },
    probe: () => assert.fail('nothing gave a reason to ask'),
    bannedUntil: () => undefined,
    httpBannedUntil: () => undefined,
    streamUp: () => false,
    entryUp: () => false,
    followStream: () => () => undefined,
    wake: () => assert.fail('nothing was down'),
    exchangeNow: time.wall,
    clean: (text) => text,
  });
  const told: Health[] = [];
  const release = health.follow({ confirm: true }, (news) => told.push(news));
  health.signals.stream(true);
  return { time, lines, told, release, asked: () => asked };
}

describe('the health of an account over a day', () => {
  it('costs five requests at most, and no line of the log', async () => {
    const { time, lines, told, release, asked } = stageOf(undefined);
    await time.advance(DAY);
    assert.ok(asked() >= 4 && asked() <= 5, `${asked()} requests`);
    assert.deepEqual(lines, []);
    assert.deepEqual(
      told.map(({ code }) => code),
      ['connecting', 'ready'],
    );
    release();
    assert.equal(time.pending, 0);
  });

  it('tells at each day how many are left to the end of the key, and at its end', async () => {
    const { time, told, release } = stageOf(15 * DAY + HOUR);
    await time.advance(16 * DAY);
    const days = Array.from({ length: 14 }, (_, i) => 14 - i);
    assert.deepEqual(told.slice(1), [
      { code: 'ready' },
      ...days.map((daysLeft) => ({ code: 'key-expiring', daysLeft })),
      { code: 'key-expired' },
    ]);
    release();
    assert.equal(time.pending, 0);
  });

  for (const [what, code] of [
    ['is refused', 10003],
    ['may not ask for its own record', 10005],
  ] as const) {
    it(`of a key that ${what}: asks every five minutes at most`, async () => {
      const { time, release, asked } = stageOf(undefined, code);
      await time.advance(DAY);
      assert.ok(asked() > 1 && asked() < 300, `${asked()} requests`);
      release();
      assert.equal(time.pending, 0);
    });
  }
});
