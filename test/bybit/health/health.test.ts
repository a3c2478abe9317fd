/** Which code holds, one row for each rule. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KeyReport } from '../../../nodes/bybit/answers/key-report';
import { codeOf, type Facts, type Needs } from '../../../nodes/bybit/health/health';
import { DAY, daysLeft } from '../../../nodes/bybit/model';

const REPORT: KeyReport = {
  ...{ userId: '1', note: '', readOnly: false, mayWithdraw: false, boundToIp: true },
  mayCancel: { linear: true, inverse: true, spot: true, option: true },
};
const accepted = (report: Partial<KeyReport> = {}) =>
  ({ kind: 'accepted', report: { ...REPORT, ...report } }) as const;
const refused = (expired: boolean) => ({ kind: 'refused', expired, why: 'no' }) as const;
const may = (categories: Partial<KeyReport['mayCancel']>) => ({
  mayCancel: { linear: false, inverse: false, spot: false, option: false, ...categories },
});

const WELL: Facts = {
  ...{
    key: accepted(),
    silent: false,
    barred: false,
    stream: 'up',
    entry: undefined,
    patient: false,
  },
};
const CONFIRMS: Needs = { confirm: true };
const QUICK: Needs = { confirm: false };

const ROWS: readonly [what: string, Partial<Facts>, Needs, code: string][] = [
  ['all is well', {}, CONFIRMS, 'ready'],
  ['all is well, with the order entry', { entry: 'up' }, CONFIRMS, 'ready'],
  ['no answer for a while', { silent: true }, CONFIRMS, 'unreachable'],
  [
    'no answer, and a key that was refused',
    { silent: true, key: refused(false) },
    CONFIRMS,
    'unreachable',
  ],
  [
    'no answer over HTTP, but the order entry is up',
    { silent: true, entry: 'up' },
    CONFIRMS,
    'ready',
  ],
  [
    'no answer, and the order entry is down',
    { silent: true, entry: 'down' },
    CONFIRMS,
    'unreachable',
  ],
  ['a refused key', { key: refused(false) }, CONFIRMS, 'key-refused'],
  ['a key that was refused as expired', { key: refused(true) }, CONFIRMS, 'key-expired'],
  ['a key past its end', { endsInMs: 0 }, CONFIRMS, 'key-expired'],
  ['a key that ends in two weeks', { endsInMs: 14 * DAY }, CONFIRMS, 'key-expiring'],
  ['a key that ends later', { endsInMs: 14 * DAY + 1 }, CONFIRMS, 'ready'],
  ['a read-only key', { key: accepted({ readOnly: true, ...may({}) }) }, CONFIRMS, 'read-only'],
  ['a key without any permission', { key: accepted(may({})) }, CONFIRMS, 'read-only'],
  ['a key for spot alone', { key: accepted(may({ spot: true })) }, CONFIRMS, 'ready'],
  [
    'a key for spot alone, orders of inverse',
    { key: accepted(may({ spot: true })) },
    { confirm: true, category: 'inverse' },
    'read-only',
  ],
  [
    'a key for options, linear orders of USDC',
    { key: accepted(may({ option: true })) },
    { confirm: true, category: 'linear' },
    'ready',
  ],
  ['a stream that is down', { stream: 'down' }, CONFIRMS, 'stream-down'],
  ['a stream that is down and not needed', { stream: 'down' }, QUICK, 'ready'],
  ['a stream that is opened', { stream: 'opening' }, CONFIRMS, 'connecting'],
  ['an order entry that is down', { entry: 'down' }, CONFIRMS, 'entry-down'],
  ['an order entry that is opened', { entry: 'opening' }, QUICK, 'connecting'],
  [
    'a stream that is down, and a key that ends soon',
    { stream: 'down', endsInMs: DAY },
    CONFIRMS,
    'stream-down',
  ],
  [
    'a refused key, and a stream that is down',
    { stream: 'down', key: refused(false) },
    CONFIRMS,
    'key-refused',
  ],
  [
    'a key of which nothing is known yet',
    { key: { kind: 'unknown' }, patient: true },
    CONFIRMS,
    'connecting',
  ],
  ['a key of which nothing could be learnt', { key: { kind: 'unknown' } }, CONFIRMS, 'unreachable'],
  ['no answer about the key', { key: { kind: 'unanswered' } }, CONFIRMS, 'unreachable'],
  [
    'no answer about the key yet',
    { key: { kind: 'unanswered' }, patient: true },
    CONFIRMS,
    'connecting',
  ],
  [
    'no answer about the key, and a stream that let it in: it may be read-only',
    { key: { kind: 'unanswered' }, admitted: true },
    CONFIRMS,
    'unreachable',
  ],
  [
    'no answer about the key, and a stream that refused it',
    { key: { kind: 'unanswered' }, admitted: false },
    CONFIRMS,
    'key-refused',
  ],
  [
    'no answer about the key, but a cancel was taken',
    { key: { kind: 'unanswered' }, tried: new Map([['spot', true]]), patient: true },
    CONFIRMS,
    'ready',
  ],
  [
    'an exchange that answers and does not tell of the key: it can be reached',
    { key: { kind: 'withheld' } },
    CONFIRMS,
    'connecting',
  ],
  [
    'nothing told of the key, and a stream that let it in: it may be read-only',
    { key: { kind: 'withheld' }, admitted: true },
    CONFIRMS,
    'connecting',
  ],
  [
    'nothing told of the key, and a stream that refused it',
    { key: { kind: 'withheld' }, admitted: false },
    CONFIRMS,
    'key-refused',
  ],
  [
    'nothing told of the key, but a cancel was taken',
    { key: { kind: 'withheld' }, tried: new Map([['linear', true]]) },
    CONFIRMS,
    'ready',
  ],
  [
    'nothing told of the key, and cancels were taken in another category',
    { key: { kind: 'withheld' }, tried: new Map([['linear', true]]) },
    { confirm: true, category: 'spot' },
    'connecting',
  ],
  [
    'nothing told of the key, and a cancel was refused for the permission',
    { key: { kind: 'withheld' }, tried: new Map([['linear', false]]) },
    CONFIRMS,
    'read-only',
  ],
  [
    'nothing told of the key, and it may cancel in one category of two',
    {
      key: { kind: 'withheld' },
      tried: new Map([
        ['linear', false],
        ['spot', true],
      ]),
    },
    CONFIRMS,
    'ready',
  ],
  [
    'no word of the key, which a stream let in, and a cancel was refused for the permission',
    { key: { kind: 'untold' }, admitted: true, tried: new Map([['linear', false]]) },
    CONFIRMS,
    'read-only',
  ],
  [
    'no word of the key, but a stream that let it in',
    { key: { kind: 'untold' }, admitted: true },
    CONFIRMS,
    'ready',
  ],
  [
    'no word of the key yet',
    { key: { kind: 'untold' }, patient: true, stream: 'opening' },
    CONFIRMS,
    'connecting',
  ],
  [
    'no word of the key, and a stream that refused it',
    { key: { kind: 'untold' }, admitted: false, stream: 'down' },
    CONFIRMS,
    'key-refused',
  ],
  [
    'a key that is accepted, though a stream refused it',
    { admitted: false, stream: 'down' },
    CONFIRMS,
    'stream-down',
  ],
  [
    'nothing known of the key yet, but a stream that let it in',
    { key: { kind: 'unknown' }, admitted: true, patient: true },
    CONFIRMS,
    'connecting',
  ],
  [
    'nothing to learn of the key, but a stream that let it in',
    { key: { kind: 'unknown' }, admitted: true },
    CONFIRMS,
    'unreachable',
  ],
  [
    'a ban of every cancel, over the order entry too',
    { barred: true, entry: 'up' },
    CONFIRMS,
    'unreachable',
  ],
  [
    'no answer over HTTP, which lists need, though the order entry is up',
    { silent: true, entry: 'up' },
    { confirm: true, lists: true },
    'unreachable',
  ],
];

describe('the health of an account', () => {
  for (const [what, facts, needs, code] of ROWS) {
    it(`${what}: ${code}`, () => {
      assert.equal(codeOf({ ...WELL, ...facts }, needs), code);
    });
  }

  it('counts the begun day of a key that ends', () => {
    assert.deepEqual([13 * DAY - 1000, 1, 0, -5].map(daysLeft), [13, 1, 0, 0]);
  });
});
