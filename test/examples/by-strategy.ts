/** "Cancel by TradingView strategy": side, own ids and the alert's time narrow what is cancelled. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOpen, type NewOrder, type Order } from '../../simulator/books/orders';
import { idIn } from './example';
import { STAGED, STRATEGY_KEY, type Stage } from './stage';

const EXAMPLE = 'Cancel by TradingView strategy';
const SECRET = 'a-secret-of-the-strategy-alone';
const VARIABLE = 'TRADINGVIEW_SECRET';
/** ms; the exchange's times have whole ms */
const TICK = 5;

export function checkByStrategy(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const report = idIn(EXAMPLE, 'debug', 'report');
    const failure = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');

    const post = async (body: unknown, type = 'application/json') => {
      const header = { 'content-type': type };
      const answer = await stage().nodeRed.post('/tradingview-strategy', body, header);
      return { status: answer.status, words: await answer.text() };
    };
    const place = (wish: Partial<NewOrder> = {}): Order => {
      const plain = { category: 'linear', symbol: 'BTCUSDT', uid: STRATEGY_KEY.uid } as const;
      return stage().exchange.books.place({ ...plain, orderLinkId: 'grid-1', ...wish });
    };
    const now = (): string => new Date().toISOString();
    const alert = (placedBefore: string, changes: object = {}) => ({
      ...{ secret: SECRET, symbol: 'BTCUSDT.P', side: 'Buy', orderLinkIdPrefix: 'grid-' },
      ...{ placedBefore, ...changes },
    });
    /** @returns the words of the debug node that shows the outcome */
    const told = async (body: unknown, shownBy = report, type?: string): Promise<string> => {
      const { nodeRed } = stage();
      const before = nodeRed.editor.texts(shownBy).length;
      const { status, words } = await post(body, type);
      assert.deepEqual([status, words], [202, 'The alert is taken; the cancels are being tried.']);
      const next = () => nodeRed.editor.objects(shownBy)[before];
      return String((await nodeRed.until('report', next)).payload);
    };
    /** The alert's text as the comments have it, with what TradingView puts in. */
    const asTyped = (at: RegExp, time: string): string => {
      const info = stage()
        .flowOf(EXAMPLE)
        .map((node) => String(node.info))
        .find((text) => at.test(text));
      const [, text = ''] = at.exec(info ?? '') ?? [];
      return text
        .replace('"…"', JSON.stringify(SECRET))
        .replace('{{ticker}}', 'BTCUSDT.P')
        .replace(/\{\{timenow\}\}|'\$\(date.*\)'/, time);
    };

    it('takes no alert while there is no secret', async () => {
      const order = place();
      const { status, words } = await post(alert(now(), { secret: '' }));
      assert.equal(status, 503);
      assert.match(words, /no secret/);
      assert.ok(isOpen(order));
      const env = [{ name: VARIABLE, value: '', type: 'cred' }];
      const flow = STAGED.flatMap((name) => stage().flowOf(name));
      await stage().nodeRed.deploy(
        flow.map((node) =>
          node.type === 'tab' && node.label === EXAMPLE
            ? { ...node, env, credentials: { [VARIABLE]: SECRET } }
            : node,
        ),
      );
      stage().exchange.books.cancel(order.orderId);
    });

    it("cancels the strategy's entries of that side, and spares what is newer than the alert", async () => {
      const meant = [place(), place({ orderLinkId: 'grid-22' })];
      const others = [
        place({ side: 'Sell' }),
        place({ orderLinkId: 'mine-1' }),
        place({ orderLinkId: '' }),
        place({ symbol: 'ETHUSDT' }),
        place({ stopOrderType: 'StopLoss' }),
      ];
      await sleep(TICK);
      const time = now();
      const newer = [place({ orderLinkId: 'grid-3' })];
      const words = await told(alert(time));
      const [head, left] = words.split('\n');
      assert.equal(head, '2 of 2 confirmed as cancelled; none that matches is left.');
      for (const part of [
        '1 that protect a position',
        '1 on the other side',
        '2 with other own ids',
        '1 placed later',
      ]) {
        assert.ok(left?.includes(part), left);
      }
      assert.deepEqual([meant.filter(isOpen), others.every(isOpen)], [[], true]);
      assert.ok(newer.every(isOpen));
      for (const { orderId } of [...others, ...newer]) stage().exchange.books.cancel(orderId);
    });

    for (const [what, at, type] of [
      ["the alert's text", / {4}(\{.*\{\{timenow\}\}.*\})/, 'text/plain; charset=utf-8'],
      ['the body of the curl line', /-d '(\{.*\$\(date.*\})'/, 'application/x-www-form-urlencoded'],
    ] as const) {
      it(`takes ${what} as the comments have it`, async () => {
        const older = place();
        // {{timenow}} has whole seconds.
        await sleep(1001 - (Date.now() % 1000));
        const newer = place();
        const time = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
        const typed = asTyped(at, time.replace('.000Z', 'Z'));
        assert.match(typed, /"placedBefore":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/);
        const words = await told(typed, report, type);
        assert.match(words, /^1 of 1 confirmed .*\nLeft on purpose: 1 placed later\.$/);
        assert.deepEqual([isOpen(older), isOpen(newer)], [false, true]);
        stage().exchange.books.cancel(newer.orderId);
      });
    }

    it('answers before anything is cancelled', async () => {
      const order = place();
      await sleep(TICK);
      stage().exchange.faults.add({ kind: 'delay', ms: 500, processing: 'late' });
      const { status } = await post(alert(now()));
      assert.deepEqual([status, isOpen(order)], [202, true]);
      const closed = () => !isOpen(order) || undefined;
      await stage().nodeRed.until('cancel', closed);
    });

    for (const field of ['symbol', 'side', 'orderLinkIdPrefix', 'placedBefore']) {
      for (const value of [undefined, '', ' ', null, 7]) {
        it(`refuses an alert whose ${field} is ${JSON.stringify(value)}`, async () => {
          const order = place();
          await sleep(TICK);
          const { status, words } = await post(alert(now(), { [field]: value }));
          assert.equal(status, 400);
          assert.match(words, new RegExp(`needs ${field} as text`));
          assert.ok(isOpen(order));
          stage().exchange.books.cancel(order.orderId);
        });
      }
    }

    for (const [what, changes, why] of [
      ['an unknown side', { side: 'long' }, /side/],
      ['a time without its zone', { placedBefore: '2026-01-01T00:00:00' }, /placedBefore/],
      ['a placeholder that was not filled in', { placedBefore: '{{timenow}}' }, /placedBefore/],
      ['a category that the symbol contradicts', { category: 'spot' }, /linear/],
    ] as const) {
      it(`cancels nothing for ${what}, and says why`, async () => {
        const order = place();
        await sleep(TICK);
        const words = await told(alert(now(), changes), failure);
        assert.match(words, /^Nothing was sent \(invalid-request\)\. /);
        assert.match(words, why);
        assert.ok(isOpen(order));
        stage().exchange.books.cancel(order.orderId);
      });
    }

    for (const secret of [undefined, '', `${SECRET}!`, SECRET.slice(0, -1), [SECRET]]) {
      it(`refuses the secret ${JSON.stringify(secret)}`, async () => {
        const order = place();
        await sleep(TICK);
        assert.equal((await post(alert(now(), { secret }))).status, 403);
        assert.ok(isOpen(order));
        stage().exchange.books.cancel(order.orderId);
      });
    }

    it('refuses what is no JSON object', async () => {
      for (const body of ['cancel, please', '42', 'null']) {
        assert.equal((await post(body, 'text/plain')).status, 400);
      }
    });

    it('says of an order whose state is unknown that it may still be open', async () => {
      const order = place();
      stage().exchange.books.hide(order.orderId);
      await sleep(TICK);
      const words = await told(alert(now()), failure);
      assert.match(words, /^State unknown: may still be open \(unconfirmed\)\. /);
      assert.ok(words.includes(order.orderId));
    });

    it('lets the secret go no further', () => {
      const { nodeRed } = stage();
      assert.ok(!nodeRed.program.output().includes(SECRET), 'not in the log');
      assert.ok(!nodeRed.editor.everything().includes(SECRET), 'not in the sidebar');
    });
  });
}
