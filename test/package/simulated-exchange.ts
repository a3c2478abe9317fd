/** The simulated exchange in a process of its own, and what the checks ask of it. */
import { join } from 'node:path';
import { root, start, until, type Program } from './commands';

export interface Order {
  readonly category: string;
  readonly symbol: string;
  readonly orderId: string;
}

export interface Exchange {
  readonly program: Program;
  readonly url: string;
  readonly place: () => Promise<Order>;
}

export async function startExchange(): Promise<Exchange> {
  const script = join(root, 'simulator', 'serve.ts');
  const program = start(process.execPath, ['--import', 'tsx', script, '--port', '0']);
  const url = await until('address of the exchange', program, () => {
    return /simulated exchange at (http:\S+)/.exec(program.output())?.[1];
  });
  const place = async (): Promise<Order> => {
    const answer = await fetch(`${url}/demo/place`, { method: 'POST' });
    return ((await answer.json()) as { result: Order }).result;
  };
  return { program, url, place };
}
