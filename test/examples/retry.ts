/** "Retry what is left": a few tries with pauses, and one report that claims no more than is known. */
import assert from 'node:assert/strict';
import type { ReceivedRequest } from '../../simulator/exchange';
import { doorOf, idIn } from './example';
import { failed, failedOrders, FAILURES, loseTrack, textOf } from './failures';
import { RETRY_SECONDS, STAGED, statusOf, type Asked, type Stage } from './stage';

const EXAMPLE = 'Retry what is left';
/** as long as the example does not say otherwise */
const TRIES = 3;
/** ms by which two clocks may differ */
const LEEWAY = 20;

interface Entry extends Partial<Asked> {
  readonly outcome: string;
  readonly try: number;
  readonly message?: string;
}

interface Report {
  readonly topic?: string;
  readonly statusCode: number;
  readonly payload: {
    readonly outcome: string;
    readonly tries: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly cancelled: readonly Entry[];
    readonly left: readonly Entry[];
    readonly text: string;
  };
}

/** A message behind output 2. */
interface FailedTry {
  readonly topic?: string;
  readonly payload: readonly unknown[];
  readonly error: { readonly code: string; readonly retryAfterMs?: number };
  readonly bybit: { readonly timing: { readonly startedAt: number; readonly totalMs: number } };
}

/** Whether a request cancels an order, alone or in a batch. */
const isCancelOf =
  ({ orderId }: Asked) =>
  ({ operation, params }: ReceivedRequest): boolean =>
    operation.startsWith('order/cancel') && JSON.stringify(params).includes(orderId);

