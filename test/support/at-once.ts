/** Tests that mostly wait: all run at once, and each still passes or fails by itself. */
import { concurrently } from './concurrently';

/** To be called inside a `describe`; `define` gives each test its name and its body. */
export function atOnce(
  define: (test: (name: string, body: () => Promise<void>) => void) => void,
): void {
  const bodies = new Map<string, () => Promise<void>>();
  define((name, body) => bodies.set(name, body));
  const names = [...bodies.keys()];
  const outcome = concurrently(names, (name) => bodies.get(name)?.() ?? Promise.resolve());
  for (const name of names) it(name, () => outcome(name));
}
