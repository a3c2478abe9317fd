/** Which orders a message means: never more than was said. */
import assert from 'node:assert/strict';
import { Refusal } from '../../nodes/action/request/refusal';
import type { Source } from '../../nodes/action/request/settings';
import { checkScope } from '../../nodes/bybit-cancel-all/check-scope';
import { DEFAULTS, FIELDS, type Field } from '../../nodes/bybit-cancel-all/settings';

type Fields = Parameters<typeof checkScope>[1]['fields'];

/** Fields as a new node has them, but for those that are given. */
function fieldsWith(own: Partial<Record<Field, [Source, string]>> = {}): Fields {
  const entries = FIELDS.map((field) => {
    const [source, expression] = own[field] ?? (['msg', DEFAULTS[field]] as const);
    return [field, { source, expression }] as const;
  });
  return Object.fromEntries(entries) as unknown as Fields;
}

const SETTINGS = { kinds: 'entries', which: 'snapshot', atMost: '', dryRun: false } as const;
const check = (
  raw: Partial<Record<Field, unknown>>,
  own: Partial<Record<Field, [Source, string]>> = {},
  msg: object = { payload: raw },
) => checkScope(raw, { ...SETTINGS, fields: fieldsWith(own) }, msg as never);

const PLACE = { category: 'linear', symbol: 'BTCUSDT' };
const KINDS = { kinds: 'entries' };

