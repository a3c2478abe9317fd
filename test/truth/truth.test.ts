/**
 * Truth under faults, over real sockets, in short; `npm run truth` runs it at length and beside
 * another client.
 */
import assert from 'node:assert/strict';
import { bybitApi, ourAccount, ourOrderEntry } from './clients';
import { runLoad } from './load';

describe('what is said of 250 cancels under faults', function () {
  this.timeout(60_000);
  const options = { cancels: 250, every: 10, seed: 11 };

  for (const [way, client] of [
    ['over HTTP', ourAccount],
    ['over the WebSocket order entry', ourOrderEntry],
  ] as const) {
    it(`${way}: none contradicts the books, and no order is left open`, async () => {
      const { cancels, contradictions, leftOpen, unconfirmed } = await runLoad(options, client);
      assert.equal(cancels, 250);
      assert.deepEqual(contradictions, []);
      assert.equal(leftOpen, 0);
      assert.ok(unconfirmed <= 1, `${unconfirmed} unconfirmed`);
    });
  }

  it('the load is worth the name: a client that trusts the answers is often wrong', async () => {
    const { contradictions, leftOpen } = await runLoad(options, bybitApi);
    assert.ok(contradictions.length > 12, `${contradictions.length} contradictions`);
    assert.ok(leftOpen > 12, `${leftOpen} left open`);
  });
});
