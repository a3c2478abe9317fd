/** A Node-RED from npm, with a user directory that the packed package is installed into. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { DEMO_KEY } from '../../simulator/exchange';
import { freePort, run, start, until, type Program } from './commands';

/** Which Node-RED on which Node. */
export interface Runtime {
  readonly nodeRed: string;
  /** A version from npm; without it the Node that runs this. */
  readonly node?: string;
}

export interface Installed {
  readonly node: string;
  readonly script: string;
  readonly version: string;
}

export interface NodeRed {
  readonly program: Program;
  readonly url: string;
}

const NPM = ['install', '--no-audit', '--no-fund', '--loglevel=error'];

/** npm in a folder, run by the given Node. */
async function npm(folder: string, node: string, args: readonly string[]): Promise<void> {
  const env = { PATH: [dirname(node), process.env.PATH].join(delimiter) };
  await run('npm', [...NPM, ...args], { cwd: folder, env });
}

/** An empty folder that npm takes for a project of its own. */
async function project(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"name":"check","private":true}');
  return folder;
}

/**
 * Several checks in a row can share what is installed: in a folder that the environment variable
 * RUNTIMES names.
 */
export async function installRuntime(temp: string, runtime: Runtime): Promise<Installed> {
  const { nodeRed, node: version = 'own' } = runtime;
  const shared = process.env.RUNTIMES;
  const at = shared === undefined ? temp : join(shared, `${nodeRed} on ${version}`);
  const done = join(at, 'installed.json');
  const before = await readFile(done, 'utf8').catch(() => undefined);
  if (before !== undefined) return JSON.parse(before) as Installed;
  const installed = await install(at, runtime);
  await writeFile(done, JSON.stringify(installed));
  return installed;
}

async function install(temp: string, runtime: Runtime): Promise<Installed> {
  const folder = await project(join(temp, 'runtime'));
  const node = runtime.node ? await installNode(temp, runtime.node) : process.execPath;
  await npm(folder, node, [`node-red@${runtime.nodeRed}`]);
  const home = join(folder, 'node_modules', 'node-red');
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { node, script: join(home, 'red.js'), version };
}

/**
 * The package that carries the binary itself: the `node` package fetches it by an install script,
 * which npm may be told not to run.
 */
async function installNode(temp: string, version: string): Promise<string> {
  const folder = await project(join(temp, 'node'));
  const mac = process.platform === 'darwin' && process.arch === 'arm64';
  const name = `${mac ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;
  await npm(folder, process.execPath, [`${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

/** Installs as the palette manager does. @returns the user directory */
export async function installPackage(temp: string, tarball: string, node: string): Promise<string> {
  const userDir = await project(join(temp, 'user'));
  await npm(userDir, node, ['--omit=dev', '--engine-strict', tarball]);
  return userDir;
}

/** Resolves once the flow's `POST /cancel` is there. */
export async function startNodeRed(
  { node, script }: Installed,
  userDir: string,
  exchange: string,
): Promise<NodeRed> {
  const port = await freePort();
  await writeFile(join(userDir, 'settings.js'), settings(port));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow(exchange)));
  const { apiKey, secret: apiSecret } = DEMO_KEY;
  await writeFile(
    join(userDir, 'flows_cred.json'),
    JSON.stringify({ account: { apiKey, apiSecret } }),
  );
  const program = start(node, [script, '--userDir', userDir], { cwd: userDir });
  const url = `http://127.0.0.1:${port}`;
  await until('answer of Node-RED', program, async () => {
    // 404 until the flow runs.
    const answer = await fetch(`${url}/cancel`, { method: 'POST' }).catch(() => undefined);
    return (answer && answer.status !== 404) || undefined;
  });
  return { program, url };
}

const settings = (port: number): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  credentialSecret: 'check',
  telemetry: { enabled: false, updateNotification: false },
};
`;

/**
 * http in → bybit cancel order → http response, and the same for a list and for all that matches; output 2 answers with
 * `msg.error`.
 */
const flow = (exchange: string): readonly object[] => [
  { id: 'tab', type: 'tab', label: 'check' },
  {
    ...{ id: 'account', type: 'bybit-config', name: '', testnet: false, site: 'custom' },
    ...{ restUrl: exchange, streamUrl: exchange.replace('http:', 'ws:') },
    ...{ recvWindow: 5000, transport: 'http' },
  },
  { id: 'in', type: 'http in', z: 'tab', url: '/cancel', method: 'post', wires: [['cancel']] },
  {
    ...{ id: 'cancel', type: 'bybit-cancel-order', z: 'tab', account: 'account' },
    ...{ category: 'payload.category', categoryType: 'msg' },
    ...{ symbol: 'payload.symbol', symbolType: 'msg' },
    ...{ orderId: 'payload.orderId', orderIdType: 'msg' },
    ...{ orderLinkId: 'payload.orderLinkId', orderLinkIdType: 'msg' },
    ...{ orderFilter: 'payload.orderFilter', orderFilterType: 'msg' },
    ...{ confirm: true, timeout: 10_000, wires: [['out'], ['error']] },
  },
  { id: 'all', type: 'http in', z: 'tab', url: '/cancel-list', method: 'post', wires: [['list']] },
  {
    ...{ id: 'list', type: 'bybit-cancel-orders', z: 'tab', account: 'account' },
    ...{ orders: 'payload', ordersType: 'msg', timeout: 10_000, wires: [['out'], ['error']] },
  },
  {
    ...{ id: 'any', type: 'http in', z: 'tab', url: '/cancel-all', method: 'post' },
    wires: [['sweep']],
  },
  {
    ...{ id: 'sweep', type: 'bybit-cancel-all', z: 'tab', account: 'account' },
    ...{ timeout: 10_000, wires: [['out'], ['error']] },
  },
  {
    ...{ id: 'error', type: 'change', z: 'tab', wires: [['out']] },
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'error', tot: 'msg' }],
  },
  { id: 'out', type: 'http response', z: 'tab', statusCode: '', headers: {}, wires: [] },
];
