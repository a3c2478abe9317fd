/** The parts of Node-RED's inner modules that the tests use; they have no types of their own. */
declare module '@node-red/runtime/lib/nodes/context' {
  const context: { load(): Promise<void> };
  export = context;
}

declare module '@node-red/runtime/lib/nodes/credentials' {
  const credentials: { getDefinition(type: string): Record<string, { type: string }> | undefined };
  export = credentials;
}

declare module '@node-red/nodes/core/*' {
  import type { NodeAPI } from 'node-red';
  const nodeModule: (RED: NodeAPI) => void;
  export = nodeModule;
}
