/** docs/benchmarks.md and its picture. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from './bars';
import { chart } from './chart';
import type { BenchOptions } from './options';
import { sectionsOf } from './report';

const NOTES: Readonly<Record<string, string>> = {
  'On loopback': `The time from handing over a cancel to having its acknowledgement, TLS on loopback. Each client is
a process of its own; they take turns in rounds. The flows run in a real Node-RED; _confirm_ is off.
The server verifies signatures and times and answers like Bybit, but keeps no books: all that the
clients differ in shows. Since Node.js 19 connections are kept alive also where the _http request_
node is not told to.`,
  'Where the time goes': `A profile of this node over the WebSocket, _confirm_ off, in a run of its own. The rows sum to the time
per cancel; sampling slows it down a little.`,
  'Over 50 ms there and back': `Behind a relay that takes 25 ms each way. The confirmed cancels are counted less the 5 ms that this
exchange takes to carry a cancel out. After an idle minute a server has closed the connections for
HTTP. An account that sends by HTTP keeps one open: one unsigned request for the exchange's time, some
300 bytes, each 20 to 40 idle seconds. It saves two round trips, over 100 ms here.`,
  'In the long run': `Eight in flight.`,
  'What it adds': `Installed as the palette manager does, without development dependencies.`,
  Bars: `Ratios are of medians within this one run. Two runs differ by some per cent: a virtual processor that
slept between two cancels wakes up now sooner, now later. The bar to \`bybit-api\`'s WebSocket is nearer
than that.

Where one for the WebSocket does not hold, this is the floor, one at a time: "raw \`ws\` inside a node"
does nothing but hand a message from one node to the next, with two statuses, around a bare \`ws\`; where
it misses a bar too, no node can hold it. (In a burst this node shows fewer statuses than that.) What it
takes beyond the floor goes into checking the message, deadlines, the rate limit, reading the reply and
writing the outcome: "this package" in the profile above. \`bybit-api\` is called without Node-RED around
it.`,
};

const docs = join(__dirname, '../../docs');

export function writeDocument(results: Results, machine: string, options: BenchOptions): void {
  const sections = Object.entries(sectionsOf(results)).map(
    ([title, table]) => `## ${title}\n\n${NOTES[title] ?? ''}\n\n${table}`,
  );
  const date = new Date().toISOString().slice(0, 10);
  const idle = options.realIdle ? 'waited for' : 'brought about by closing the connections';
  const text = `# Benchmarks

Written by \`npm run bench -- --write\` on ${date}: ${machine}.
${options.rounds} rounds of ${options.cancels} cancels; the idle minute was ${idle}. Absolute figures depend on the machine,
ratios much less.

![Median latencies](benchmarks.svg)

${sections.join('\n\n')}
`;
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'benchmarks.md'), text);
  if (results.latency) writeFileSync(join(docs, 'benchmarks.svg'), chart(results.latency));
}
