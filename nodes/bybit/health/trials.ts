/**
 * What cancels show of the key's permission where its record is not known: the exchange took one, or
 * knew no such order; or it refused one for the permission.
 */
import { factsOf } from '../answers/codes';
import type { Meaning, WireAnswer } from '../answers/meaning';
import type { Category } from '../model';
import type { Time } from '../time/time';

/** ms; as long as the key's record counts before it is asked for again */
const LATELY = 6 * 60 * 60 * 1000;

export interface Trials {
  /** A single cancel was answered. */
  heard(category: Category, meaning: Meaning, wire: WireAnswer): void;
  /**
   * Of each category in which a cancel was allowed lately, or refused for the permission and not allowed
   * since: which of them it was.
   */
  lately(): ReadonlyMap<Category, boolean>;
  /** The key was refused since, or it can have been changed: what it was allowed to holds no more. */
  forget(): void;
  /** The key's record is known, and tells more. */
  clear(): void;
}

/** @param changed called when a cancel shows what none before it did */
export function createTrials(time: Time, changed: () => void): Trials {
  const last = new Map<Category, { may: boolean; at: number }>();
  return {
    heard(category, meaning, wire) {
      const may = permitted(meaning, wire);
      if (may === undefined) return;
      const before = last.get(category);
      const at = time.now();
      if (before?.may === may) before.at = at;
      else {
        last.set(category, { may, at });
        changed();
      }
    },
    lately() {
      const since = time.now() - LATELY;
      const recent = [...last].filter(([, { may, at }]) => !may || at > since);
      return new Map(recent.map(([category, { may }]) => [category, may]));
    },
    forget() {
      for (const [category, { may }] of last) if (may) last.delete(category);
    },
    clear: () => last.clear(),
  };
}

function permitted(meaning: Meaning, wire: WireAnswer): boolean | undefined {
  if (meaning === 'accepted' || meaning === 'gone') return true;
  if (meaning !== 'unauthorized' || wire.kind !== 'reply') return undefined;
  return factsOf(wire.retCode)?.finding === 'permission' ? false : undefined;
}
