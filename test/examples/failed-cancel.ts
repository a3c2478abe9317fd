/** "Alert on a failed cancel": many failures, few alerts, and none forgotten. */
import assert from 'node:assert/strict';
import { idIn } from './example';
import { ALERT_CHAT, ALERT_SECONDS, ALERT_TOKEN, type Stage } from './stage';
import type { Call } from './webhook';

const EXAMPLE = 'Alert on a failed cancel';

export function checkFailedCancel(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const inject = idIn(EXAMPLE, 'inject', 'no such order');
    const every = idIn(EXAMPLE, 'debug', 'every failure');
    const unsent = idIn(EXAMPLE, 'debug', 'not sent');
    const limit = idIn(EXAMPLE, 'function', 'one alert a minute');
    let failures = 0;
    let firstAt = 0;

    /** Lets so many cancels fail, and waits until they have. */
    const fail = async (count: number): Promise<void> => {
      const { nodeRed } = stage();
      const wrong = { category: 'linear', symbol: 'BTCUSDT' };
      await Promise.all(Array.from({ length: count }, () => nodeRed.press(inject, wrong)));
      failures += count;
      const all = () => nodeRed.editor.texts(every).length >= failures || undefined;
      await nodeRed.until('failures', all);
    };
    const held = async (count: number): Promise<void> => {
      const words = count === 0 ? '' : `${count} held back`;
      const { nodeRed } = stage();
      await nodeRed.until(words, () => nodeRed.editor.status(limit) === words || undefined);
    };
    const notSent = (at: number): Promise<string> => {
      const { nodeRed } = stage();
      return nodeRed.until('word of it', () => nodeRed.editor.texts(unsent)[at]);
    };
    const nextCall = (calls: number): Promise<Call> =>
      stage().nodeRed.until('alert', () => stage().webhook.calls[calls]);

    it('makes one alert of a storm, with the number of those it does not name', async () => {
      stage().webhook.status = 0;
      const start = Date.now();
      await fail(35);
      const { path, body } = await nextCall(0);
      firstAt = Date.now();
      assert.ok(firstAt - start >= 1900, 'waits for what comes with the first');
      assert.equal(path, `/bot${ALERT_TOKEN}/sendMessage`);
      assert.equal(body.chat_id, ALERT_CHAT);
      const lines = (body.text ?? '').split('\n');
      assert.equal(lines[0], '35 cancels failed:');
      assert.equal(lines.filter((line) => line.startsWith('- invalid-request: ')).length, 10);
      assert.match(lines.at(-1) ?? '', /^and 25 more, held back/);
    });

    it('holds back an alert that could not be sent, and what fails soon after', async () => {
      const { nodeRed, webhook } = stage();
      assert.match(await notSent(0), /socket hang up|ECONNRESET/);
      await held(35);
      webhook.status = 500;
      await fail(3);
      const { body } = await nextCall(1);
      assert.ok(Date.now() - firstAt >= ALERT_SECONDS * 1000 - 200, 'not too soon');
      assert.match(body.text ?? '', /^38 cancels failed:/);
      assert.match(await notSent(1), /answered 500/);
      assert.equal(nodeRed.editor.status(unsent), 'The webhook answered 500.');
    });

    it('says how many it has dropped of more than two hundred', async () => {
      const { webhook } = stage();
      await fail(200);
      await held(200);
      webhook.status = 200;
      const { body } = await nextCall(2);
      const lines = (body.text ?? '').split('\n');
      assert.equal(lines[0], '200 cancels failed:');
      assert.match(lines.at(-2) ?? '', /^and 190 more, held back/);
      assert.match(lines.at(-1) ?? '', /^38 others were dropped/);
      await held(0);
      assert.equal(webhook.calls.length, 3);
    });

    it('shows the token nowhere', () => {
      const { nodeRed } = stage();
      assert.ok(!nodeRed.program.output().includes(ALERT_TOKEN), 'not in the log');
      assert.ok(!nodeRed.editor.everything().includes(ALERT_TOKEN), 'not in the sidebar');
      assert.match(nodeRed.program.output(), /every failure/, 'each failure in the log');
    });
  });
}
