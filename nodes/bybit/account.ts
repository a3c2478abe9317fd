/**
 * The public interface of one account: its hosts, keys, clock, pacing and sockets. The accounts of a runtime
 * share one thing, and on purpose: the count of the IP address that they all send from (address.ts).
 */
import { createAddress, type Address } from './limits/address';
import { cancelOrders, type ManyOptions, type ManyOutcomes } from './several/many';
import {
  pursuitOptions,
  type Asked,
  type CancelAllOptions,
  type CancelManyOptions,
  type CancelOptions,
} from './cancel-options';
import { cancelOrder } from './cancel/pursuit';
import type { PursuitOptions } from './cancel/pursuit-options';
import { sweep } from './several/sweep';
import type { SweepOptions, SweepOutcome } from './several/sweep-outcome';
import { loadLibraries, openConnections } from './wire/connections';
import { createExchange, type Exchange } from './exchange/exchange';
import type { Following } from './exchange/ways';
import { openHealth } from './exchange/open-health';
import { createSymbols, type Symbols } from './checks/symbols';
import type { AccountOptions } from './account-options';
import type {
  CancelRequest,
  Category,
  Environment,
  Health,
  Outcome,
  Scope,
  Transport,
} from './model';
import { AbortSource, withEach } from './time/abort';
import { InFlight } from './time/in-flight';
import { realTime, type Time } from './time/time';

export { createAddress, type Address } from './limits/address';
export { connectionChecker } from './checks/connection-check';
export type {
  Entered,
  ConnectionCheck,
  CheckConnection,
  Reached,
  Finding,
  FindingKind,
} from './checks/findings';
export { isGone } from './answers/meaning';
export type { FaultKind } from './answers/network-errors';
export type { ManyOutcomes } from './several/many';
export { kindOf } from './several/scope';
export type { SweepOutcome } from './several/sweep-outcome';
export type { CancelAllOptions, CancelManyOptions, CancelOptions } from './cancel-options';
export type { KeyReport } from './answers/key-report';
export { AccountError } from './account-options';
export type { AccountOptions, ProxyOptions, TlsOptions } from './account-options';

/** What is kept ready for a node, and what the node is told between its cancels. */
export interface Wanted extends Following {
  /** where all of its orders are of one */
  readonly category?: Category;
  /** Called whenever it changes whether the next cancel would work, for the first time at once. */
  readonly onHealth?: (health: Health) => void;
}

export interface Account {
  readonly environment: Environment;
  readonly transport: Transport;
  /**
   * The only symbols whose orders may be cancelled; absent: all. `cancelAll` enforces it; who calls
   * `cancel` or `cancelMany` checks it first.
   */
  readonly symbols?: readonly string[] | undefined;
  /** In which categories the key may cancel; `undefined` while its record is not known. */
  mayCancel(): Readonly<Record<Category, boolean>> | undefined;
  /** Cancels one order. Never rejects: every request leads to exactly one outcome. */
  cancel(request: CancelRequest, options: CancelOptions): Promise<Outcome>;
  /**
   * Cancels the orders of a list, and confirms each. Never rejects: every order gets exactly one
   * outcome, in the order of the list; the same order twice is sent once.
   */
  cancelMany(requests: readonly CancelRequest[], options: CancelManyOptions): Promise<ManyOutcomes>;
  /**
   * Cancels every open order of a scope, and proves that none is left. Never rejects; ends by its
   * time.
   */
  cancelAll(scope: Scope, options: CancelAllOptions): Promise<SweepOutcome>;
  /**
   * Keeps ready what an asker's cancels need: the way to the exchange and, for confirmations, the
   * order stream.
   * @returns ends it for this asker; what it was for ends with the last one
   */
  follow(wanted: Wanted): () => void;
  /**
   * The symbols of a category that can be traded now, for the completion in a dialog; of options,
   * those of the large coins. Kept for an hour. Never rejects: none when they can't be had.
   */
  instruments(category: Category): Promise<readonly string[]>;
  /** Ends everything: sockets, timers, listeners, waiting requests. Resolves when all is quiet. */
  close(): Promise<void>;
}

/** An account as messages name it. */
export interface Named {
  /** of its node */
  readonly id: string;
  /** as its owner calls it; may be blank */
  readonly name: string;
}

