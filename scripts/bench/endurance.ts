/** Whether the hundred thousandth cancel is as quick and as light as the first ones. */
import type { Program } from './calls';
import type { Measured } from './client';
import { CLIENTS, type ClientName } from './clients';
import type { BenchOptions } from './options';
import { median, p99 } from './samples';
import { openStage } from './stage';

const COMPARED = [
  'node-http',
  'node-ws',
  'node-confirmed',
] as const satisfies readonly ClientName[];

export interface EnduranceRow {
  readonly label: string;
  readonly cancels: number;
  /** MB after the first thousand, and after all */
  readonly heapBefore: number;
  readonly heapAfter: number;
  /** µs, of the first and of the last tenth */
  readonly first: Tenth;
  readonly last: Tenth;
}

interface Tenth {
  readonly median: number;
  readonly p99: number;
}

export async function measureEndurance({ endurance }: BenchOptions): Promise<EnduranceRow[]> {
  const stage = await openStage();
  try {
    const rows: EnduranceRow[] = [];
    for (const name of COMPARED) {
      const program = await stage.client(name, stage.where, ['--expose-gc']);
      rows.push({ label: CLIENTS[name].label, ...(await endure(program, endurance)) });
      await program.stop();
    }
    return rows;
  } finally {
    await stage.end();
  }
}

async function endure(program: Program, cancels: number): Promise<Omit<EnduranceRow, 'label'>> {
  const piece = Math.max(1, Math.floor(cancels / 10));
  await run(program, Math.min(1000, piece));
  const heapBefore = await program.call<number>('heap');
  const first = await run(program, piece);
  for (let left = cancels - 2 * piece; left > 0; left -= piece) {
    await run(program, Math.min(piece, left));
  }
  const last = await run(program, piece);
  return { cancels, heapBefore, heapAfter: await program.call<number>('heap'), first, last };
}

async function run(program: Program, cancels: number): Promise<Tenth> {
  const { latencies } = await program.call<Measured>('measure', { cancels, inFlight: IN_FLIGHT });
  return { median: 1000 * median(latencies), p99: 1000 * p99(latencies) };
}

const IN_FLIGHT = 8;
