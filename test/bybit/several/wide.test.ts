/** Which scopes mean every order of a symbol, and when one request may cancel all of them. */
import assert from 'node:assert/strict';
import { Matching, type Spared } from '../../../nodes/bybit/several/matching';
import { isWholeSymbol, wideCheck } from '../../../nodes/bybit/several/wide';
import type { OrderRecord, Scope, Which } from '../../../nodes/bybit/model';

const PLACE = { category: 'linear', symbol: 'BTCUSDT' } as const;
const RECORD: OrderRecord = {
  ...{ orderId: 'o', orderLinkId: '', symbol: 'BTCUSDT', orderStatus: 'New' },
};

describe('a scope that means whole symbols', () => {
  it('is one of all kinds that nothing narrows', () => {
    assert.equal(isWholeSymbol({ ...PLACE, kinds: 'all' }), true);
    assert.equal(isWholeSymbol({ category: 'linear', settleCoin: 'USDT', kinds: 'all' }), true);
  });

  const narrow: Partial<Scope>[] = [
    { kinds: 'entries' },
    { kinds: 'conditional' },
    { side: 'Buy' },
    { orderLinkIdPrefix: 'm' },
    { baseCoin: 'BTC' },
    { placedBefore: 1 },
    { category: 'option' },
  ];
  for (const more of narrow) {
    it(`is none with ${JSON.stringify(more)}`, () => {
      assert.equal(isWholeSymbol({ ...PLACE, kinds: 'all', ...more }), false);
    });
  }
});

describe('one request for all orders of a symbol', () => {
  const scope: Scope = { ...PLACE, kinds: 'all' };
  const ARRIVED = 1_700_000_000_000;
  const newer = { ...RECORD, createdTime: String(ARRIVED + 1) };
  const older = { ...RECORD, createdTime: String(ARRIVED - 1) };
  const defaults = { elapsed: 50, tookMs: 10, which: 'snapshot', round: 0, heard: true } as const;
  const cases: [what: string, more: Partial<Case>, may: boolean, looks: number][] = [
    ['right after the message', {}, true, 0],
    ['later, and no newer order is listed', { elapsed: 900, newest: [older] }, true, 1],
    ['later, and a newer order is listed', { elapsed: 900, newest: [newer, older] }, false, 1],
    ['later, and nothing can be listed', { elapsed: 900, newest: undefined }, false, 1],
    ['after a slow look, the stream up', { elapsed: 900, newest: [], tookMs: 300 }, true, 1],
    ['after a slower one', { elapsed: 900, newest: [], tookMs: 600 }, false, 1],
    [
      'after a slow look, without the stream',
      { elapsed: 900, newest: [], tookMs: 300, heard: false },
      false,
      1,
    ],
    ['in a later round', { round: 1 }, false, 0],
    ['in a later round, until empty', { round: 1, elapsed: 9000, which: 'until-empty' }, true, 0],
    ['until empty, with a limit', { which: 'until-empty', atMost: 100 }, false, 0],
    ['with an order that is spared', { spared: { protection: 1 } }, false, 0],
    ['with orders of symbols that the account may not cancel', { spared: { symbol: 1 } }, true, 0],
  ];
  interface Case {
    readonly elapsed: number;
    readonly newest: readonly OrderRecord[] | undefined;
    readonly tookMs: number;
    readonly which: Which;
    readonly round: number;
    readonly heard: boolean;
    readonly atMost: number;
    readonly spared: Spared;
  }
  for (const [what, more, may, looks] of cases) {
    it(`${may ? 'may' : 'may not'} go ${what}`, async () => {
      const { elapsed, tookMs, which, round, heard, newest, atMost, spared } = {
        ...defaults,
        ...({ newest: [], atMost: undefined, spared: {} } as const),
        ...more,
      };
      const matching = new Matching(scope, which, ARRIVED);
      matching.spared = spared;
      let now = 5000 + elapsed;
      let asked = 0;
      const check = wideCheck(scope, matching, {
        ...{ which, atMost, isFirstRound: round === 0, arrivedMs: 5000 },
        hasHeardAll: () => heard,
        now: () => now,
        newest: () => {
          asked += 1;
          now += tookMs;
          return Promise.resolve(newest);
        },
      });
      assert.equal(await check.mayNow('BTCUSDT'), may);
      assert.equal(asked, looks);
    });
  }
});
