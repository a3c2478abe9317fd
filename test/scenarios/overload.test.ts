/**
 * More messages than the rate limit lets through before their deadlines: what is sent has the time
 * to hear its answer, and what is not sent says why.
 */
import assert from 'node:assert/strict';
import { cancelsSent, placed } from '../support/actions';
import { concurrently } from '../support/concurrently';
import { withExchange } from '../support/with-exchange';

describe('400 messages at once at a limit of 10 a second', function () {
  this.timeout(30_000);
  const timeouts = [5020, 5035, 5060];
  const told = concurrently(timeouts, async (timeout) => {
    const stage = await withExchange();
    const { exchange, account } = stage;
    const requests = Array.from({ length: 400 }, () => placed(exchange));
    const outcomes = await Promise.all(
      requests.map((request) => account.cancel(request, { confirm: true, timeout })),
    );
    const sent = cancelsSent(exchange).length;
    await stage.end();
    return { outcomes, sent };
  });

  for (const timeout of timeouts) {
    it(`with ${timeout} ms each: cancelled, or rate-limited and never sent`, () => {
      const { outcomes, sent } = told(timeout);
      const codes = new Set(outcomes.map(({ outcome }) => outcome));
      assert.deepEqual([...codes].sort(), ['cancelled', 'rate-limited']);
      const cancelled = outcomes.filter(({ outcome }) => outcome === 'cancelled');
      assert.ok(cancelled.length >= 44, `${cancelled.length} cancelled`);
      const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
      assert.equal(sent, attempts);
      for (const { outcome, attempts: tries, retCode, message } of outcomes) {
        if (outcome !== 'rate-limited') continue;
        // Sent only if the exchange refused it for the rate.
        assert.equal(tries > 0, retCode === 10006);
        assert.match(message, /rate limit|[Tt]oo little time/);
      }
    });
  }
});
