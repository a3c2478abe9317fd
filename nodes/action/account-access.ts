/**
 * The account of an action node: found anew for each message and after each deploy, which can replace
 * it, take it away and bring it back without the node.
 */
import type { Node, NodeAPI } from 'node-red';
import type { Account, AccountAccess } from '../bybit/account';
import type { Environment, Health } from '../bybit/model';
import type { Destination } from './reply/told';

/** What an account is to keep ready for a node. */
export type KeptReady = Omit<Parameters<Account['follow']>[0], 'onHealth'>;

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

export interface LinkOptions {
  /** aborted when the node closes: no account is followed from then on */
  readonly signal: AbortSignal;
  /** Shows whether the next cancel would work. */
  readonly show: (health: Health, environment: Environment | undefined) => void;
}

/** Links a node to its account and has the account get ready. */
export function linkAccount(
  RED: NodeAPI,
  id: string,
  wanted: KeptReady,
  { signal, show }: LinkOptions,
): AccountLink {
  const following = createFollowing(wanted, show);
  const find = () => {
    const found = accessTo(RED, id);
    if (!signal.aborted) following.follow(found);
    return found;
  };
  find();
  return { find, release: following.release };
}

/** Keeps one account ready at a time, and has its health shown. */
function createFollowing(wanted: KeptReady, show: LinkOptions['show']) {
  // Nothing is like it: the first account is news, also where there is none.
  let followed: unknown = {};
  let release: () => void = () => undefined;
  return {
    follow(access: AccountAccess) {
      const { account } = access;
      if (account === followed) return;
      release();
      followed = account;
      const { environment } = destinationOf(access);
      if (account === undefined) {
        release = () => undefined;
        show({ code: 'not-configured' }, environment);
      } else {
        release = account.follow({ ...wanted, onHealth: (health) => show(health, environment) });
      }
    },
    release: () => release(),
  };
}

/** Where an account's cancels go, without fields that are not known. */
export function destinationOf(access: AccountAccess): Destination {
  const { environment, transport } = access.account ?? access;
  const { named: account } = access;
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(transport === undefined ? {} : { transport }),
    ...(account === undefined ? {} : { account }),
  };
}
