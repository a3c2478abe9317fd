/**
 * The symbols that the dialog offers, fetched through the account that is chosen there.
 */
import type { NodeAPI } from 'node-red';
import { CATEGORIES } from '../bybit/model';
import { accessTo } from '../action/account-access';

/**
 * `GET bybit-cancel-order/instruments?account=<id>&category=<category>` on the admin side: an array
 * of symbols. It is empty when the account is not deployed or the exchange can't be reached.
 */
export function serveInstruments(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission('bybit-cancel-order.read');
  RED.httpAdmin.get('/bybit-cancel-order/instruments', mayRead, (request, response) => {
    const { account: id, category: asked } = request.query;
    const category = CATEGORIES.find((known) => known === asked);
    if (category === undefined || typeof id !== 'string') {
      response.status(400).json([]);
      return;
    }
    // A rejection would end the whole process.
    const symbols = symbolsOf(RED, id, category).catch(() => []);
    void symbols.then((list) => response.json(list));
  });
}

async function symbolsOf(RED: NodeAPI, id: string, category: (typeof CATEGORIES)[number]) {
  return (await accessTo(RED, id).account?.instruments(category)) ?? [];
}
