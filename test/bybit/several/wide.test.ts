/** Which scopes mean every order of a symbol, so that one request may cancel all of them. */
import assert from 'node:assert/strict';
import { Matching } from '../../../nodes/bybit/several/matching';
import { isWholeSymbol, mayBeWide } from '../../../nodes/bybit/several/wide';
import type { Scope } from '../../../nodes/bybit/model';

const PLACE = { category: 'linear', symbol: 'BTCUSDT' } as const;

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

describe('one request for all orders of a symbol, in a snapshot', () => {
  for (const [elapsed, hasHeard, may] of [
    [50, false, true],
    [500, false, false],
    [500, true, true],
    // However well the order stream seemed: it can have been silent, or have told late.
    [900, true, false],
  ] as const) {
    it(`${may ? 'may' : 'may not'} go ${elapsed} ms after the message, the stream ${hasHeard ? 'up' : 'down'}`, () => {
      const scope: Scope = { ...PLACE, kinds: 'all' };
      const isWide = mayBeWide(scope, new Matching(scope, 'snapshot', 1), {
        ...{ which: 'snapshot', isFirstRound: true },
        hasHeardAll: () => hasHeard,
        elapsedMs: () => elapsed,
      });
      assert.equal(isWide('BTCUSDT'), may);
    });
  }
});
