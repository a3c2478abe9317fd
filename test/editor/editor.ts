/** The editor as a user works it: with the mouse and the keyboard, waiting for what shows. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { root } from '../package/commands';
import { watch } from './browser';
import type { EditorNode, FlowNode, NodeState } from './red';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface View extends BrowserContextOptions {
  /** Where screenshots go, below `test-results/editor`. */
  readonly album: string;
}

const SIZE = { width: 1400, height: 900 };
/** ms that anything may take to show. */
const PATIENCE = 15_000;

/** Numbers the screenshots of an album, over all its editors. */
const shots = new Map<string, number>();

export class Editor {
  /** What went wrong in the page so far. */
  readonly troubles: string[];
  /** The revisions of the flows that were seen to run. */
  private readonly running = new Set<string>();

  private constructor(
    readonly page: Page,
    private readonly album: string,
  ) {
    this.troubles = watch(page);
    page.setDefaultTimeout(PATIENCE);
    // A reload asks whether to leave undeployed changes behind.
    page.on('dialog', (dialog) => void dialog.accept());
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => this.noteRevision(payload.toString()));
    });
  }

  static async open(browser: Browser, url: string, { album, ...view }: View): Promise<Editor> {
    const context = await browser.newContext({ viewport: SIZE, locale: 'en-US', ...view });
    const editor = new Editor(await context.newPage(), album);
    await editor.page.goto(url);
    await editor.ready();
    return editor;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  /** Node-RED answers a deploy before its flows run; this is its word that they do. */
  private noteRevision(frame: string): void {
    if (!frame.includes('notification/runtime-deploy')) return;
    for (const { topic, data } of JSON.parse(frame) as { topic: string; data: unknown }[]) {
      if (topic !== 'notification/runtime-deploy') continue;
      this.running.add((data as { revision: string }).revision);
    }
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  private async ready(): Promise<void> {
    await this.inPalette('bybit-cancel-order').waitFor({ state: 'attached' });
    await this.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
  }

  private inPalette(type: string): Locator {
    return this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  }

  /** @returns the id of the node that was dropped */
  async dragFromPalette(type: string, to: Point): Promise<string> {
    const before = await this.nodes();
    const item = this.inPalette(type);
    await item.scrollIntoViewIfNeeded();
    const chart = await this.box(this.page.locator('#red-ui-workspace-chart'));
    await this.drag(middle(await this.box(item)), { x: chart.x + to.x, y: chart.y + to.y });
    const known = new Set(before.map(({ id }) => id));
    const added = (await this.nodes()).filter(({ id }) => !known.has(id));
    if (added.length !== 1 || !added[0]) throw new Error(`${added.length} nodes were dropped`);
    return added[0].id;
  }

  async wire(from: string, output: number, to: string): Promise<void> {
    const start = this.inWorkspace(from).locator('.red-ui-flow-port-output').nth(output);
    const end = this.inWorkspace(to).locator('.red-ui-flow-port-input');
    await this.drag(middle(await this.box(start)), middle(await this.box(end)));
  }

  private async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    // A first small step: what is dragged follows the mouse from there.
    await mouse.move(from.x + 5, from.y + 5, { steps: 2 });
    await mouse.move(to.x, to.y, { steps: 8 });
    await mouse.up();
  }

  async box(place: Locator) {
    const box = await place.boundingBox();
    if (!box) throw new Error("it can't be seen");
    return box;
  }

  /** A node's picture in the workspace. */
  inWorkspace(id: string): Locator {
    return this.page.locator(`[id="${id}"]`);
  }

  /** Every node and config node. */
  async nodes(type?: string): Promise<NodeState[]> {
    const all = await this.page.evaluate(() => {
      // No inner function may have a name here: the compiler would add a helper to it.
      const found: EditorNode[] = [];
      RED.nodes.eachNode((node) => void found.push(node));
      RED.nodes.eachConfig((node) => void found.push(node));
      return found.map(({ id, type, name, changed, valid, validationErrors }): NodeState => {
        return { id, type, name, changed, valid, validationErrors };
      });
    });
    return all.filter((node) => type === undefined || node.type === type);
  }

  /** What a deploy would carry. */
  async changed(): Promise<string[]> {
    const dirty = await this.page.evaluate(() => RED.nodes.dirty());
    const nodes = (await this.nodes()).filter((node) => node.changed);
    return [...(dirty ? ['the workspace'] : []), ...nodes.map(({ type, id }) => `${type} ${id}`)];
  }

  /** The flows as an export writes them. */
  flows(): Promise<readonly FlowNode[]> {
    return this.page.evaluate(() => RED.nodes.createCompleteNodeSet({ credentials: false }));
  }

  /** Brings the flow of this name to the front, the last one where several have it. */
  async openTab(label: string): Promise<void> {
    const id = (await this.flows()).findLast(
      (one) => one.type === 'tab' && one.label === label,
    )?.id;
    await this.page.evaluate((tab) => RED.workspaces.show(tab), id ?? '');
  }

  async deploy(): Promise<void> {
    const answered = this.page.waitForResponse(
      (answer) => answer.url().endsWith('/flows') && answer.request().method() === 'POST',
    );
    await this.page.locator('#red-ui-header-button-deploy').click();
    const { rev } = (await (await answered).json()) as { rev: string };
    await waitFor('the deployed flows to run', () => this.running.has(rev));
    await waitFor('end of the deploy', async () => (await this.changed()).length === 0);
    // It lies over the workspace for a while.
    await this.page.locator('#red-ui-editor-shade').waitFor({ state: 'hidden' });
  }

  async pressInject(id: string): Promise<void> {
    await this.inWorkspace(id).locator('.red-ui-flow-node-button-button').click();
  }

  /** Waits until the text below the node is this one. */
  async awaitStatus(id: string, text: string): Promise<void> {
    const label = this.inWorkspace(id).locator('.red-ui-flow-node-status-label');
    await waitFor(
      `status "${text}"`,
      async () => (await label.textContent()) === text,
      async () => `it is "${await label.textContent()}"`,
    );
  }

  async openDebugSidebar(): Promise<void> {
    await this.page.locator('#red-ui-workspace-chart').hover();
    await this.page.keyboard.press('Control+g');
    await this.page.keyboard.press('d');
    await this.page.locator('.red-ui-debug-content-list').waitFor();
  }

  /** What the debug sidebar lists, the oldest first. */
  debugMessages(): Promise<string[]> {
    return this.page.locator('.red-ui-debug-msg').allInnerTexts();
  }

  async awaitDebugMessage(pattern: RegExp): Promise<void> {
    await this.page.locator('.red-ui-debug-msg').filter({ hasText: pattern }).last().waitFor();
  }

  /** Takes a picture of the window for whoever wants to look. */
  async shoot(name: string): Promise<void> {
    const folder = join(root, 'test-results', 'editor', this.album);
    mkdirSync(folder, { recursive: true });
    const number = (shots.get(this.album) ?? 0) + 1;
    shots.set(this.album, number);
    const path = join(folder, `${String(number).padStart(2, '0')}-${name}.png`);
    // What pops up would lie over the rest.
    await this.page.screenshot({ path, style: '#red-ui-notifications { display: none }' });
  }
}

function middle({ x, y, width, height }: Point & { width: number; height: number }): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Asks until it is so. @throws with what is missing, in words */
export async function waitFor(
  what: string,
  ask: () => boolean | Promise<boolean>,
  instead: () => string | Promise<string> = () => '',
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`No ${what}. ${await instead()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
