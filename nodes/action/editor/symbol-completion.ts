/** Completes a symbol from the exchange's own list, silently: without a list there is none. */

/** What the list depends on; without a category there is none. */
export interface Choice {
  readonly account: string;
  readonly category: string | undefined;
}

type Symbols = readonly string[];
export type Completion = (typed: string, done: (symbols: string[]) => void) => void;

/** More than anyone reads. */
const MOST = 50;

/** For one dialog, which fetches each list once. */
export function symbolCompletion(choice: () => Choice): Completion {
  const lists = new Map<string, Promise<Symbols>>();
  const listFor = ({ account, category }: Choice): Promise<Symbols> => {
    if (account === '' || category === undefined) return Promise.resolve([]);
    const query = $.param({ account, category });
    const list = lists.get(query) ?? fetchList(query);
    lists.set(query, list);
    return list;
  };
  // Two parameters: by their number Node-RED knows that the answer comes later.
  return (typed, done) => {
    const input = document.activeElement;
    void listFor(choice()).then((list) => {
      // It may come late, and must not open a menu over what is being filled in by then.
      done(document.activeElement === input ? matching(list, typed) : []);
    });
  };
}

/**
 * One route serves the dialogs of all actions. Relative, so that it follows the editor wherever its
 * root is.
 */
function fetchList(query: string): Promise<Symbols> {
  return new Promise((resolve) => {
    $.getJSON(`bybit-cancel-order/instruments?${query}`)
      .done((list: unknown) => resolve(Array.isArray(list) ? (list as Symbols) : []))
      .fail(() => resolve([]));
  });
}

/** Tab takes the first one, so a symbol that is typed out comes before all that it begins. */
export function matching(list: Symbols, typed: string): string[] {
  const wanted = typed.trim().toUpperCase();
  const found = list.filter((symbol) => symbol.includes(wanted));
  const rank = (symbol: string) => {
    if (symbol === wanted) return 0;
    return symbol.startsWith(wanted) ? 1 : 2;
  };
  found.sort((a, b) => rank(a) - rank(b));
  return found.length === 1 && found[0] === typed ? [] : found.slice(0, MOST);
}
