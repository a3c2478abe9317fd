/**
 * The drill: a cancel that can't hit, over the deployed account, as a message would make it. `not-found`
 * proves the way, the key, its permission and the look-ups; anything else says what is wrong.
 */
import { randomUUID } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { accessTo } from '../action/account-access';
import { serveQuestion } from '../action/admin-post';
import { checkRequest } from '../action/order-fields';
import { Refusal } from '../action/refusal';
import type { Account } from '../bybit/account';
import type { DrillAnswer, Drilled, DrillTrouble } from '../action/drill-answer';
import type { CancelRequest, Category } from '../bybit/model';

/** ms; an order that is not found is looked for as long as there is time */
const TIMEOUT = 3000;
/** at once; each takes as many turns of the limits as a cancel */
const MOST = 4;
/** of each category one that is always traded; an option is not */
const SYMBOLS: Readonly<Partial<Record<Category, string>>> = {
  linear: 'BTCUSDT',
  inverse: 'BTCUSD',
  spot: 'BTCUSDT',
};

/** `POST /bybit-config/drill` of the admin API, with an account's id and, if fixed, the place. */
export function serveDrill(RED: NodeAPI): void {
  serveQuestion<DrillAnswer>(RED, {
    path: '/bybit-config/drill',
    most: MOST,
    busy: trouble('busy'),
    failed: trouble('failed'),
    answer: async (body, signal) => {
      const { account: id, category, symbol } = (body ?? {}) as Record<string, unknown>;
      if (typeof id !== 'string') return [400, trouble('malformed')];
      const { account, problem } = accessTo(RED, id);
      if (account === undefined) return [200, trouble('account', problem)];
      try {
        const request = await requestFor(account, category, symbol);
        return [200, await drill(account, request, signal)];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return [200, trouble('fields', error.message)];
      }
    },
  });
}

function trouble(kind: DrillTrouble, detail = ''): DrillAnswer {
  return { trouble: kind, detail };
}

/**
 * An order that does not exist: 120 bits of chance in its own id. Ids of the exchange's own have forms
 * of their own in each category.
 */
async function requestFor(
  account: Account,
  category: unknown,
  symbol: unknown,
): Promise<CancelRequest> {
  const orderLinkId = `drill-${randomUUID().replaceAll('-', '').slice(2)}`;
  const place = { category: category || 'linear', symbol: symbol || account.symbols?.[0] };
  const known = SYMBOLS[place.category as Category];
  const [traded] = place.symbol || known ? [] : await account.instruments('option');
  const request = { ...place, symbol: place.symbol || known || traded, orderLinkId };
  return checkRequest(request, account.symbols);
}

async function drill(
  account: Account,
  request: CancelRequest,
  signal: AbortSignal,
): Promise<Drilled> {
  const options = { confirm: true, timeout: TIMEOUT, signal };
  const { outcome, message, environment, category, symbol, transport, timing } =
    await account.cancel(request, options);
  const told = { outcome, message, environment, category, symbol, transport };
  return { ...told, setTo: account.transport, tookMs: Math.round(timing.totalMs) };
}
