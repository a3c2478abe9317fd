/** A real Node-RED in a process of its own, with the package linked as the palette would. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installed } from '../package/node-red';
import { freePort, root, start, until, type Program } from '../package/commands';
import { Editor } from './editor';
import type { FlowNode } from './example';

/** The Node-RED that is a development dependency. */
const DEVELOPED = {
  node: process.execPath,
  script: join(root, 'node_modules', 'node-red', 'red.js'),
};

export class NodeRed {
  private constructor(
    readonly program: Program,
    readonly url: string,
    readonly editor: Editor,
    private readonly userDir: string,
  ) {}

  /**
   * Resolves once the flow runs.
   * @param lang of the runtime
   * @param installed where another Node-RED is
   */
  static async start(
    flow: readonly FlowNode[],
    env: NodeJS.ProcessEnv = {},
    lang = 'en-US',
    { node, script }: Pick<Installed, 'node' | 'script'> = DEVELOPED,
  ): Promise<NodeRed> {
    const userDir = await mkdtemp(join(tmpdir(), 'bybit-examples-'));
    const scope = join(userDir, 'node_modules', '@node-red-bybit');
    await mkdir(scope, { recursive: true });
    await symlink(root, join(scope, 'cancel-order'), 'junction');
    const port = await freePort();
    await writeFile(join(userDir, 'settings.js'), settings(port, lang));
    const program = start(node, [script, '--userDir', userDir], { cwd: userDir, env });
    const url = `http://127.0.0.1:${port}`;
    try {
      await until('answer of Node-RED', program, async () => {
        const answer = await fetch(`${url}/flows`).catch(() => undefined);
        return answer?.ok || undefined;
      });
      const nodeRed = new NodeRed(program, url, await Editor.open(url), userDir);
      await nodeRed.deploy(flow);
      return nodeRed;
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  /**
   * As the editor deploys: credentials travel with their node, and flows that did not change run
   * on. Resolves once the others run.
   */
  async deploy(flows: readonly FlowNode[]): Promise<void> {
    const headers = { 'Node-RED-API-Version': 'v2', 'Node-RED-Deployment-Type': 'flows' };
    const answer = await this.post('/flows', { flows }, headers);
    if (!answer.ok) throw new Error(`deploy: ${answer.status} ${await answer.text()}`);
    const { rev } = (await answer.json()) as { rev: string };
    await this.until('end of the deploy', () => this.editor.revision === rev || undefined);
  }

  /** Stops or starts all flows, as a restart of Node-RED does. */
  async run(state: 'start' | 'stop'): Promise<void> {
    const answer = await this.post('/flows/state', { state });
    if (!answer.ok) throw new Error(`${state}: ${answer.status} ${await answer.text()}`);
  }

  /** Presses the button of an inject node. @param payload in place of the one it has */
  async press(id: string, payload?: unknown): Promise<void> {
    await this.give(id, payload === undefined ? {} : { payload });
  }

  /** Lets an inject node send a message with these fields; without any, the one that it has. */
  async give(id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const given = Object.entries(fields);
    const props = given.map(([p, v]) => ({ p, v: JSON.stringify(v), vt: 'json' }));
    const body = props.length > 0 ? { __user_inject_props__: props } : {};
    const answer = await this.post(`/inject/${id}`, body);
    if (!answer.ok) throw new Error(`inject ${id}: ${answer.status}`);
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    const json = { 'content-type': 'application/json', ...headers };
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(this.url + path, { method: 'POST', headers: json, body: raw });
  }

  /** Asks until there is an answer. @throws after 20 s or `ms`, with what Node-RED printed */
  until<T>(
    what: string,
    ask: () => T | undefined | Promise<T | undefined>,
    ms = 20_000,
  ): Promise<T> {
    return until(what, this.program, ask, ms);
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    this.editor.close();
    await this.program.stop(signal);
    await rm(this.userDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

const settings = (port: number, lang: string): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  lang: '${lang}',
  credentialSecret: 'test',
  runtimeState: { enabled: true },
  mqttReconnectTime: 200,
  debugMaxLength: 100000,
  telemetry: { enabled: false, updateNotification: false },
};
`;
