/**
 * The node `bybit-cancel-orders`: the orders of a list, each with an outcome of its own, and one report
 * for the message.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { Action, Ready } from '../action/action';
import type { WiredNode } from '../action/reply/deliver';
import {
  REPORT,
  summarize,
  toldOfSeveral,
  type OrderOutcome,
  type ToldOfSeveral,
} from '../action/reply/report';
import { actionRunner } from '../action/run-action';
import type { RawSettings } from '../action/request/settings';
import type { Outcome } from '../bybit/model';
import { isSuccess, timingSince } from '../action/reply/told';
import { checkOrders, type OrderList } from './orders';
import { readSettings, type Field, type Settings } from './settings';

const ACTION: Action<Field, Settings, OrderList, ToldOfSeveral> = {
  wanted: () => ({ confirm: true }),
  check: (raw, { account }) => checkOrders(raw, account.symbols),
  act: cancelList,
  progressOf: (list) => list,
  countOf: ({ orders }) => countText(orders),
  unsent: { counts: {}, orders: [], requests: 0 },
  unanswered: ({ items }) => {
    const message = 'The cancels ended without an answer. Orders may still be open: look them up.';
    const orders = items.map(
      ({ request, refused }): OrderOutcome =>
        refused ?? { ...request, outcome: 'unconfirmed', message },
    );
    return { message, counts: summarize(orders).counts, orders, requests: 0 };
  },
  writer: REPORT,
};

async function cancelList(
  list: OrderList,
  { account, settings, signal }: Ready<Settings>,
  startedAt: number,
): Promise<ToldOfSeveral> {
  const requests = list.items.flatMap(({ request }) => request ?? []);
  list.done = list.total - requests.length;
  const onOutcome = () => void (list.done += 1);
  const options = { timeout: settings.timeout, startedAt, signal, onOutcome };
  const sent = await account.cancelMany(requests, options);
  const outcomes = sent.outcomes.values();
  const orders = list.items.map(({ refused }) => refused ?? nextOf(outcomes));
  const { environment, transport } = account;
  const timing = timingSince(startedAt);
  return toldOfSeveral(orders, { environment, transport, timing, requests: sent.requests });
}

function nextOf(outcomes: Iterator<Outcome, undefined>): OrderOutcome {
  const { value } = outcomes.next();
  if (value !== undefined) return value;
  // Sooner an alarm than an order that nobody tells of.
  return { outcome: 'unconfirmed', message: 'The cancel ended without an answer.' };
}

/** `120`, or how many of them: `117/120`. */
function countText(orders: readonly OrderOutcome[]): string {
  if (orders.length === 0) return '';
  const closed = orders.filter(({ outcome }) => isSuccess(outcome)).length;
  return closed === 0 || closed === orders.length
    ? String(orders.length)
    : `${closed}/${orders.length}`;
}

export default function (RED: NodeAPI): void {
  const run = actionRunner(RED);
  function BybitCancelOrders(this: WiredNode, definition: NodeDef & RawSettings) {
    RED.nodes.createNode(this, definition);
    const settings = readSettings(definition, (name) => RED.util.getSetting(this, name));
    run(this, settings, ACTION);
  }
  RED.nodes.registerType('bybit-cancel-orders', BybitCancelOrders);
}
