import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  checkRequest,
  readValue,
  type OrderField,
} from '../../../nodes/action/request/order-fields';
import type { RawFields } from '../../../nodes/action/request/read-fields';
import { Refusal } from '../../../nodes/action/request/refusal';

const ID = { orderId: 'abc-1' };

function refusalOf(raw: RawFields<OrderField>): Refusal {
  try {
    checkRequest(raw);
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'invalid-request');
    return error;
  }
  assert.fail('the request was let through');
}

describe("TradingView's names", () => {
  const perpetuals = [
    ['BTCUSDT.P', 'BTCUSDT', 'linear'],
    ['BYBIT:BTCUSDT.P', 'BTCUSDT', 'linear'],
    ['BTCUSDC.P', 'BTCPERP', 'linear'],
    ['BTCUSD.P', 'BTCUSD', 'inverse'],
    ['1000PEPEUSDT.P', '1000PEPEUSDT', 'linear'],
    ['USDCUSDT.P', 'USDCUSDT', 'linear'],
    [' bybit:ethusdc.p\n', 'ETHPERP', 'linear'],
    ['BYBIT: BTCUSD.P', 'BTCUSD', 'inverse'],
  ] as const;
  for (const [given, symbol, category] of perpetuals) {
    it(`take ${JSON.stringify(given)} for ${symbol}, ${category}`, () => {
      const request = checkRequest({ symbol: given, ...ID });
      assert.deepEqual(request, { category, symbol, ...ID });
      assert.deepEqual(Object.keys(request), ['category', 'symbol', 'orderId']);
      for (const blank of [undefined, null, ' ']) {
        assert.deepEqual(checkRequest({ category: blank, symbol: given, ...ID }), request);
      }
      const same = { category: category.toUpperCase(), symbol: given, ...ID };
      assert.deepEqual(checkRequest(same), request);
    });
  }

  it('lose the name of the exchange, and name no category without the ending', () => {
    const request = { category: 'spot', symbol: 'BTCUSDT', ...ID };
    assert.deepEqual(checkRequest({ ...request, symbol: 'BYBIT:BTCUSDT' }), request);
    const { message } = refusalOf({ symbol: 'BYBIT:BTCUSDT', ...ID });
    assert.match(message, /^category is missing/);
  });

  it('keep what only looks like the name of the exchange', () => {
    for (const symbol of ['OKX:BTCUSDT', 'BYBITUSDT', 'BTC.PUSDT', 'BTCUSDT.PS']) {
      assert.equal(checkRequest({ category: 'linear', symbol, ...ID }).symbol, symbol);
    }
  });

  for (const [symbol, category, own] of [
    ['BTCUSDT.P', 'inverse', 'linear'],
    ['btcusdt.p', 'spot', 'linear'],
    ['BTCUSDC.P', 'option', 'linear'],
    ['BYBIT:BTCUSD.P', 'linear', 'inverse'],
  ] as const) {
    it(`refuse ${symbol} with the category ${category}, and name both`, () => {
      const refusal = refusalOf({ category, symbol, ...ID });
      const text = `is of the category ${own}, but the category is ${category}.`;
      assert.equal(refusal.message, `symbol is "${symbol}", which ${text}`);
      assert.deepEqual(refusal.known, { category, ...ID });
    });
  }

  for (const symbol of ['ETHBTC.P', 'BTCEUR.P', 'USDT.P', '.P', 'BTC-USDT.P', 'OKX:BTCUSDT.P']) {
    it(`refuse ${symbol} in words, and never guess`, () => {
      for (const category of ['linear', undefined]) {
        const refusal = refusalOf({ category, symbol, ...ID });
        const start = `symbol is ${JSON.stringify(symbol)}, but perpetual contracts are known only as`;
        assert.ok(refusal.message.startsWith(start), refusal.message);
        assert.equal('symbol' in refusal.known, false);
      }
    });
  }

  it('refuse the name of the exchange alone', () => {
    const { message } = refusalOf({ category: 'linear', symbol: 'BYBIT: ', ...ID });
    assert.equal(message, 'symbol is required.');
  });

  it('never stand in for a category that is wrong', () => {
    const refusal = refusalOf({ category: 'futures', symbol: 'BTCUSDT.P', ...ID });
    assert.match(refusal.message, /^category is "futures"/);
    assert.deepEqual(refusal.known, { symbol: 'BTCUSDT', ...ID });
  });

  it('have filters as little as other contracts', () => {
    const { message } = refusalOf({ symbol: 'BTCUSDT.P', ...ID, orderFilter: 'Order' });
    assert.match(message, /^orderFilter is for spot orders alone/);
  });

  it('are read one by one as the dialog does', () => {
    assert.deepEqual(readValue('symbol', 'BYBIT:btcusdc.p'), { value: 'BTCPERP' });
    assert.match(readValue('symbol', 'ETHBTC.P').problem ?? '', /^symbol is "ETHBTC\.P"/);
  });
});
