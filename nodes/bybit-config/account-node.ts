/**
 * The config node `bybit-config`: reads its properties, opens the account and offers it to the
 * nodes that act through it, or tells them in words why there is none.
 */
import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  AccountError,
  type Account,
  type AccountAccess,
  type AccountOptions,
} from '../bybit/account';
import type { Checked, LookUp } from '../properties/values';
import { createFlowsStarted } from '../action/flows-started';
import { refuseEmptied } from '../action/request/emptied';
import type { Problem } from '../properties/problems';
import { completeOptions } from './check-options';
import { checkKeys, type Keys, type RawCredentials } from './keys';
import { checkPlace, type CheckedPlace, type AccountPlace } from './place';
import type { RawProperties } from './settings';

export type OpenAccount = (options: AccountOptions) => Account;

/** What an account says in the log. */
type Voice = Required<Pick<AccountOptions, 'warn' | 'inform' | 'remind' | 'dismiss'>>;

type AccountNode = Node<RawCredentials>;

/** Registers the node type. `openAccount` is handed in, so that tests can stand in for it. */
export function registerAccountNode(RED: NodeAPI, openAccount: OpenAccount): void {
  const reminders = createReminders();
  const flowsStarted = createFlowsStarted(RED);
  function BybitConfig(this: AccountNode, definition: NodeDef & RawProperties) {
    RED.nodes.createNode(this, definition);
    const credentials: RawCredentials = { ...(this.credentials as RawCredentials | undefined) };
    // Other nodes, debug output and admin tools can all reach a config node's properties.
    Reflect.deleteProperty(this, 'credentials');
    const lookUp: LookUp = (name) => RED.util.getSetting(this, name);
    const given = refuseEmptied(RED, this, { ...definition }, ['symbols'], lookUp);
    const checked = checkPlace(definition, lookUp);
    // Blank it would mean every symbol.
    const place = given.problem === undefined ? checked : withProblem(checked, given);
    const access = openAccess(RED, this, openAccount, place, checkKeys(credentials, lookUp), {
      warn: (text) => this.warn(text),
      inform: (text) => this.log(text),
      remind: (cause, text) => {
        if (reminders.isDue(`${this.id} ${cause}`)) this.warn(text);
      },
      dismiss: (cause, text) => {
        if (reminders.dismiss(`${this.id} ${cause}`)) this.log(text);
      },
    });
    Object.defineProperty(this, 'access', { value: access, enumerable: false });
    Object.defineProperty(this, 'place', { value: place.value, enumerable: false });
    if (access.problem !== undefined) this.warn(access.problem);
    const endLooks = flowsStarted.add(() => lookAround(RED, this, place, reminders));
    this.on('close', (done: () => void) => {
      endLooks();
      void closeAccess(access).then(done, done);
    });
  }
  RED.nodes.registerType('bybit-config', BybitConfig, {
    credentials: { apiKey: { type: 'password' }, apiSecret: { type: 'password' } },
  });
}

function openAccess(
  RED: NodeAPI,
  node: AccountNode,
  openAccount: OpenAccount,
  place: CheckedPlace,
  keys: Checked<Keys>,
  voice: Voice,
): AccountAccess {
  const named = { id: node.id, name: node.name ?? '' };
  const known = {
    named,
    ...(place.value && {
      environment: place.value.environment,
      transport: place.value.transport,
    }),
  };
  try {
    const options = completeOptions(place, keys, (id) => RED.nodes.getNode(id));
    if (options.problem !== undefined) return { problem: options.problem, ...known };
    if (options.value.tls?.rejectUnauthorized === false) voice.remind('tls', UNVERIFIED);
    else voice.dismiss('tls', 'The TLS configuration verifies the server now.');
    return { account: openAccount({ ...options.value, ...voice, name: named.name }), named };
  } catch (error) {
    // Any other error's text is not known to be free of secrets.
    const problem =
      error instanceof AccountError ? error.message : "The account can't be opened as it is set.";
    return { problem, ...known };
  }
}

function withProblem(place: CheckedPlace, problem: Problem): CheckedPlace {
  const { tls, proxy, problems } = place;
  return { tls, proxy, problems: [...problems, problem] };
}

const UNVERIFIED =
  'The TLS configuration does not verify the server: anyone on the way can pose as it.';

const STRAY_TESTNET =
  'This account is on the testnet, while the others of these flows are on the mainnet: what is sent over it cancels no real order.';

const NO_STRAY_TESTNET =
  'This account no longer stands alone on the testnet beside others on the mainnet.';

/** Reminds of an account that stands alone on the testnet, and says when it no longer does. */
function lookAround(
  RED: NodeAPI,
  node: AccountNode,
  { value: place }: CheckedPlace,
  reminders: Reminders,
): void {
  const cause = `${node.id} testnet`;
  if (isStrayTestnet(RED, node.id, place)) {
    if (reminders.isDue(cause)) node.warn(STRAY_TESTNET);
  } else if (reminders.dismiss(cause)) node.log(NO_STRAY_TESTNET);
}

/** Whether it is the one account on the testnet: the box may have been ticked by mistake. */
function isStrayTestnet(RED: NodeAPI, own: string, place: AccountPlace | undefined): boolean {
  if (place?.environment !== 'testnet') return false;
  const others: unknown[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    if (type !== 'bybit-config' || id === own) return;
    const node = RED.nodes.getNode(id) as { place?: AccountPlace } | null;
    if (node !== null) others.push(node.place?.environment);
  });
  return others.length > 0 && others.every((environment) => environment === 'mainnet');
}

/** ms */
const DAY = 24 * 60 * 60 * 1000;
/** reminders of a cause that comes and goes, in a day */
const MOST = 3;

interface Reminders {
  /** Each once a day, however often its account is deployed; some times where it comes and goes. */
  isDue(what: string): boolean;
  /** Its cause is over. @returns whether there was a reminder of it */
  dismiss(what: string): boolean;
}

function createReminders(): Reminders {
  interface Reminder {
    /** ms, monotonic: the first of a day */
    readonly since: number;
    times: number;
    isOpen: boolean;
  }
  const all = new Map<string, Reminder>();
  return {
    isDue(what) {
      const now = performance.now();
      const last = all.get(what);
      if (last === undefined || now - last.since >= DAY) {
        all.set(what, { since: now, times: 1, isOpen: true });
        return true;
      }
      if (last.isOpen) return false;
      // What comes back is news, or the log would end with the word that it is over.
      last.times += 1;
      return (last.isOpen = true);
    },
    dismiss(what) {
      const last = all.get(what);
      // What comes and goes stays as it was told: that it is there.
      const isTold =
        last?.isOpen === true && (last.times < MOST || performance.now() - last.since >= DAY);
      if (isTold) last.isOpen = false;
      return isTold;
    },
  };
}

async function closeAccess(access: AccountAccess): Promise<void> {
  await access.account?.close();
}
