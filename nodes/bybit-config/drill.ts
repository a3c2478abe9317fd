/**
 * The drill: a cancel that can't hit, over the deployed account, as a message would make it. `not-found`
 * proves the way, the key, its permission and the look-ups; anything else says what is wrong.
 */
import { randomUUID } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { accessTo } from '../action/account-access';
import { serveQuestion } from '../action/admin-post';
import { checkRequest, readCategory } from '../action/request/order-fields';
import { Refusal } from '../action/request/refusal';
import { categoryIn, readName } from '../action/request/symbol-names';
import { isGone, type Account } from '../bybit/account';
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
  const own = categoryIn(symbol);
  const place =
    category || own ? { category: category || own, symbol } : await placeFor(account, symbol);
  const { value: known, problem } = readCategory(place.category, place.symbol);
  if (problem !== undefined) throw new Refusal('invalid-request', problem);
  const chosen = place.symbol || (known && (await symbolFor(account, known)));
  return checkRequest({ symbol: chosen, category: place.category, orderLinkId }, account.symbols);
}

/** A category in which the key may cancel, and in which the symbol, or one of the account's, is traded. */
async function placeFor(
  account: Account,
  symbol: unknown,
): Promise<{ readonly category: Category; readonly symbol?: unknown }> {
  const may = account.mayCancel();
  const allowed = CATEGORIES.filter((category) => may?.[category] ?? true);
  const name = typeof symbol === 'string' && symbol ? readName(symbol).value : undefined;
  const wanted = name === undefined ? account.symbols : [name];
  for (const category of wanted === undefined ? [] : allowed) {
    const found = await tradedOf(account, category, wanted ?? []);
    if (found !== undefined) return { category, symbol: found };
  }
  return { category: allowed[0] ?? 'linear', symbol };
}

/**
 * A symbol of a category, of those that the account keeps to.
 * @throws Refusal where none of them is traded in it: a cancel would be refused as well
 */
async function symbolFor(account: Account, category: Category): Promise<string> {
  const { symbols } = account;
  if (symbols === undefined) {
    const symbol = SYMBOLS[category] ?? (await account.instruments(category))[0];
    if (symbol === undefined) throw new Refusal('invalid-request', NO_OPTION);
    return symbol;
  }
  const found = await tradedOf(account, category, symbols);
  if (found !== undefined) return found;
  const traded = await account.instruments(category);
  // Where nothing can be listed, one of them is as good as another.
  if (traded.length === 0 && symbols[0] !== undefined) return symbols[0];
  throw new Refusal(
    'invalid-request',
    `Of the account's symbols (${symbols.join(', ')}), none is traded in ${category}.`,
  );
}

const NO_OPTION =
  'No option could be listed to try with: Bybit did not answer, or has none. Give a symbol.';

async function tradedOf(
  account: Account,
  category: Category,
  symbols: readonly string[],
): Promise<string | undefined> {
  const looksSo = symbols.find((symbol) => looksLike(symbol, category));
  // Options are listed of some coins alone.
  if (category === 'option') return looksSo;
  const traded = await account.instruments(category);
  return traded.length === 0 ? looksSo : symbols.find((one) => traded.includes(one));
}

/** By its name alone (API section enum/symbol). */
function looksLike(symbol: string, category: Category): boolean {
  const isOption = /-[CP](-[A-Z]+)?$/.test(symbol);
  if (category === 'option' || isOption) return isOption && category === 'option';
  return /USD([FGHJKMNQUVXZ]\d{2})?$/.test(symbol) === (category === 'inverse');
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
  const { outcome, message, environment, category, symbol, transport, timing, retCode } = answer;
  const isAnswered = outcome === 'unconfirmed' && isGone(retCode);
  const told = { outcome, message, environment, category, symbol, transport, isAnswered };
  return { ...told, setTo: account.transport, tookMs: Math.round(timing.totalMs) };
}
