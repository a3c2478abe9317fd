/** The rules of a cancel, row by row: phase and observation, and the phase that follows. */
import assert from 'node:assert/strict';
import type { Doubt, Evidence, Found, Phase } from '../../../nodes/bybit/cancel/evidence';
import { observe } from '../../../nodes/bybit/cancel/observe';
import { PROOF_DELAY } from '../../../nodes/bybit/cancel/phases';
import type { Answer, NotSent } from '../../../nodes/bybit/cancel/exchange-port';
import type { Meaning } from '../../../nodes/bybit/answers/meaning';
import { nextStep } from '../../../nodes/bybit/cancel/rules';
import { answered, AT, BEGUN, looked, NOW, shown } from './evidence-of';

const told = (phase: Phase): string => {
  if (phase.name === 'doubting') {
    return `doubting${phase.code ? ` ${phase.code}` : ''}${phase.resend ? ', may send' : ''}`;
  }
  return phase.name === 'done' ? `done ${phase.code ?? 'late'}` : phase.name;
};

describe('after an answer', () => {
  const rows: readonly (readonly [Meaning, Doubt, string, Doubt])[] = [
    ['accepted', 'none', 'confirming', 'lasting'],
    ['gone', 'none', 'searching', 'none'],
    ['gone', 'lasting', 'searching', 'lasting'],
    ['unknown', 'none', 'doubting, may send', 'lasting'],
    ['transient', 'none', 'doubting, may send', 'lasting'],
    ['transient', 'answered', 'doubting, may send', 'lasting'],
    ['transient-once', 'none', 'doubting, may send', 'answered'],
    ['throttled', 'none', 'doubting, may send', 'answered'],
    ['unlisted', 'none', 'doubting rejected, may send', 'answered'],
    ['unlisted', 'lasting', 'doubting rejected, may send', 'lasting'],
    ['denied', 'none', 'doubting unauthorized, may send', 'answered'],
    ['unsent', 'none', 'backingOff', 'none'],
    ['unsent', 'lasting', 'backingOff', 'lasting'],
    ['clock', 'none', 'measuring', 'none'],
    ['rate', 'none', 'sending', 'none'],
    ['banned', 'none', 'done rate-limited', 'none'],
    ['banned', 'lasting', 'doubting rate-limited', 'lasting'],
    ['unauthorized', 'none', 'done unauthorized', 'none'],
    ['unauthorized', 'answered', 'doubting unauthorized', 'answered'],
    ['rejected', 'none', 'done rejected', 'none'],
    ['rejected', 'answered', 'doubting rejected', 'answered'],
    ['rejected', 'lasting', 'doubting rejected', 'lasting'],
  ];
  for (const [meaning, doubt, phase, after] of rows) {
    it(`${meaning}, doubt ${doubt}: ${phase}, doubt ${after}`, () => {
      const e = answered({ ...BEGUN, doubt, underway: true }, meaning);
      assert.deepEqual([told(e.phase), e.doubt, e.underway], [phase, after, false]);
    });
  }

  it('accepted without confirm: done', () => {
    assert.equal(told(answered({ ...BEGUN, confirm: false }, 'accepted').phase), 'done accepted');
  });
  it('the clock refused a second time: rejected', () => {
    assert.equal(told(answered(answered(BEGUN, 'clock'), 'clock').phase), 'done rejected');
  });
  it('a passing failure that may come once, a second time: the records decide', () => {
    const twice = answered(answered(BEGUN, 'transient-once'), 'transient-once');
    assert.equal(told(twice.phase), 'doubting rejected, may send');
  });
  it('keeps its place in line after a refusal for the rate or the clock, and no other', () => {
    for (const [meaning, queuedAt] of [
      ['rate', 5],
      ['clock', 5],
      ['unknown', NOW],
      ['unsent', NOW],
    ] as const) {
      assert.equal(answered({ ...BEGUN, queuedAt: 5 }, meaning).queuedAt, queuedAt, meaning);
    }
  });
  it('what could not be sent: late, or looked for when something is in doubt', () => {
    const notSent = (doubt: Doubt, why: NotSent['why']) =>
      told(observe({ ...BEGUN, doubt }, { kind: 'notSent', notSent: { why } }, AT).phase);
    assert.equal(notSent('none', 'late'), 'done late');
    assert.equal(notSent('lasting', 'late'), 'doubting');
  });
});