describe('the scope of a message', () => {
  const good: [what: string, raw: object, scope: object][] = [
    ['a symbol', PLACE, PLACE],
    ['every symbol', { category: 'linear', symbol: '*' }, { category: 'linear', symbol: '*' }],
    [
      'a base coin',
      { category: 'Option', baseCoin: ' btc ' },
      { category: 'option', baseCoin: 'BTC' },
    ],
    [
      'a settle coin',
      { category: 'linear', settleCoin: 'usdt' },
      { category: 'linear', settleCoin: 'USDT' },
    ],
    ['a perpetual', { symbol: 'BYBIT:BTCUSD.P' }, { category: 'inverse', symbol: 'BTCUSD' }],
    ['a side', { ...PLACE, side: 'sell' }, { ...PLACE, side: 'Sell' }],
    [
      'a prefix',
      { ...PLACE, orderLinkIdPrefix: 'grid-' },
      { ...PLACE, orderLinkIdPrefix: 'grid-' },
    ],
    [
      'a time in ms',
      { ...PLACE, placedBefore: 1_770_000_000_000 },
      { ...PLACE, placedBefore: 1_770_000_000_000 },
    ],
    [
      'that time as text',
      { ...PLACE, placedBefore: '1770000000000' },
      { ...PLACE, placedBefore: 1_770_000_000_000 },
    ],
    [
      'a time in ISO 8601',
      { ...PLACE, placedBefore: '2026-01-31T12:00:00Z' },
      { ...PLACE, placedBefore: Date.UTC(2026, 0, 31, 12) },
    ],
    [
      'with an offset',
      { ...PLACE, placedBefore: '2026-01-31T12:00:00+02:00' },
      { ...PLACE, placedBefore: Date.UTC(2026, 0, 31, 10) },
    ],
  ];
  for (const [what, raw, scope] of good) {
    it(what, () => assert.deepEqual(check(raw), { ...scope, ...KINDS }));
  }

  const wrong: [what: string, raw: Partial<Record<Field, unknown>>, why: RegExp][] = [
    ['no category', { symbol: 'BTCUSDT' }, /category is missing/],
    ['an unknown category', { ...PLACE, category: 'futures' }, /category/],
    ['no place', { category: 'linear' }, /symbol, baseCoin and settleCoin are all missing/],
    ['a blank symbol', { category: 'linear', symbol: ' ', settleCoin: 'USDT' }, /symbol is blank/],
    ['a null symbol', { category: 'linear', symbol: null, settleCoin: 'USDT' }, /symbol is null/],
    [
      'a symbol that is a list',
      { category: 'linear', symbol: ['BTCUSDT'] },
      /symbol must be text, not an array/,
    ],
    ['a symbol that contradicts', { category: 'inverse', symbol: 'BTCUSDT.P' }, /linear.*inverse/],
    ['a perpetual that is none', { category: 'linear', symbol: 'BTCEUR.P' }, /symbol/],
    [
      'a settle coin of spot',
      { category: 'spot', settleCoin: 'USDT' },
      /settleCoin does not apply to spot/,
    ],
    ['a coin that is none', { category: 'linear', baseCoin: 'B*' }, /baseCoin is no coin/],
    ['a null base coin', { ...PLACE, baseCoin: null }, /baseCoin is null/],
    ['an unknown side', { ...PLACE, side: 'Long' }, /side/],
    ['a blank side', { ...PLACE, side: '' }, /side is blank/],
    ['a null side', { ...PLACE, side: null }, /side is null/],
    ['a side that is a flag', { ...PLACE, side: true }, /side must be text/],
    ['a blank prefix', { ...PLACE, orderLinkIdPrefix: '' }, /orderLinkIdPrefix is blank/],
    [
      'a prefix that is a number',
      { ...PLACE, orderLinkIdPrefix: 7 },
      /orderLinkIdPrefix must be text/,
    ],
    [
      'a prefix that no id can have',
      { ...PLACE, orderLinkIdPrefix: 'x'.repeat(37) },
      /36 characters/,
    ],
    ['a time in seconds', { ...PLACE, placedBefore: 1_770_000_000 }, /placedBefore is no time/],
    ['a time without a zone', { ...PLACE, placedBefore: '2026-01-31T12:00:00' }, /time zone/],
    ['a day', { ...PLACE, placedBefore: '2026-01-31' }, /placedBefore is no time/],
    [
      'a day that is none',
      { ...PLACE, placedBefore: '2026-13-31T12:00:00Z' },
      /placedBefore is no time/,
    ],
    ['a null time', { ...PLACE, placedBefore: null }, /placedBefore is null/],
  ];
  for (const [what, raw, why] of wrong) {
    it(`${what}: refused, and the field is named`, () => {
      assert.throws(
        () => check(raw),
        (error) =>
          error instanceof Refusal && error.code === 'invalid-request' && why.test(error.message),
      );
    });
  }

  for (const source of ['flow', 'global', 'env', 'jsonata'] as const) {
    for (const field of FIELDS) {
      it(`${field} from ${source} that yields nothing: refused, and not taken for all`, () => {
        const raw = { ...PLACE, settleCoin: 'USDT', [field]: undefined };
        assert.throws(
          () => check(raw, { [field]: [source, 'x'] }),
          new RegExp(`${field} yields nothing`),
        );
      });
    }
  }

  it('a blank setting, and a property that is not there, count as not given', () => {
    const own = { side: ['msg', ''], baseCoin: ['jsonata', ''] } as const;
    assert.deepEqual(check(PLACE, own as never), { ...PLACE, ...KINDS });
  });

  it('a retained MQTT message: refused, and how to make a fresh one is told', () => {
    const msg = { payload: PLACE, retain: true };
    assert.throws(() => check(PLACE, {}, msg), /retained.*deletes msg\.retain/);
    assert.deepEqual(check(PLACE, {}, { payload: PLACE, retain: false }), { ...PLACE, ...KINDS });
  });

  for (const key of [
    ...['Symbol', 'base_coin', 'SIDE', 'order-link-id-prefix', 'placedbefore', 'sides', 'symbols'],
    ...['sybmol', 'baseCion', 'placedBeofre', 'sied', 'sde', 'siide', 'sidee', 'side[]', '"side"'],
    ...['prefix', 'linkIdPrefix', 'orderLinkIdPrefixes', 'createdBefore'],
    ...['symbl', 'symboll', 'simbol', 'orderLinkIdPrefx', 'basecoin', 'placed_befor'],
  ]) {
    it(`payload.${key}, which would be passed over: refused`, () => {
      const payload = { category: 'linear', settleCoin: 'USDT', [key]: 'x' };
      const { category, settleCoin } = payload;
      assert.throws(
        () => check({ category, settleCoin }, {}, { payload }),
        (error: Error) => error.message.includes(`payload.${key}`),
      );
    });
  }

  for (const key of [
    'side',
    'Side',
    'sides',
    'orderLinkIdPrefix',
    'orderLinkIdPrefx',
    'placed_before',
  ]) {
    it(`msg.${key}, beside the payload: refused`, () => {
      assert.throws(
        () => check(PLACE, {}, { payload: PLACE, [key]: 'x' }),
        new RegExp(`msg\\.${key} is not read, but msg\\.payload\\.`),
      );
    });
  }

  for (const [expression, msg, told] of [
    ['msg.payload.side', { payload: { ...PLACE, Side: 'x' } }, 'msg.payload.Side'],
    ["payload['side']", { payload: { ...PLACE, Side: 'x' } }, 'msg.payload.Side'],
    ['payload.filter.side', { payload: { ...PLACE, filter: { Side: 'x' } } }, 'filter.Side'],
    ['payload.filter.way', { payload: { ...PLACE, filter: { ways: 'x' } } }, 'filter.ways'],
    ['side', { payload: PLACE, Side: 'x' }, 'msg.Side'],
    ['side', { payload: { ...PLACE, side: 'x' } }, 'msg.payload.side'],
  ] as const) {
    it(`${told}, where ${expression} is read: refused`, () => {
      assert.throws(
        () => check(PLACE, { side: ['msg', expression] }, msg),
        (error: Error) => error.message.includes(`${told} is not read`),
      );
    });
  }

  for (const [name, value] of [
    ['dryRun', true],
    ['atMost', 1],
    ['kinds', 'conditional'],
    ['which', 'until-empty'],
  ] as const) {
    it(`payload.${name}, which is set in the dialog: refused where it says something else`, () => {
      for (const msg of [
        { payload: { ...PLACE, [name]: value } },
        { payload: PLACE, [name]: value },
      ]) {
        assert.throws(() => check(PLACE, {}, msg), new RegExp(`${name} is not read`));
      }
      const same = { payload: { ...PLACE, [name]: SETTINGS[name] } };
      assert.deepEqual(check(PLACE, {}, same), { ...PLACE, ...KINDS });
    });
  }

  for (const [what, payload, more = {}] of [
    ['names of other things', { ...PLACE, urlPrefix: 'x', before: 1, after: 2, which: 'grid' }],
    ['names beside it', PLACE, { topicPrefix: 'x', prefix: 'y', before: 1, which: 1 }],
    ['settings without a value', { ...PLACE, atMost: null, which: null, dryRun: 0, kinds: null }],
    ['what is inherited', Object.assign(Object.create({ side: 'Sell' }) as object, PLACE)],
  ] as const) {
    it(`${what} does not matter`, () => {
      assert.deepEqual(check(PLACE, {}, { payload, ...more }), { ...PLACE, ...KINDS });
    });
  }

  it('a setting that can not be read is named, whatever it is', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    for (const kinds of [loop, 1n, 'stops']) {
      assert.throws(() => check(PLACE, {}, { payload: { ...PLACE, kinds } }), /kinds is not read/);
    }
  });

  it('a field beside the payload that is in the payload too does not matter', () => {
    const msg = { payload: PLACE, category: 'spot', symbol: 'ETHUSDT' };
    assert.deepEqual(check(PLACE, {}, msg), { ...PLACE, ...KINDS });
  });

  it('nor does one whose setting is fixed, or blank', () => {
    const own = { side: ['str', 'Buy'], orderLinkIdPrefix: ['msg', ''] } as const;
    const msg = { payload: PLACE, side: 'Sell', orderLinkIdPrefix: 'x' };
    assert.equal(check({ ...PLACE, side: 'Buy' }, own as never, msg).side, 'Buy');
  });

  it('other things in the payload don’t matter', () => {
    const payload = { ...PLACE, size: 1, strategy: 'x', time: 'y', coin: 'z', sid: 1, site: 'a' };
    assert.deepEqual(check(PLACE, {}, { payload }), { ...PLACE, ...KINDS });
  });
});

