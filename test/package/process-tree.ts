/** Which processes a process has started. */
import { execFileSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes below one, as they are now. */
export function below(pid: number): Process[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const all = [...rows.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(
    ([, id, parent, command = '']): Process => {
      return { pid: Number(id), parent: Number(parent), command };
    },
  );
  const children = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...children(one.pid)]);
  return children(pid);
}

export function isAlive({ pid }: Process): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
