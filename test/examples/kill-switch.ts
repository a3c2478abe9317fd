/** "Kill switch": no heartbeat, no orders. In a Node-RED and with a broker of its own. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import { isOpen, type NewOrder, type Order } from '../../simulator/books/orders';
import { Broker, brokerMissing } from './broker';
import { hurried, idIn, readExample, setUp, type FlowNode } from './example';
import { Line } from './line';
import { NodeRed } from './node-red';
import { ALERT_CHAT, ALERT_TOKEN } from './stage';
import { Webhook } from './webhook';

const EXAMPLE = 'Kill switch';
const TOPIC = 'bot/heartbeat';
/** in the broker's log */
const SUBSCRIBED = /bybit-kill-switch 0 bot\/heartbeat$/;
/** s, as the example's environment variables have them */
const HEARTBEAT_SECONDS = 1.5;
const AGAIN_SECONDS = 0.5;
/** ms that a round may take */
const HURRY = 3000;
/** ms by which it fires late at most, on a machine with other work */
const LEEWAY = 1500;

export function checkKillSwitch(): void {
  describe(EXAMPLE, () => {
    const cancels = idIn(EXAMPLE, 'bybit-cancel-all', '');
    const unsent = idIn(EXAMPLE, 'debug', 'alert unconfirmed');
    const eachRound = idIn(EXAMPLE, 'debug', 'each round');
    let exchange: Exchange;
    let webhook: Webhook;
    let broker: Broker;
    let line: Line;
    let nodeRed: NodeRed;
    let flow: FlowNode[];
    const stops: (() => Promise<unknown>)[] = [];

    before(async function () {
      if (brokerMissing() !== undefined) return this.skip();
      exchange = await startExchange({ limits: { spot: 500, other: 500, query: 1000 } });
      stops.push(() => exchange.close());
      webhook = await Webhook.start();
      stops.push(() => webhook.stop());
      broker = await Broker.start();
      stops.push(() => broker.stop());
      line = await Line.to(broker.port);
      stops.push(() => line.close());
      const plain = setUp(readExample(EXAMPLE), { exchange, key: DEMO_KEY, port: line.port });
      flow = hurried(plain, HURRY);
      nodeRed = await NodeRed.start(flow, {
        ALERT_URL: `${webhook.url}/bot${ALERT_TOKEN}/sendMessage`,
        ALERT_CHAT_ID: ALERT_CHAT,
        HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
        AGAIN_SECONDS: String(AGAIN_SECONDS),
      });
      stops.push(() => nodeRed.stop());
    });
    after(async () => {
      for (const stop of stops.reverse()) await stop();
    });

    /** Armed anew, as after a restart. */
    const arm = async (): Promise<void> => {
      const subscribed = broker.times(SUBSCRIBED);
      await nodeRed.run('stop');
      exchange.faults.clear();
      for (const order of exchange.books.all().filter(isOpen)) exchange.books.cancel(order.orderId);
      webhook.calls.length = 0;
      await nodeRed.run('start');
      await broker.logged(SUBSCRIBED, subscribed + 1);
    };
    const place = (wish: Partial<NewOrder> = {}): Order =>
      exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', ...wish });
    const beat = (options: readonly string[] = []) => broker.publish(TOPIC, 'alive', options);
    const beatFor = async (ms: number): Promise<void> => {
      const end = Date.now() + ms;
      while (Date.now() < end) {
        await beat();
        await sleep(300);
      }
    };
    const texts = (): string[] => webhook.calls.map(({ body }) => body.text ?? '');
    const alert = (text: RegExp): Promise<string> =>
      nodeRed.until(`alert ${text.source}`, () => texts().find((one) => text.test(one)));
    const shows = (node: string, text: string) =>
      nodeRed.until(`status ${text}`, () => nodeRed.editor.status(node) === text || undefined);
    const closed = (orders: readonly Order[]) =>
      nodeRed.until('cancels', () => !orders.some(isOpen) || undefined);
    const cancelsSince = (from: number) =>
      exchange.requests.slice(from).filter(({ operation }) => operation.includes('cancel'));

    const FIRED =
      /^Kill switch: no heartbeat for 1\.5 s\. Every open order of the account is being/;
    const EMPTY = /^Kill switch, round \d+: no order is left\./;
    const OPEN = /^Kill switch, round \d+: ORDERS MAY STILL BE OPEN\./;

    it('fires without any heartbeat, and cancels every order of the account', async () => {
      const own = [
        place(),
        place({ side: 'Sell', symbol: 'ETHUSDT' }),
        place({ symbol: 'BTCPERP' }),
        place({ stopOrderType: 'StopLoss', reduceOnly: true }),
        place({ category: 'inverse', symbol: 'BTCUSD' }),
        place({ category: 'spot', symbol: 'BTCUSDT' }),
        place({ category: 'spot', symbol: 'ETHUSDT', orderFilter: 'tpslOrder' }),
        place({ category: 'option', symbol: 'BTC-27DEC30-100000-C' }),
      ];
      const foreign = place({ uid: '2009999' });
      const fired = await alert(FIRED);
      await closed(own);
      const text = await alert(EMPTY);
      assert.ok(texts().indexOf(fired) < texts().indexOf(text));
      for (const line of ['linear: none is left (4 cancelled)', 'inverse: none is left (1 canc'])
        assert.ok(text.includes(`\n- ${line}`), text);
      assert.match(text, /\n- spot: none is left \(2 cancelled\)\./);
      assert.match(text, /\n- option: none is left \(1 cancelled\)\./);
      assert.ok(isOpen(foreign));
      const [{ path, body }] = webhook.calls as [(typeof webhook.calls)[0]];
      assert.deepEqual([path, body.chat_id], [`/bot${ALERT_TOKEN}/sendMessage`, ALERT_CHAT]);
      // The alert goes another way than the editor's news.
      await shows(eachRound, 'none left');
    });

    it('rests once nothing is left, until heartbeats have come and gone again', async () => {
      const order = place();
      await sleep((HEARTBEAT_SECONDS + AGAIN_SECONDS) * 1000 + LEEWAY);
      assert.ok(isOpen(order), 'placed by hand after it had fired');
      assert.equal(texts().length, 2);
      await beat();
      assert.match(await alert(/heartbeats are back/), /No further round begins/);
      assert.ok(isOpen(order));
      await closed([order]);
    });

    it('does not fire before its time, nor while heartbeats come', async () => {
      await arm();
      const order = place();
      await beatFor(2 * HEARTBEAT_SECONDS * 1000);
      assert.ok(isOpen(order));
      assert.deepEqual(texts(), []);
      const since = Date.now();
      await closed([order]);
      const ms = Date.now() - since;
      assert.ok(ms > HEARTBEAT_SECONDS * 1000 - 800, `${ms} ms after the last heartbeat`);
      assert.ok(ms < HEARTBEAT_SECONDS * 1000 + LEEWAY, `${ms} ms after the last heartbeat`);
      await alert(FIRED);
    });

    it('takes no retained heartbeat for a sign of life', async () => {
      await beat(['-r']);
      await arm();
      const order = place();
      const end = Date.now() + HEARTBEAT_SECONDS * 1000 + LEEWAY;
      // Each new connection brings the retained one again.
      while (isOpen(order) && Date.now() < end) {
        const subscribed = broker.times(SUBSCRIBED);
        line.cut();
        line.mend();
        await broker.logged(SUBSCRIBED, subscribed + 1);
        await sleep(300);
      }
      assert.ok(!isOpen(order), 'it has fired');
      await broker.publish(TOPIC, '', ['-r']);
    });

    it('takes a heartbeat that is fresh, though it is published as retained', async () => {
      await arm();
      const order = place();
      for (let at = 0; at < 5; at += 1) {
        await beat(['-r']);
        await sleep(500);
      }
      assert.ok(isOpen(order));
      await broker.publish(TOPIC, '', ['-r']);
    });

    it('goes on, round after round, while a bot still places orders', async () => {
      await arm();
      const placed: Order[] = [place()];
      const bot = setInterval(
        () => placed.push(place({ orderLinkId: `bot-${placed.length}` })),
        40,
      );
      try {
        const first = await alert(OPEN);
        assert.match(first, /round 1: .* The next round begins in 0\.5 s\.\n- linear: orders may/);
        assert.match(first, /placed meanwhile, such as bot-\d+: something still places orders\./);
        assert.match(first, /\n- spot: none is left \(there was none\)\./);
        const second = () => nodeRed.editor.texts(eachRound).some((one) => one.includes('round 2'));
        await nodeRed.until('second round', () => second() || undefined);
      } finally {
        clearInterval(bot);
      }
      const text = await alert(EMPTY);
      // What was proved to be empty is not asked for again.
      assert.doesNotMatch(text, /spot|inverse|option/);
      assert.deepEqual(placed.filter(isOpen), []);
      assert.ok(placed.length > 50);
    });

    it('tells the same only once, and stops at a heartbeat', async () => {
      await arm();
      const order = place();
      exchange.books.hide(order.orderId);
      const before = nodeRed.editor.texts(eachRound).length;
      const rounds = () => nodeRed.editor.texts(eachRound).slice(before);
      await nodeRed.until('two rounds', () => rounds().length >= 2 || undefined);
      assert.equal(texts().filter((text) => OPEN.test(text)).length, 1);
      assert.match(texts().at(-1) ?? '', /\n- linear: orders may still be open \(unconfirmed\)\./);
      await beat();
      await alert(/heartbeats are back/);
      // A round that is under way comes to its end.
      const isIdle = () => !nodeRed.editor.status(cancels).startsWith('cancelling') || undefined;
      await nodeRed.until('end of the round', isIdle);
      await beat();
      const from = exchange.requests.length;
      await beatFor(2 * AGAIN_SECONDS * 1000 + 500);
      assert.deepEqual(cancelsSince(from), []);
    });

    it('keeps trying while the exchange can’t be reached, and says so', async () => {
      await arm();
      const order = place();
      exchange.faults.add({ kind: 'http', status: 502, times: Infinity });
      const text = await alert(OPEN);
      assert.match(text, /\n- linear: orders may still be open \(unavailable\)\./);
      assert.ok(isOpen(order));
      exchange.faults.clear();
      await alert(EMPTY);
      assert.ok(!isOpen(order));
    });

    it('alerts at once when its own broker is away, and fires all the same', async () => {
      await arm();
      await beat();
      const order = place();
      line.cut();
      await alert(/connection to the MQTT broker is lost\./);
      assert.ok(isOpen(order));
      const fired = await alert(/^Kill switch: no heartbeat for/);
      assert.match(fired, /1\.5 s, and there is no connection to the MQTT broker\. Every open/);
      await closed([order]);
      line.mend();
      await alert(/connection to the MQTT broker is back\./);
      await alert(EMPTY);
      assert.equal(texts().filter((text) => text.includes('is lost')).length, 1);
    });

    it('alerts and cancels nothing without the broker where that is wished, until it is back', async () => {
      const env = [{ name: 'KILL_WITHOUT_BROKER', value: 'no', type: 'str' }];
      await arm();
      await nodeRed.deploy(flow.map((node) => (node.type === 'tab' ? { ...node, env } : node)));
      await beat();
      const order = place();
      line.cut();
      const told = await alert(/^Kill switch: no heartbeat for/);
      assert.match(told, /Nothing is cancelled \(KILL_WITHOUT_BROKER is no\)/);
      const twice = () =>
        texts().filter((text) => text.includes('Nothing is cancelled')).length >= 2;
      await nodeRed.until('second alert', () => twice() || undefined);
      assert.ok(isOpen(order));
      line.mend();
      await closed([order]);
      await alert(FIRED);
      await nodeRed.deploy(flow);
    });

    it('says that orders of symbols which the account may not cancel stay open', async () => {
      await arm();
      const limited = { symbols: 'BTCUSDT, ETHUSDT' };
      await nodeRed.deploy(
        flow.map((node) => (node.type === 'bybit-config' ? { ...node, ...limited } : node)),
      );
      const own = [place(), place({ category: 'spot', symbol: 'ETHUSDT' })];
      const left = [place({ symbol: 'SOLUSDT' }), place({ category: 'spot', symbol: 'SOLUSDT' })];
      // Two rounds for linear, and one for spot, whose order of another symbol counts in the last.
      exchange.faults.add({
        ...({ kind: 'http', status: 502, times: Infinity } as const),
        on: ({ params }) => params.category === 'linear',
      });
      await alert(OPEN);
      exchange.faults.clear();
      const text = await alert(/^Kill switch, round \d+: no order is left that the account may/);
      assert.match(text, /may cancel\. OF OTHER SYMBOLS, 2 MAY STILL BE OPEN\./);
      assert.match(
        text,
        /\n- linear: none is left .*LEFT OPEN: 1 of symbols that the account may not/,
      );
      assert.deepEqual([own.filter(isOpen), left.filter(isOpen).length], [[], 2]);
      await shows(eachRound, '2 not allowed');
      await nodeRed.deploy(flow);
    });

    it('takes a deploy for no lost connection', async () => {
      await arm();
      await beatFor(500);
      await nodeRed.deploy(
        flow.map((node) => (node.type === 'tab' ? { ...node, info: '' } : node)),
      );
      await alert(FIRED);
      assert.deepEqual(
        texts().filter((text) => text.includes('connection')),
        [],
      );
    });

    it('sends an alert again that the service did not take', async () => {
      webhook.status = 500;
      await arm();
      await alert(EMPTY);
      webhook.status = 200;
      const twice = () =>
        texts().filter((text) =>
          text.startsWith(
            'Kill switch: no heartbeat for 1.5 s. Every open order of the account is being',
          ),
        ).length === 2 || undefined;
      await nodeRed.until('the alert once more', twice);
      const again = () => texts().filter((text) => EMPTY.test(text)).length === 2 || undefined;
      await nodeRed.until('the other one, too', again);
      await shows(unsent, 'The webhook answered 500.');
    });

    it('shows the token nowhere', () => {
      assert.ok(!nodeRed.program.output().includes(ALERT_TOKEN), 'not in the log');
      assert.ok(!nodeRed.editor.everything().includes(ALERT_TOKEN), 'not in the sidebar');
      assert.match(nodeRed.program.output(), /Kill switch: no heartbeat/, 'alerts are in the log');
    });
  });
}
