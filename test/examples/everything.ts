/** "Cancel everything on a symbol": two presses, the entries of one symbol, and a report in words. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOpen, type NewOrder, type Order } from '../../simulator/books/orders';
import { doorOf, idIn } from './example';
import { FAILURES, failed, failedOrders, textOf } from './failures';
import { SYMBOL_KEY, type Stage } from './stage';

const EXAMPLE = 'Cancel everything on a symbol';
/** ms: within that, a second press is a double click */
const DOUBLE_CLICK = 400;

interface Shown {
  readonly payload: string;
  readonly statusCode?: number;
  readonly bybit: { readonly outcome: string; readonly complete?: boolean };
}

export function checkEverything(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const button = idIn(EXAMPLE, 'inject', 'press twice');
    const twice = idIn(EXAMPLE, 'function', 'two presses?');
    const report = idIn(EXAMPLE, 'debug', 'report');
    const failure = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    const door = doorOf(idIn(EXAMPLE, 'bybit-cancel-all', ''));
    const asked = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;

    afterEach(() => stage().exchange.faults.clear());

    const place = (count: number, wish: Partial<NewOrder> = {}): Order[] =>
      Array.from({ length: count }, () =>
        stage().exchange.books.place({
          ...{ category: 'linear', symbol: 'BTCUSDT', uid: SYMBOL_KEY.uid },
          ...wish,
        }),
      );
    const open = (orders: readonly Order[]) => orders.filter(isOpen).length;
    const press = () => stage().nodeRed.press(button);
    const pressTwice = async (): Promise<void> => {
      await press();
      await sleep(DOUBLE_CLICK + 100);
      await press();
    };
    /** @param shownBy the debug node that is to show the outcome */
    const shown = async (shownBy: string, act: () => Promise<void>): Promise<Shown> => {
      const { nodeRed } = stage();
      const before = nodeRed.editor.texts(shownBy).length;
      await act();
      const next = () => nodeRed.editor.objects(shownBy)[before];
      return (await nodeRed.until('report', next)) as unknown as Shown;
    };
    const words = () => stage().nodeRed.editor.status(twice);

    it('cancels nothing at one press, nor at a double click', async () => {
      const orders = place(2);
      const sent = stage().exchange.requests.length;
      await press();
      await press();
      await stage().nodeRed.until('words', () => words() === 'press again' || undefined);
      await sleep(500);
      assert.equal(open(orders), 2);
      const sentFor = stage().exchange.requests.slice(sent);
      assert.ok(sentFor.every(({ operation }) => !operation.startsWith('order/')));
      // Until the time for the second one is over.
      await stage().nodeRed.until('no words', () => words() === '' || undefined);
      const { payload } = await shown(report, pressTwice);
      assert.equal(payload, '2 of 2 confirmed as cancelled; none that matches is left.');
      assert.equal(open(orders), 0);
      assert.equal(words(), '');
    });

    it('cancels the entries of the symbol alone, and says what was left on purpose', async () => {
      const entries = [...place(30), ...place(30, { side: 'Sell' }), ...place(2, conditional)];
      const others = [
        ...place(2, { stopOrderType: 'StopLoss', side: 'Sell' }),
        ...place(1, { reduceOnly: true, side: 'Sell' }),
      ];
      const elsewhere = [
        ...place(1, { symbol: 'ETHUSDT' }),
        ...place(1, { category: 'spot' }),
        ...place(1, { uid: '2009999' }),
      ];
      const { payload, statusCode, bybit } = await shown(report, pressTwice);
      assert.deepEqual(payload.split('\n'), [
        '62 of 62 confirmed as cancelled; none that matches is left.',
        'Left on purpose: 3 that protect a position.',
      ]);
      assert.deepEqual([statusCode, bybit.complete], [200, true]);
      assert.deepEqual([open(entries), open(others), open(elsewhere)], [0, 3, 3]);
      assert.equal(stage().nodeRed.editor.status(report), 'cancelled');
    });

    it('says that there was none', async () => {
      const { payload } = await shown(report, pressTwice);
      assert.match(payload, /^There was no order to cancel\.\nLeft on purpose: 3 that protect/);
    });

    it('spares what is placed meanwhile, and says that something still places orders', async () => {
      const [first] = place(1);
      stage().exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/cancel' });
      const late: Order[] = [];
      const { payload } = await shown(report, async () => {
        await pressTwice();
        const sent = () =>
          stage().exchange.requests.some(({ params }) =>
            JSON.stringify(params).includes(first!.orderId),
          ) || undefined;
        await stage().nodeRed.until('cancel', sent);
        late.push(...place(2, { orderLinkId: 'bot-7' }));
      });
      assert.match(payload, /^1 of 1 confirmed as cancelled/);
      assert.match(payload, /2 placed later/);
      assert.match(payload, /2 placed meanwhile, such as bot-7: something still places orders\./);
      assert.deepEqual([open([first!]), open(late)], [0, 2]);
      for (const { orderId } of late) stage().exchange.books.cancel(orderId);
    });

    it('says of orders whose state is unknown that they may still be open', async () => {
      const [gone, hidden] = place(2) as [Order, Order];
      stage().exchange.books.hide(hidden.orderId);
      const { payload, statusCode } = await shown(failure, pressTwice);
      const [head, line, cancelled] = payload.split('\n');
      assert.match(head ?? '', /^State unknown: may still be open \(incomplete\)\. \w+ \w+/);
      const named = textOf('unconfirmed', { ...asked, orderId: hidden.orderId });
      assert.ok(line?.startsWith(`- ${named}`), line);
      assert.equal(cancelled, '1 of 2 confirmed as cancelled.');
      assert.equal(statusCode, 504);
      assert.deepEqual([open([gone]), open([hidden])], [0, 1]);
      stage().exchange.books.cancel(hidden.orderId);
    });

    it('says that none is open any more where one was filled first', async () => {
      place(2);
      stage().exchange.faults.add({ kind: 'lostRace', on: 'order/cancel' });
      const { payload, statusCode } = await shown(failure, pressTwice);
      assert.match(
        payload,
        /^None that matches is open any more, but not all were cancelled \(incomplete\)\. /,
      );
      assert.match(payload, /\n- Filled, not cancelled: check position and balance \(filled: /);
      assert.equal(statusCode, 409);
    });

    it('does not say so while it is not proved', async () => {
      place(2);
      const { faults } = stage().exchange;
      faults.add({ kind: 'none', on: 'order/realtime' });
      faults.add({ kind: 'http', status: 502, on: 'order/realtime', times: Infinity });
      const { payload } = await shown(failure, pressTwice);
      assert.match(payload, /^State unknown: may still be open \(incomplete\)\..* not known/);
      assert.match(payload, /\n2 of 2 confirmed as cancelled\./);
    });

    for (const code of FAILURES) {
      it(`tells of ${code} what is known`, async () => {
        const { error } = failed(code, asked);
        const { orders } = failedOrders([code], asked).error;
        const message = { error: { ...error, orders }, bybit: { orders: [asked] } };
        const { payload } = await shown(failure, () => stage().nodeRed.give(door, message));
        const { category, symbol, orderId } = asked;
        const about = `(${code}: ${category} ${symbol} ${orderId})`;
        assert.deepEqual(payload.split('\n'), [
          textOf(code, asked).replace(about, `(${code})`) + error.message,
          `- ${textOf(code, asked)}${error.message}`,
        ]);
      });
    }

    it('names the ten most dangerous, and says how many more there are', async () => {
      const codes = [...FAILURES, ...FAILURES].reverse();
      const message = failedOrders(codes, asked);
      const { payload } = await shown(failure, () => stage().nodeRed.give(door, message));
      const lines = payload.split('\n');
      assert.deepEqual(
        lines.slice(1, 3).map((line) => line.startsWith(`- ${textOf('unconfirmed', asked)}`)),
        [true, true],
      );
      assert.equal(lines.length, 12);
      assert.equal(lines[11], `and ${codes.length - 10} more: see msg.error.orders.`);
    });
  });
}

const conditional = { stopOrderType: 'Stop', triggerPrice: '9000.00' } as const;
