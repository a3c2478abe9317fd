/**
 * Marks an account without key or secret as invalid, in its dialog and in the workspace. The editor
 * itself learns whether there are any only when a dialog opens (node-red#3420), so this asks for
 * each account. The answer says whether there is one, and never what it is.
 */
import type { EditorRED } from 'node-red';
import { validator } from '../../properties/validator.editor';
import { variableName, type Read } from '../../properties/values';
import { readCredential, type Credential } from '../keys';

/** As the editor holds it: the text that was typed since the last deploy, and whether there is one. */
type Held = Partial<Record<Credential | `has_${Credential}`, unknown>>;

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly valid?: boolean;
  /** Until the next deploy, once the dialog was opened. */
  readonly credentials?: Held;
  /** The nodes that use it. */
  readonly users?: readonly EditorNode[];
}

declare const RED: EditorRED & {
  readonly nodes: {
    eachConfig(visit: (node: EditorNode) => void): void;
  };
  readonly editor: { validateNode(node: EditorNode): boolean };
};

/** Stands for what is stored. */
const STORED = 'stored';

/** Watches the accounts of the editor. @returns what defines a credential there */
export function watchKeys(type: string) {
  const stored = new Map<string, Held>();
  const ask = (node: EditorNode): void => {
    if (node.type !== type || node.credentials !== undefined) return;
    // Whoever may not ask sees no mark.
    void $.getJSON(`credentials/${type}/${encodeURIComponent(node.id)}`).done((held: Held) => {
      stored.set(node.id, held);
      checkAgain(node.id);
    });
  };
  RED.events.on('nodes:add', ask);
  // From then on the editor does not know what was typed.
  RED.events.on('deploy', () => RED.nodes.eachConfig(ask));
  return (property: Credential) => ({
    type: 'password' as const,
    validate: validator(function (this: EditorNode, typed): Read<unknown> {
      // The dialog hands over what its field shows, the check of the workspace nothing.
      const value = typed ?? textOf(this.credentials ?? stored.get(this.id), property);
      if (value === undefined || variableName(value) !== undefined) return { value };
      return readCredential(property, value, () => undefined);
    }),
  });
}

/** `undefined` where nobody knows. */
function textOf(held: Held | undefined, property: Credential): unknown {
  if (held === undefined) return undefined;
  return held[property] ?? (held[`has_${property}`] === true ? STORED : '');
}

function checkAgain(id: string): void {
  const account = RED.nodes.node(id) as EditorNode | null;
  if (account === null) return;
  const before = account.valid;
  if (RED.editor.validateNode(account) === before) return;
  for (const user of account.users ?? []) RED.editor.validateNode(user);
  RED.view.redraw();
}