describe('after a record', () => {
  for (const [status, doubt, underway, byThisMessage] of [
    ['Cancelled', 'none', false, false],
    ['Cancelled', 'none', true, true],
    ['Cancelled', 'answered', false, true],
    ['Filled', 'lasting', false, true],
  ] as const) {
    it(`${status}, doubt ${doubt}${underway ? ', a request out' : ''}: settled, ${byThisMessage ? 'ours' : 'not ours'}`, () => {
      const e = shown({ ...BEGUN, doubt, underway }, { orderStatus: status });
      assert.equal(e.settled?.byThisMessage, byThisMessage);
      assert.deepEqual(nextStep(e, AT), { act: 'stop' });
    });
  }
  it('the first final record counts', () => {
    const e = shown(shown(BEGUN, { orderStatus: 'Filled' }), { orderStatus: 'Cancelled' });
    assert.equal(e.settled?.record.orderStatus, 'Filled');
  });
});

describe('after a look-up', () => {
  /** Several, one after the other; the last one begins so many ms after the answer. */
  const afterLooks = (e: Evidence, founds: readonly Found[], ms = 0, everywhere = false) =>
    founds.reduce((all, found, i) => {
      const now = i === founds.length - 1 ? NOW + ms : NOW;
      return looked(all, found, { now }, everywhere);
    }, e);
  const open = (meaning: Meaning, more: Partial<Answer> = {}) =>
    shown(answered(BEGUN, meaning, more));

  const sentOnce = (meaning: Meaning): Evidence => ({ ...answered(BEGUN, meaning), attempts: 1 });

  const rows: readonly (readonly [string, Evidence, string])[] = [
    ['no answer, still open', looked(open('unknown'), 'open'), 'backingOff'],
    ['no answer, unreadable', looked(answered(BEGUN, 'unknown'), 'unreadable'), 'backingOff'],
    [
      'unlisted, open twice at once',
      afterLooks(open('unlisted'), ['open', 'open']),
      'doubting rejected, may send',
    ],
    [
      'unlisted, open once, long after',
      afterLooks(open('unlisted'), ['open'], PROOF_DELAY),
      'doubting rejected, may send',
    ],
    [
      'unlisted, open twice, long after',
      afterLooks(open('unlisted'), ['open', 'open'], PROOF_DELAY),
      'done rejected',
    ],
    [
      'unlisted, its text names a passing state, open twice, long after',
      afterLooks(open('unlisted', { retMsg: 'Server is busy' }), ['open', 'open'], PROOF_DELAY),
      'sending',
    ],
    ['unlisted, unreadable', looked(answered(BEGUN, 'unlisted'), 'unreadable'), 'backingOff'],
    [
      'unlisted, no record',
      looked(answered(BEGUN, 'unlisted'), 'none'),
      'doubting rejected, may send',
    ],
    [
      'no answer, then unlisted, still open',
      afterLooks(shown(answered(answered(BEGUN, 'unknown'), 'unlisted')), ['open']),
      'backingOff',
    ],
    [
      'denied, and the look-up too',
      looked(sentOnce('denied'), 'refused'),
      'doubting unauthorized, may send',
    ],
    [
      'denied, and the look-ups too, long after',
      afterLooks(sentOnce('denied'), ['refused', 'refused'], PROOF_DELAY),
      'done unauthorized',
    ],
    [
      'unlisted, then denied, and the look-ups too, long after',
      afterLooks(
        { ...answered(answered(BEGUN, 'unlisted'), 'denied'), attempts: 2 },
        ['refused', 'refused'],
        PROOF_DELAY,
      ),
      'backingOff',
    ],
    [
      'unlisted, then refused, and the look-ups too, long after',
      afterLooks(
        { ...answered(answered(BEGUN, 'unlisted'), 'unauthorized'), attempts: 2 },
        ['refused', 'refused'],
        PROOF_DELAY,
      ),
      'doubting unauthorized',
    ],
    ['gone, open once', looked(open('gone'), 'open'), 'searching'],
    ['gone, open three times', afterLooks(open('gone'), ['open', 'open', 'open']), 'sending'],
    [
      'gone, open three times, after two further sends',
      afterLooks({ ...open('gone'), counts: { resent: 2 } }, ['open', 'open', 'open']),
      'done rejected',
    ],
    [
      'gone, open under another symbol twice',
      afterLooks(shown(answered(BEGUN, 'gone'), { symbol: 'ETHUSDT' }), ['open', 'open']),
      'done rejected',
    ],
    [
      'no answer, then gone, open under another symbol twice, long after',
      afterLooks(
        shown(answered(answered(BEGUN, 'unknown'), 'gone'), { symbol: 'ETHUSDT' }),
        ['open', 'open'],
        PROOF_DELAY,
      ),
      'searching',
    ],
    [
      'gone, open under another filter',
      looked(shown(answered(BEGUN, 'gone'), { stopOrderType: 'Stop' }), 'open'),
      'sending',
    ],
    [
      'unlisted, open under another filter',
      looked(shown(answered(BEGUN, 'unlisted'), { stopOrderType: 'Stop' }), 'open'),
      'sending',
    ],
    [
      'denied, open under another filter',
      looked(shown(answered(BEGUN, 'denied'), { stopOrderType: 'Stop' }), 'open'),
      'doubting unauthorized, may send',
    ],
    [
      'no answer, then rejected, open under another filter',
      looked(
        shown(answered(answered(BEGUN, 'unknown'), 'rejected'), { stopOrderType: 'Stop' }),
        'open',
      ),
      'doubting rejected',
    ],
    ['gone, nothing', looked(answered(BEGUN, 'gone'), 'none'), 'searching'],
    [
      'gone, nothing anywhere, with time left',
      afterLooks(answered(BEGUN, 'gone'), ['none', 'none', 'none'], 0, true),
      'searching',
    ],
  ];
  for (const [name, e, phase] of rows) {
    it(`${name}: ${phase}`, () => assert.equal(told(e.phase), phase));
  }

  for (const [doubt, phase] of [
    ['none', 'done not-found'],
    ['answered', 'searching'],
    ['lasting', 'searching'],
  ] as const) {
    it(`gone, nothing anywhere, at the end of the time, doubt ${doubt}: ${phase}`, () => {
      let e: Evidence = { ...answered(BEGUN, 'gone'), doubt };
      for (let i = 0; i < 3; i += 1) e = looked(e, 'none', { remaining: 250 }, true);
      assert.equal(told(e.phase), phase);
    });
  }

  it('no answer, open under another filter: sent again with it, after a pause', () => {
    const e = looked(shown(answered(BEGUN, 'unknown'), { stopOrderType: 'Stop' }), 'open');
    assert.equal(told(e.phase), 'backingOff');
    assert.equal(e.followed.orderFilter, 'StopOrder');
  });

  it('acknowledged and still open after a while: sent again', () => {
    const e = open('accepted');
    assert.equal(told(looked(e, 'open', { now: NOW + 2499 }).phase), 'confirming');
    assert.equal(told(looked(e, 'open', { now: NOW + 2500 }).phase), 'sending');
    assert.equal(told(looked(e, 'none', { now: NOW + 2500 }).phase), 'confirming');
  });
});