describe('a scope whose message has not been read', () => {
  const FIXED = { category: ['str', 'linear'], symbol: ['str', 'BTCUSDT'] } as const;
  const own = FIXED as unknown as Partial<Record<Field, [Source, string]>>;
  for (const payload of [
    ...['{"side":"Buy"}', ' [{"side":"Buy"}]', 'side=Buy', '<Side>Buy</Side>', '"{\\"side\\":1}"'],
    ...[Buffer.from('{"side":1}'), new TextEncoder().encode('{"side":1}'), [{}]],
  ]) {
    it(`is refused: ${JSON.stringify(payload)}`, () => {
      assert.throws(
        () => check(PLACE, own, { payload }),
        (error) => error instanceof Refusal && error.code === 'invalid-request',
      );
    });
  }
  it('is the one that is read from the array', () => {
    const at = { ...own, symbol: ['msg', 'payload[0].symbol'] } as typeof own;
    assert.deepEqual(check(PLACE, at, { payload: [PLACE] }), { ...PLACE, ...KINDS });
  });
  for (const payload of ['wrong side -> kill', 'symbol: n/a', '<b>category></b>', 'category: x']) {
    it(`is that of the dialog, which says more than the text: ${payload}`, () => {
      assert.deepEqual(check(PLACE, own, { payload }), { ...PLACE, ...KINDS });
    });
  }
  for (const payload of ['clear', 'clear this side', 1_770_000_000_000, true, null, {}]) {
    it(`is that of the dialog: ${JSON.stringify(payload)}`, () => {
      assert.deepEqual(check(PLACE, own, { payload }), { ...PLACE, ...KINDS });
    });
  }
  it('is not every symbol where the * is not alone', () => {
    assert.throws(() => check({ category: 'linear', symbol: 'BYBIT:*' }), /Only the symbol \*/);
  });
});
