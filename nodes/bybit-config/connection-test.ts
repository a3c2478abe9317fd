/**
 * The connection test of the account's dialog: takes what the dialog shows, also before the first
 * deploy, and for credentials left untouched the stored ones. Answers with findings, never with a
 * secret.
 */
import type { Node, NodeAPI } from 'node-red';
import { serveQuestion } from '../action/admin-post';
import { AccountError, type ConnectionCheck, type CheckConnection } from '../bybit/account';
import { problem, type Problem, type ProblemKey } from '../properties/problems';
import { variableName, type Checked, type LookUp } from '../properties/values';
import { checkOptions } from './check-options';
import { checkKeys, type Credential, type Keys, type RawCredentials } from './keys';
import { checkPlace, type AccountPlace } from './place';
import type { RawProperties } from './settings';

/** What the editor shows in place of a credential that it does not know. */
const UNTOUCHED = '__PWRD__';
/** at once; each holds connections for up to some seconds */
const MOST = 4;

/** The request's body. */
interface Asked {
  /** of the config node, which may not be deployed yet */
  readonly id: string;
  readonly properties: RawProperties;
  readonly credentials: RawCredentials;
}

/** Everything that is in the way of a test. */
export interface NotTested {
  readonly problems: readonly Problem[];
}

export type TestAnswer = ConnectionCheck | NotTested;

/** A config node as deployed, with the place that its key is meant for. */
export interface Deployed extends Node {
  readonly place?: AccountPlace;
}

/**
 * `POST /bybit-config/test` of the admin API. Who may deploy may test: a test sends the key to the
 * address in the dialog, as a deploy would.
 */
export function registerConnectionTest(RED: NodeAPI, check: CheckConnection): void {
  serveQuestion<TestAnswer>(RED, {
    path: '/bybit-config/test',
    most: MOST,
    busy: refusal('testBusy'),
    failed: refusal('testFailed'),
    answer: async (body, signal) => {
      const asked = readAsked(body);
      if (asked === undefined) return [400, refusal('testMalformed')];
      return [200, await test(RED, check, asked, signal)];
    },
  });
}

async function test(
  RED: NodeAPI,
  check: CheckConnection,
  { id, properties, credentials }: Asked,
  signal: AbortSignal,
): Promise<TestAnswer> {
  const find = (nodeId: string) => RED.nodes.getNode(nodeId) as Node | null | undefined;
  const node = deployedAccount(find(id));
  const scope = node ?? globalScope(RED);
  const lookUp: LookUp = (name) =>
    scope === undefined ? process.env[name] : RED.util.getSetting(scope, name);
  const place = checkPlace(properties, lookUp);
  const stored = untouched(credentials);
  // The id could be another package's node, with credentials of its own.
  const isLost = stored.length > 0 && node === undefined;
  const keys = isLost
    ? withoutStored(checkKeys(credentials, lookUp), stored)
    : checkKeys({ ...credentials, ...pick(storedCredentials(RED, id), stored) }, lookUp);
  const options = checkOptions(place, keys, find);
  const isKept = stored.length > 0 || holdsVariable(credentials);
  if (!isLost && isKept && place.value && leadsElsewhere(place.value, node?.place)) {
    return refusal('testElsewhere', options.problems);
  }
  if (options.value === undefined) return { problems: options.problems };
  try {
    return await check(options.value, signal);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return { problems: [{ ...problem(error.fault), problem: error.message }] };
  }
}

function refusal(key: ProblemKey, others: readonly Problem[] = []): NotTested {
  return { problems: [problem(key), ...others] };
}

/** What is wrong with the credentials that were typed, and that there is no stored one. */
function withoutStored({ problems }: Checked<Keys>, stored: readonly Credential[]): Checked<Keys> {
  const typed = problems.filter(({ because }) =>
    stored.every((name) => name !== because?.values.property),
  );
  return { problems: [problem('testNotDeployed'), ...typed] };
}

function readAsked(body: unknown): Asked | undefined {
  const { id, properties, credentials } = (body ?? {}) as Partial<Record<keyof Asked, unknown>>;
  const areObjects = [properties, credentials].every(
    (part) => typeof part === 'object' && part !== null,
  );
  if (typeof id !== 'string' || !areObjects) return undefined;
  return { id, properties: properties as object, credentials: credentials as object };
}

function deployedAccount(node: Node | null | undefined): Deployed | undefined {
  return node?.type === 'bybit-config' ? node : undefined;
}

function untouched(credentials: RawCredentials): Credential[] {
  return (['apiKey', 'apiSecret'] as const).filter((name) => credentials[name] === UNTOUCHED);
}

/** What a variable holds is as secret as what is stored. */
function holdsVariable({ apiKey, apiSecret }: RawCredentials): boolean {
  return [apiKey, apiSecret].some((value) => variableName(value) !== undefined);
}

/** Where the variables of a node that is not deployed yet will come from. */
function globalScope(RED: NodeAPI): Node | undefined {
  let id = '';
  RED.nodes.eachNode((node) => {
    if (node.type === 'global-config') id = node.id;
  });
  const found = RED.nodes.getNode(id) as Node | null | undefined;
  return found ?? undefined;
}

/**
 * Whether a key that is kept here would go to an address of the asker's choice: only a deploy,
 * which leaves a trace, may send it there.
 */
function leadsElsewhere(place: AccountPlace, deployed: AccountPlace | undefined): boolean {
  if (place.environment !== 'custom') return false;
  const way = ['restUrl', 'streamUrl', 'tls', 'proxy'] as const;
  return way.some((part) => place[part] !== deployed?.[part]);
}

/** The published types promise an object for each id. */
function storedCredentials(RED: NodeAPI, id: string): RawCredentials {
  const stored = RED.nodes.getCredentials(id) as RawCredentials | undefined;
  return stored ?? {};
}

/** An absent one is missing, and must not stay the editor's placeholder. */
function pick(from: RawCredentials, names: readonly Credential[]): RawCredentials {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? '']));
}
