/** What the checks of the editor play on: the packed package in a Node-RED, and an exchange. */
import { createRequire } from 'node:module';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEMO_KEY, startExchange, type Exchange } from '../../simulator/exchange';
import { freePort, run, start, until, type Program } from '../package/commands';
import { installPackage, installRuntime, type Installed, type Runtime } from '../package/node-red';

export const RUNTIMES = [{ nodeRed: '4.1' }, { nodeRed: '5', node: '24' }] as const;

/** The nodes with a dialog of an action. */
export const ACTIONS = ['bybit-cancel-order', 'bybit-cancel-orders', 'bybit-cancel-all'] as const;

/** The environment that Node-RED runs in, for fields that name a variable. */
export const variables = ({ restUrl, streamUrl }: Exchange) => ({
  CHECK_SITE: 'custom',
  CHECK_TESTNET: 'false',
  CHECK_REST: restUrl,
  CHECK_STREAM: streamUrl,
  CHECK_TRANSPORT: 'http',
  CHECK_ONLY: 'BTCUSDT',
  CHECK_WINDOW: '6000',
  CHECK_KEY: DEMO_KEY.apiKey,
  CHECK_SECRET: DEMO_KEY.secret,
  CHECK_CATEGORY: 'linear',
  CHECK_SYMBOL: 'BTCUSDT',
  CHECK_LINK_ID: 'named-by-a-variable',
  CHECK_CONFIRM: 'true',
  CHECK_TIMEOUT: '9000',
  CHECK_KINDS: 'entries',
  CHECK_WHICH: 'snapshot',
  CHECK_MOST: '20',
  CHECK_DRY: 'true',
});

export type Variable = keyof ReturnType<typeof variables>;

export interface Stage {
  readonly version: string;
  readonly node: string;
  readonly url: string;
  readonly exchange: Exchange;
  readonly program: Program;
  readonly close: () => Promise<void>;
}

/** @returns the tarball that would be published */
export async function pack(folder: string): Promise<string> {
  await run('npm', ['pack', '--pack-destination', folder]);
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack has left no tarball');
  return join(folder, tarball);
}

export interface Play {
  readonly runtime: Runtime;
  readonly tarball: string;
  /** An empty folder of its own. */
  readonly folder: string;
  readonly flow?: readonly object[];
  /** By the ids of the nodes they belong to. */
  readonly credentials?: object;
  readonly env?: (exchange: Exchange) => Readonly<Record<string, string>>;
}

export async function setUp(play: Play): Promise<Stage> {
  const { runtime, tarball, folder, flow = [], credentials = {}, env } = play;
  const installed = developed(runtime) ?? (await installRuntime(folder, runtime));
  const userDir = await installPackage(folder, tarball, installed.node);
  const exchange = await startExchange({ demo: true });
  const port = await freePort();
  await writeFile(join(userDir, 'settings.js'), settings(port));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow));
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
  const program = start(installed.node, [installed.script, '--userDir', userDir], {
    cwd: userDir,
    env: env?.(exchange) ?? {},
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): true | undefined => program.output().includes('Started flows') || undefined;
  await until('start of the flows', program, isReady);
  const close = async (): Promise<void> => {
    await program.stop();
    await exchange.close();
  };
  const node = runtime.node ?? process.versions.node;
  return { version: installed.version, node, url, exchange, program, close };
}

/** The Node-RED that is a development dependency, where it is the one asked for. */
function developed(runtime: Runtime): Installed | undefined {
  const require = createRequire(__filename);
  const file = require.resolve('node-red/package.json');
  const { version } = require(file) as { version: string };
  if (runtime.node !== undefined || !version.startsWith(`${runtime.nodeRed}.`)) return undefined;
  return { node: process.execPath, script: join(dirname(file), 'red.js'), version };
}

/** English, quiet, and with no catalogue: the editor then asks no host but this one. */
const settings = (port: number): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  credentialSecret: 'check',
  lang: 'en-US',
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
};
`;
