/** Who is told of an account's health: each hears of what has changed for what it needs. */
import { daysLeft, type Health } from '../model';
import { codeOf, type Facts, type Needs } from './health';

export type TellHealth = (health: Health) => void;

export interface Followers {
  count(): number;
  needs(): readonly Needs[];
  /** how many have their cancels confirmed */
  confirming(): number;
  /** @returns ends it: whether it had not ended before */
  add(needs: Needs, tell: TellHealth): () => boolean;
  tell(facts: Facts): void;
  clear(): void;
}

interface Follower {
  readonly needs: Needs;
  readonly tell: TellHealth;
  told: string;
}

export function createFollowers(): Followers {
  const followers = new Set<Follower>();
  const needs = () => [...followers].map((follower) => follower.needs);
  return {
    count: () => followers.size,
    needs,
    confirming: () => needs().filter(({ confirm }) => confirm).length,
    add(needed, tell) {
      const follower = { needs: needed, tell, told: '' };
      followers.add(follower);
      return () => followers.delete(follower);
    },
    tell(facts) {
      for (const follower of followers) tellFollower(follower, facts);
    },
    clear: () => followers.clear(),
  };
}

function tellFollower(follower: Follower, facts: Facts): void {
  const code = codeOf(facts, follower.needs);
  const health: Health = {
    code,
    ...(code === 'key-expiring' ? { daysLeft: daysLeft(facts.endsInMs ?? 0) } : {}),
  };
  const text = `${code} ${health.daysLeft ?? ''}`;
  if (text === follower.told) return;
  follower.told = text;
  follower.tell(health);
}
