/**
 * The rules from a request to its outcome. Pure: every port and the time are handed in.
 *
 * The exchange's acknowledgement says only that a request was taken up, and its answers can get
 * lost. So a message is pursued until a final record of the order, a definite refusal, or the
 * deadline: what is not proved is not said.
 */
import { Case, type CaseOptions } from './case';
import { conclude } from './conclusion';
import { lookUpEverywhere, lookUpOnce, type Found } from './look-up';
import type { CancelRequest, Outcome } from './outcome';
import type { Answer, Ports } from './ports';
import { misplaced } from './records';

/** ms from an acknowledgement to the first look-up: the stream needs time to tell, if it is up */
const FIRST_LOOK = { streamUp: 1000, streamDown: 120 };
/** ms between two look-ups of an acknowledged cancel, growing from the first */
const LOOK_INTERVAL = 1000;
const LONGEST_INTERVAL = 2000;
/** ms; pacing keeps the rate, and a live order is worth the haste */
const LONGEST_BACK_OFF = 1000;
/** ms before the deadline: no wait reaches beyond it, so that there is a last try */
const LAST_TRY = 500;
/** ms: an order still open so long after the acknowledgement is cancelled again */
const PATIENCE = 2500;
/** ms between the look-ups for an order that the exchange calls gone, then again and again */
const GONE_INTERVALS = [200, 500, 1000];
/** As many times records and history must have nothing before an order counts as unknown. */
const ENOUGH_MISSES = 3;
/** ms that the history is given to learn of an order that is closed; it may lag */
const HISTORY_LAG = 2500;

type Next = 'again' | 'stop';

/** Pursues one cancel. Resolves by the deadline with exactly one outcome. */
export function cancelOrder(
  request: CancelRequest,
  options: CaseOptions,
  ports: Ports,
): Promise<Outcome> {
  const c = new Case(request, options, ports);
  const pursuit = pursue(c);
  // A stream event settles it at once, while a send may still wait for its answer.
  const ended = c.whenSettled === undefined ? pursuit : Promise.race([pursuit, c.whenSettled]);
  return ended.then(() => conclude(c));
}

async function pursue(c: Case): Promise<void> {
  try {
    while (!c.over()) {
      const answer = c.take(await c.send());
      if (answer === undefined || c.settled) break;
      const next = react(c, answer);
      if ((typeof next === 'string' ? next : await next) === 'stop') break;
    }
  } finally {
    c.close();
  }
}

function react(c: Case, answer: Answer): Next | Promise<Next> {
  switch (answer.meaning) {
    case 'accepted':
      return c.options.confirm ? awaitEnd(c) : c.decide('accepted');
    case 'gone':
      return findGone(c);
    case 'unknown':
      return lookUpOnce(c).then(() => backOff(c));
    case 'transient':
    case 'unsent':
      return backOff(c);
    case 'transient-once':
      return c.first('transient-once') ? backOff(c) : refused(c, 'rejected');
    case 'clock':
      if (!c.first('clock')) return refused(c, 'rejected');
      return c.ports.measureClock(answer.signedAt, c.wire).then(() => 'again');
    case 'rate':
      return 'again';
    case 'banned':
      return refused(c, 'rate-limited');
    case 'denied':
    case 'unauthorized':
      return refused(c, 'unauthorized');
    case 'unlisted':
    case 'rejected':
      return refused(c, 'rejected');
  }
}

/** A definite refusal. But an earlier send may have worked: then only a record tells. */
function refused(
  c: Case,
  code: 'rejected' | 'unauthorized' | 'rate-limited',
): Next | Promise<Next> {
  return c.mayHaveWorked ? lookOn(c) : c.decide(code);
}

async function lookOn(c: Case): Promise<Next> {
  let interval = 250;
  for (;;) {
    await lookUpOnce(c);
    if (c.over()) return 'stop';
    await c.pause(interval);
    if (c.over()) return 'stop';
    interval = Math.min(interval * 2, LONGEST_INTERVAL);
  }
}

async function backOff(c: Case): Promise<Next> {
  if (c.over()) return 'stop';
  const longest = Math.min(100 * 2 ** Math.min(c.attempts, 6), LONGEST_BACK_OFF);
  const jittered = longest * (0.5 + c.ports.time.random() / 2);
  const slack = c.remaining() - LAST_TRY;
  // The last try was just made: one that leaves at the very deadline would only blur its answer.
  if (slack <= 0) await c.pause(jittered);
  else {
    // From one send to the next: where the answer was long in coming, that was the wait.
    const left = jittered - (c.elapsed() - c.sentAfterMs);
    if (left > 0) await c.pause(Math.min(left, slack));
  }
  return 'again';
}

/** Acknowledged: the first final record, from the stream or from a look-up. */
async function awaitEnd(c: Case): Promise<Next> {
  const since = c.ports.time.now();
  const first = c.streamUp() ? FIRST_LOOK.streamUp : FIRST_LOOK.streamDown;
  let interval = Math.min(first, c.remaining() / 2);
  for (;;) {
    await c.pause(interval);
    if (c.over() && !c.closing) return 'stop';
    const found = await lookUpOnce(c);
    if (c.over()) return 'stop';
    if (found === 'open' && c.ports.time.now() - since >= PATIENCE) return 'again';
    interval = Math.min(Math.max(interval, FIRST_LOOK.streamDown) * 1.7, LOOK_INTERVAL);
  }
}

/** The exchange has no such open order: its records say what became of it. */
async function findGone(c: Case): Promise<Next> {
  let misses = 0;
  let open = 0;
  let elsewhere = 0;
  let askedEverywhere = false;
  const since = c.ports.time.now();
  for (let round = 0; ; round += 1) {
    // The first look is a quick one: mostly the order was just closed.
    const everywhere: boolean = round > 0 && !askedEverywhere;
    const found: Found = await (everywhere ? lookUpEverywhere(c) : lookUpOnce(c));
    askedEverywhere ||= everywhere && found === 'none';
    if (c.settled) return 'stop';
    const place = c.lastOpen && misplaced(c.lastOpen, c.request);
    // Twice, and both times with something read: a single record may be older than the order's end.
    const isElsewhere = place !== undefined && found !== 'unreadable';
    if (isElsewhere && (elsewhere += 1) > 1) return c.decide('rejected', place);
    if (found === 'none') misses += 1;
    if (found === 'open') open += 1;
    const longEnough = c.ports.time.now() - since >= HISTORY_LAG || c.remaining() < LAST_TRY;
    const unknown = misses >= ENOUGH_MISSES && askedEverywhere && longEnough;
    if (unknown && !c.mayHaveWorked) return c.decide('not-found');
    // A record that stays open contradicts the answer: asking again does no harm.
    if (open >= ENOUGH_MISSES) return 'again';
    if (c.over()) return 'stop';
    const slack = c.remaining() - LAST_TRY / 2;
    const interval = GONE_INTERVALS[round] ?? LOOK_INTERVAL;
    await c.pause(slack > 0 ? Math.min(interval, slack) : interval);
    if (c.over()) return 'stop';
  }
}
