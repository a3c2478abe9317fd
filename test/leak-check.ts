/**
 * Root hook: whatever a test file leaves behind that keeps the process alive fails that file.
 * In a parallel run mocha ends its workers without asking, so a leak would not show otherwise.
 */
import { relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** ms that what a file opened may take to end after its last test */
const GRACE = 30_000;
/** ms between two looks */
const INTERVAL = 20;

/** What belongs to the process itself, such as a worker's channel to mocha; and mocha's own timer. */
const own = counted(process.getActiveResourcesInfo()).set('Timeout', 1);

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function leaks(): string[] {
  const counts = [...counted(process.getActiveResourcesInfo())];
  return counts
    .filter(([name, count]) => count > (own.get(name) ?? 0))
    .map(([name, count]) => `${count - (own.get(name) ?? 0)} ${name}`);
}

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(0);
    const since = performance.now();
    while (leaks().length > 0) {
      if (performance.now() - since > GRACE) {
        const file = relative('', this.test?.parent?.suites[0]?.file ?? '');
        throw new Error(`${file} left what keeps the process alive: ${leaks().join(', ')}`);
      }
      await wait(INTERVAL);
    }
  },
};
