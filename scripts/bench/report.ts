/** The results as tables in Markdown, for the terminal and the document alike. */
import { barsOf, holds, type Bar, type Results } from './bars';

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)));
  // Figures to the right, words to the left.
  const pad = (text: string, i: number) =>
    i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  const line = (row: readonly string[]) => `| ${row.map(pad).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const [first = [], ...others] = cells;
  return [line(first), `| ${rule.join(' | ')} |`, ...others.map(line)].join('\n');
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const fine = (value: number) => value.toFixed(2);

function latencyTable(rows: NonNullable<Results['latency']>): string {
  const base = rows[0]?.median ?? NaN;
  const head = [
    'client',
    'median, µs',
    'relative to the first',
    'p99, µs',
    'each of the first 30, µs',
    'cancels per second, 1 in flight',
    'cancels per second, 32 in flight',
    'CPU per cancel, µs, 1 in flight',
    'CPU per cancel, µs, 32 in flight',
  ];
  return table(
    head,
    rows.map((row) => [
      row.label,
      whole(row.median),
      fine(row.median / base),
      whole(row.p99),
      ...[row.first, row.alone, row.crowded, row.cpu, row.cpuCrowded].map(whole),
    ]),
  );
}

function profileTable(rows: NonNullable<Results['profile']>): string {
  const head = ['where', 'µs per cancel, 1 in flight', 'µs per cancel, 32 in flight'];
  return table(
    head,
    rows.map(({ name, alone, crowded }) => [name, alone.toFixed(1), crowded.toFixed(1)]),
  );
}

function distanceTable(rows: NonNullable<Results['distance']>): string {
  const head = [
    'client',
    'round trips while busy',
    'round trips after an idle minute',
    'requests per cancel',
  ];
  return table(
    head,
    rows.map(({ label, busy, rested, requests }) => [
      label,
      fine(busy),
      fine(rested),
      fine(requests),
    ]),
  );
}

function severalTable(rows: NonNullable<Results['several']>): string {
  const head = [
    'client',
    'orders',
    'said "done" after, ms',
    'all closed after, ms',
    'requests',
    'open at "done"',
    'reported as not cancelled',
  ];
  return table(
    head,
    rows.map(({ label, orders, done, closed, requests, open, left, refused }) => [
      label,
      orders,
      whole(done),
      closed === undefined ? `**never**: ${left} left` : whole(closed),
      requests,
      open,
      refused,
    ]),
  );
}

function enduranceTable(rows: NonNullable<Results['endurance']>): string {
  const head = [
    'client',
    'cancels',
    'heap after 1,000 cancels, MB',
    'heap at the end, MB',
    'p99 of the first tenth, µs',
    'p99 of the last tenth, µs',
  ];
  return table(
    head,
    rows.map(({ label, cancels, heapBefore, heapAfter, first, last }) => [
      label,
      whole(cancels),
      heapBefore.toFixed(1),
      heapAfter.toFixed(1),
      whole(first.p99),
      whole(last.p99),
    ]),
  );
}

function footprintTable(footprint: NonNullable<Results['footprint']>): string {
  const { startWithout, startWith, packages, megabytes, memory, websockets, http } = footprint;
  return table(
    ['what', 'figure'],
    [
      ['start of Node-RED without the package, ms', whole(startWithout)],
      ['start of Node-RED with it, ms', whole(startWith)],
      ['installed packages', packages],
      ['installed size, MB', megabytes.toFixed(1)],
      ['memory with 1 cancel node, MB', whole(memory[1])],
      ['memory with 100 cancel nodes on one account, MB', whole(memory[100])],
      ['WebSockets open with 100 cancel nodes on one account', websockets],
      ['HTTP connections open with 100 cancel nodes on one account', http],
    ],
  );
}

function barsTable(bars: readonly Bar[]): string {
  const show = ({ unit }: Bar, value: number) =>
    `${Number.isInteger(value) ? value : fine(value)} ${unit}`;
  return table(
    ['bar', 'limit', 'measured', 'holds'],
    bars.map((bar) => [
      bar.what,
      `${bar.least ? 'at least' : 'at most'} ${show(bar, bar.limit)}`,
      show(bar, bar.figure),
      holds(bar) ? 'yes' : '**no**',
    ]),
  );
}

/** Each section's title and table. */
export function sectionsOf(results: Results): Readonly<Record<string, string>> {
  const { latency, profile, distance, several, endurance, footprint } = results;
  const bars = barsOf(results);
  return {
    ...(latency ? { 'On loopback': latencyTable(latency) } : {}),
    ...(profile ? { 'Where the time goes': profileTable(profile) } : {}),
    ...(distance ? { 'With a round-trip time of 50 ms': distanceTable(distance) } : {}),
    ...(several ? { 'Several orders': severalTable(several) } : {}),
    ...(endurance ? { 'Long run': enduranceTable(endurance) } : {}),
    ...(footprint ? { Footprint: footprintTable(footprint) } : {}),
    ...(bars.length > 0 ? { Bars: barsTable(bars) } : {}),
  };
}
