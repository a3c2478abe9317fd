/** What can be wrong with the two lists of a batch's reply (API section order/batch-cancel). */
import type { Answer } from '../protocol/answers';
import type { ListsFault } from './fault-kinds';
import type { Params } from '../protocol/params';
import { asParams } from '../protocol/requests';

type Row = Readonly<Record<string, unknown>>;

interface Lists {
  /** `result.list` */
  readonly rows: readonly Row[];
  /** `retExtInfo.list` */
  readonly codes: readonly Row[];
}

const listOf = (holder: Row | undefined): readonly Row[] =>
  Array.isArray(holder?.list) ? holder.list.map(asParams) : [];

function resized({ rows, codes }: Lists, fault: ListsFault): Lists {
  const { how, list = 'extInfo' } = fault;
  const resize = (all: readonly Row[]): readonly Row[] =>
    how === 'short' ? all.slice(0, -1) : [...all, ...all.slice(-1)];
  return {
    rows: list === 'extInfo' ? rows : resize(rows),
    codes: list === 'result' ? codes : resize(codes),
  };
}

/** Backwards; each row with the id that its order was asked for by, failed ones too. */
function reordered({ rows, codes }: Lists, request: readonly Row[]): Lists {
  const named = rows.map((row, index): Row => {
    const { orderId = '' } = request[index] ?? {};
    return { ...row, orderId: row.orderId || orderId };
  });
  return { rows: named.reverse(), codes: [...codes].reverse() };
}

/** The reply of a batch as the fault tells it; any other answer as it is. */
export function listsTold(answer: Answer, fault: ListsFault, params: Params): Answer {
  if (answer.extInfo === undefined) return answer;
  const told = { rows: listOf(answer.result), codes: listOf(answer.extInfo) };
  const as = ({ rows, codes }: Lists): Answer => ({
    ...answer,
    result: { list: rows },
    extInfo: { list: codes },
  });
  switch (fault.how) {
    case 'missing':
      return { ...answer, result: {}, extInfo: {} };
    case 'noExtInfo':
      return { ...answer, extInfo: {} };
    case 'noIds':
      return as({
        ...told,
        rows: told.rows.map((row) => ({ ...row, orderId: '', orderLinkId: '' })),
      });
    case 'reordered':
      return as(reordered(told, listOf({ list: params.request })));
    case 'short':
    case 'long':
      return as(resized(told, fault));
  }
}
