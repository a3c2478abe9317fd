/** The next step of a cancel, by what is known of it. */
import assert from 'node:assert/strict';
import type { Evidence, Moment } from '../../../nodes/bybit/cancel/evidence';
import { observe } from '../../../nodes/bybit/cancel/observe';
import { PROOF_DELAY } from '../../../nodes/bybit/cancel/phases';
import { nextStep } from '../../../nodes/bybit/cancel/rules';
import { answered, AT, BEGUN, looked, NOW, shown } from './evidence-of';

describe('the next step', () => {
  const stepOf = (e: Evidence, more: Partial<Moment> = {}) => nextStep(e, { ...AT, ...more });
  const sending = BEGUN;
  const confirming = answered(BEGUN, 'accepted');
  const searching = answered(BEGUN, 'gone');
  const doubting = answered(BEGUN, 'unlisted');
  const LOOK = { act: 'lookUp', everywhere: false };
  const waited = (e: Evidence, ms: number) => observe(e, { kind: 'waited', ms }, AT);

  it('nothing once the time is over', () => {
    for (const e of [sending, confirming, searching, doubting]) {
      assert.deepEqual(stepOf(e, { late: true }), { act: 'stop' });
    }
  });
  it('when the node closes: one last look-up for what was sent, and nothing new', () => {
    assert.deepEqual(stepOf(sending, { closing: true }), { act: 'stop' });
    assert.deepEqual(stepOf(answered(BEGUN, 'unsent'), { closing: true }), { act: 'stop' });
    for (const e of [confirming, searching, doubting]) {
      assert.deepEqual(stepOf(e, { closing: true }), LOOK);
      const after = looked(e, 'unreadable', { closing: true });
      assert.deepEqual(stepOf(after, { closing: true }), { act: 'stop' });
    }
  });
  it('measures the clock that a request was signed with', () => {
    assert.deepEqual(stepOf(answered(BEGUN, 'clock')), { act: 'measureClock', signedAt: 7 });
  });
  it('acknowledged: leaves the stream its time, looks up sooner without it, then less often', () => {
    assert.deepEqual(stepOf(confirming), { act: 'wait', ms: 1000 });
    assert.deepEqual(stepOf(confirming, { streamUp: false }), { act: 'wait', ms: 120 });
    assert.deepEqual(stepOf(confirming, { remaining: 100 }), { act: 'wait', ms: 50 });
    assert.deepEqual(stepOf(waited(confirming, 120)), LOOK);
    const again = looked(waited(confirming, 120), 'open');
    assert.deepEqual(stepOf(again), { act: 'wait', ms: 204 });
  });
  it('gone: looks quickly first, then everywhere', () => {
    assert.deepEqual(stepOf(searching), LOOK);
    const second = waited(looked(searching, 'none'), 200);
    assert.deepEqual(stepOf(second), { act: 'lookUp', everywhere: true });
    const third = waited(looked(second, 'none', {}, true), 500);
    assert.deepEqual(stepOf(third), LOOK);
  });
  it('backs off from send to send, leaves a last try, then counts from the answer', () => {
    const e: Evidence = { ...answered(BEGUN, 'unsent'), attempts: 3, sentAt: NOW - 300 };
    assert.deepEqual(stepOf(e), { act: 'wait', ms: 500 });
    assert.deepEqual(stepOf(e, { remaining: 900 }), { act: 'wait', ms: 400 });
    assert.deepEqual(stepOf(e, { remaining: 400 }), { act: 'wait', ms: 800 });
  });
  it('in doubt: looks again when records that stay open prove something', () => {
    const once = looked(shown(doubting), 'open');
    assert.deepEqual(stepOf(once), { act: 'wait', ms: 200 });
    const now = NOW + PROOF_DELAY - 50;
    assert.deepEqual(stepOf(once, { now }), { act: 'wait', ms: 50 });
  });
});
