/** The answer to a preview in lines for the dialog. Pure. */
import type { Current } from '../../action/editor/instrument';
import type { PreviewAnswer, Previewed, Tally } from '../preview';
import { readAtMost, type Field } from '../settings';
import { openFields } from './sentence';
import type { Say } from '../../properties/problems';
import type { ShownLine } from '../../properties/report-line';

/** symbols that are named; more than anyone reads */
const MOST_SYMBOLS = 12;

/** @param open fields that were left out of the question */
export function previewLines(
  answer: PreviewAnswer,
  current: Current,
  open: readonly Field[],
  say: Say,
): ShownLine[] {
  if ('trouble' in answer) {
    const { trouble, detail } = answer;
    const text = say(`preview.trouble.${trouble}`);
    return [{ level: 'bad', text: detail === '' ? text : `${text} (${detail})` }];
  }
  return [...foundLines(answer, current, say), ...leftLines(answer, current, open, say)];
}

function foundLines(found: Previewed, current: Current, say: Say): ShownLine[] {
  const { number, symbols, sides, kinds, orders } = found;
  if (number === 0) return [{ level: 'good', text: say('preview.none') }];
  const atMost = readAtMost(current('atMost')).value;
  const isTooMany = typeof atMost === 'number' && number > atMost;
  const words = { ...namedBy(kinds, (kind) => say(`kind.${kind}`)) };
  const plain = (text: string): ShownLine => ({ level: 'plain', text });
  return [
    { level: 'good', text: say('preview.found', { number }) },
    ...(isTooMany ? [{ level: 'warning', text: say('preview.tooMany', { most: atMost }) }] : []),
    ...(kinds.protection === undefined
      ? []
      : [{ level: 'warning', text: say('preview.protecting', { number: kinds.protection }) }]),
    plain(say('preview.symbols', { list: listOf(symbols, MOST_SYMBOLS) })),
    plain(say('preview.sides', { list: listOf(sides) })),
    plain(say('preview.kinds', { list: listOf(words) })),
    plain(say(orders.length < number ? 'preview.newest' : 'preview.orders')),
    ...orders.map(({ symbol, side, qty, price, kind }) =>
      plain(`${symbol} ${side} ${qty} @ ${price} (${say(`kind.${kind}`)})`),
    ),
  ] as ShownLine[];
}

function leftLines(
  { spared, unplaced }: Previewed,
  current: Current,
  open: readonly Field[],
  say: Say,
): ShownLine[] {
  const lines: ShownLine[] = [];
  if (unplaced > 0) {
    lines.push({ level: 'warning', text: say('preview.unplaced', { number: unplaced }) });
  }
  const left = listOf(namedBy(spared, (reason) => say(`spared.${reason}`)));
  if (left !== '') lines.push({ level: 'plain', text: say('preview.spared', { list: left }) });
  const list = openFields(current, open, say);
  if (list !== '') lines.push({ level: 'plain', text: say('preview.open', { list }) });
  return lines;
}

function namedBy(counts: Tally<string>, name: (key: string) => string): Tally<string> {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [name(key), count]));
}

/** `BTCUSDT × 3, ETHUSDT × 1`, the most frequent first */
function listOf(counts: Tally<string>, most = Infinity): string {
  const entries = Object.entries(counts).map(([name, count]): [string, number] => [
    name === '' ? '?' : name,
    count ?? 0,
  ]);
  entries.sort(([, one], [, other]) => other - one);
  const shown = entries.slice(0, most).map(([name, count]) => `${name} × ${count}`);
  return [...shown, ...(entries.length > most ? ['…'] : [])].join(', ');
}
