/**
 * Each documented code, answered to every cancel over real sockets while the order stays open:
 * what the account makes of it, and how often it asks (API section error).
 */
import assert from 'node:assert/strict';
import type { Outcome, OutcomeCode } from '../../../nodes/bybit/model';
import { CODES } from '../../../nodes/bybit/answers/codes';
import type { Order, ReceivedRequest } from '../../../simulator/exchange';
import { overHttp, placed } from '../../support/actions';
import { withIdleTime } from '../../support/with-exchange';

/**
 * What the account asks the exchange for one message. `proof`: the order is read as open at least
 * twice after each of so many cancels.
 */
type Asked =
  | 'cancel once'
  | 'alone, in a batch'
  | 'alone, in a batch, alone'
  | 'cancel, time, cancel'
  | 'look up'
  | 'both'
  | `${1 | 2 | 3}, proof`;

interface Row {
  readonly name: string;
  readonly codes: readonly number[];
  readonly outcome: OutcomeCode;
  readonly asked: Asked;
  /** ms; longer where the code itself must bring the end, not the deadline */
  readonly timeout: number;
}

const AT_ONCE = 10_000;

const TABLE: readonly Row[] = [
  {
    name: 'the order is gone, but the records have it open',
    codes: [110001, 110008, 110010, 170139, 170142, 170143, 170190, 170213],
    outcome: 'unconfirmed',
    asked: 'look up',
    timeout: 400,
  },
  {
    name: 'nobody knows whether it worked',
    codes: [10000, 170007, 170147, 170212, 170035, 40004],
    outcome: 'unconfirmed',
    asked: 'both',
    timeout: 1000,
  },
  {
    name: 'a passing failure: it may have worked',
    codes: [429, 10016, 30035, 110079, 170191, 170032, 170001, 170234, 10429, 10019],
    outcome: 'unconfirmed',
    asked: 'both',
    timeout: 1000,
  },
  {
    name: 'a passing failure; a second time the records decide',
    codes: [170144, 170150],
    outcome: 'rejected',
    asked: '2, proof',
    timeout: AT_ONCE,
  },
  {
    name: 'the time of the request is refused',
    codes: [10002, -1],
    outcome: 'rejected',
    asked: 'cancel, time, cancel',
    timeout: AT_ONCE,
  },
  {
    name: 'over the rate limit, with no word of when it resets',
    codes: [10006],
    outcome: 'rate-limited',
    asked: 'alone, in a batch, alone',
    timeout: 600,
  },
  {
    name: 'over the rate limit, for about a second',
    codes: [170222, 20003],
    outcome: 'rate-limited',
    asked: 'alone, in a batch',
    timeout: 400,
  },
  {
    name: 'over the rate limit of the IP address',
    codes: [10403],
    outcome: 'rate-limited',
    asked: 'cancel once',
    timeout: 400,
  },
  {
    name: 'over the rate limit, for minutes',
    codes: [10018],
    outcome: 'rate-limited',
    asked: 'cancel once',
    timeout: AT_ONCE,
  },
  {
    name: 'this key, account, address or region may not',
    codes: [
      10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 100028, -2015, 33004,
      110018, 110067, 110088, 110123, 110125, 110132, 110136, 170209, 170219, 170241, 170348,
    ],
    outcome: 'unauthorized',
    asked: 'cancel once',
    timeout: AT_ONCE,
  },
  {
    name: 'a refusal',
    codes: [
      10001, 10017, 10404, 10029, 110019, 110095, 110097, 110100, 110115, 170105, 170121, 170130,
      170145, 170157, 170201, 170227,
    ],
    outcome: 'rejected',
    asked: 'cancel once',
    timeout: AT_ONCE,
  },
  {
    name: 'a code that no list has, and the order is open',
    codes: [
      1, -7, 99999, 110999, 170999, 2_147_483_647, 10014, 110032, 110035, 110037, 110063, 110066,
      110069, 110074, 110124, 170031, 170151,
    ],
    outcome: 'rejected',
    asked: '1, proof',
    timeout: AT_ONCE,
  },
];

interface Told {
  readonly outcome: Outcome;
  readonly order: Order;
  readonly asked: readonly string[];
}

async function answeredForever(retCode: number, timeout: number): Promise<Told> {
  const stage = await withIdleTime();
  const { exchange, account } = stage;
  const retMsg = `text of ${retCode}`;
  const on = ({ operation }: ReceivedRequest) => operation.startsWith('order/cancel');
  exchange.faults.add({ kind: 'retCode', retCode, retMsg, on, times: Infinity });
  const category = String(retCode).startsWith('170') ? 'spot' : 'linear';
  const request = placed(exchange, { category });
  const outcome = await account.cancel(request, { confirm: true, timeout });
  const told = { outcome, order: exchange.books.get(request.orderId), asked: overHttp(exchange) };
  await stage.end();
  return told;
}

const EXACTLY: Partial<Record<Asked, readonly string[]>> = {
  'cancel once': ['order/cancel'],
  'alone, in a batch': ['order/cancel', 'order/cancel-batch'],
  'cancel, time, cancel': ['order/cancel', 'market/time', 'order/cancel'],
};

function checkAsked(asked: readonly string[], expected: Asked): void {
  const count = (operation: string) => asked.filter((one) => one === operation).length;
  const [cancels, lookUps] = [count('order/cancel'), count('order/realtime')];
  if (expected in EXACTLY) {
    assert.deepEqual(asked, EXACTLY[expected]);
  } else if (expected.endsWith('proof')) {
    assert.equal(cancels, Number(expected[0]), asked.join());
    assert.ok(lookUps >= cancels + 1, asked.join());
  } else if (expected === 'alone, in a batch, alone') {
    // Each limit has its own pause.
    const [first, second] = ['order/cancel', 'order/cancel-batch'];
    assert.deepEqual(asked.slice(0, 3), [first, second, first]);
  } else if (expected === 'look up') {
    assert.ok(lookUps > 1, asked.join());
  } else {
    assert.ok(cancels > 1, asked.join());
    assert.deepEqual(asked.slice(0, 2), ['order/cancel', 'order/realtime']);
  }
}

describe('what each code leads to', () => {
  for (const { name, codes, outcome: expected, asked, timeout } of TABLE) {
    describe(`${name}: ${expected}`, () => {
      for (const code of codes) {
        it(`${code}`, async () => {
          const { outcome, order, asked: all } = await answeredForever(code, timeout);
          assert.equal(outcome.outcome, expected, outcome.message);
          assert.equal(order.closedBy, undefined);
          checkAsked(all, asked);
          if (timeout === AT_ONCE) assert.ok(outcome.timing.totalMs < AT_ONCE, 'the code ends it');
          // The deadline may cut the last one off on its way.
          const sent = all.filter((one) => one.startsWith('order/cancel')).length;
          assert.ok([0, 1].includes(outcome.attempts - sent), `${outcome.attempts}, ${sent}`);
          assert.deepEqual([outcome.retCode, outcome.retMsg], [code, `text of ${code}`]);
          assert.ok(outcome.message.includes(`Bybit ${code}: text of ${code}`), outcome.message);
        });
      }
    });
  }

  it('and no code of the account is left out here', () => {
    const tried = TABLE.flatMap((row) => row.codes);
    const known = Object.values(CODES).flatMap((rows) => rows.flatMap(({ codes }) => codes));
    assert.deepEqual(
      known.filter((code) => !tried.includes(code)),
      [],
    );
  });
});
