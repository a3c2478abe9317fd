/** Flows in a Node-RED of the client's own process: this package, and what one does without it. */
import type { NodeMessage } from 'node-red';
import { DEMO_KEY } from '../../simulator/exchange';
import { openWs } from './bare';
import { FIELDS, type Client, type Where } from './common';
import { startRuntime, type Runtime } from './runtime';

export const ON_TAB = { z: 'tab', x: 1, y: 1 };
const TAB = { id: 'tab', type: 'tab', label: 'bench' };
// A comment does nothing with a message by itself.
const END = { id: 'end', ...ON_TAB, type: 'comment', wires: [[]] };

export function accountNode(
  { restUrl, streamUrl }: Where,
  transport: 'http' | 'websocket',
): object {
  return {
    ...{ id: 'account', type: 'bybit-config', testnet: false, site: 'custom' },
    ...{ restUrl, streamUrl, recvWindow: 5000, transport },
  };
}

export function cancelNode(id: string, confirm: boolean): object {
  return {
    ...{ id, ...ON_TAB, type: 'bybit-cancel-order', account: 'account', confirm, timeout: 10_000 },
    wires: [['end'], ['end']],
  };
}

/** Nodes on one account that hand on to the node "end". */
export function startFlow(
  where: Where,
  transport: 'http' | 'websocket',
  nodes: readonly object[],
): Promise<Runtime> {
  const flow = [TAB, accountNode(where, transport), ...nodes, END];
  const { apiKey, secret: apiSecret } = DEMO_KEY;
  return startRuntime(flow, { account: { apiKey, apiSecret } });
}

/** ms in which the sockets are nearly always up: the first cancel goes over them then */
const TO_GET_READY = 1000;

export async function openNode(
  where: Where,
  transport: 'http' | 'websocket',
  confirm = false,
  count = 1,
): Promise<Client> {
  const ids = ['start', ...Array.from({ length: count - 1 }, (_, i) => `more-${i}`)];
  const nodes = ids.map((id) => cancelNode(id, confirm));
  const runtime = await startFlow(where, transport, nodes);
  const send = through(runtime);
  const wanted = confirm ? 'cancelled' : 'accepted';
  const cancel = async (orderId: string) => {
    const { bybit } = await send({ payload: { ...FIELDS, orderId } });
    const { outcome, transport: by, confirmedBy } = bybit ?? {};
    const wrong = outcome !== wanted || by !== transport || (confirm && confirmedBy !== 'stream');
    if (wrong) throw new Error(JSON.stringify(bybit));
  };
  await new Promise((resolve) => setTimeout(resolve, TO_GET_READY));
  // Until the sockets are up, it goes the other way.
  for (let tries = 0; ; tries += 1) {
    try {
      await cancel('first');
      return { cancel };
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What a node pays for one cancel at a time: the way through the flow, two statuses, a raw `ws`. */
export async function openLeast(where: Where): Promise<Client> {
  const least = { id: 'start', ...ON_TAB, type: 'comment', wires: [['end']] };
  const runtime = await startRuntime([TAB, least, END]);
  const bare = await openWs(where);
  const node = runtime.node('start');
  node.on('input', (msg, send, done) => {
    const { orderId } = msg.payload as { orderId: string };
    node.status({ fill: 'blue', shape: 'dot', text: 'cancelling' });
    const told = () => {
      node.status({ fill: 'green', shape: 'dot', text: 'accepted' });
      send(msg);
      done();
    };
    bare.cancel(orderId).then(told, done);
  });
  const send = through(runtime);
  return {
    async cancel(orderId) {
      await send({ payload: { ...FIELDS, orderId } });
    },
  };
}

const SIGN = `
const body = JSON.stringify(msg.payload);
const timestamp = String(Date.now());
const signature = crypto.createHmac('sha256', '${DEMO_KEY.secret}')
    .update(timestamp + '${DEMO_KEY.apiKey}' + '5000' + body).digest('hex');
msg.headers = {
    'X-BAPI-API-KEY': '${DEMO_KEY.apiKey}',
    'X-BAPI-TIMESTAMP': timestamp,
    'X-BAPI-RECV-WINDOW': '5000',
    'X-BAPI-SIGN': signature,
    'X-BAPI-SIGN-TYPE': '2',
    'Content-Type': 'application/json',
};
msg.payload = body;
return msg;`;

export async function openFunctionFlow({ restUrl }: Where, persist: boolean): Promise<Client> {
  const runtime = await startRuntime([
    TAB,
    {
      ...{ id: 'start', ...ON_TAB, type: 'function', func: SIGN, outputs: 1 },
      ...{ libs: [{ var: 'crypto', module: 'crypto' }], wires: [['request']] },
    },
    {
      ...{ id: 'request', ...ON_TAB, type: 'http request', method: 'POST', ret: 'obj', persist },
      ...{ url: `${restUrl}/v5/order/cancel`, wires: [['end']] },
    },
    END,
  ]);
  const send = through(runtime);
  return {
    async cancel(orderId) {
      const { payload } = await send({ payload: { ...FIELDS, orderId } });
      const { retCode } = payload as { retCode?: number };
      if (retCode !== 0) throw new Error(JSON.stringify(payload));
    },
  };
}

export type Arrived = NodeMessage & { readonly bybit?: Readonly<Record<string, unknown>> };

/** Hands a message to the flow's first node and waits for it at the last. */
export function through(runtime: Runtime, first = 'start'): (msg: object) => Promise<Arrived> {
  const start = runtime.node(first);
  // No Map: its garbage would be taken for the client's.
  const waiting: Partial<Record<string, (msg: Arrived) => void>> = {};
  let count = 0;
  runtime.node('end').on('input', (msg) => {
    waiting[msg._msgid]?.(msg);
    Reflect.deleteProperty(waiting, msg._msgid);
  });
  return (msg) =>
    new Promise((resolve) => {
      const _msgid = String((count += 1));
      waiting[_msgid] = resolve;
      start.receive({ _msgid, ...msg });
    });
}
