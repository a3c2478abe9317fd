/** The nodes for one order, for a list and for all that matches, in a Node-RED of the client's process. */
import type { OpenOrder, SeveralClient, Where } from './common';
import { cancelNode, ON_TAB, startFlow, through, type Arrived } from './flows';

type Messages = (orders: readonly OpenOrder[]) => readonly object[];

export const openListNode = (where: Where): Promise<SeveralClient> =>
  openFlow(where, { type: 'bybit-cancel-orders' }, (orders) => [{ payload: orders }]);

export const openSingleNode = (where: Where): Promise<SeveralClient> =>
  openFlow(where, { type: 'bybit-cancel-order' }, (orders) =>
    orders.map((order) => ({ payload: order })),
  );

export function openAllNode(
  where: Where,
  scope: 'one symbol' | 'every symbol',
): Promise<SeveralClient> {
  return openFlow(where, { type: 'bybit-cancel-all', kinds: 'all' }, ([order]) => {
    const symbol = scope === 'one symbol' ? order?.symbol : '*';
    return [{ payload: { category: 'linear', symbol } }];
  });
}

/** A node with its defaults, but for what is given. */
async function openFlow(where: Where, node: object, messages: Messages): Promise<SeveralClient> {
  const start = {
    ...{ id: 'start', ...ON_TAB, account: 'account', wires: [['end'], ['end']] },
    ...node,
  };
  const runtime = await startFlow(where, 'http', [start, cancelNode('warm', true)]);
  const sendFirst = through(runtime, 'warm');
  const send = through(runtime);
  return {
    async warm(order) {
      const { bybit } = await sendFirst({ payload: order });
      // Until the order stream is up, it looks the order up.
      return bybit?.outcome === 'cancelled' && bybit.confirmedBy === 'stream';
    },
    async cancel(orders) {
      const arrived = await Promise.all(messages(orders).map(send));
      const unproved = arrived.find(({ bybit }) => bybit?.complete === false);
      if (unproved) throw new Error(JSON.stringify(unproved.bybit));
      return arrived.flatMap(outcomesOf).filter((outcome) => outcome !== 'cancelled').length;
    },
  };
}

/** Of each order; of a message that tells of none, its own. */
function outcomesOf({ bybit }: Arrived): readonly unknown[] {
  const { outcome, orders } = bybit ?? {};
  if (!Array.isArray(orders)) return [outcome];
  return orders.length === 0
    ? [outcome]
    : orders.map((order: { outcome: unknown }) => order.outcome);
}
