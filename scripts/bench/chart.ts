/** The median latencies as a bar chart, legible on light and dark pages. */
import type { LatencyRow } from './latency';

const ROW = 30;
const LEFT = 260;
const WIDTH = 760;
const TOP = 40;

const STYLE = `
    text { font: 14px system-ui, sans-serif; fill: #24292f; }
    .title { font-weight: 600; }
    .ours { fill: #d9822b; }
    .theirs { fill: #8c959f; }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }`;

const plain = (label: string) =>
  label.replace(/[*`_]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function chart(rows: readonly LatencyRow[]): string {
  const longest = Math.max(...rows.map(({ median }) => median));
  const room = WIDTH - LEFT - 80;
  const bars = rows.map(({ name, label, median }, i) => {
    const y = TOP + i * ROW;
    const width = Math.max(1, Math.round((room * median) / longest));
    const kind = name.startsWith('node') ? 'ours' : 'theirs';
    return [
      `  <text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${plain(label)}</text>`,
      `  <rect class="${kind}" x="${LEFT}" y="${y}" width="${width}" height="20" rx="3" />`,
      `  <text x="${LEFT + width + 8}" y="${y + 15}">${Math.round(median)} µs</text>`,
    ].join('\n');
  });
  const height = TOP + rows.length * ROW + 10;
  const title = 'Median time from a cancel to its acknowledgement, on loopback';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
  <style>${STYLE}
  </style>
  <text class="title" x="10" y="22">${title}</text>
${bars.join('\n')}
</svg>
`;
}