export function checkRetry(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const button = idIn(EXAMPLE, 'inject', 'orders');
    const report = idIn(EXAMPLE, 'debug', 'report');
    const failure = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    const door = doorOf(idIn(EXAMPLE, 'bybit-cancel-orders', ''));
    const order = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;
    let messages = 0;

    const reports = () => stage().nodeRed.editor.objects(report) as unknown as Report[];
    const reportOf = async (topic: string): Promise<Report> => {
      const found = () => reports().find((one) => one.topic === topic);
      const message = await stage().nodeRed.until('report', found);
      // Nothing of a single try. The inject node may add an _event.
      const fields = Object.keys(message).filter((field) => field !== '_event');
      assert.deepEqual(fields.sort(), ['_msgid', 'payload', 'statusCode', 'topic']);
      return message;
    };
    const failedTries = (topic: string): FailedTry[] =>
      (stage().nodeRed.editor.objects(failure) as unknown as FailedTry[]).filter(
        (one) => one.topic === topic,
      );
    const failedTry = (topic: string, at: number): Promise<FailedTry> =>
      stage().nodeRed.until('failed try', () => failedTries(topic)[at]);
    /** Hands in a message. @returns the topic by which to find it again */
    const start = async (payload: unknown): Promise<string> => {
      messages += 1;
      const topic = `message ${messages}`;
      await stage().nodeRed.give(button, { topic, payload });
      return topic;
    };
    /** As if the node had sent it from output 2. */
    const startBehind = async (message: object, tried = 1): Promise<string> => {
      messages += 1;
      const topic = `message ${messages}`;
      const retry = { try: tried, cancelled: [], left: [] };
      await stage().nodeRed.give(door, { topic, retry, ...message });
      return topic;
    };
    const place = (count: number): Asked[] => Array.from({ length: count }, () => stage().place());
    const outcomes = (entries: readonly Entry[]) =>
      entries.map((entry) => [entry.orderId, entry.outcome, entry.try]);
    const cancelsOf = (asked: Asked) => stage().exchange.requests.filter(isCancelOf(asked));
    const checkPauses = (tries: readonly FailedTry[]): void => {
      for (const [at, { bybit, error }] of tries.entries()) {
        const next = tries[at + 1]?.bybit.timing.startedAt;
        if (next === undefined) continue;
        const pause = next - bybit.timing.startedAt - bybit.timing.totalMs;
        const least = Math.max(RETRY_SECONDS * 1000, error.retryAfterMs ?? 0);
        assert.ok(pause >= least - LEEWAY, `a pause of ${pause} ms, not of ${least} ms`);
      }
    };

    afterEach(() => stage().exchange.faults.clear());

    it('cancels in the second try what failed in the first, and says so', async () => {
      const { exchange } = stage();
      const [first, filled, second] = place(3) as [Asked, Asked, Asked];
      exchange.books.fill(filled.orderId);
      exchange.faults.add({
        ...{ kind: 'http', status: 502, times: Infinity },
        on: isCancelOf(second),
      });
      const topic = await start([first, filled, null, second]);
      await failedTry(topic, 0);
      exchange.faults.clear();
      const sentFor = cancelsOf(filled).length;
      const { payload, statusCode } = await reportOf(topic);
      const { outcome, tries, counts, cancelled, left, text } = payload;
      assert.deepEqual([outcome, tries, statusCode], ['incomplete', 2, 409]);
      assert.deepEqual(counts, { cancelled: 2, filled: 1, 'invalid-request': 1 });
      assert.deepEqual(outcomes(cancelled), [
        [first.orderId, 'cancelled', 1],
        [second.orderId, 'cancelled', 2],
      ]);
      assert.deepEqual(outcomes(left), [
        [filled.orderId, 'filled', 1],
        [undefined, 'invalid-request', 1],
      ]);
      const lines = text.split('\n');
      assert.equal(lines[0], '2 of 4 confirmed as cancelled (1 in try 1, 1 in try 2).');
      assert.equal(lines[1], '2 of 4 need attention (1 filled, 1 invalid-request):');
      assert.ok(lines[2]?.startsWith(`- ${textOf('filled', filled)}`), lines[2]);
      assert.match(lines[3] ?? '', /^- Nothing was sent \(invalid-request\)\. \w+ \w+/);
      for (const one of [first, second]) assert.equal(statusOf(stage(), one), 'Cancelled');
      assert.equal(cancelsOf(filled).length, sentFor, 'the filled order was not sent again');
      assert.equal(stage().nodeRed.editor.status(report), 'incomplete');
    });

    it('gives up after three tries with pauses, and mixes no two messages', async () => {
      const { exchange } = stage();
      const [hidden, gone, filled, other] = place(4) as [Asked, Asked, Asked, Asked];
      exchange.books.hide(hidden.orderId);
      exchange.books.fill(filled.orderId);
      const lost = { ...order, orderId: 'no-such-order' };
      const topics = [await start([filled, hidden, gone]), await start([lost, other])] as const;
      const [one, two] = [await reportOf(topics[0]), await reportOf(topics[1])];

      assert.deepEqual([one.payload.outcome, one.payload.tries], ['incomplete', TRIES]);
      assert.equal(one.statusCode, 504);
      assert.deepEqual(outcomes(one.payload.cancelled), [[gone.orderId, 'cancelled', 1]]);
      assert.deepEqual(outcomes(one.payload.left), [
        [hidden.orderId, 'unconfirmed', TRIES],
        [filled.orderId, 'filled', 1],
      ]);
      const lines = one.payload.text.split('\n');
      assert.equal(lines[1], '2 of 3 need attention (1 unconfirmed, 1 filled):');
      assert.ok(lines[2]?.startsWith(`- ${textOf('unconfirmed', hidden)}`), lines[2]);
      assert.equal(statusOf(stage(), hidden), 'New');

      assert.equal(two.statusCode, 409);
      assert.deepEqual(outcomes(two.payload.cancelled), [[other.orderId, 'cancelled', 1]]);
      assert.deepEqual(outcomes(two.payload.left), [[lost.orderId, 'not-found', TRIES]]);

      for (const [topic, again] of [
        [topics[0], hidden],
        [topics[1], lost],
      ] as const) {
        const tries = failedTries(topic);
        assert.equal(tries.length, TRIES);
        checkPauses(tries);
        for (const { payload } of tries.slice(1)) {
          assert.deepEqual(
            payload.map((item) => (item as Asked).orderId),
            [again.orderId],
          );
        }
      }
    });

    it('cancels after the rate limit what had no turn in the first try', async () => {
      const { exchange } = stage();
      const asked = stage().place();
      const resetAt = Date.now() + 4800;
      // Of both pools: what one refuses would go by the other.
      for (const on of ['order/cancel', 'order/cancel-batch'] as const)
        exchange.faults.add({ kind: 'retCode', retCode: 10006, resetAt, on });
      const topic = await start([asked]);
      const { payload, statusCode } = await reportOf(topic);
      const [limited] = failedTries(topic) as [FailedTry];
      assert.equal(limited.error.code, 'rate-limited');
      assert.ok((limited.error.retryAfterMs ?? 0) > RETRY_SECONDS * 1000);
      assert.deepEqual([payload.outcome, statusCode], ['cancelled', 200]);
      assert.deepEqual(outcomes(payload.cancelled), [[asked.orderId, 'cancelled', 2]]);
      assert.equal(payload.text, '1 of 1 confirmed as cancelled (1 in try 2).');
    });

    it('waits longer where the node says so', async () => {
      const asked = stage().place();
      const message = failedOrders(['rate-limited'], asked);
      const ms = RETRY_SECONDS * 1000 + 1000;
      const error = { ...message.error, retryAfterMs: ms };
      const startedAt = Date.now();
      await reportOf(await startBehind({ ...message, error }));
      const [cancel] = cancelsOf(asked) as [ReceivedRequest];
      assert.ok(cancel.at - startedAt >= ms - LEEWAY, `after ${cancel.at - startedAt} ms`);
    });

    it('tries as often as the variable says', async () => {
      const env = [{ name: 'RETRY_TRIES', value: '1', type: 'num' }];
      const flow = STAGED.flatMap((name) => stage().flowOf(name));
      const changed = flow.map((node) =>
        node.type === 'tab' && node.label === EXAMPLE ? { ...node, env } : node,
      );
      await stage().nodeRed.deploy(changed);
      const { payload } = await reportOf(await startBehind(failedOrders(['unconfirmed'], order)));
      assert.deepEqual([payload.outcome, payload.tries], ['unconfirmed', 1]);
      await stage().nodeRed.deploy(flow);
    });

    it('takes no refusal of a later try for the fate of the order', async () => {
      const { exchange } = stage();
      const asked = stage().place();
      loseTrack(stage(), 1);
      exchange.faults.add({ kind: 'retCode', retCode: 10003, on: 'order/cancel', times: Infinity });
      const { payload, statusCode } = await reportOf(await start([asked]));
      assert.deepEqual([payload.outcome, statusCode], ['unconfirmed', 504]);
      assert.deepEqual(outcomes(payload.left), [[asked.orderId, 'unconfirmed', 2]]);
      const [head, line = ''] = payload.text.split('\n');
      assert.equal(head, '1 of 1 need attention (1 unconfirmed):');
      assert.ok(
        line.startsWith(`- ${textOf('unconfirmed', asked)}An earlier try was unconfirmed;`),
      );
      assert.match(line, /the last one was unauthorized: \w+ \w+/);
      assert.equal(statusOf(stage(), asked), 'Cancelled');
    });

    it('takes a record of the order for its fate, and nothing less', async () => {
      const proved = { ...order, outcome: 'rejected', message: 'Still open.', orderStatus: 'New' };
      const filled = { ...order, outcome: 'filled', message: 'Filled.', orderStatus: 'Filled' };
      const unread = { ...order, outcome: 'rejected', message: 'Refused.' };
      const orders = [proved, unread, filled];
      const topic = await startBehind({
        payload: orders.map(() => ({ ...order, outcome: 'unconfirmed' })),
        error: { code: 'incomplete', message: '', orders },
        bybit: { orders },
      });
      const { left } = (await reportOf(topic)).payload;
      assert.deepEqual(
        left.map(({ outcome, message }) => [outcome, message]),
        [
          ['unconfirmed', 'An earlier try was unconfirmed; the last one was rejected: Refused.'],
          ['filled', 'Filled.'],
          ['rejected', 'Still open.'],
        ],
      );
    });

    it('tells of each outcome what is known, the most dangerous first', async () => {
      const message = failedOrders([...FAILURES].reverse(), order);
      const { payload, statusCode } = await reportOf(await startBehind(message, TRIES));
      const counts = FAILURES.map((code) => `1 ${code}`).join(', ');
      assert.deepEqual(payload.text.split('\n'), [
        `9 of 9 need attention (${counts}):`,
        ...FAILURES.map((code) => `- ${textOf(code, order)}${failed(code, order).error.message}`),
      ]);
      assert.deepEqual([payload.outcome, statusCode], ['incomplete', 504]);
    });

    it('sends all again after a failure of the message as a whole, and lets no message end the pause of another', async () => {
      const orders = place(2);
      const unsent = {
        payload: orders,
        error: { code: 'unavailable', message: 'It was stopped.', retryable: true, orders: [] },
        bybit: { orders: [] },
      };
      const topics = [await startBehind(unsent)];
      for (const field of ['reset', 'flush'])
        topics.push(await startBehind({ ...unsent, [field]: true }));
      for (const topic of topics) {
        const { payload } = await reportOf(topic);
        assert.deepEqual([payload.outcome, payload.tries], ['cancelled', 2]);
        assert.deepEqual(
          payload.cancelled.map(({ orderId }) => orderId),
          orders.map(({ orderId }) => orderId),
        );
      }
    });

    it('forgets no order when the message as a whole fails for good', async () => {
      const { payload, statusCode } = await reportOf(
        await startBehind({
          payload: [{ ...order, outcome: 'unconfirmed' }, 'another-order'],
          error: { code: 'not-configured', message: 'No account.', retryable: false, orders: [] },
          bybit: { orders: [] },
        }),
      );
      assert.deepEqual([payload.outcome, statusCode], ['incomplete', 504]);
      assert.deepEqual(outcomes(payload.left), [
        [order.orderId, 'unconfirmed', 1],
        ['another-order', 'not-configured', 1],
      ]);
    });

    it('reports on no orders, and on what is no list', async () => {
      const nothing = await reportOf(await start([]));
      assert.deepEqual(
        [nothing.payload.outcome, nothing.payload.text, nothing.statusCode],
        ['nothing-to-cancel', 'There was no order to cancel.', 200],
      );
      const wrong = await reportOf(await start('an order'));
      assert.deepEqual([wrong.payload.outcome, wrong.statusCode], ['invalid-request', 400]);
      assert.match(wrong.payload.text, /^Nothing was sent \(invalid-request\)\. \w+ \w+/);
    });

    it('has made one report for each message, and none twice', () => {
      const topics = reports().map(({ topic }) => topic);
      assert.equal(new Set(topics).size, topics.length);
      assert.equal(topics.length, messages);
    });
  });
}
