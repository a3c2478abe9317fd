/** Debian's mosquitto on a free port of this machine, and its command line clients. */
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, run, start, until, type Program } from '../package/commands';

/** Debian keeps servers where a user's PATH does not look. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

function find(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why there can be no broker; undefined when there can. */
export function brokerMissing(): string | undefined {
  const missing = ['mosquitto', 'mosquitto_pub', 'mosquitto_sub'].filter((one) => !find(one));
  return missing.length > 0
    ? `no ${missing.join(', ')} here (Debian: mosquitto, mosquitto-clients)`
    : undefined;
}

export interface Received {
  readonly payload: string;
  readonly correlation: string;
}

export class Broker {
  private readonly listeners: Program[] = [];

  private constructor(
    readonly port: number,
    private readonly program: Program,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Broker> {
    const folder = await mkdtemp(join(tmpdir(), 'mosquitto-'));
    const port = await freePort();
    const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_type all'];
    const file = join(folder, 'mosquitto.conf');
    await writeFile(file, `${lines.join('\n')}\n`);
    const broker = new Broker(port, start(find('mosquitto')!, ['-c', file]), folder);
    await broker.logged(/ running$/);
    return broker;
  }

  /** Waits until its log says so, that often. */
  async logged(text: RegExp, times = 1): Promise<void> {
    const ask = (): true | undefined => this.times(text) >= times || undefined;
    await until(`${text.source} in the log of mosquitto`, this.program, ask, 20_000);
  }

  /** How often its log says so. */
  times(text: RegExp): number {
    return this.program
      .output()
      .split('\n')
      .filter((line) => text.test(line)).length;
  }

  async publish(topic: string, payload: string, options: readonly string[] = []): Promise<void> {
    await run(find('mosquitto_pub')!, [...this.to(topic), '-m', payload, ...options]);
  }

  /** Listens from now on. @returns what has come so far */
  async listen(topic: string): Promise<() => Received[]> {
    const id = `listener-${this.listeners.length}`;
    const format = '{"correlation":"%D","hex":"%x"}';
    const options = [...this.to(topic), '-i', id, '-F', format];
    const program = start(find('mosquitto_sub')!, options);
    this.listeners.push(program);
    await this.logged(new RegExp(`${id} 1 ${topic}$`));
    return () =>
      [...program.output().matchAll(/^\{.*\}$/gm)].map(([line]) => {
        const { hex, correlation } = JSON.parse(line) as { hex: string; correlation: string };
        return { correlation, payload: Buffer.from(hex, 'hex').toString() };
      });
  }

  async stop(): Promise<void> {
    for (const program of [...this.listeners, this.program]) await program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private to(topic: string): string[] {
    return ['-V', '5', '-h', '127.0.0.1', '-p', String(this.port), '-q', '1', '-t', topic];
  }
}
