/** Calls from the bench to the programs that it starts, over the line that Node gives a child. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Handler = (argument: never) => Promise<unknown>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In a child: answers the parent's calls, and ends with the parent. */
export function serveParent(handlers: Readonly<Record<string, Handler>>): void {
  process.on('message', ({ id, name, argument }: Call) => {
    const handler = handlers[name];
    const work = handler ? handler(argument as never) : Promise.reject(new Error(`no ${name}`));
    work.then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}

export interface Program {
  readonly pid: number;
  call<T>(name: string, argument?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Proxies are not measured here; the certificate of the bench is trusted by every client alike. */
function environment(): NodeJS.ProcessEnv {
  const bare = Object.entries(process.env).filter(
    ([name]) => !/^(https?|all|no)_proxy$/i.test(name),
  );
  const certificate = join(__dirname, '../../simulator/fixtures/test-only-cert.pem');
  return { ...Object.fromEntries(bare), NODE_EXTRA_CA_CERTS: certificate };
}

/** @param file beside this one, with neither path nor extension */
export function startProgram(
  file: string,
  args: readonly string[] = [],
  options: readonly string[] = [],
): Program {
  const child = fork(join(__dirname, `${file}.ts`), args, {
    execArgv: ['--import', 'tsx', ...options],
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { pid: child.pid ?? 0, ...lineTo(child, file) };
}

function lineTo(child: ChildProcess, name: string): Omit<Program, 'pid'> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let count = 0;
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  child.on('exit', () => {
    for (const [id, settle] of waiting) settle({ id, error: `${name} ended` });
  });
  return {
    call: <T>(called: string, argument?: unknown) =>
      new Promise<T>((resolve, reject) => {
        const id = (count += 1);
        waiting.set(id, ({ value, error }) => {
          if (error === undefined) resolve(value as T);
          else reject(new Error(`${name}: ${error}`));
        });
        child.send({ id, name: called, argument } satisfies Call);
      }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
