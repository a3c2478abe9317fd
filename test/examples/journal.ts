/** "Keep a journal": each outcome is a line in the file of its day, with nothing secret in it. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idIn, readExample } from './example';
import { statusOf, type Stage } from './stage';

const EXAMPLE = 'Keep a journal';

type Line = Readonly<Record<string, unknown>>;

export function checkJournal(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const single = idIn(EXAMPLE, 'inject', 'no such order');
    const list = idIn(EXAMPLE, 'inject', 'a list of orders');
    const written = idIn(EXAMPLE, 'debug', 'written');
    const account = readExample(EXAMPLE).find(({ type }) => type === 'bybit-config')!;

    const files = () => readdir(stage().journal).catch((): string[] => []);
    const lines = async (): Promise<Line[]> => {
      const texts = (await files()).map((file) => readFile(join(stage().journal, file), 'utf8'));
      const all = (await Promise.all(texts)).join('').split('\n');
      return all.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
    };
    const next = async (count: number): Promise<Line[]> => {
      const { nodeRed } = stage();
      await nodeRed.until('lines', async () => (await lines()).length >= count || undefined);
      return lines();
    };

    it('writes a line for a cancelled order, and one for what failed', async () => {
      const { nodeRed } = stage();
      const order = stage().place();
      await nodeRed.press(single, order);
      const [cancelled] = await next(1);
      assert.equal(statusOf(stage(), order), 'Cancelled');
      const { outcome, orderId, environment, statusCode, orderStatus } = cancelled!;
      assert.deepEqual(
        { outcome, orderId, environment, statusCode, orderStatus, account: cancelled!.account },
        {
          ...{ outcome: 'cancelled', orderId: order.orderId, environment: 'custom' },
          ...{ statusCode: 200, orderStatus: 'Cancelled', account: account.id },
        },
      );
      assert.ok(Number(cancelled!.totalMs) > 0);
      await nodeRed.press(single, {});
      const [, refused] = await next(2);
      assert.deepEqual([refused!.outcome, refused!.statusCode], ['invalid-request', 400]);
      assert.deepEqual(await files(), [`${String(refused!.time).slice(0, 10)}.jsonl`]);
    });

    it('writes a line for each order of a list', async () => {
      const { nodeRed } = stage();
      const orders = [stage().place(), stage().place()];
      await nodeRed.press(list, [...orders, { orderId: 'no symbol' }]);
      const told = (await next(5)).slice(2);
      assert.deepEqual(
        told.map(({ outcome, summary }) => [outcome, summary]),
        ['cancelled', 'cancelled', 'invalid-request'].map((outcome) => [outcome, 'incomplete']),
      );
    });

    it('has no secret, no name and no amount in it', async () => {
      const { key, nodeRed } = stage();
      await nodeRed.until('shown lines', () => nodeRed.editor.texts(written)[2]);
      const text = JSON.stringify(await lines());
      for (const secret of [key.apiKey, key.secret, account.name!, 'price', 'qty']) {
        assert.ok(!text.includes(secret), secret);
      }
    });
  });
}
