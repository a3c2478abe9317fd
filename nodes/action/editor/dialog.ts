/**
 * The fields of an action node's dialog: what stands in them, and what is wrong with it as far as the
 * editor can know: a fixed text as a value, an expression by its form.
 */
import type { EditorRED } from 'node-red';
import { problem, type Problem } from '../../properties/problems';
import { validator } from '../../properties/validator.editor';
import { variableName, type Read } from '../../properties/values';
import { readField } from '../request/settings';
import type { Current } from './instrument';

interface EditorAccount {
  readonly valid?: boolean;
  readonly validationErrors?: readonly string[];
}

declare const RED: EditorRED & {
  readonly utils: {
    validateTypedProperty(value: unknown, type: string, options: object): true | string;
  };
};

export const ID = '#node-input-';

/** A node in the editor; a flow can leave its properties out, and hold anything in them. */
export interface EditedNode {
  readonly id: string;
  readonly type: string;
  readonly _: (key: string, values?: Readonly<Record<string, string | number>>) => string;
}

/** The fields of one node type, in the order of its dialog. */
export interface DialogFields<F extends string> {
  readonly names: readonly F[];
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What can be chosen as a fixed text. The blank one stands for nothing chosen. */
  readonly choices: Readonly<Partial<Record<F, readonly string[]>>>;
  readonly checkText: (field: F, text: string, current: Current, node: EditedNode) => Read<unknown>;
  readonly checkBlank: (field: F, current: Current, node: EditedNode) => Read<unknown>;
}

/** Has the checks go by what the dialog shows: another node can be checked while it is open. */
export function claimDialog<F extends string>(node: EditedNode, { names }: DialogFields<F>): void {
  $(ID + (names[0] ?? '')).data(node.type, node.id);
}

/** What the node's open dialog says, else what is stored. */
export function currentOf<F extends string>(
  node: EditedNode,
  { names, defaults }: DialogFields<F>,
): Current {
  return (property) => {
    const isOpen = $(ID + (names[0] ?? '')).data(node.type) === node.id;
    const shown: unknown = isOpen ? $(ID + property).val() : undefined;
    const stored = node as unknown as Readonly<Record<string, unknown>>;
    const value = shown ?? stored[property] ?? defaults[property];
    return typeof value === 'string' ? value : '';
  };
}

/** Whether there is an account, and the editor finds nothing wrong with it. */
export function checkAccount(id: unknown): Read<unknown> {
  const property = 'account';
  const account = typeof id === 'string' ? (RED.nodes.node(id) as EditorAccount | null) : null;
  if (account === null) return problem('accountMissing', { property });
  if (account.valid !== false) return { value: id };
  return problem('accountUnusable', { property, why: account.validationErrors?.join(' ') ?? '' });
}

/** The editor's validator of a field. */
export function fieldValidator<F extends string>(fields: DialogFields<F>, field: F) {
  return validator(function (this: EditedNode, value): Read<unknown> {
    return checkField(this, fields, field, value);
  }, fields.defaults[field]);
}

function checkField<F extends string>(
  node: EditedNode,
  fields: DialogFields<F>,
  field: F,
  value: unknown,
): Read<unknown> {
  const current = currentOf(node, fields);
  const type = current(`${field}Type`);
  // Its value is known to the runtime alone.
  if (variableName(type) !== undefined) return { value };
  const given = { [field]: value, [`${field}Type`]: type };
  const setting = readField(field, given, fields.defaults, () => '');
  if (setting.problem !== undefined) return setting;
  if (typeof value !== 'string' || value.trim() === '') {
    return fields.checkBlank(field, current, node);
  }
  if (type === 'str') return fields.checkText(field, value, current, node);
  const valid = RED.utils.validateTypedProperty(value, type, {});
  return valid === true ? { value } : { problem: `${field}: ${valid}` };
}

/** A problem in the words of a hint that the dialog shows. */
export function hinted(node: EditedNode, hint: string): Problem {
  return { problem: node._(`${node.type}.hint.${hint}`) };
}

/** Shows or hides what a dialog's template marks with the class `<type>-<part>`. */
export function showPart({ type }: EditedNode, part: string, shown: boolean): void {
  $(`.${type}-${part}`).toggle(shown);
}
