/** Who follows the health of an account, and what it was told. */
import type { Account } from '../../nodes/bybit/account';
import type { Health } from '../../nodes/bybit/model';

export interface Follower {
  readonly told: Health[];
  readonly codes: () => string[];
  /** Resolves when it is told this code, if it was not the last. */
  readonly hears: (code: string) => Promise<Health>;
  readonly release: () => void;
}

export function follow(account: Account, confirm = true, category?: 'inverse'): Follower {
  const told: Health[] = [];
  let wake: () => void = () => undefined;
  const onHealth = (health: Health) => {
    told.push(health);
    wake();
  };
  const release = account.follow({ confirm, onHealth, ...(category ? { category } : {}) });
  return {
    told,
    release,
    codes: () => told.map(({ code }) => code),
    async hears(code) {
      while (told.at(-1)?.code !== code) await new Promise<void>((resolve) => (wake = resolve));
      return told.at(-1)!;
    },
  };
}
