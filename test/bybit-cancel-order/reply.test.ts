import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { writeFailure, writeRecord, writeSuccess } from '../../nodes/action/reply/message';
import type { OrderRecord } from '../../nodes/bybit/model';
import { writer, type ToldOfOrder } from '../../nodes/bybit-cancel-order/reply';

const record: OrderRecord = {
  orderId: 'abc-1',
  orderLinkId: 'mine',
  symbol: 'BTCUSDT',
  orderStatus: 'Cancelled',
  cumExecQty: '0.1',
  avgPrice: '27000',
  cancelType: 'CancelByUser',
};
const nameless: ToldOfOrder = {
  outcome: 'cancelled',
  message: 'The order is cancelled.',
  environment: 'testnet',
  transport: 'http',
  category: 'linear',
  symbol: 'BTCUSDT',
  attempts: 2,
  timing: { startedAt: 1000, ackMs: 20, totalMs: 90 },
};
const told: ToldOfOrder = { ...nameless, orderId: 'abc-1' };
const source = { id: 'n1', type: 'bybit-cancel-order', name: 'mine' };

describe('the message of a success', () => {
  it('has the order in its payload and everything known in bybit', () => {
    const rateLimit = { limit: 10, remaining: 9, resetAt: 5 };
    const msg: Record<string, unknown> = { _msgid: 'm', payload: 'old', topic: 'kept' };
    const answer = { retCode: 0, retMsg: 'OK', rateLimit };
    const order = { orderLinkId: 'mine', order: record, confirmedBy: 'stream' } as const;
    writeSuccess(msg, { ...told, ...order, ...answer }, writer);
    assert.deepEqual(msg, {
      _msgid: 'm',
      topic: 'kept',
      statusCode: 200,
      payload: {
        outcome: 'cancelled',
        category: 'linear',
        symbol: 'BTCUSDT',
        orderId: 'abc-1',
        orderLinkId: 'mine',
        orderStatus: 'Cancelled',
        cancelType: 'CancelByUser',
        cumExecQty: '0.1',
        avgPrice: '27000',
      },
      bybit: {
        outcome: 'cancelled',
        environment: 'testnet',
        transport: 'http',
        category: 'linear',
        symbol: 'BTCUSDT',
        orderId: 'abc-1',
        orderLinkId: 'mine',
        order: record,
        confirmedBy: 'stream',
        retCode: 0,
        retMsg: 'OK',
        attempts: 2,
        timing: { startedAt: 1000, ackMs: 20, totalMs: 90 },
        rateLimit,
      },
    });
  });

  it('lacks what is not known, but for the two ids', () => {
    const msg: Record<string, unknown> = {};
    writeSuccess(msg, { ...nameless, outcome: 'accepted', orderLinkId: 'mine' }, writer);
    assert.deepEqual(msg.payload, {
      outcome: 'accepted',
      category: 'linear',
      symbol: 'BTCUSDT',
      orderId: '',
      orderLinkId: 'mine',
    });
    assert.equal(msg.statusCode, 202);
    assert.ok(!('orderId' in (msg.bybit as object)));
  });

  it('takes a missing id from the record', () => {
    const msg: Record<string, unknown> = {};
    writeSuccess(msg, { ...nameless, order: record }, writer);
    assert.equal((msg.payload as Record<string, unknown>).orderId, 'abc-1');
  });

  it('does not show an error of before', () => {
    const msg: Record<string, unknown> = { error: { message: 'of before' } };
    writeSuccess(msg, told, writer);
    assert.ok(!('error' in msg));
    assert.deepEqual(msg._error, { message: 'of before' });
  });

  it('does not share the record with the account', () => {
    const msg: { bybit?: { order: Record<string, unknown> } } = {};
    writeSuccess(msg, { ...told, order: record }, writer);
    assert.ok(msg.bybit);
    msg.bybit.order.symbol = 'changed by the flow';
    assert.equal(record.symbol, 'BTCUSDT');
  });
});

describe('the message of a failure', () => {
  it('keeps its payload and tells the error', () => {
    const payload = { category: 'linear' };
    const msg: Record<string, unknown> = { payload };
    const order = { ...record, orderStatus: 'Filled' };
    const failure = { ...told, outcome: 'filled', retCode: 110001, retMsg: 'too late' } as const;
    writeFailure(msg, { ...failure, order }, writer, source);
    assert.equal(msg.payload, payload);
    assert.equal(msg.statusCode, 409);
    assert.deepEqual(msg.error, {
      message: 'The order is cancelled.',
      code: 'filled',
      retryable: false,
      retCode: 110001,
      retMsg: 'too late',
      orderStatus: 'Filled',
      cancelType: 'CancelByUser',
      cumExecQty: '0.1',
      source,
    });
    assert.equal((msg.bybit as Record<string, unknown>).outcome, 'filled');
    assert.ok(!('_error' in msg));
  });

  it('lacks what is not known', () => {
    const msg: Record<string, unknown> = {};
    writeFailure(msg, { ...told, outcome: 'unconfirmed' }, writer, source);
    assert.deepEqual(msg.error, {
      message: 'The order is cancelled.',
      code: 'unconfirmed',
      retryable: true,
      source,
    });
  });

  it('says when to try again, right behind whether to, and tells nobody else', () => {
    const msg: Record<string, unknown> = {};
    const failure = { ...told, outcome: 'rate-limited', retCode: 10006 } as const;
    writeFailure(msg, { ...failure, retryAfterMs: 1200 }, writer, source);
    const { code, retryable, retryAfterMs } = msg.error as Record<string, unknown>;
    assert.deepEqual([code, retryable, retryAfterMs], ['rate-limited', true, 1200]);
    assert.deepEqual(Object.keys(msg.error as object).slice(0, 5), [
      ...['message', 'code', 'retryable', 'retryAfterMs', 'retCode'],
    ]);
    assert.ok(!('retryAfterMs' in (msg.bybit as object)));
  });

  it('moves an earlier error to _error', () => {
    const msg: Record<string, unknown> = { error: 'of before', _error: 'older still' };
    writeFailure(msg, { ...told, outcome: 'rejected' }, writer, source);
    assert.equal(msg._error, 'of before');
    assert.equal((msg.error as Record<string, unknown>).code, 'rejected');
  });

  it('leaves the error to Node-RED when Catch nodes get it', () => {
    const msg: Record<string, unknown> = { error: 'of before', payload: 1 };
    writeRecord(msg, { ...told, outcome: 'not-found' }, writer);
    assert.equal(msg.error, 'of before');
    assert.equal(msg.payload, 1);
    assert.equal(msg.statusCode, 404);
    assert.equal((msg.bybit as Record<string, unknown>).outcome, 'not-found');
  });
});
