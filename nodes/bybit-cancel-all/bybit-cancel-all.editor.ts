/**
 * The dialog of the node that cancels everything that matches.
 */
import type { EditorRED } from 'node-red';
import { checkAccount, fieldValidator, ID } from '../action/editor/dialog';
import { prepareDrill } from '../action/editor/drill-button';
import { readTimeout } from '../action/request/settings';
import { showAsRead } from '../properties/dialog.editor';
import { validator } from '../properties/validator.editor';
import { FIELDS, keepVariable, prepareFields, sayOf, shownIn, storedIn } from './editor/fields';
import { scopeLabel } from './editor/label';
import { preparePreview } from './editor/preview-button';
import { DEFAULTS, readAtMost, readDryRun, readKinds, readWhich, type Field } from './settings';

declare const RED: EditorRED;

type FieldProperties = Record<Field | `${Field}Type`, string>;
interface Properties extends FieldProperties {
  name: string;
  account: string;
  kinds: string;
  which: string;
  atMost: string | number;
  dryRun: boolean;
  timeout: number;
}

RED.nodes.registerType<Properties>('bybit-cancel-all', {
  category: 'bybit',
  color: '#F3B567',
  icon: 'bybit-cancel-all.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'bybit cancel all',
  defaults: {
    name: { value: DEFAULTS.name },
    account: {
      value: DEFAULTS.account,
      type: 'bybit-config',
      validate: validator(checkAccount, DEFAULTS.account),
    },
    category: { value: DEFAULTS.category, validate: fieldValidator(FIELDS, 'category') },
    categoryType: { value: DEFAULTS.categoryType },
    symbol: { value: DEFAULTS.symbol, validate: fieldValidator(FIELDS, 'symbol') },
    symbolType: { value: DEFAULTS.symbolType },
    baseCoin: { value: DEFAULTS.baseCoin, validate: fieldValidator(FIELDS, 'baseCoin') },
    baseCoinType: { value: DEFAULTS.baseCoinType },
    settleCoin: { value: DEFAULTS.settleCoin, validate: fieldValidator(FIELDS, 'settleCoin') },
    settleCoinType: { value: DEFAULTS.settleCoinType },
    kinds: { value: DEFAULTS.kinds, validate: validator(readKinds, DEFAULTS.kinds) },
    side: { value: DEFAULTS.side, validate: fieldValidator(FIELDS, 'side') },
    sideType: { value: DEFAULTS.sideType },
    orderLinkIdPrefix: {
      value: DEFAULTS.orderLinkIdPrefix,
      validate: fieldValidator(FIELDS, 'orderLinkIdPrefix'),
    },
    orderLinkIdPrefixType: { value: DEFAULTS.orderLinkIdPrefixType },
    which: { value: DEFAULTS.which, validate: validator(readWhich, DEFAULTS.which) },
    placedBefore: {
      value: DEFAULTS.placedBefore,
      validate: fieldValidator(FIELDS, 'placedBefore'),
    },
    placedBeforeType: { value: DEFAULTS.placedBeforeType },
    atMost: { value: DEFAULTS.atMost, validate: validator(readAtMost, DEFAULTS.atMost) },
    dryRun: { value: DEFAULTS.dryRun, validate: validator(readDryRun, DEFAULTS.dryRun) },
    timeout: { value: DEFAULTS.timeout, validate: validator(readTimeout, DEFAULTS.timeout) },
  },
  label() {
    // The comparison of two flows asks for labels of nodes that have no texts.
    const hasTexts = typeof (this as Partial<typeof this>)._ === 'function';
    return this.name || (hasTexts ? scopeLabel(storedIn(this), sayOf(this)) : 'bybit cancel all');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('bybit-cancel-all.port.trigger');
  },
  outputLabels(index) {
    return this._(`bybit-cancel-all.port.${index === 0 ? 'cancelled' : 'failed'}`);
  },
  oneditprepare() {
    showAsRead(ID, this, DEFAULTS);
    for (const property of ['kinds', 'which', 'dryRun'] as const) {
      keepVariable(property, this[property]);
    }
    prepareFields(this);
    preparePreview(this, shownIn(this), sayOf(this));
    prepareDrill(this, shownIn(this));
  },
});
