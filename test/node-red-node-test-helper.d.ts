/** The part of node-red-node-test-helper that the tests use; it has no types of its own. */
declare module 'node-red-node-test-helper' {
  import type { Node, NodeAPI } from 'node-red';

  type NodeModule = (RED: NodeAPI) => void | Promise<void>;

  interface AdminAnswer {
    readonly status: number;
    readonly body: unknown;
    readonly text: string;
  }

  interface Helper {
    init(runtimePath: string, userSettings?: object): void;
    settings(userSettings: object): object;
    load(modules: NodeModule[], flow: object[], credentials?: object): Promise<void>;
    setFlows(flow: object[], type: 'full' | 'flows' | 'nodes', credentials?: object): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): Node | null;
    /** Asks the admin side. */
    request(): {
      get(path: string): PromiseLike<AdminAnswer>;
      post(path: string): { send(body: object): PromiseLike<AdminAnswer> };
    };
    log(): { readonly args: readonly [{ level: number; id?: string; msg: unknown }][] };
  }

  const helper: Helper;
  export = helper;
}
