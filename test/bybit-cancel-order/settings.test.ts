import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RawSettings } from '../../nodes/action/request/settings';
import { DEFAULTS, readSettings } from '../../nodes/bybit-cancel-order/settings';

const unset = () => undefined;

function problemOf(raw: RawSettings): string {
  const { problem } = readSettings(raw, unset);
  assert.ok(problem !== undefined, 'the settings were taken');
  return problem;
}

describe('the settings of a cancel node', () => {
  it('take their defaults where a flow says nothing', () => {
    const field = (name: string) => ({ source: 'msg', expression: `payload.${name}` });
    assert.deepEqual(readSettings({}, unset), {
      value: {
        account: '',
        confirm: true,
        timeout: 10_000,
        fields: {
          category: field('category'),
          symbol: field('symbol'),
          orderId: field('orderId'),
          orderLinkId: field('orderLinkId'),
          orderFilter: field('orderFilter'),
        },
      },
    });
    assert.deepEqual(readSettings(DEFAULTS, unset), readSettings({}, unset));
  });

  for (const [given, read] of [
    [true, true],
    [false, false],
    ['true', true],
    [' false ', false],
  ] as const) {
    it(`read confirm ${JSON.stringify(given)} as ${read}`, () => {
      assert.equal(readSettings({ confirm: given }, unset).value?.confirm, read);
    });
  }

  for (const given of ['', 'yes', 'True', '0', 0, 1, {}, []]) {
    it(`refuse confirm ${JSON.stringify(given)}`, () => {
      assert.equal(problemOf({ confirm: given }), 'confirm must be true or false.');
    });
  }

  for (const [given, read] of [
    [1, 1],
    [3_600_000, 3_600_000],
    ['2500', 2500],
    [' 2500 ', 2500],
  ] as const) {
    it(`read timeout ${JSON.stringify(given)} as ${read}`, () => {
      assert.equal(readSettings({ timeout: given }, unset).value?.timeout, read);
    });
  }

  for (const given of [
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    3_600_001,
    '',
    ' ',
    '1e3',
    'soon',
    '-5',
    true,
    [],
  ]) {
    it(`refuse timeout ${typeof given} ${String(given)}`, () => {
      assert.equal(
        problemOf({ timeout: given }),
        'timeout must be a whole number from 1 to 3600000.',
      );
    });
  }

  it('refuse a source they do not know, and name the property', () => {
    for (const type of ['num', 'bool', 'json', 're', '', 5, {}]) {
      assert.equal(
        problemOf({ orderIdType: type }),
        'orderIdType must be one of msg, flow, global, str, env, jsonata.',
      );
    }
  });

  it('refuse what is no text', () => {
    assert.equal(problemOf({ symbol: 5 }), 'symbol must be text.');
    assert.equal(problemOf({ account: {} }), 'account must be text.');
  });

  const properties = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  for (const property of properties) {
    it(`name the variable when ${property} names one that is not set`, () => {
      assert.equal(
        problemOf({ [property]: '${NOT_THERE}' }),
        `${property}: the environment variable NOT_THERE is not set.`,
      );
    });
  }

  it('take a variable that Node-RED has left standing for the blanks around it', () => {
    const lookUp = (name: string) => (name === 'WAIT' ? '700' : undefined);
    assert.equal(readSettings({ timeout: ' ${WAIT} ' }, lookUp).value?.timeout, 700);
  });

  it('leave ${NAME} to the source env, which looks it up for each message', () => {
    const read = readSettings({ symbol: '${NOT_THERE}', symbolType: 'env' }, unset);
    assert.deepEqual(read.value?.fields.symbol, { source: 'env', expression: '${NOT_THERE}' });
  });
});
