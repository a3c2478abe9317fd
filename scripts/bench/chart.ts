/** The median latencies as a bar chart, legible on light and dark pages. */
import type { LatencyRow } from './latency';

const ROW = 30;
const TOP = 40;
const MARGIN = 10;
/** the longest bar */
const LONGEST = 420;
/** for the figure behind it */
const FIGURE = 80;
/** per character of a label at 14 px; enough for wide fonts too, such as DejaVu Sans */
const CHARACTER = 8.5;

const STYLE = `
    text { font: 14px system-ui, sans-serif; fill: #24292f; }
    .title { font-weight: 600; }
    .ours { fill: #d9822b; }
    .theirs { fill: #8c959f; }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }`;

const withoutMarks = (label: string) => label.replace(/[*`_]/g, '');
const escaped = (label: string) =>
  withoutMarks(label).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function chart(rows: readonly LatencyRow[]): string {
  const slowest = Math.max(...rows.map(({ median }) => median));
  const letters = Math.max(...rows.map(({ label }) => withoutMarks(label).length));
  const left = Math.ceil(MARGIN + letters * CHARACTER + MARGIN);
  const full = left + LONGEST + FIGURE;
  const bars = rows.map(({ name, label, median }, i) => {
    const y = TOP + i * ROW;
    const width = Math.max(1, Math.round((LONGEST * median) / slowest));
    const kind = name.startsWith('node') ? 'ours' : 'theirs';
    return [
      `  <text x="${left - MARGIN}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>`,
      `  <rect class="${kind}" x="${left}" y="${y}" width="${width}" height="20" rx="3" />`,
      `  <text x="${left + width + 8}" y="${y + 15}">${Math.round(median)} µs</text>`,
    ].join('\n');
  });
  const height = TOP + rows.length * ROW + 10;
  const title = 'Median time from a cancel to its acknowledgement, on loopback';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${height}" role="img" aria-label="${title}">
  <style>${STYLE}
  </style>
  <text class="title" x="${MARGIN}" y="22">${title}</text>
${bars.join('\n')}
</svg>
`;
}
