/** "TradingView alert": answered at once, cancelled after it, and closed to all who lack the secret. */
import assert from 'node:assert/strict';
import { doorOf, idIn } from './example';
import { failed, FAILURES, loseTrack, textOf } from './failures';
import { STAGED, statusOf, type Stage } from './stage';

const EXAMPLE = 'TradingView alert';
const SECRET = 'a-secret-of-the-webhook-alone';
const VARIABLE = 'TRADINGVIEW_SECRET';

export function checkTradingView(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const cancelled = idIn(EXAMPLE, 'debug', 'cancelled');
    const failure = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    const door = doorOf(idIn(EXAMPLE, 'bybit-cancel-order', ''));

    const post = async (body: unknown, type = 'application/json') => {
      const answer = await stage().nodeRed.post('/tradingview', body, { 'content-type': type });
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
      return { status: answer.status, words: await answer.text() };
    };

    /** As the comment says: in the properties of the tab, as a credential. */
    const chooseSecret = async (): Promise<void> => {
      const env = [{ name: VARIABLE, value: '', type: 'cred' }];
      const withSecret = stage()
        .flowOf(EXAMPLE)
        .map((node) =>
          node.type === 'tab' ? { ...node, env, credentials: { [VARIABLE]: SECRET } } : node,
        );
      const others = STAGED.filter((name) => name !== EXAMPLE).map((name) => stage().flowOf(name));
      await stage().nodeRed.deploy([...others.flat(), ...withSecret]);
    };

    it('takes no alert while there is no secret', async () => {
      const order = stage().place();
      const { status, words } = await post({ ...order, secret: '' });
      assert.equal(status, 503);
      assert.match(words, /no secret/);
      assert.equal(statusOf(stage(), order), 'New');
      await chooseSecret();
    });

    for (const type of ['application/json', 'text/plain; charset=utf-8']) {
      it(`answers ${type} before the order is cancelled, then cancels it`, async () => {
        const order = stage().place();
        stage().exchange.faults.add({
          kind: 'delay',
          ms: 500,
          processing: 'late',
          on: 'order/cancel',
        });
        const shown = stage().nodeRed.editor.texts(cancelled).length;
        const alert = JSON.stringify({ secret: SECRET, ...order, symbol: 'BTCUSDT.P' });
        assert.deepEqual(await post(alert, type), {
          ...{ status: 202, words: 'The alert is taken; the cancel is being tried.' },
        });
        assert.equal(stage().nodeRed.editor.texts(cancelled).length, shown, 'not cancelled yet');
        const { nodeRed } = stage();
        const message = await nodeRed.until(
          'outcome',
          () => nodeRed.editor.objects(cancelled)[shown],
        );
        assert.deepEqual(Object.keys(message).sort(), ['_msgid', 'bybit', 'payload', 'statusCode']);
        assert.equal(statusOf(stage(), order), 'Cancelled');
      });
    }

    for (const [given, category, symbol] of [
      ['BTCUSDC.P', 'linear', 'BTCPERP'],
      ['BYBIT:BTCUSDT.P', 'linear', 'BTCUSDT'],
      ['BTCUSD.P', 'inverse', 'BTCUSD'],
    ] as const) {
      it(`cancels an order on ${symbol} that is named ${given}, without a category`, async () => {
        const { exchange, nodeRed } = stage();
        const { orderId } = exchange.books.place({ category, symbol });
        const shown = nodeRed.editor.texts(cancelled).length;
        await take({ symbol: given, orderId });
        const { payload } = await nodeRed.until(
          'outcome',
          () => nodeRed.editor.objects(cancelled)[shown],
        );
        const told = payload as Record<string, unknown>;
        assert.deepEqual({ ...told, outcome: 'cancelled', category, symbol, orderId }, told);
        assert.equal(statusOf(stage(), { category, symbol, orderId }), 'Cancelled');
      });
    }

    it('cancels nothing where the symbol contradicts the category', async () => {
      const order = stage().place();
      const text = await toldOf(() => take({ ...order, symbol: 'BTCUSD.P' }));
      assert.match(text, /^Nothing was sent \(invalid-request.*inverse/);
      assert.equal(statusOf(stage(), order), 'New');
    });

    for (const [what, body, said] of [
      ['malformed text', 'cancel BTCUSDT, please', /not valid JSON/],
      ['JSON that is cut off', `{"secret":"${SECRET}","category"`, /not valid JSON/],
      ['JSON that is no object', '42', /object/],
      ['null', 'null', /object/],
    ] as const) {
      it(`answers ${what} with 400, in words`, async () => {
        const { status, words } = await post(body, 'text/plain');
        assert.equal(status, 400);
        assert.match(words, said);
      });
    }

    for (const secret of [undefined, '', `${SECRET}!`, SECRET.slice(0, -1), [SECRET], 0, true]) {
      it(`refuses the secret ${JSON.stringify(secret)}`, async () => {
        const order = stage().place();
        assert.equal((await post({ ...order, secret })).status, 403);
        assert.equal(statusOf(stage(), order), 'New');
      });
    }

    /** @returns the text that goes to the alert */
    const toldOf = async (act: () => Promise<unknown>): Promise<string> => {
      const { nodeRed } = stage();
      const shown = nodeRed.editor.texts(failure).length;
      await act();
      const message = () => nodeRed.editor.objects(failure)[shown];
      return String((await nodeRed.until('alert', message)).payload);
    };
    const take = async (alert: object): Promise<void> => {
      assert.equal((await post({ secret: SECRET, ...alert })).status, 202);
    };

    it('tells of an order that was filled that it is not cancelled', async () => {
      const { exchange, nodeRed, place } = stage();
      const order = place();
      exchange.books.fill(order.orderId);
      const text = await toldOf(() => take(order));
      assert.equal(text.slice(0, textOf('filled', order).length), textOf('filled', order));
      assert.match(text, /filled before the cancel/);
      assert.equal(nodeRed.editor.status(failure), 'filled');
      assert.equal(statusOf(stage(), order), 'Filled');
    });

    it('tells of a cancelled order of which nobody heard that its state is unknown', async () => {
      const { exchange, nodeRed, place } = stage();
      const order = place();
      loseTrack(stage());
      const text = await toldOf(() => take(order));
      exchange.faults.clear();
      assert.equal(statusOf(stage(), order), 'Cancelled');
      assert.equal(
        text.slice(0, textOf('unconfirmed', order).length),
        textOf('unconfirmed', order),
      );
      assert.doesNotMatch(text, /not cancelled|fail/i);
      assert.equal(nodeRed.editor.status(failure), 'unconfirmed');
    });

    it('tells what is wrong with a message that names no order', async () => {
      const text = await toldOf(() => take({ category: 'linear', symbol: 'BTCUSDT' }));
      assert.match(text, /^Nothing was sent \(invalid-request.*\)\. .*\w+ \w+/);
    });

    for (const code of FAILURES) {
      it(`tells of ${code} what is known`, async () => {
        const order = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;
        const message = failed(code, order);
        const text = await toldOf(() => stage().nodeRed.give(door, message));
        assert.equal(text, textOf(code, order) + message.error.message);
      });
    }

    it('tells of an outcome that it does not know that the state is unknown', async () => {
      const error = { code: 'incomplete', message: 'Some are left.' };
      const text = await toldOf(() => stage().nodeRed.give(door, { error, bybit: {} }));
      assert.equal(text, 'State unknown: may still be open (incomplete). Some are left.');
    });

    it('lets the secret go no further', () => {
      const { nodeRed } = stage();
      assert.ok(!nodeRed.program.output().includes(SECRET), 'not in the log');
      assert.ok(!nodeRed.editor.everything().includes(SECRET), 'not in the sidebar');
    });
  });
}
