import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  checkRequest,
  readValue,
  type OrderField,
} from '../../../nodes/action/request/order-fields';
import type { RawFields } from '../../../nodes/action/request/read-fields';
import { Refusal } from '../../../nodes/action/request/refusal';

const ORDER = { category: 'linear', symbol: 'BTCUSDT', orderId: 'abc-1' };

/** Why a request is refused. */
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

describe('a request, forgiving in form', () => {
  it('trims text, lower-cases the category and upper-cases the symbol', () => {
    assert.deepEqual(
      checkRequest({ category: ' Linear\n', symbol: '\tbtcusdt ', orderId: ' aBc ' }),
      { category: 'linear', symbol: 'BTCUSDT', orderId: 'aBc' },
    );
  });

  it('leaves out what is absent, null or blank', () => {
    const raw = { ...ORDER, orderLinkId: null, orderFilter: ' \n' };
    assert.deepEqual(checkRequest(raw), ORDER);
    assert.deepEqual(checkRequest({ ...ORDER, orderLinkId: undefined }), ORDER);
  });

  it('keeps the order of the fields, whatever order they came in', () => {
    const request = checkRequest({
      orderFilter: 'tpslOrder',
      orderLinkId: 'mine',
      orderId: '1',
      symbol: 'BTCUSDT',
      category: 'spot',
    });
    assert.deepEqual(Object.keys(request), [
      'category',
      'symbol',
      'orderId',
      'orderLinkId',
      'orderFilter',
    ]);
  });

  for (const category of ['linear', 'inverse', 'spot', 'option']) {
    it(`takes the category ${category}`, () => {
      assert.equal(checkRequest({ ...ORDER, category }).category, category);
    });
  }

  for (const orderFilter of ['Order', 'tpslOrder', 'StopOrder']) {
    it(`takes the filter ${orderFilter} for spot`, () => {
      assert.equal(
        checkRequest({ ...ORDER, category: 'spot', orderFilter }).orderFilter,
        orderFilter,
      );
    });
  }

  for (const [given, sent] of [
    [0, '0'],
    [42, '42'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [1723456789012345678n, '1723456789012345678'],
  ] as const) {
    it(`takes the number ${given} as an id`, () => {
      assert.equal(checkRequest({ ...ORDER, orderId: given }).orderId, sent);
      assert.equal(checkRequest({ ...ORDER, orderLinkId: given }).orderLinkId, sent);
    });
  }

  it('takes texts up to the longest', () => {
    const symbol = 'S'.repeat(64);
    const orderId = 'i'.repeat(128);
    const request = { category: 'linear', symbol, orderId, orderLinkId: orderId };
    assert.deepEqual(checkRequest(request), request);
  });
});

describe('a request, strict in substance', () => {
  for (const field of ['category', 'symbol'] as const) {
    it(`needs ${field}`, () => {
      assert.match(
        refusalOf({ ...ORDER, [field]: ' ' }).message,
        new RegExp(`^${field} is missing`),
      );
    });
  }

  it('needs one of the two ids', () => {
    const { message } = refusalOf({ category: 'linear', symbol: 'BTCUSDT' });
    assert.match(message, /^orderId and orderLinkId are both missing/);
    assert.ok(checkRequest({ category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'mine' }));
  });

  it('names the categories when it refuses one', () => {
    const { message } = refusalOf({ ...ORDER, category: 'futures' });
    assert.equal(
      message,
      'category is "futures", but must be one of linear, inverse, spot, option.',
    );
  });

  it('refuses a filter it does not know', () => {
    const { message } = refusalOf({ ...ORDER, category: 'spot', orderFilter: 'stoporder' });
    assert.equal(
      message,
      'orderFilter is "stoporder", but must be one of Order, tpslOrder, StopOrder.',
    );
  });

  it('refuses a filter with another category than spot', () => {
    const { message } = refusalOf({ ...ORDER, orderFilter: 'Order' });
    assert.match(message, /^orderFilter is for spot orders alone: leave it out .* linear\.$/);
  });

  for (const number of [2 ** 53, 1.5, -1, NaN, Infinity]) {
    it(`refuses the number ${number} as an id`, () => {
      const { message } = refusalOf({ ...ORDER, orderId: number });
      assert.match(message, /^orderId came as a number that can't be an exact id .* as text\.$/);
    });
  }

  for (const [value, kind] of [
    [{}, 'an object'],
    [[], 'an array'],
    [['a'], 'an array'],
    [true, 'a boolean'],
    [false, 'a boolean'],
    [Symbol('a'), 'a symbol'],
    [() => 'a', 'a function'],
    [Buffer.from('a'), 'an object'],
    [Object('a'), 'an object'],
    [-1n, 'a bigint'],
  ] as const) {
    it(`refuses ${kind} (${typeof value}) in every field`, () => {
      for (const field of [
        'category',
        'symbol',
        'orderId',
        'orderLinkId',
        'orderFilter',
      ] as const) {
        const { message } = refusalOf({ ...ORDER, category: 'spot', [field]: value as unknown });
        assert.equal(message, `${field} must be text, not ${kind}.`);
      }
    });
  }

  for (const field of ['category', 'symbol', 'orderFilter'] as const) {
    it(`refuses numbers as ${field}`, () => {
      assert.equal(
        refusalOf({ ...ORDER, [field]: 1 }).message,
        `${field} must be text, not a number.`,
      );
    });
  }

  for (const character of [
    '\0',
    '\n',
    '\u007f',
    '\u0085',
    '\u200b',
    '\u202e',
    '\u2028',
    '\ud800',
  ]) {
    it(`refuses ${JSON.stringify(character)} inside a text`, () => {
      for (const field of ['symbol', 'orderId', 'orderLinkId'] as const) {
        const { message } = refusalOf({ ...ORDER, [field]: `a${character}b` });
        assert.match(message, new RegExp(`^${field} contains a control character`));
      }
    });
  }

  it('refuses texts beyond the longest', () => {
    const lengths: [OrderField, number][] = [
      ['category', 64],
      ['symbol', 64],
      ['orderId', 128],
      ['orderLinkId', 128],
      ['orderFilter', 64],
    ];
    for (const [field, most] of lengths) {
      const { message } = refusalOf({ ...ORDER, [field]: 'x'.repeat(most + 1) });
      assert.equal(message, `${field} is longer than ${most} characters.`);
    }
  });

  it('tells the first problem, and what could be read all the same', () => {
    const refusal = refusalOf({ category: 'spot', symbol: {}, orderId: 'abc', orderFilter: 'no' });
    assert.match(refusal.message, /^symbol /);
    assert.deepEqual(refusal.known, { category: 'spot', orderId: 'abc' });
  });
});

describe('a single field, as the dialog checks it', () => {
  it('tells given, not given and wrong apart', () => {
    assert.deepEqual(readValue('symbol', ' btcusdt'), { value: 'BTCUSDT' });
    assert.deepEqual(readValue('symbol', '  '), { value: undefined });
    assert.match(readValue('category', 'futures').problem ?? '', /^category is "futures"/);
  });
});
