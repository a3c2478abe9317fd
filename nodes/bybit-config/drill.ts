/**
 * The drill: a cancel that can't hit, over the deployed account, as a message would make it. `not-found`
 * proves the way, the key, its permission and the look-ups; anything else says what is wrong.
 */
import { randomUUID } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { accessTo } from '../action/account-access';
import { serveQuestion } from '../action/admin-post';
import { checkRequest } from '../action/request/order-fields';
import { Refusal } from '../action/request/refusal';
import type { Account } from '../bybit/account';
import type { DrillAnswer, Drilled, DrillTrouble } from '../action/drill-answer';
import { CATEGORIES, type CancelRequest, type Category, type Outcome } from '../bybit/model';

/** ms; an order that is not found is looked for as long as there is time. Slow lines have a second try. */
const TIMEOUTS = [3000, 12_000];
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
  const place = category ? { category } : await placeFor(account, symbol);
  const given = symbol || account.symbols?.[0] || SYMBOLS[place.category as Category];
  const traded = given ? undefined : (await account.instruments('option'))[0];
  return checkRequest({ symbol: given || traded, ...place, orderLinkId }, account.symbols);
}

/** A category in which the key may cancel, and in which the symbol, or one of the account's, is traded. */
async function placeFor(
  account: Account,
  symbol: unknown,
): Promise<{ readonly category: Category; readonly symbol?: string }> {
  const may = account.mayCancel();
  const allowed = CATEGORIES.filter((category) => may?.[category] ?? true);
  const wanted = typeof symbol === 'string' && symbol ? [symbol.toUpperCase()] : account.symbols;
  for (const category of wanted === undefined ? [] : allowed) {
    const traded = await account.instruments(category);
    const found = wanted?.find((one) => traded.includes(one));
    if (found !== undefined) return { category, symbol: found };
  }
  return { category: allowed[0] ?? 'linear' };
}

/** @param timeouts ms, of one try after the other, while it is not known what came of it */
export async function drill(
  account: Account,
  request: CancelRequest,
  signal: AbortSignal,
  timeouts: readonly number[] = TIMEOUTS,
): Promise<Drilled> {
  let answer: Outcome | undefined;
  for (const timeout of timeouts) {
    answer = await account.cancel(request, { confirm: true, timeout, signal });
    if (answer.outcome !== 'unconfirmed') break;
  }
  if (answer === undefined) throw new Error('There is always a try.');
  const { outcome, message, environment, category, symbol, transport, timing } = answer;
  const told = { outcome, message, environment, category, symbol, transport };
  return { ...told, setTo: account.transport, tookMs: Math.round(timing.totalMs) };
}
