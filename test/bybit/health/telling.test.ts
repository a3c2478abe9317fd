/** What the log is told: a line for each cause that comes, and one when it is over. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { KeyReport } from '../../../nodes/bybit/answers/key-report';
import type { Facts, Needs } from '../../../nodes/bybit/health/health';
import { createTelling, type Telling } from '../../../nodes/bybit/health/telling';
import { DAY } from '../../../nodes/bybit/model';

const REPORT: KeyReport = {
  ...{ userId: '1', note: '', readOnly: false, mayWithdraw: false, boundToIp: true },
  mayCancel: { linear: true, inverse: true, spot: true, option: true },
};
const NONE = { linear: false, inverse: false, spot: false, option: false };
const accepted = (report: Partial<KeyReport> = {}): Partial<Facts> => ({
  key: { kind: 'accepted', report: { ...REPORT, ...report } },
});
const WELL: Facts = {
  ...{ key: { kind: 'accepted', report: REPORT }, silent: false, barred: false },
  ...{ stream: 'up', entry: undefined, patient: false },
};
const NEEDS: Needs[] = [{ confirm: true }, { confirm: false }];

const SILENT = { silent: true };
const REFUSED: Partial<Facts> = { key: { kind: 'refused', expired: false, why: 'Why.' } };
const EXPIRED: Partial<Facts> = { key: { kind: 'refused', expired: true, why: 'Why.' } };
const UNREACHED = "- host can't be reached: until that is mended, a cancel would fail.";
const REACHED = '+ host can be reached again.';
const OVER_ENTRY = "+ Cancels go over the order entry. Over HTTP, host still can't be reached.";
const REFUSES = '- Bybit refuses signed requests: until that is mended, a cancel would fail. Why.';
const ACCEPTS = '+ Bybit accepts the API key again.';
const KNOWN = '+ Whether a cancel would work is known again.';
const AFTER_A_DEPLOY: Partial<Facts> = { key: { kind: 'unknown' }, patient: true };

const ROWS: Record<string, readonly [steps: readonly Partial<Facts>[], lines: readonly string[]]> =
  {
    'nothing of an account that is well': [[AFTER_A_DEPLOY, {}, { stream: 'down' }, {}], []],
    'that the exchange is out of reach, and back': [
      [SILENT, SILENT, {}, {}],
      [UNREACHED, REACHED],
    ],
    'that cancels work again over the order entry, while HTTP is out of reach': [
      [
        { ...SILENT, entry: 'down' },
        { ...SILENT, entry: 'up' },
        { ...SILENT, entry: 'down' },
        { entry: 'up' },
        { ...SILENT, entry: 'down' },
        { ...SILENT, entry: 'up' },
        { entry: 'up' },
        { entry: 'up' },
      ],
      [
        ...[UNREACHED, OVER_ENTRY, UNREACHED, REACHED],
        ...[UNREACHED, OVER_ENTRY, '+ Over HTTP, host can be reached again.'],
      ],
    ],
    'that nothing is known of the key, where HTTP alone is out of reach': [
      [{ ...SILENT, entry: 'up', key: { kind: 'unanswered' } }],
      [
        '- host does not answer what it is asked about the API key: whether a cancel would work is not known.',
      ],
    ],
    'that a ban begins, and that it is over': [
      [{ barred: true }, {}],
      ['- banned', REACHED],
    ],
    'that a key is refused, and accepted again': [
      [REFUSED, REFUSED, {}, {}],
      [REFUSES, ACCEPTS],
    ],
    'once that a key is refused, whatever the details': [
      [REFUSED, { key: { kind: 'refused', expired: false, why: 'At another time.' } }],
      [REFUSES],
    ],
    'that a key is refused, then expired, and accepted': [
      [REFUSED, EXPIRED, {}],
      [REFUSES, '- The API key has expired: create a new one.', ACCEPTS],
    ],
    'each end of two causes, the exchange first': [
      [SILENT, REFUSED, {}],
      [UNREACHED, REACHED, REFUSES, ACCEPTS],
    ],
    'each end of two causes, where one hides the other': [
      [REFUSED, { ...REFUSED, ...SILENT }, REFUSED, {}],
      [REFUSES, UNREACHED, REACHED, ACCEPTS],
    ],
    'nothing of an end while it is not known after a deploy': [
      [SILENT, AFTER_A_DEPLOY, { key: { kind: 'unanswered' }, patient: true }, SILENT, {}],
      [UNREACHED, REACHED],
    ],
    'nothing of a key that is accepted while it is not known after a deploy': [
      [REFUSED, AFTER_A_DEPLOY, REFUSED, AFTER_A_DEPLOY, {}],
      [REFUSES, ACCEPTS],
    ],
    'that the record does not come, and that it came': [
      [{ key: { kind: 'unanswered' } }, { key: { kind: 'unanswered' } }, {}],
      [
        '- host does not answer what it is asked about the API key: whether a cancel would work is not known.',
        KNOWN,
      ],
    ],
    'that the record is not told for 30 s, and that a cancel showed what it would': [
      [
        { key: { kind: 'withheld' }, patient: true },
        { key: { kind: 'withheld' }, admitted: true },
        { key: { kind: 'withheld' }, admitted: true, tried: new Map([['linear', true]]) },
      ],
      [
        '- host answers, but does not tell what the API key may do: whether a cancel would work is not known.',
        KNOWN,
      ],
    ],
    'that nothing is known on demo trading, and that the stream let the key in': [
      [{ key: { kind: 'untold' } }, { key: { kind: 'untold' }, admitted: true }],
      [
        '- host tells nothing of the API key, and no WebSocket can be opened: whether a cancel would work is not known.',
        KNOWN,
      ],
    ],
    'that a stream refuses a key on demo trading, and takes it': [
      [
        { key: { kind: 'untold' }, admitted: false },
        { key: { kind: 'untold' }, admitted: true },
      ],
      ['- Bybit refuses signed requests: until that is mended, a cancel would fail.', ACCEPTS],
    ],
    'that a key is read-only, and no more': [
      [accepted({ readOnly: true, mayCancel: NONE }), {}],
      ['! read-only', '= read-only'],
    ],
    'nothing of the end of a key that is read-only while the exchange is out of reach': [
      [
        accepted({ mayCancel: NONE }),
        { ...accepted({ mayCancel: NONE }), ...SILENT },
        { ...accepted({ mayCancel: NONE }) },
        {},
      ],
      ['! read-only', UNREACHED, REACHED, '! read-only', '= read-only'],
    ],
    'that a cancel was refused for the permission, and that one was taken': [
      [
        { key: { kind: 'withheld' }, tried: new Map([['spot', false]]) },
        { key: { kind: 'withheld' }, tried: new Map([['spot', true]]) },
      ],
      ['! read-only', '= read-only'],
    ],
    'that a key can withdraw, and no more': [
      [accepted({ mayWithdraw: true }), {}],
      ['! withdraw', '= withdraw'],
    ],
    'that a key ends soon, and that it was renewed': [
      [{ endsInMs: 14 * DAY }, { endsInMs: DAY }, { endsInMs: 90 * DAY }],
      ['! expiring', '! expiring', '= expiring'],
    ],
    'that a key ends soon, and has ended': [
      [{ endsInMs: DAY }, { endsInMs: 0 }, {}],
      ['! expiring', '- The API key has expired: create a new one.', ACCEPTS, '= expiring'],
    ],
  };

describe('the log is told', () => {
  let lines: string[];
  let telling: Telling;
  let reminded: Set<string>;

  beforeEach(() => {
    lines = [];
    reminded = new Set();
    telling = createTelling({
      warn: (text) => lines.push(`- ${text}`),
      inform: (text) => lines.push(`+ ${text}`),
      remind(cause) {
        reminded.add(cause);
        lines.push(`! ${cause}`);
      },
      dismiss(cause) {
        if (reminded.delete(cause)) lines.push(`= ${cause}`);
      },
      at: { host: 'host' },
    });
  });

  const tell = (facts: Partial<Facts>, ...needs: Needs[]) =>
    telling.tell({ ...WELL, ...facts }, needs, undefined);
  const SPOT: Needs = { confirm: false, category: 'spot' };
  const INVERSE: Needs = { confirm: false, category: 'inverse' };

  it('not that a key may cancel now because the node that it can not serve has gone', () => {
    const forSpot = accepted({ mayCancel: { ...NONE, spot: true } });
    tell(forSpot, SPOT, INVERSE);
    tell(forSpot, SPOT);
    assert.deepEqual(lines, ['! read-only inverse']);
    tell({}, SPOT);
    assert.deepEqual(lines.slice(1), ['= read-only inverse']);
  });

  it('once that a key is read-only, whatever the nodes need', () => {
    tell(accepted({ readOnly: true, mayCancel: NONE }), ...NEEDS, SPOT, INVERSE);
    tell({}, ...NEEDS, SPOT, INVERSE);
    assert.deepEqual(lines, ['! read-only', '= read-only']);
  });

  it('not that a key may cancel now which has expired', () => {
    tell(accepted({ mayCancel: NONE }), SPOT);
    tell({ endsInMs: -5 }, SPOT);
    assert.ok(!lines.includes('= read-only spot'));
  });

  it('not that a key may cancel now because nothing is known any more', () => {
    const untold = { key: { kind: 'untold' }, admitted: true } as const;
    tell({ ...untold, tried: new Map([['spot', false]]) }, SPOT);
    tell(untold, SPOT);
    assert.deepEqual(lines, ['! read-only spot']);
    tell({ ...untold, tried: new Map([['spot', true]]) }, SPOT);
    assert.deepEqual(lines.slice(1), ['= read-only spot']);
  });

  for (const [what, [steps, expected]] of Object.entries(ROWS)) {
    it(what, () => {
      for (const step of steps) {
        telling.tell({ ...WELL, ...step }, NEEDS, step.barred ? 'banned' : undefined);
      }
      assert.deepEqual(lines, expected);
    });
  }
});
