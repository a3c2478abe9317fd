/** The table of codes: that it says no more than is proved, and nothing twice. */
import assert from 'node:assert/strict';
import { CODES, factsOf, type CodeMeaning } from '../../../nodes/bybit/answers/codes';
import { explain } from '../../../nodes/bybit/answers/explain';
import { isTransientText, meaningOf } from '../../../nodes/bybit/answers/meaning';
import { isOfKey } from '../../../nodes/bybit/health/signals';

const replyOf = (retCode: number) =>
  ({ kind: 'reply', retCode, retMsg: 'text', httpStatus: 200 }) as const;
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

  it('takes 10003 over the order entry for too many sessions, not for a wrong key', () => {
    const reply = { kind: 'reply', retCode: 10003, retMsg: 'Too many sessions' } as const;
    assert.equal(meaningOf(reply), 'unlisted');
    const at = { environment: 'testnet', host: 'host' } as const;
    assert.match(explain(reply, at), /too many (open )?sessions/);
    assert.doesNotMatch(explain(reply, at), /not valid|testnet flag/);
    assert.ok(!isOfKey(reply) && isOfKey({ ...reply, httpStatus: 200 }));
  });

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

describe('a text of the exchange', () => {
  for (const [code, text] of [
    [500001, 'Internal server error'],
    [500000, 'bybit internal error.'],
    [180018, 'internal error'],
    [131001, 'openapi svc error'],
    [131200, 'Service error'],
    [10016, 'Server error.'],
    [170234, 'System Error'],
    [170032, 'Network error.'],
    [34022001, 'System error. Please try again later.'],
    [177002, 'Server is busy'],
    [177002, 'please wait and try again'],
    [131230, 'The system is busy'],
    [180023, 'Service maintenance'],
    [10000, 'Server Timeout'],
    [170146, 'Order creation timeout'],
    [700008, 'quote fail: price time out'],
    [700003, 'Prediction engine unavailable'],
    [60071, 'Get conn err'],
    [60071, 'Trading service unavailable'],
    [10019, 'ws trade service is restarting, do not accept new request'],
    [429, 'The trading service is experiencing a high server load.'],
    [429, 'Please retry when encounter this'],
    [10429, 'System level frequency protection'],
    [20003, 'Too frequent requests under the same session'],
    [10403, 'exceed IP rate limit. 3000 requests per second per IP'],
    [30035, 'Option: Too fast to cancel'],
    [30035, 'Try it later'],
    [10006, 'Too many visits!'],
    [10006, 'Exceeded the API Rate Limit.'],
    [170222, 'Too many requests in this time frame.'],
    [110063, 'Settlement in progress! BTC-27MAR26 not available for trading.'],
    [176019, 'Liquidation in progress'],
    [110079, 'The order is processing and can not be operated'],
    [3777012, 'Your request is currently being processed.'],
    [148021, 'Operation conflict detected. Please try again later.'],
    [34022030, 'Borrowing demand is high. Please wait a moment.'],
    [110137, 'New orders and order modifications are temporarily suspended.'],
    [3100197, 'Temporary banned due to the upgrade to UTA'],
    [182105, 'Adjustment failed, user is upgrading'],
    // Of no list, but of gateways before many an exchange.
    [1, 'the request timed out'],
    [1, 'overloaded'],
    [1, 'the order may be locked: try again later'],
    [1, 'System upgrade'],
    [1, 'heavy system load'],
    [1, 'connection error'],
    [1, 'Try again shortly'],
  ] as const) {
    it(`${code}: ${text} Passes`, () => assert.equal(isTransientText(text), true));
  }

  for (const [code, text] of [
    [10001, 'Request parameter error'],
    [131203, 'Request parameter error'],
    [131217, 'Risk check error'],
    [10004, 'Error sign, please check your signature generation algorithm.'],
    [10009, 'Service Restricted: Access is currently unavailable for your region.'],
    [110039, 'Maintenance margin rate is too high. This may trigger liquidation.'],
    [110066, 'Trading is currently not allowed.'],
    [110088, 'Please Upgrade to UTA to trade'],
    [110125, 'You must agree to the Trading Terms before trading this contract'],
    [131087, 'withdrawal is prohibited, please adjust and try again'],
    [170115, 'Invalid timeInForce.'],
    [170157, 'The trading pair is not available for api trading'],
    [170311, 'Order modification failed'],
    [180007, 'Product not available'],
    [182201, 'You must enter 2 time parameters.'],
    [3777006, 'UID cannot be bound, please try again with a different UID.'],
    [34022031, 'Risk rate limit exceeded.'],
    [34022038, 'Repayment is in progress. Please do not repeat the operation.'],
    [110001, 'order not exists or too late to cancel'],
    [1, ''],
  ] as const) {
    it(`${code}: ${text} Lasts`, () => assert.equal(isTransientText(text), false));
  }
});
