import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { STATUS_CODES, type OutcomeCode } from '../../nodes/bybit/model';
import cancelOrder from '../../nodes/bybit-cancel-order/bybit-cancel-order';
import {
  accountModule,
  ask,
  assertToldOnce,
  done,
  flowWith,
  next,
  nodeOf,
  NotingAccount,
  ORDER,
  outcomeFor,
  PLACE,
  start,
} from '../action/bench';

const CATCH = { id: 'catch', ...PLACE, type: 'catch', scope: null, wires: [['caught']] };
const CAUGHT = { id: 'caught', ...PLACE, type: 'helper', wires: [] };
const UNWIRED = { wires: [['one'], []] };
const failures = (Object.keys(STATUS_CODES) as OutcomeCode[]).filter(
  (code) => STATUS_CODES[code] >= 300,
);
const successes = (Object.keys(STATUS_CODES) as OutcomeCode[]).filter(
  (code) => STATUS_CODES[code] < 300,
);

describe('a message through the cancel node', () => {
  afterEach(() => helper.unload());

  it('asks the account once, with the settings of the node', async () => {
    const { account, node } = await start({ confirm: 'false', timeout: '700' });
    const before = Date.now();
    await ask(node, { payload: ORDER }, 'one');
    const after = Date.now();
    assert.deepEqual(account.requests, [ORDER]);
    const { startedAt, signal, ...options } = account.options[0]!;
    assert.deepEqual(options, { confirm: false, timeout: 700 });
    assert.ok(startedAt !== undefined && startedAt >= before && startedAt <= after);
    assert.equal(signal?.aborted, false);
  });

  it('waits for confirmation and ten seconds unless told otherwise', async () => {
    const { account, node } = await start();
    await ask(node, { payload: ORDER }, 'one');
    const { confirm, timeout } = account.options[0]!;
    assert.deepEqual({ confirm, timeout }, { confirm: true, timeout: 10_000 });
  });

  it('goes on as the object that it is, with all it had', async () => {
    const { node, notes } = await start();
    const res = { end: () => undefined };
    const msg = { _msgid: 'm1', payload: ORDER, topic: 't', parts: { id: 'p', index: 0 }, res };
    await ask(node, msg, 'one');
    assert.equal(notes.sent[0]?.[0], msg);
    assert.equal(msg._msgid, 'm1');
    assert.equal(msg.res, res);
    assert.deepEqual(msg.parts, { id: 'p', index: 0 });
    assert.equal(msg.topic, 't');
  });

  for (const outcome of successes) {
    it(`goes to output 1 as ${outcome}`, async () => {
      const { account, node, notes } = await start();
      account.answer = (request) => outcomeFor(request, { outcome });
      const msg = await ask(node, { payload: ORDER }, 'one');
      await done(notes, 1);
      assertToldOnce(notes, 0);
      assert.equal(msg.statusCode, STATUS_CODES[outcome]);
      assert.deepEqual(msg.payload, { outcome, ...ORDER, orderLinkId: '' });
    });
  }

  for (const outcome of failures) {
    it(`goes to output 2 as ${outcome}`, async () => {
      const { account, node, notes } = await start();
      account.answer = (request) => outcomeFor(request, { outcome, message: 'The reason.' });
      const msg = await ask(node, { payload: ORDER }, 'two');
      await done(notes, 1);
      assertToldOnce(notes, 1);
      assert.equal(msg.statusCode, STATUS_CODES[outcome]);
      assert.equal(msg.payload, ORDER);
      assert.deepEqual(msg.error, {
        message: 'The reason.',
        code: outcome,
        retryable: ['rate-limited', 'unavailable', 'unconfirmed', 'not-found'].includes(outcome),
        source: { id: 'cancel', type: 'bybit-cancel-order', name: 'my cancel' },
      });
    });

    it(`goes to the Catch nodes as ${outcome} when output 2 is not wired`, async () => {
      const { account, node, notes } = await start(UNWIRED, [CATCH, CAUGHT]);
      account.answer = (request) => outcomeFor(request, { outcome, message: 'The reason.' });
      const arrival = next('caught');
      node.receive({ payload: ORDER, error: 'of before' });
      const msg = await arrival;
      assert.deepEqual(notes.sent, []);
      assert.equal(notes.completed.length, 1);
      const error = msg.error as Record<string, unknown>;
      assert.equal(error.message, 'The reason.');
      assert.equal(error.code, outcome);
      assert.ok(!('cause' in error));
      assert.equal(msg._error, 'of before');
      assert.equal(msg.statusCode, STATUS_CODES[outcome]);
      assert.equal((msg.bybit as Record<string, unknown>).outcome, outcome);
      assert.deepEqual(msg.payload, ORDER);
    });
  }

  it('logs a failure with its order when nobody catches it', async () => {
    const { account, node, notes } = await start(UNWIRED);
    account.answer = (request) => outcomeFor(request, { outcome: 'filled', message: 'Too late.' });
    node.receive({ payload: ORDER });
    await done(notes, 1);
    const logged = helper
      .log()
      .args.filter(([entry]) => entry.id === 'cancel' && entry.level <= 20);
    assert.deepEqual(
      logged.map(([{ msg }]) => String(msg)),
      ['filled, order BTCUSDT abc-1: Too late.'],
    );
  });

  it('does not vanish when output 2 leads to a disabled node alone', async () => {
    const disabled = { id: 'off', ...PLACE, type: 'helper', d: true, wires: [] };
    const { account, node, notes } = await start({ wires: [['one'], ['off']] }, [disabled]);
    account.answer = (request) => outcomeFor(request, { outcome: 'filled' });
    node.receive({ payload: ORDER });
    await done(notes, 1);
    assert.deepEqual(notes.sent, []);
    assert.equal((notes.completed[0]?.error as { code: string }).code, 'filled');
  });

  describe('with a subflow', () => {
    /** A subflow of one node, which stands between the subflow's input and its outputs. */
    const subflow = (inner: string, outputs: number) => ({
      id: 'sub',
      type: 'subflow',
      name: 'sub',
      in: [{ x: 0, y: 0, wires: [{ id: inner }] }],
      out: Array.from({ length: outputs }, (_, port) => ({
        x: 0,
        y: 0,
        wires: [{ id: inner, port }],
      })),
    });
    const use = { id: 'use', ...PLACE, type: 'subflow:sub' };

    it('around the node reaches what that is wired to', async () => {
      const account = new NotingAccount();
      account.answer = (request) => outcomeFor(request, { outcome: 'filled' });
      const around = [subflow('cancel', 2), { ...use, wires: [['one'], ['two']] }];
      const flow = flowWith({ z: 'sub', wires: [[], []] }, around);
      await helper.load([accountModule({ account }), cancelOrder], flow);
      const msg = await ask(nodeOf('use'), { payload: ORDER }, 'two');
      assert.equal((msg.error as { code: string }).code, 'filled');
    });

    it('behind the node reaches that', async () => {
      const inner = { ...CATCH, id: 'inner', z: 'sub', wires: [] };
      const behind = [subflow('inner', 1), inner, { ...use, wires: [['two']] }];
      const { account, node } = await start({ wires: [['one'], ['use']] }, behind);
      account.answer = (request) => outcomeFor(request, { outcome: 'filled' });
      const msg = await ask(node, { payload: ORDER }, 'two');
      assert.equal((msg.error as { code: string }).code, 'filled');
    });
  });

  it('is refused with what is known of it when it is invalid', async () => {
    const { account, node, notes } = await start();
    const payload = { ...ORDER, category: 'spot', orderFilter: 'none' };
    const msg = await ask(node, { payload }, 'two');
    await done(notes, 1);
    assertToldOnce(notes, 1);
    assert.deepEqual(account.requests, []);
    assert.equal(msg.statusCode, 400);
    assert.match((msg.error as { message: string }).message, /^orderFilter is "none"/);
    const { timing, ...bybit } = msg.bybit as { timing: { startedAt: number; totalMs: number } };
    const place = { environment: 'testnet', transport: 'http' };
    assert.deepEqual(bybit, {
      outcome: 'invalid-request',
      ...place,
      ...ORDER,
      category: 'spot',
      attempts: 0,
    });
    assert.ok(timing.totalMs >= 0 && timing.startedAt <= Date.now());
  });

  it('shows in the status, also where no translation is', async () => {
    const { node, notes } = await start();
    await ask(node, { payload: ORDER }, 'one');
    await ask(node, { payload: {} }, 'two');
    const shown = (fill: string, shape: string, code: string) => ({
      fill,
      shape,
      text: code,
      code,
    });
    assert.deepEqual(notes.statuses, [
      shown('blue', 'dot', 'cancelling'),
      shown('green', 'dot', 'cancelled'),
      shown('red', 'ring', 'invalid-request'),
    ]);
  });
});
