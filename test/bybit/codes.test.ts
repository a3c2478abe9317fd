/** The table of codes: that it says no more than is proved, and nothing twice. */
import assert from 'node:assert/strict';
import { CODES, factsOf, type CodeMeaning } from '../../nodes/bybit/codes';
import { explain } from '../../nodes/bybit/explain';
import { meaningOf } from '../../nodes/bybit/ret-codes';

const replyOf = (retCode: number) => ({ kind: 'reply', retCode, retMsg: 'text' }) as const;
const codesOf = (meaning: CodeMeaning) => CODES[meaning].flatMap(({ codes }) => codes);
const ALL = (Object.keys(CODES) as CodeMeaning[]).flatMap(codesOf);
const sorted = (codes: readonly number[]) => [...codes].sort((a, b) => a - b);

describe('the table of codes', () => {
  it('has no code twice', () => {
    assert.deepEqual(sorted(ALL), sorted([...new Set(ALL)]));
  });

  for (const meaning of ['rejected', 'unauthorized'] as const) {
    for (const { codes, because } of CODES[meaning]) {
      it(`${codes.join(', ')}: has a reason to be ${meaning}`, () => {
        assert.match(because, /\w+ \w+/);
      });
    }
  }

  const groups: readonly [CodeMeaning, readonly number[]][] = [
    ['gone', [110001, 110008, 110010, 170139, 170142, 170143, 170190, 170213]],
    ['unknown', [10000, 170007, 170147, 170212, 170035, 40004]],
    ['transient', [429, 10016, 30035, 110079, 170191, 170032, 170001, 170234, 10429, 10019]],
    ['transient-once', [170144, 170150]],
    ['clock', [10002, -1]],
    ['rate', [10006, 170222, 20003, 10403]],
    ['banned', [10018]],
    [
      'unauthorized',
      [
        10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 100028, -2015, 33004,
        110018, 110067, 110088, 110123, 110125, 110132, 110136, 170209, 170219, 170241, 170348,
      ],
    ],
    [
      'rejected',
      [
        10001, 10017, 10029, 10404, 110019, 110095, 110097, 110100, 110115, 170105, 170121, 170130,
        170145, 170157, 170201, 170227,
      ],
    ],
  ];
  for (const [meaning, codes] of groups) {
    it(`${meaning}: these codes and no others`, () => {
      assert.deepEqual(sorted(codesOf(meaning)), sorted(codes));
      for (const code of codes) assert.equal(meaningOf(replyOf(code)), meaning, String(code));
    });
  }

  // Each of them is documented or was seen, and none tells whether a cancel had an effect.
  for (const [what, codes] of [
    ['faults of the exchange', [500000, 500001, 180000, 177002, 180023, 131230, 999999]],
    ['texts about other requests', [170005, 170146, 170310, 110124, 110137]],
    ['duplicates: the other copy may have worked', [10014, 20006]],
    ['states in which the exchange closes orders itself', [110035, 110063, 110066, 110074, 170031]],
    ['texts that say too little', [110032, 110037, 110069, 170151]],
    ['orders of other products', [700004, 177005, 110300, 110301]],
  ] as const) {
    it(`does not list ${what}`, () => {
      for (const code of codes) {
        assert.equal(factsOf(code), undefined, String(code));
        assert.equal(meaningOf(replyOf(code)), 'unlisted', String(code));
      }
    });
  }

  it('names what a connection test makes of a code', () => {
    const findings = Object.fromEntries(ALL.map((code) => [code, factsOf(code)?.finding]));
    assert.deepEqual(JSON.parse(JSON.stringify(findings)), {
      '-1': 'clock',
      '-2015': 'expired',
      10002: 'clock',
      10003: 'environment',
      10004: 'signature',
      10005: 'permission',
      10009: 'region',
      10010: 'ip',
      33004: 'expired',
    });
  });

  it('has a sentence of its own for each code, and calls no unlisted one a refusal', () => {
    const sentence = (code: number) =>
      explain(replyOf(code), { environment: 'testnet', host: 'api.example.com' });
    const unlisted = 'Bybit answered with an error.';
    for (const code of ALL) assert.ok(!sentence(code).startsWith(unlisted), String(code));
    assert.equal(sentence(500001), `${unlisted} (Bybit 500001: text)`);
  });
});
