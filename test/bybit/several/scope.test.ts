/** Which open orders a scope means, by their records alone. */
import assert from 'node:assert/strict';
import { createdAt, kindOf, sparedBy } from '../../../nodes/bybit/several/scope';
import type { Kind, OrderRecord, Scope, SparedBy } from '../../../nodes/bybit/model';

const RECORD: OrderRecord = {
  ...{ orderId: 'o', orderLinkId: 'mine-1', symbol: 'BTCUSDT', orderStatus: 'New' },
  ...{ side: 'Buy', stopOrderType: '', reduceOnly: false, closeOnTrigger: false },
  createdTime: '1700000000000',
};
const PLACE = { category: 'linear', symbol: 'BTCUSDT' } as const;
const of = (more: object): OrderRecord => ({ ...RECORD, ...more });

describe('what an order is for', () => {
  const cases: [fields: object, kind: Kind][] = [
    [{}, 'entry'],
    [{ stopOrderType: 'UNKNOWN' }, 'entry'],
    [{ stopOrderType: undefined }, 'entry'],
    [{ stopOrderType: 'Stop', orderStatus: 'Untriggered' }, 'conditional'],
    // Triggered: it waits no more.
    [{ stopOrderType: 'Stop' }, 'entry'],
    [{ stopOrderType: 'Stop', reduceOnly: true }, 'protection'],
    [{ stopOrderType: 'Stop', closeOnTrigger: true }, 'protection'],
    [{ reduceOnly: true }, 'protection'],
    [{ parentOrderLinkId: 'p' }, 'protection'],
    [{ parentOrderLinkId: '' }, 'entry'],
    ...[
      ...['TakeProfit', 'StopLoss', 'TrailingStop', 'PartialTakeProfit', 'PartialStopLoss'],
      ...['MmRateClose', 'tpslOrder', 'OcoOrder', 'BidirectionalTpslOrder'],
      // Not known today: never to be swept away as an entry.
      ...['SomethingNew', 7],
    ].map((stopOrderType): [object, Kind] => [{ stopOrderType }, 'protection']),
  ];
  for (const [fields, kind] of cases) {
    it(`${JSON.stringify(fields)}: ${kind}`, () => assert.equal(kindOf(of(fields)), kind));
  }
});

describe('what a scope leaves', () => {
  const before = 1_700_000_000_001;
  const cases: [scope: Omit<Scope, 'category'>, fields: object, reason: SparedBy | undefined][] = [
    [{ kinds: 'entries' }, {}, undefined],
    [{ kinds: 'entries' }, { stopOrderType: 'Stop' }, undefined],
    [{ kinds: 'all', symbol: '*', among: ['BTCUSDT'] }, {}, undefined],
    [{ kinds: 'all', symbol: '*', among: ['ETHUSDT'] }, {}, 'symbol'],
    [{ kinds: 'entries', symbol: '*', among: ['ETHUSDT'] }, { reduceOnly: true }, 'symbol'],
    [{ kinds: 'entries' }, { reduceOnly: true }, 'protection'],
    [{ kinds: 'conditional' }, { stopOrderType: 'Stop', orderStatus: 'Untriggered' }, undefined],
    [{ kinds: 'conditional' }, {}, 'kind'],
    [{ kinds: 'conditional' }, { stopOrderType: 'StopLoss' }, 'protection'],
    [{ kinds: 'all' }, { reduceOnly: true }, undefined],
    [{ kinds: 'all', side: 'Sell' }, {}, 'side'],
    [{ kinds: 'all', side: 'Buy' }, {}, undefined],
    [{ kinds: 'all', side: 'Buy' }, { side: undefined }, 'side'],
    [{ kinds: 'all', orderLinkIdPrefix: 'mine-' }, {}, undefined],
    [{ kinds: 'all', orderLinkIdPrefix: 'mine-' }, { orderLinkId: '' }, 'prefix'],
    [{ kinds: 'all', orderLinkIdPrefix: 'mine-' }, { orderLinkId: 'Mine-1' }, 'prefix'],
    [{ kinds: 'all' }, { createdTime: '1700000000001' }, 'newer'],
    [{ kinds: 'all' }, { createdTime: 'soon' }, 'newer'],
    [{ kinds: 'all' }, { createdTime: undefined }, 'newer'],
  ];
  for (const [scope, fields, reason] of cases) {
    it(`${JSON.stringify(scope)}, ${JSON.stringify(fields)}: ${reason ?? 'it is meant'}`, () => {
      assert.equal(sparedBy(of(fields), { ...PLACE, ...scope }, before), reason);
    });
  }

  it('a time that can’t be read is none', () => {
    assert.ok(Number.isNaN(createdAt(of({ createdTime: 1_700_000_000_000 }))));
    assert.equal(createdAt(RECORD), 1_700_000_000_000);
  });
});
