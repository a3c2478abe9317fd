/**
 * The account's dialog in the editor.
 */
import type { EditorNodeInstance, EditorRED } from 'node-red';
import type { Transport } from '../bybit/outcome';
import { hasTestnet, type Site } from '../bybit/sites';
import { showAsRead } from '../dialog.editor';
import { validator } from '../validator.editor';
import { readFlag, variableName, type Read } from '../values';
import {
  accountLabel,
  checkTransport,
  DEFAULTS,
  readHosts,
  readRecvWindow,
  readRestUrl,
  readSite,
  readStreamUrl,
  readTransport,
} from './settings';

declare const RED: EditorRED;

interface Properties {
  name: string;
  testnet: boolean;
  site: string;
  restUrl: string;
  streamUrl: string;
  recvWindow: number;
  transport: string;
  tls: string;
  proxy: string;
}
type Account = EditorNodeInstance<Properties>;

const ID = '#node-config-input-';

/** A flow can leave properties out, whatever the dialog writes. */
const stored = (account: Account): Partial<Properties> => account;

/** What the open dialog says, else what is stored. */
function current(account: Account, property: 'site' | 'restUrl' | 'transport'): unknown {
  return $(ID + property).val() ?? stored(account)[property] ?? DEFAULTS[property];
}

function currentTestnet(account: Account): unknown {
  const input = $(`${ID}testnet`);
  if (input.length === 0) return stored(account).testnet ?? DEFAULTS.testnet;
  return input.attr('type') === 'checkbox' ? input.prop('checked') : input.val();
}

/** The site, where it is known: a variable's value is not. */
function currentSite(account: Account): Site | undefined {
  return readSite(current(account, 'site')).value;
}

function checkTestnet(account: Account, value: unknown): Read<unknown> {
  const testnet = readFlag('testnet', value);
  const site = currentSite(account);
  if (testnet.problem !== undefined || site === undefined || site === 'custom') return testnet;
  return readHosts(site, testnet.value, {});
}

function checkOrderEntry(account: Account, transport: Transport): Read<unknown> {
  const site = currentSite(account);
  const testnet = readFlag('testnet', currentTestnet(account));
  if (site === undefined || site === 'custom' || testnet.problem !== undefined)
    return { value: '' };
  const hosts = readHosts(site, testnet.value, {});
  return hosts.problem === undefined ? checkTransport(transport, hosts.value) : { value: '' };
}

/** A select or a checkbox can't show a variable that came with the flow, and would overwrite it. */
function keepVariable(property: 'site' | 'testnet' | 'transport', value: unknown): void {
  if (typeof value !== 'string' || variableName(value) === undefined) return;
  const input = $(ID + property);
  if (input.is('select')) input.append($('<option>').val(value).text(value)).val(value);
  else input.attr('type', 'text').css({ width: '70%' }).val(value);
}

/** Shows what the chosen site has: addresses for custom, a testnet for some. */
function followSite(): void {
  const update = () => {
    const site = readSite($(`${ID}site`).val()).value;
    $('.bybit-config-custom').toggle(site === 'custom');
    $('.bybit-config-testnet').toggle(site === undefined || hasTestnet(site) || isTicked());
    $(`${ID}testnet, ${ID}transport`).trigger('change');
    tellOfTestnet();
  };
  // The mark of a wrong checkbox can hardly be seen.
  const tellOfTestnet = () => {
    const site = readSite($(`${ID}site`).val()).value;
    $('.bybit-config-no-testnet').toggle(site !== undefined && !hasTestnet(site) && isTicked());
  };
  $(`${ID}testnet`).on('change', tellOfTestnet);
  $(`${ID}site`).on('change', update);
  update();
}

/** A ticked testnet stays in sight where there is none, so that it can be unticked. */
function isTicked(): boolean {
  const site = $(`${ID}site`).val();
  return site !== 'demo' && site !== 'custom' && $(`${ID}testnet`).prop('checked') !== false;
}

RED.nodes.registerType<Properties, { apiKey: string; apiSecret: string }>('bybit-config', {
  category: 'config',
  defaults: {
    name: { value: DEFAULTS.name },
    testnet: {
      value: DEFAULTS.testnet,
      validate: validator(function (this: Account, value) {
        return checkTestnet(this, value);
      }, DEFAULTS.testnet),
    },
    site: { value: DEFAULTS.site, validate: validator(readSite, DEFAULTS.site) },
    restUrl: {
      value: DEFAULTS.restUrl,
      validate: validator(function (this: Account, value) {
        return currentSite(this) === 'custom' ? readRestUrl(value) : { value };
      }, DEFAULTS.restUrl),
    },
    streamUrl: {
      value: DEFAULTS.streamUrl,
      validate: validator(function (this: Account, value) {
        return currentSite(this) === 'custom' ? readStreamUrl(value, '') : { value };
      }, DEFAULTS.streamUrl),
    },
    recvWindow: {
      value: DEFAULTS.recvWindow,
      validate: validator(readRecvWindow, DEFAULTS.recvWindow),
    },
    transport: {
      value: DEFAULTS.transport,
      validate: validator(function (this: Account, value) {
        const transport = readTransport(value);
        return transport.problem === undefined ? checkOrderEntry(this, transport.value) : transport;
      }, DEFAULTS.transport),
    },
    tls: { value: DEFAULTS.tls, type: 'tls-config', required: false },
    proxy: { value: DEFAULTS.proxy, type: 'http proxy', required: false },
  },
  credentials: {
    apiKey: { type: 'password' },
    apiSecret: { type: 'password' },
  },
  label() {
    return accountLabel(this);
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showAsRead(ID, this, DEFAULTS);
    keepVariable('site', this.site);
    keepVariable('testnet', this.testnet);
    keepVariable('transport', this.transport);
    followSite();
  },
});
