/** "Alert on a failed cancel": many failures, few alerts, and none forgotten. */
import assert from 'node:assert/strict';
import { doorOf, idIn } from './example';
import { failed, FAILURES, loseTrack, textOf, type Failure } from './failures';
import { ALERT_CHAT, ALERT_SECONDS, ALERT_TOKEN, statusOf, type Stage } from './stage';
import type { Call } from './webhook';

const EXAMPLE = 'Alert on a failed cancel';

export function checkFailedCancel(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const inject = idIn(EXAMPLE, 'inject', 'no such order');
    const every = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    const unsent = idIn(EXAMPLE, 'debug', 'alert unconfirmed');
    const limit = idIn(EXAMPLE, 'function', 'one alert a minute');
    const door = doorOf(idIn(EXAMPLE, 'bybit-cancel-order', ''));
    let failures = 0;
    let firstAt = 0;
    const order = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;

    /** Lets so many cancels fail, and waits until they have. */
    const fail = async (count: number): Promise<void> => {
      const { nodeRed } = stage();
      const wrong = { category: 'linear', symbol: 'BTCUSDT' };
      await Promise.all(Array.from({ length: count }, () => nodeRed.press(inject, wrong)));
      await shown(count);
    };
    const shown = async (count: number): Promise<void> => {
      const { nodeRed } = stage();
      failures += count;
      const all = () => nodeRed.editor.texts(every).length >= failures || undefined;
      await nodeRed.until('failures', all);
    };
    const waiting = async (count: number): Promise<void> => {
      const words = count === 0 ? '' : `${count} waiting`;
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
      assert.equal(lines[0], '35 cancels need attention (35 invalid-request):');
      const named = lines.filter((line) => line.startsWith('- Nothing was sent (invalid-request'));
      assert.equal(named.length, 10);
      assert.match(lines.at(-1) ?? '', /^and 25 more that are left out here/);
      assert.doesNotMatch(body.text ?? '', /held back|failed/);
    });

    it('sends an alert again that may not have arrived, with what fails soon after', async () => {
      const { nodeRed, webhook } = stage();
      assert.match(await notSent(0), /socket hang up|ECONNRESET/);
      await waiting(35);
      webhook.status = 500;
      await fail(3);
      const { body } = await nextCall(1);
      assert.ok(Date.now() - firstAt >= ALERT_SECONDS * 1000 - 200, 'not too soon');
      assert.match(body.text ?? '', /^38 cancels need attention \(38 invalid-request\):/);
      assert.match(await notSent(1), /answered 500/);
      assert.equal(nodeRed.editor.status(unsent), 'The webhook answered 500.');
    });

    it('counts every one of more than two hundred, and names those in danger first', async () => {
      const { nodeRed, webhook } = stage();
      await fail(200);
      await nodeRed.give(door, failed('unconfirmed', order));
      await shown(1);
      await waiting(239);
      webhook.status = 200;
      const { body } = await nextCall(2);
      const lines = (body.text ?? '').split('\n');
      assert.equal(lines[0], '239 cancels need attention (1 unconfirmed, 238 invalid-request):');
      assert.ok(lines[1]?.startsWith(`- ${textOf('unconfirmed', order)}`), lines[1]);
      assert.match(lines.at(-1) ?? '', /^and 229 more that are left out here/);
      await waiting(0);
      assert.equal(webhook.calls.length, 3);
    });

    it('tells of each outcome what is known, the most dangerous first', async () => {
      const { nodeRed } = stage();
      const last: Failure = 'not-found';
      // As if they had come in the worst order.
      const codes = [last, last, last, last, ...[...FAILURES].reverse()];
      for (const code of codes) await nodeRed.give(door, failed(code, order));
      await shown(codes.length);
      const lines = ((await nextCall(3)).body.text ?? '').split('\n');
      const counts = FAILURES.map((code) => `${code === last ? 5 : 1} ${code}`).join(', ');
      const named = [...FAILURES, last];
      assert.deepEqual(lines, [
        `13 cancels need attention (${counts}):`,
        ...named.map((code) => `- ${textOf(code, order)}${failed(code, order).error.message}`),
        'and 3 more that are left out here: see the log of Node-RED.',
      ]);
    });

    it('tells what the books bear out of orders that were filled or lost sight of', async () => {
      const { exchange, nodeRed, place } = stage();
      const [filled, cancelled] = [place(), place()];
      exchange.books.fill(filled.orderId);
      await nodeRed.press(inject, filled);
      await shown(1);
      loseTrack(stage());
      await nodeRed.press(inject, cancelled);
      await shown(1);
      exchange.faults.clear();
      const lines = ((await nextCall(4)).body.text ?? '').split('\n');
      assert.equal(lines[0], '2 cancels need attention (1 unconfirmed, 1 filled):');
      assert.ok(lines[1]?.startsWith(`- ${textOf('unconfirmed', cancelled)}`), lines[1]);
      assert.ok(lines[2]?.startsWith(`- ${textOf('filled', filled)}`), lines[2]);
      assert.equal(statusOf(stage(), cancelled), 'Cancelled');
      assert.equal(statusOf(stage(), filled), 'Filled');
    });

    it('tells a single one without a count, and marks where its words are cut', async () => {
      const { nodeRed } = stage();
      const long = { ...failed('unconfirmed', order).error, message: 'x'.repeat(500) };
      await nodeRed.give(door, { ...failed('unconfirmed', order), error: long });
      await shown(1);
      const text = (await nextCall(5)).body.text ?? '';
      assert.ok(text.startsWith(`A cancel needs attention:\n- ${textOf('unconfirmed', order)}xxx`));
      assert.ok(text.endsWith('xxx…'));
    });

    it('takes an error without an outcome for as dangerous as one that nobody knows', async () => {
      const { nodeRed } = stage();
      await nodeRed.give(door, failed('filled', order));
      await nodeRed.give(door, { error: { message: 'As another node says.' } });
      await shown(2);
      const lines = ((await nextCall(6)).body.text ?? '').split('\n');
      assert.deepEqual(lines.slice(0, 2), [
        '2 cancels need attention (1 unknown, 1 filled):',
        '- State unknown: may still be open (unknown). As another node says.',
      ]);
    });

    it('shows the token nowhere', () => {
      const { nodeRed } = stage();
      assert.ok(!nodeRed.program.output().includes(ALERT_TOKEN), 'not in the log');
      assert.ok(!nodeRed.editor.everything().includes(ALERT_TOKEN), 'not in the sidebar');
      assert.match(nodeRed.program.output(), /failed or unconfirmed/, 'each one in the log');
    });
  });
}
