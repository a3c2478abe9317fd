/** The bars: what has to hold, as ratios within one run wherever a machine can be slow. */
import type { DistanceRow } from './distance';
import type { EnduranceRow } from './endurance';
import type { Footprint } from './footprint';
import type { Compared, LatencyRow } from './latency';
import type { ProfileRow } from './profile';
import { median } from './samples';
import type { SeveralRow } from './several';

export interface Results {
  readonly latency?: readonly LatencyRow[];
  readonly profile?: readonly ProfileRow[];
  readonly distance?: readonly DistanceRow[];
  readonly several?: readonly SeveralRow[];
  readonly endurance?: readonly EnduranceRow[];
  readonly footprint?: Footprint;
}

export interface Bar {
  readonly what: string;
  readonly figure: number;
  readonly limit: number;
  readonly unit: '×' | 'round trips' | 'requests' | 'MB' | 'ms' | 'packages' | 'sockets';
  /** otherwise at most */
  readonly least?: true;
}

export const holds = ({ figure, limit, least }: Bar): boolean =>
  least ? figure >= limit : figure <= limit;

export function barsOf({ latency, distance, endurance, footprint }: Results): Bar[] {
  return [
    ...(latency ? latencyBars(latency) : []),
    ...(distance ? distanceBars(distance) : []),
    ...(endurance ?? []).flatMap(enduranceBars),
    ...(footprint ? footprintBars(footprint) : []),
  ];
}

function latencyBars(rows: readonly LatencyRow[]): Bar[] {
  const of = (name: Compared) => rows.find((row) => row.name === name);
  const bar = (ours: Compared, theirs: Compared, than: string, limit: number): Bar => {
    const way = ours === 'node-http' ? 'HTTP' : 'WebSocket';
    const figure = ratioOf(of(ours)?.medians, of(theirs)?.medians);
    return { what: `${way}: median, relative to ${than}`, figure, limit, unit: '×' };
  };
  const flow = 'function + http request';
  return [
    bar('node-http', 'flow-kept', flow, 0.5),
    bar('node-http', 'api-rest', '`bybit-api` REST', 0.9),
    bar('node-http', 'https', 'raw `https.request`', 1.8),
    bar('node-ws', 'flow-kept', flow, 0.2),
    bar('node-ws', 'https', 'raw `https.request`', 1),
    bar('node-ws', 'ws', 'raw `ws`', 2),
    bar('node-ws', 'api-ws', '`bybit-api` WebSocket', 1),
    {
      what: 'WebSocket: first 30 cancels after a start, relative to `bybit-api` WebSocket',
      figure: ratioOf(of('node-ws')?.firsts, of('api-ws')?.firsts),
      ...{ limit: 1.1, unit: '×' },
    },
    {
      what: 'WebSocket: cancels per second with 32 in flight, relative to HTTP',
      figure: ratioOf(of('node-ws')?.crowds, of('node-http')?.crowds),
      ...{ limit: 3, unit: '×', least: true },
    },
  ];
}

/** The median of the ratios within each turn, or round. */
function ratioOf(ours: readonly number[] = [], theirs: readonly number[] = []): number {
  return median(ours.map((figure, round) => figure / (theirs[round] ?? NaN)));
}

function distanceBars(rows: readonly DistanceRow[]): Bar[] {
  const of = (name: DistanceRow['name']) => rows.find((row) => row.name === name);
  const confirmed = of('node-confirmed');
  return [
    {
      what: 'WebSocket: acknowledgement after an idle minute',
      figure: of('node-ws')?.rested ?? NaN,
      ...{ limit: 1.2, unit: 'round trips' },
    },
    {
      what: "WebSocket: confirmed cancel, without the exchange's own delay",
      figure: confirmed?.busy ?? NaN,
      ...{ limit: 1.3, unit: 'round trips' },
    },
    {
      what: 'WebSocket: requests for a confirmed cancel',
      figure: confirmed?.requests ?? NaN,
      ...{ limit: 1, unit: 'requests' },
    },
  ];
}

function enduranceBars({
  label,
  cancels,
  heapBefore,
  heapAfter,
  first,
  last,
}: EnduranceRow): Bar[] {
  const over = `${label.replaceAll('*', '')}, ${cancels.toLocaleString('en')} cancels`;
  return [
    { what: `${over}: growth of the heap`, figure: heapAfter - heapBefore, limit: 5, unit: 'MB' },
    {
      what: `${over}: p99 of the last tenth, relative to the first`,
      figure: last.p99 / first.p99,
      limit: 1.2,
      unit: '×',
    },
  ];
}

function footprintBars(footprint: Footprint): Bar[] {
  const { startWith, startWithout, packages, megabytes, websockets } = footprint;
  return [
    {
      what: 'time added to the start of Node-RED',
      figure: startWith - startWithout,
      limit: 100,
      unit: 'ms',
    },
    { what: 'installed packages', figure: packages, limit: 30, unit: 'packages' },
    { what: 'installed size', figure: megabytes, limit: 6, unit: 'MB' },
    {
      what: 'WebSockets open with 100 cancel nodes on one account',
      figure: websockets,
      limit: 2,
      unit: 'sockets',
    },
  ];
}
