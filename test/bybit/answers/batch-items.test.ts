/** Which order of a batch each code belongs to (API section order/batch-cancel). */
import assert from 'node:assert/strict';
import { readItems } from '../../../nodes/bybit/answers/batch-items';

const A = { symbol: 'BTCUSDT', orderId: 'a' };
const B = { symbol: 'BTCUSDT', orderId: 'b' };
const MINE = { symbol: 'BTCUSDT', orderLinkId: 'mine' };
const NOBODY = { orderId: '', orderLinkId: '' };
const OK = { code: 0, msg: 'OK' };
const GONE = { code: 110001, msg: 'order not exists or too late to cancel' };

interface Case {
  readonly what: string;
  readonly asked: readonly { orderId?: string; orderLinkId?: string }[];
  readonly rows?: unknown;
  readonly codes?: unknown;
  readonly read: readonly (number | undefined)[];
}

const CASES: readonly Case[] = [
  { what: 'in order', asked: [A, B], rows: [A, B], codes: [OK, GONE], read: [0, 110001] },
  { what: 'in another order', asked: [A, B], rows: [B, A], codes: [OK, GONE], read: [110001, 0] },
  {
    what: 'a failed one without ids: by its place',
    ...{ asked: [A, B], rows: [A, NOBODY], codes: [OK, GONE], read: [0, 110001] },
  },
  {
    what: 'nobody named: by their places',
    ...{ asked: [A, B], rows: [NOBODY, NOBODY], codes: [GONE, OK], read: [110001, 0] },
  },
  {
    what: 'one moved, another without ids: its place says nothing',
    ...{ asked: [A, B, MINE], rows: [B, NOBODY, NOBODY], codes: [OK, GONE, GONE] },
    read: [undefined, 0, undefined],
  },
  {
    what: 'by the own id where that was asked for',
    asked: [A, MINE],
    rows: [
      { orderId: 'x', orderLinkId: 'mine' },
      { orderId: 'a', orderLinkId: '' },
    ],
    codes: [OK, GONE],
    read: [110001, 0],
  },
  {
    what: 'an order that was not asked for',
    ...{ asked: [A, B], rows: [A, { orderId: 'x' }], codes: [OK, OK], read: [0, undefined] },
  },
  {
    what: 'one order named twice',
    ...{ asked: [A, B], rows: [A, A], codes: [OK, GONE], read: [undefined, undefined] },
  },
  { what: 'no list of ids', asked: [A], codes: [OK], read: [undefined] },
  { what: 'no list of codes', asked: [A], rows: [A], read: [undefined] },
  { what: 'fewer codes', asked: [A, B], rows: [A, B], codes: [OK], read: [undefined, undefined] },
  { what: 'fewer ids', asked: [A, B], rows: [A], codes: [OK, OK], read: [undefined, undefined] },
  { what: 'more of both', asked: [A], rows: [A, B], codes: [OK, OK], read: [undefined] },
  { what: 'lists of something else', asked: [A], rows: [7], codes: ['OK'], read: [undefined] },
  { what: 'a code that is text', asked: [A], rows: [A], codes: [{ code: '0' }], read: [undefined] },
];

describe('the codes of a batch', () => {
  for (const { what, asked, rows, codes, read } of CASES) {
    it(what, () => {
      const answer = { result: { list: rows }, retExtInfo: { list: codes } };
      const items = readItems(asked, answer, (text) => text);
      assert.deepEqual(
        items.map((item) => item?.retCode),
        read,
      );
    });
  }

  it('hides secrets in the text of each code', () => {
    const answer = { result: { list: [A] }, retExtInfo: { list: [{ code: 1, msg: 'KEY' }] } };
    const [item] = readItems([A], answer, (text) => text.replace('KEY', '…'));
    assert.equal(item?.retMsg, '…');
  });

  it('an answer without either list tells nothing', () => {
    assert.deepEqual(readItems([A], {}, String), [undefined]);
    assert.deepEqual(readItems([A], { result: null, retExtInfo: null }, String), [undefined]);
  });
});
