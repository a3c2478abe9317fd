/**
 * Pairs each item in the reply to a batch with its order (API section order/batch-cancel). `retCode` 0 says only
 * that the request was read; each order has a code of its own, in a list beside that of the ids.
 */
import { readRetMsg } from './reply';

/** The ids by which an order was asked for. */
interface Asked {
  readonly orderId?: string;
  readonly orderLinkId?: string;
}

/** The answer to one order of a batch. */
export interface ItemReply {
  readonly retCode: number;
  readonly retMsg: string;
  /** its row, which names the order that was meant */
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * Finds each order's own code: by the id in its row where there is one, else by its place, which the
 * API only implies.
 * @param asked in the order of the request
 * @returns in the same order; `undefined` where the lists don't tell
 */
export function readItems(
  asked: readonly Asked[],
  { result, retExtInfo }: { readonly result?: unknown; readonly retExtInfo?: unknown },
  clean: (text: string) => string,
): readonly (ItemReply | undefined)[] {
  const rows = listOf(result);
  const codes = listOf(retExtInfo);
  const items: (ItemReply | undefined)[] = asked.map(() => undefined);
  if (rows?.length !== asked.length || codes?.length !== asked.length) return items;
  const places = rows.map((row) => placeOf(row, asked));
  // Where one has moved, the place of those without an id says nothing.
  const inOrder = places.every((place, i) => place === undefined || place === i);
  places.forEach((found, i) => {
    const place = found ?? (inOrder ? i : -1);
    const [row, code] = [rows[i], codes[i]];
    if (row === undefined || code === undefined || !(place in items)) return;
    // Two rows for one order contradict each other.
    const isTwice = found !== undefined && places.indexOf(found) !== places.lastIndexOf(found);
    items[place] = isTwice ? undefined : readItem(row, code, clean);
  });
  return items;
}

type Row = Readonly<Record<string, unknown>>;

function listOf(value: unknown): readonly Row[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { list } = value as { list?: unknown };
  const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null;
  return Array.isArray(list) && list.every(isRow) ? list : undefined;
}

/** @returns undefined: the row names no order; -1: it names one that was not asked for */
function placeOf({ orderId, orderLinkId }: Row, asked: readonly Asked[]): number | undefined {
  const isId = (id: unknown): id is string => typeof id === 'string' && id !== '';
  if (!isId(orderId) && !isId(orderLinkId)) return undefined;
  return asked.findIndex((one) =>
    one.orderId === undefined ? one.orderLinkId === orderLinkId : one.orderId === orderId,
  );
}

function readItem(row: Row, { code, msg }: Row, clean: (text: string) => string) {
  if (typeof code !== 'number' || !Number.isInteger(code)) return undefined;
  return { retCode: code, retMsg: readRetMsg(msg, clean), row };
}
