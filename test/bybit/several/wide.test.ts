/** Which scopes mean every order of a symbol, so that one request may cancel all of them. */
import assert from 'node:assert/strict';
import { isWholeSymbol } from '../../../nodes/bybit/several/wide';
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
