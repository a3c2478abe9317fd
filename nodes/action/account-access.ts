/**
 * The account of an action node: found anew for each message, since a deploy can replace it without
 * the node.
 */
import type { Node, NodeAPI } from 'node-red';
import type { Account, AccountAccess } from '../bybit/account';
import type { Place } from './told';

/** What an account is to keep ready for a node. */
export type Following = Parameters<Account['follow']>[0];

export interface AccountLink {
  /** The account as it is deployed now; it is kept ready from then on. */
  readonly find: () => AccountAccess;
  /** Lets go of the account. */
  readonly release: () => void;
}

/** The account behind an id, or in words why there is none. */
export function accessTo(RED: NodeAPI, id: string): AccountAccess {
  if (id === '') return { problem: 'No account is chosen: choose one in the dialog of the node.' };
  const found = RED.nodes.getNode(id) as (Node & { access?: AccountAccess }) | null | undefined;
  if (found === null || found === undefined) {
    return { problem: 'The account is missing or disabled: choose another or enable it.' };
  }
  if (found.type !== 'bybit-config' || found.access === undefined) {
    return { problem: 'The node chosen as the account is no bybit-config: choose another.' };
  }
  return found.access;
}

/**
 * Links a node to its account and has the account get ready.
 * @param signal aborted when the node closes: no account is followed from then on
 */
export function linkAccount(
  RED: NodeAPI,
  id: string,
  wanted: Following,
  signal: AbortSignal,
): AccountLink {
  const following = createFollowing(wanted);
  const find = () => {
    const found = accessTo(RED, id);
    if (!signal.aborted) following.follow(found.account);
    return found;
  };
  find();
  return { find, release: () => following.follow(undefined) };
}

/** Keeps one account ready at a time. */
function createFollowing(wanted: Following): { follow: (account: Account | undefined) => void } {
  let followed: Account | undefined;
  let release: () => void = () => undefined;
  return {
    follow(account) {
      if (account === followed) return;
      release();
      followed = account;
      release = account?.follow(wanted) ?? (() => undefined);
    },
  };
}

/** Where an account's cancels go, without fields that are not known. */
export function placeOf({
  environment,
  transport,
}: {
  [K in keyof Place]: Place[K] | undefined;
}): Place {
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(transport === undefined ? {} : { transport }),
  };
}
