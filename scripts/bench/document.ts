/** docs/benchmarks.md and its picture. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from './bars';
import { chart } from './chart';
import type { BenchOptions } from './options';
import { sectionsOf } from './report';

const NOTES: Readonly<Record<string, string>> = {
  'On loopback': `The time from handing over a cancel to receiving its acknowledgement over TLS on loopback. Each client
runs in a process of its own, new in each round, and they take turns. The flows run in a real Node-RED, with
_confirm_ off. The server checks signatures and timestamps and answers like Bybit, but it keeps no
orders, so that the clients' own work makes the difference. Since Node.js 19, connections are also kept
alive where the _http request_ node does not ask for it. The first 30 are those of a new process, after one that
opens its connections; the other columns are taken after thousands of cancels.`,
  'Where the time goes': `A profile of this node over the WebSocket, with _confirm_ off, taken in a separate run. The rows add up
to the time per cancel; sampling slows it down slightly.`,
  'With a round-trip time of 50 ms': `Measured through a relay that delays each direction by 25 ms. For confirmed cancels, the 5 ms that this
exchange needs to carry a cancel out are subtracted. After an idle minute, a server has closed its HTTP
connections. An account that sends over HTTP therefore keeps one open, with one unsigned request for the
exchange's time (about 300 bytes) every 20 to 40 idle seconds. That saves two round trips, which is more
than 100 ms here.`,
  'Several orders': `How long it takes to cancel several orders, and what is left of them. The orders are in the simulated
exchange, which keeps books. It has Bybit's usual limits for futures (10 single cancels a second, and
10 orders a second in batches), and carries a cancel out 5 ms after accepting it. Each row is one run over
TLS on loopback, with an exchange of its own and a client that has cancelled one order before; the cancels
are sent over HTTP. The nodes have their default settings, but for the _kinds_ \`all\`. \`bybit-api\` and
\`ccxt\` are called and awaited, and nothing is sent again, since they leave that to their caller: what exceeds
a limit stays open, and so do the orders beyond the 500 that one \`cancelAllOrders\` takes. The rate limiter of
\`ccxt\` is on, as it is by default.

A node says "done" with its message, the others by settling their last promise: not all that was
accepted is carried out then. When all were closed is what the books say; "never" means not within 5 s after
"done". _bybit cancel all_ is done about half a second after its last order, because it lists twice that none
is left. The last column counts the outcomes in the messages, the codes in the replies of \`bybit-api\`, or
the orders of the calls that \`ccxt\` rejected; it does not pass on the codes of the orders in a batch.`,
  'Long run': `With eight cancels in flight.`,
  Footprint: `Installed as the palette manager installs it, without development dependencies.`,
  Bars: `A bar is a limit that this package has to keep. A ratio compares two clients within one turn of
all; the median of the turns counts. Two runs on a shared virtual machine have differed by
more than half: such a machine can't decide bars that are closer.

If a bar for the WebSocket is missed, compare it with the floor: "raw \`ws\` inside a node" does nothing
but pass a message from one node to the next, with two statuses, around a bare \`ws\`. A bar that the
floor misses as well can't be kept by any node. (In a burst, this node shows fewer statuses than that.)
What this node needs beyond the floor goes into checking the message, deadlines, the rate limit, reading
the reply and writing the outcome; it is the row "this package" in the profile above. \`bybit-api\` is
called without a Node-RED around it.`,
};

const docs = join(__dirname, '../../docs');

export function writeDocument(results: Results, machine: string, options: BenchOptions): void {
  const sections = Object.entries(sectionsOf(results)).map(
    ([title, table]) => `## ${title}\n\n${NOTES[title] ?? ''}\n\n${table}`,
  );
  const date = new Date().toISOString().slice(0, 10);
  const idle = options.realIdle ? 'real' : 'simulated by closing the connections';
  const text = `# Benchmarks

How long a cancel takes with this package and with other ways of sending one from Node.js or Node-RED,
what becomes of many orders at once, and what the package costs in CPU, memory and disk space.

\`npm run bench -- --write\` wrote this page on ${date}: ${machine}. It ran
${options.rounds} rounds of ${options.cancels} cancels; the idle minute was ${idle}. Absolute figures depend on the machine, ratios
less.

![Median time from a cancel to its acknowledgement, by client](benchmarks.svg)

${sections.join('\n\n')}
`;
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'benchmarks.md'), text);
  if (results.latency) writeFileSync(join(docs, 'benchmarks.svg'), chart(results.latency));
}
