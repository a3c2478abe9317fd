/**
 * Settings that are a variable which is set to nothing. Node-RED puts the nothing in its place, and a
 * blank setting narrows nothing: what was to narrow the scope would widen it unseen.
 */
import type { Node, NodeAPI } from 'node-red';
import type { RawSettings } from './settings';
import { variableName, type LookUp, type Read } from '../../properties/values';

/** @returns the settings, or which of them is empty by its variable */
export function refuseEmptied(
  RED: NodeAPI,
  node: Node,
  given: RawSettings,
  properties: readonly string[],
  lookUp: LookUp,
): Read<RawSettings> {
  const stored = storedConfig(RED, node) ?? given;
  for (const property of properties) {
    const name = variableName(stored[property]);
    const value = name === undefined ? undefined : lookUp(name);
    if (typeof value !== 'string' || value.trim() !== '') continue;
    return {
      problem: `${property}: the environment variable ${name} is blank. That would widen what is cancelled: give it a value, or leave the setting itself blank.`,
    };
  }
  return { value: given };
}

/** As the flow file has it; of a node in a subflow, that of the subflow's template. */
function storedConfig(RED: NodeAPI, node: Node): RawSettings | undefined {
  const { id, _alias: template } = node as Node & { readonly _alias?: string };
  let found: RawSettings | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id || config.id === template) found = config as unknown as RawSettings;
  });
  return found;
}
