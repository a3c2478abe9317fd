/** The part of node-red-node-test-helper that the tests use; it has no types of its own. */
declare module 'node-red-node-test-helper' {
  import type { Node, NodeAPI } from 'node-red';

  type NodeModule = (RED: NodeAPI) => void | Promise<void>;

  interface Helper {
    init(runtimePath: string, userSettings?: object): void;
    settings(userSettings: object): object;
    load(modules: NodeModule[], flow: object[], credentials?: object): Promise<void>;
    setFlows(flow: object[], type: 'full' | 'flows' | 'nodes'): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): Node | null;
    log(): { readonly args: readonly [{ level: number; id?: string; msg: unknown }][] };
  }

  const helper: Helper;
  export = helper;
}
