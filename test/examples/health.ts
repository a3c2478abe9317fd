/**
 * "Tell me when it would not work", in a German Node-RED: each cause is shown under the node, reaches a
 * status node by its code, is told once it lasts, and so is its end.
 */
import assert from 'node:assert/strict';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import type { Installed } from '../package/node-red';
import { Broker, brokerMissing, type Received } from './broker';
import { hurried, idIn, readExample, setUp, type FlowNode } from './example';
import { NodeRed } from './node-red';
import { ALERT_CHAT, ALERT_TOKEN } from './stage';
import { Webhook } from './webhook';

const EXAMPLE = 'Tell me when it would not work';
/** s, as the example's environment variable has them */
const HOLD_SECONDS = 1;
const DAY = 24 * 60 * 60 * 1000;

/** @param installed where another Node-RED is than the one of the other examples */
export function checkHealth(installed?: () => Installed): void {
  describe(EXAMPLE, () => {
    const cancel = idIn(EXAMPLE, 'bybit-cancel-order', '');
    const press = idIn(EXAMPLE, 'inject', 'no such order');
    const daily = idIn(EXAMPLE, 'inject', 'every day at 8');
    const stops: (() => Promise<unknown>)[] = [];
    let exchange: Exchange;
    let webhook: Webhook;
    let nodeRed: NodeRed;
    let messages: (() => Received[]) | undefined;
    let flow: FlowNode[];

    before(async () => {
      exchange = await startExchange();
      webhook = await Webhook.start();
      stops.push(() => webhook.stop());
      const missing = brokerMissing();
      const broker = missing === undefined ? await Broker.start() : undefined;
      if (broker) {
        stops.push(() => broker.stop());
        messages = await broker.listen('bybit/health');
      }
      const plain = setUp(readExample(EXAMPLE), {
        exchange,
        key: DEMO_KEY,
        port: broker?.port ?? 1,
      });
      flow = hurried(plain, 3000);
      const env = {
        ALERT_URL: `${webhook.url}/bot${ALERT_TOKEN}/sendMessage`,
        ALERT_CHAT_ID: ALERT_CHAT,
        HOLD_SECONDS: String(HOLD_SECONDS),
      };
      nodeRed = await NodeRed.start(flow, env, 'de', installed?.());
      stops.push(() => nodeRed.stop());
    });
    after(async () => {
      for (const stop of stops.reverse()) await stop();
      await exchange.close();
    });

    const setKey = (changes: object) => exchange.setKey({ ...DEMO_KEY, ...changes });
    const shown = (text: string, ms?: number) =>
      nodeRed.until(text, () => nodeRed.editor.status(cancel) === text || undefined, ms);
    const told = async (pattern: RegExp): Promise<void> => {
      const { body } = await nodeRed.until(String(pattern), () =>
        webhook.calls.find((call) => pattern.test(call.body.text ?? '')),
      );
      assert.equal(body.chat_id, ALERT_CHAT);
      webhook.calls.length = 0;
    };
    /** What the daily message says next. */
    const wellNow = async (): Promise<{ readonly allWell: boolean; readonly nodes: number }> => {
      const before = messages!().length;
      await nodeRed.press(daily);
      const { payload } = await nodeRed.until('daily message', () => messages!()[before]);
      return JSON.parse(payload) as { allWell: boolean; nodes: number };
    };

    it('is ready, and tells nobody but once a day', async function () {
      await shown('bereit (custom)');
      assert.equal(webhook.calls.length, 0);
      if (messages === undefined) return this.skip();
      const { allWell, nodes } = await wellNow();
      assert.deepEqual([allWell, nodes], [true, 1]);
    });

    for (const [what, changes, text, words] of [
      ['a key that was deleted', undefined, 'Key abgelehnt', /custom\): .*the API key is refused/],
      ['a read-only key', { readOnly: true }, 'Key ohne Storno', /the API key may not cancel/],
      [
        'a key that ends in 13 days',
        { ips: [], expiredAt: new Date(Date.now() + 13 * DAY).toISOString() },
        'Key: noch 13 T.',
        /the API key expires within two weeks/,
      ],
    ] as const) {
      it(`tells ${what}, and that it is well again`, async () => {
        if (changes === undefined) exchange.removeKey(DEMO_KEY.apiKey);
        else if ('readOnly' in changes) setKey(changes);
        // A refusal has the account look at its key.
        if (changes === undefined || 'readOnly' in changes) await nodeRed.press(press);
        else {
          setKey(changes);
          await nodeRed.deploy(flow.map((node) => ({ ...node, info: what })));
        }
        await shown(text);
        await told(words);
        setKey({});
        if (changes !== undefined && 'expiredAt' in changes) {
          await nodeRed.deploy(flow.map((node) => ({ ...node, info: `after ${what}` })));
        }
        await shown('bereit (custom)');
        await told(/is well again/);
      });
    }

    it('tells that the exchange is down, and that it is back', async function () {
      const { port } = exchange;
      await exchange.close();
      await shown('Bybit unerreichbar', 30_000);
      await told(/Bybit can not be reached/);
      if (messages !== undefined) assert.equal((await wellNow()).allWell, false);
      exchange = await startExchange({ port });
      await shown('bereit (custom)', 30_000);
      await told(/is well again/);
    });

    it('tells that the order stream is refused, and that it is not any more', async () => {
      // Tried again after 5 and after 10 s.
      exchange.faults.refuseSubscribe(2);
      exchange.cutStreams();
      await shown('Stream getrennt', 30_000);
      await told(/order stream down/);
      await shown('bereit (custom)');
      await told(/is well again/);
    });

    it('shows a clock that is an hour off as no fault of the key', async () => {
      exchange.clockSkewMs = 3_600_000;
      await nodeRed.deploy(flow.map((node) => ({ ...node, info: 'a clock' })));
      await shown('bereit (custom)', 40_000);
      assert.ok(!nodeRed.editor.everything().includes('Key abgelehnt'));
    });
  });
}
