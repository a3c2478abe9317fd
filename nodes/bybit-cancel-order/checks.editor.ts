/**
 * What is wrong with the fields of a cancel node, as far as the editor can know: a fixed text as a
 * value, an expression by its form.
 */
import type { EditorNodeInstance, EditorRED } from 'node-red';
import { problem, type Problem } from '../properties/problems';
import { validator } from '../properties/validator.editor';
import { variableName, type Read } from '../properties/values';
import { readValue } from './request';
import { DEFAULTS, readSettings, type Field } from './settings';

interface EditorAccount {
  readonly valid?: boolean;
  readonly validationErrors?: readonly string[];
}

declare const RED: EditorRED & {
  readonly utils: {
    validateTypedProperty(value: unknown, type: string, options: object): true | string;
  };
};

export interface Properties {
  name: string;
  account: string;
  category: string;
  categoryType: string;
  symbol: string;
  symbolType: string;
  orderId: string;
  orderIdType: string;
  orderLinkId: string;
  orderLinkIdType: string;
  orderFilter: string;
  orderFilterType: string;
  confirm: boolean;
  timeout: number;
}
export type CancelOrder = EditorNodeInstance<Properties>;

export const ID = '#node-input-';
/** Where a dialog says whose it is: another node can be checked while it is open. */
const OWNER = 'bybit-cancel-order';

/** Has the checks go by what the dialog shows. */
export function claimDialog(node: CancelOrder): void {
  $(`${ID}category`).data(OWNER, node.id);
}

/** What the node's open dialog says, else what is stored. */
export function current(node: CancelOrder, property: Field | `${Field}Type` | 'account'): string {
  const isOpen = $(`${ID}category`).data(OWNER) === node.id;
  const shown: unknown = isOpen ? $(ID + property).val() : undefined;
  // A flow can leave properties out, and hold anything in them.
  const stored: Partial<Record<string, unknown>> = node;
  const value = shown ?? stored[property] ?? DEFAULTS[property];
  return typeof value === 'string' ? value : '';
}

/** Whether there is an account, and the editor finds nothing wrong with it. */
export function checkAccount(id: unknown): Read<unknown> {
  const property = 'account';
  const account = typeof id === 'string' ? (RED.nodes.node(id) as EditorAccount | null) : null;
  if (account === null) return problem('accountMissing', { property });
  if (account.valid !== false) return { value: id };
  return problem('accountUnusable', { property, why: account.validationErrors?.join(' ') ?? '' });
}

/** The category that all messages have; `undefined` where each can have its own. */
export function fixedCategory(node: CancelOrder): string | undefined {
  if (current(node, 'categoryType') !== 'str') return undefined;
  return readValue('category', current(node, 'category')).value;
}

/** Whether the category is one without filters. */
export function filterIsIdle(node: CancelOrder): boolean {
  const category = fixedCategory(node);
  return category !== undefined && category !== 'spot';
}

/** Whether the filter is as a new node has it, or blank: then nobody has chosen one here. */
export function filterIsUntouched(node: CancelOrder): boolean {
  const [filter, type] = [current(node, 'orderFilter'), current(node, 'orderFilterType')];
  const isDefault = type === DEFAULTS.orderFilterType && filter === DEFAULTS.orderFilter;
  return isDefault || filter.trim() === '';
}

export function isBlank(node: CancelOrder, field: Field): boolean {
  return current(node, field).trim() === '';
}

export function fieldValidator(field: Field) {
  return validator(function (this: CancelOrder, value): Read<unknown> {
    return checkField(this, field, value);
  }, DEFAULTS[field]);
}

function checkField(node: CancelOrder, field: Field, value: unknown): Read<unknown> {
  const type = current(node, `${field}Type`);
  // Its value is known to the runtime alone.
  if (variableName(type) !== undefined) return { value };
  const setting = readSettings({ [field]: value, [`${field}Type`]: type }, () => '');
  if (setting.problem !== undefined) return setting;
  if (typeof value !== 'string' || value.trim() === '') return checkBlank(node, field);
  if (type === 'str') return checkText(node, field, value);
  const valid = RED.utils.validateTypedProperty(value, type, {});
  return valid === true ? { value } : { problem: `${field}: ${valid}` };
}

function checkBlank(node: CancelOrder, field: Field): Read<unknown> {
  if (field === 'category' || field === 'symbol') return problem('required', { property: field });
  const other = OTHER_ID[field];
  return other !== undefined && isBlank(node, other) ? said(node, 'noId') : { value: undefined };
}

const OTHER_ID: Partial<Record<Field, Field>> = { orderId: 'orderLinkId', orderLinkId: 'orderId' };

function checkText(node: CancelOrder, field: Field, text: string): Read<unknown> {
  const read = readValue(field, text);
  if (read.problem !== undefined || field !== 'orderFilter') return read;
  return filterIsIdle(node) ? said(node, 'noFilter') : read;
}

/** In the words of the hint that the dialog shows. */
function said(node: CancelOrder, hint: string): Problem {
  return { problem: node._(`bybit-cancel-order.hint.${hint}`) };
}
