/** All examples in one Node-RED, beside the simulated exchange and whatever else they talk to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_KEY, startExchange, type Exchange, type Order } from '../../simulator/exchange';
import { Broker, brokerMissing } from './broker';
import { EXAMPLES, hurried, readExample, setUp, showAll, withDoor } from './example';
import type { FlowNode, SetUp } from './example';
import { Line } from './line';
import { NodeRed } from './node-red';
import { Webhook } from './webhook';

/** The account of a second instance: another key of the same user. */
export const SECOND_KEY = { apiKey: 'SecondInstance1', secret: 'secret-of-the-second-instance' };
export const ALERT_TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
export const ALERT_CHAT = '-100200300';
/** What cancels everything of a symbol has an account without the orders of the other examples. */
export const SYMBOL_KEY = { apiKey: 'OfASymbol1', secret: 'secret-of-a-symbol', uid: '2000001' };
export const STRATEGY_KEY = { apiKey: 'OfAStrategy1', secret: 'of-a-strategy', uid: '2000002' };
const OWN_KEYS: Readonly<Record<string, typeof SYMBOL_KEY>> = {
  'Cancel everything on a symbol': SYMBOL_KEY,
  'Cancel by TradingView strategy': STRATEGY_KEY,
};
/** These have a Node-RED of their own: they fire by themselves. */
const ALONE = ['Kill switch', 'Tell me when it would not work'];
export const STAGED = EXAMPLES.filter((name) => !ALONE.includes(name));
/** s, as the example's environment variables have them */
export const ALERT_SECONDS = 4;
const RESEND_SECONDS = 0.5;
export const RETRY_SECONDS = 1;
/** ms that a cancel may take in those examples whose words for failures are tested */
const HURRY = 3000;
const WITH_WORDS = [
  ...Object.keys(OWN_KEYS),
  'Alert on a failed cancel',
  'Retry what is left',
  'Several orders in one message',
  'TradingView alert',
];
/** What the messages of these examples hold besides their payload matters. */
const SHOWN_WHOLE = [
  ...Object.keys(OWN_KEYS),
  'Retry what is left',
  'Several orders in one message',
  'TradingView alert',
];

/** Examples that share one Node-RED. */
export function describeExamples(
  title: string,
  checks: readonly ((onStage: () => Stage) => void)[],
): void {
  describe(title, function () {
    this.timeout(60_000);
    let stage: Stage | undefined;
    before(async () => {
      stage = await startStage();
    });
    after(() => stage?.stop());
    for (const check of checks) check(() => stage!);
  });
}

export interface Stage {
  readonly exchange: Exchange;
  /** of the examples' accounts */
  readonly key: typeof DEMO_KEY;
  readonly nodeRed: NodeRed;
  readonly webhook: Webhook;
  /** absent when none can be had here */
  readonly broker: Broker | undefined;
  /** between Node-RED and the broker */
  readonly line: Line | undefined;
  /** The flow of one example as it was deployed. */
  readonly flowOf: (example: string, changes?: Partial<SetUp>) => FlowNode[];
  /** An open order, as the examples take it. */
  readonly place: () => Asked;
  /** the folder of the journal; it need not be there */
  readonly journal: string;
  readonly stop: () => Promise<void>;
}

export type Asked = Pick<Order, 'category' | 'symbol' | 'orderId'>;

export async function startStage(): Promise<Stage> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  const ended = <T extends object>(it: T, end: (it: T) => Promise<unknown>): T => {
    stops.push(() => end(it));
    return it;
  };
  try {
    return { ...(await furnish(ended)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ended = <T extends object>(it: T, end: (it: T) => Promise<unknown>) => T;

async function furnish(ended: Ended): Promise<Omit<Stage, 'stop'>> {
  // Room for many orders: what is tested here is no rate limit.
  const limits = { spot: 500, other: 500, query: 1000 };
  const keys = [DEMO_KEY, SECOND_KEY, ...Object.values(OWN_KEYS)];
  const exchange = ended(await startExchange({ keys, limits }), (it) => it.close());
  const webhook = ended(await Webhook.start(), (it) => it.stop());
  const missing = brokerMissing();
  if (missing !== undefined) console.log(`      MQTT is not tested: ${missing}`);
  const broker = missing === undefined ? ended(await Broker.start(), (it) => it.stop()) : undefined;
  const line = broker && ended(await Line.to(broker.port), (it) => it.close());
  const flowOf: Stage['flowOf'] = (example, changes) => {
    const own = { exchange, key: OWN_KEYS[example] ?? DEMO_KEY, port: line?.port ?? 1 };
    const plain = setUp(readExample(example), { ...own, ...changes });
    const flow = WITH_WORDS.includes(example) ? withDoor(hurried(plain, HURRY)) : plain;
    return SHOWN_WHOLE.includes(example) ? showAll(flow) : flow;
  };
  const env = {
    ALERT_URL: `${webhook.url}/bot${ALERT_TOKEN}/sendMessage`,
    ALERT_CHAT_ID: ALERT_CHAT,
    ALERT_SECONDS: String(ALERT_SECONDS),
    RESEND_SECONDS: String(RESEND_SECONDS),
    RETRY_SECONDS: String(RETRY_SECONDS),
    JOURNAL_DIR: join(ended(await mkdtempOf(), removed).folder, 'journal'),
  };
  const flow = STAGED.flatMap((example) => flowOf(example));
  const nodeRed = ended(await NodeRed.start(flow, env), (it) => it.stop());
  const place = (): Asked => {
    const order = exchange.books.place({ category: 'linear', symbol: 'BTCUSDT' });
    return { category: order.category, symbol: order.symbol, orderId: order.orderId };
  };
  const journal = env.JOURNAL_DIR;
  return { exchange, key: DEMO_KEY, nodeRed, webhook, broker, line, flowOf, place, journal };
}

const mkdtempOf = async () => ({ folder: await mkdtemp(join(tmpdir(), 'bybit-journal-')) });
const removed = ({ folder }: { readonly folder: string }) => rm(folder, { recursive: true });

/** What the books hold of an order. */
export const statusOf = ({ exchange }: Stage, { orderId }: Asked): string =>
  exchange.books.get(orderId).orderStatus;
