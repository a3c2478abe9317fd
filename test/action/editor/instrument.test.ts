import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  checkBlankInstrument,
  checkInstrument,
  fixedCategory,
} from '../../../nodes/action/editor/instrument';
import type { Read } from '../../../nodes/properties/values';

type Shown = Readonly<Record<string, string>>;

const inDialog = (shown: Shown) => (property: string) => shown[property] ?? '';
const fixed = (category: string, symbol = '') =>
  inDialog({ category, symbol, categoryType: 'str', symbolType: 'str' });
const wrongIn = (read: Read<unknown>) =>
  read.problem === undefined ? undefined : read.because?.key;
const fromMessage = { category: 'payload.category', categoryType: 'msg' };

describe('category and symbol in a dialog', () => {
  it('know the category that all messages have', () => {
    assert.equal(fixedCategory(fixed(' Linear ')), 'linear');
    assert.equal(fixedCategory(fixed('${CATEGORY}')), undefined);
    assert.equal(fixedCategory(fixed('')), undefined);
    assert.equal(fixedCategory(inDialog(fromMessage)), undefined);
  });

  it('know it from a fixed symbol, too', () => {
    assert.equal(fixedCategory(fixed('', 'BYBIT:BTCUSD.P')), 'inverse');
    const symbol = { symbol: 'BTCUSD.P', symbolType: 'str' };
    assert.equal(fixedCategory(inDialog({ ...fromMessage, ...symbol })), undefined);
  });

  it('must both be given', () => {
    for (const field of ['category', 'symbol'] as const) {
      assert.equal(wrongIn(checkBlankInstrument(field, fixed('', ''))), 'required');
    }
    assert.equal(wrongIn(checkBlankInstrument('category', fixed('', 'BTCUSDT'))), 'required');
  });

  it('do without a category where a fixed symbol names one', () => {
    const current = fixed('', 'BYBIT:BTCUSDT.P');
    assert.deepEqual(checkBlankInstrument('category', current), { value: undefined });
    const path = inDialog({ symbol: 'payload.P', symbolType: 'msg' });
    assert.equal(wrongIn(checkBlankInstrument('category', path)), 'required');
  });

  it("take a fixed symbol as TradingView writes it, if the category doesn't contradict it", () => {
    for (const current of [fixed('linear'), fixed(''), fixed('${A}'), inDialog(fromMessage)]) {
      assert.equal(checkInstrument('symbol', 'BYBIT:BTCUSDT.P', current).problem, undefined);
    }
    const { problem } = checkInstrument('symbol', 'BYBIT:BTCUSDT.P', fixed('spot'));
    assert.match(problem ?? '', /linear, but the category is spot\.$/);
  });

  it('refuse a text that is neither', () => {
    const current = fixed('futures', 'ETHBTC.P');
    assert.equal(wrongIn(checkInstrument('category', 'futures', current)), 'notOneOf');
    assert.equal(wrongIn(checkInstrument('symbol', 'ETHBTC.P', current)), 'perpetual');
  });
});