/**
 * What a `bybit-config` node offers to the nodes that act through it: the account, or in words why
 * there is none (a missing key, an unset variable …).
 */
export type AccountAccess =
  | { readonly account: Account; readonly named?: Named | undefined; readonly problem?: undefined }
  | {
      readonly account?: undefined;
      readonly named?: Named | undefined;
      readonly problem: string;
      readonly environment?: Environment;
      readonly transport?: Transport;
    };

type OpenAccount = (options: AccountOptions) => Account;

/**
 * Loads what only loads asynchronously (ES modules), once per runtime.
 * @param time for tests; default the real one
 * @param address that the accounts send from, with all else in this runtime; default one of their own
 * @returns opens one account; throws an AccountError when the secret or the proxy can't be used
 */
export async function accountOpener(
  time: Time = realTime,
  address: Address = createAddress(time),
): Promise<OpenAccount> {
  const libraries = await loadLibraries();
  return (options) => {
    const connections = openConnections(options, libraries, time);
    const health = openHealth(options, connections, time, () => exchange);
    const exchange: Exchange = createExchange(connections, options, time, address, health.signals);
    const instruments = createSymbols(exchange.askLightly, time);
    return trackCalls({
      options,
      time,
      cancel: (request, pursuit) => cancelOrder(request, pursuit, exchange),
      cancelMany: (requests, pursuit) => cancelOrders(requests, pursuit, exchange),
      cancelAll: (scope, sweepOptions) => sweep(within(scope, options), sweepOptions, exchange),
      follow({ onHealth, ...wanted }) {
        const endWays = exchange.follow(wanted);
        const endHealth = onHealth && health.follow(wanted, onHealth);
        return () => {
          endHealth?.();
          endWays();
        };
      },
      instruments: (category) => instruments.list(category),
      mayCancel: () => health.mayCancel(),
      async end() {
        health.close();
        exchange.close();
        await Promise.all([connections.close(), exchange.quiet(), instruments.close()]);
      },
    });
  };
}

function within(scope: Scope, { symbols }: AccountOptions): Scope {
  return symbols === undefined ? scope : { ...scope, among: symbols };
}

interface Parts {
  readonly options: AccountOptions;
  readonly time: Time;
  readonly cancel: (request: CancelRequest, options: PursuitOptions) => Promise<Outcome>;
  readonly cancelMany: (
    requests: readonly CancelRequest[],
    options: ManyOptions,
  ) => Promise<ManyOutcomes>;
  readonly cancelAll: (scope: Scope, options: SweepOptions) => Promise<SweepOutcome>;
  readonly follow: Account['follow'];
  readonly instruments: Symbols['list'];
  readonly mayCancel: Account['mayCancel'];
  readonly end: () => Promise<void>;
}

/** Counts the calls that are under way: closing waits for them. A later call finds its time over. */
function trackCalls(parts: Parts): Account {
  const { options, time, follow, instruments, end } = parts;
  const calls = new InFlight();
  const closing = new AbortSource();
  const closingOf = withEach(closing);
  let closed: Promise<void> | undefined;
  const pursuitOf = (confirm: boolean, asked: Asked) => {
    const until = asked.signal === undefined ? closing : closingOf(asked.signal);
    return pursuitOptions(confirm, asked, time.wall(), until);
  };
  const track = <T>(outcome: Promise<T>): Promise<T> => {
    calls.begin();
    outcome.then(calls.end, calls.end);
    return outcome;
  };

  return {
    environment: options.environment,
    transport: options.transport,
    symbols: options.symbols,
    mayCancel: parts.mayCancel,
    follow: (wanted) => (closing.aborted ? () => undefined : follow(wanted)),
    instruments: async (category) => (closing.aborted ? [] : await instruments(category)),
    cancel: (request, asked) => track(parts.cancel(request, pursuitOf(asked.confirm, asked))),
    cancelMany: (requests, { onOutcome, ...asked }) =>
      track(parts.cancelMany(requests, { ...pursuitOf(true, asked), onOutcome })),
    cancelAll: (scope, { which, atMost, dryRun, onProgress, ...asked }) =>
      track(
        parts.cancelAll(scope, {
          ...pursuitOf(true, asked),
          ...{ which, atMost, dryRun, onProgress },
        }),
      ),
    close() {
      closing.abort();
      closed ??= calls.idle().then(end);
      return closed;
    },
  };
}
