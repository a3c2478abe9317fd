/**
 * The account's dialog in the editor.
 */
import type { EditorNodeInstance, EditorRED } from 'node-red';
import type { Transport } from '../bybit/model';
import type { Site } from '../bybit/sites';
import { showAsRead } from '../properties/dialog.editor';
import { translate, validator } from '../properties/validator.editor';
import { readFlag, variableName, type Read } from '../properties/values';
import {
  accountLabel,
  checkTransport,
  DEFAULTS,
  readHosts,
  readRecvWindow,
  readRestUrl,
  readSite,
  readStreamUrl,
  readSymbols,
  readTransport,
  type RawProperties,
} from './settings';
import { watchKeys } from './editor/marked-keys';
import { placeSentence, sitesFor } from './editor/place-sentence';
import type { Say } from '../properties/problems';
import { prepareTest } from './editor/test-button';

declare const RED: EditorRED;

interface Properties {
  name: string;
  testnet: boolean;
  site: string;
  restUrl: string;
  streamUrl: string;
  recvWindow: number;
  transport: string;
  symbols: string;
  tls: string;
  proxy: string;
}
type Account = EditorNodeInstance<Properties>;

const ID = '#node-config-input-';

/** A flow can leave properties out, whatever the dialog writes. */
const stored = (account: Account): Partial<Properties> => account;

/** The key of the data that holds whose dialog is open: another account can be checked meanwhile. */
const OWNER = 'bybit-config';

/** What the account's open dialog says, else what is stored. */
function current(account: Account, property: 'site' | 'testnet'): unknown {
  const isOpen = $(`${ID}site`).data(OWNER) === account.id;
  const input = $(ID + property);
  if (!isOpen || input.length === 0) return stored(account)[property] ?? DEFAULTS[property];
  return input.attr('type') === 'checkbox' ? input.prop('checked') : input.val();
}

/** The site; `undefined` where an environment variable names it. */
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
  const testnet = readFlag('testnet', current(account, 'testnet'));
  if (site === undefined || site === 'custom' || testnet.problem !== undefined)
    return { value: '' };
  const hosts = readHosts(site, testnet.value, {});
  return hosts.problem === undefined ? checkTransport(transport, hosts.value) : { value: '' };
}

/** A select or a checkbox can't show what it does not offer, a variable say, and would overwrite it. */
function keepAsIs(property: 'site' | 'testnet' | 'transport', value: unknown): void {
  if (typeof value !== 'string') return;
  const input = $(ID + property);
  if (input.is('select')) {
    if (input.val() !== value) input.append($('<option>').val(value).text(value)).val(value);
  } else if (variableName(value) !== undefined) {
    input.attr('type', 'text').css({ width: 'calc(100% - 155px)' }).val(value);
  }
}

/** What the open dialog shows. */
function shown(): RawProperties {
  const entries = Object.keys(DEFAULTS).map((property): [string, unknown] => {
    const input = $(ID + property);
    if (input.attr('type') === 'checkbox') return [property, input.prop('checked')];
    // "_ADD_" is what the editor's lists of config nodes have for none.
    return [property, input.val() === '_ADD_' ? '' : input.val()];
  });
  return Object.fromEntries(entries);
}

/** What stands in the fields of the credentials; the editor's placeholder for an untouched one. */
function typed(): object {
  return { apiKey: $(`${ID}apiKey`).val(), apiSecret: $(`${ID}apiSecret`).val() };
}

/** Shows what the chosen site has, and where that leads. */
function followPlace(account: Account): void {
  const sites = $(`${ID}site`).children('option');
  const update = () => {
    const raw = shown();
    const site = readSite(raw.site).value;
    offerSites(sites, raw);
    $('.bybit-config-custom').toggle(site === 'custom');
    $('.bybit-config-testnet').toggle(site === undefined || !hasOnePlace(site));
    showPlace(account, raw);
  };
  $(`${ID}site`).on('change', () => {
    update();
    // What is valid for them depends on the site.
    $(`${ID}testnet, ${ID}transport`).trigger('change');
  });
  $(`${ID}testnet`).on('change input', update);
  $(`${ID}restUrl`).on('input', update);
  update();
}

const hasOnePlace = (site: Site): boolean => site === 'demo' || site === 'custom';

/** The chosen site stays listed even if it is not offered, so that it does not change unnoticed. */
function offerSites(all: JQuery, { site, testnet }: RawProperties): void {
  const offered = sitesFor(testnet === true);
  const options = all.filter((_index, option) => {
    const value = String($(option).val());
    return value === site || offered.includes(value);
  });
  // The elements themselves: the editor translates their texts after this.
  all.detach();
  $(`${ID}site`).append(options).val(String(site));
}

function showPlace(account: Account, raw: RawProperties): void {
  const sentence = placeSentence(raw);
  const wrong = 'problem' in sentence;
  const text = wrong
    ? translate(account, sentence)
    : say(account)(`place.${sentence.key}`, sentence.values);
  $('#bybit-config-place-box').toggleClass(
    'bybit-config-mainnet',
    !wrong && sentence.key === 'mainnet',
  );
  const safe = !wrong && (sentence.key === 'testnet' || sentence.key === 'demo');
  $('#bybit-config-place').text(text);
  $('#bybit-config-place-icon').attr(
    'class',
    `fa ${safe ? 'fa-flask' : 'fa-exclamation-triangle'}`,
  );
}

function say(account: Account, part = ''): Say {
  return (key, values = {}) => account._(`bybit-config.${part}${key}`, values);
}

/** Has the editor check the credentials of nodes whose dialog is closed as well. */
const CHECKED_IN_WORKSPACE = { _creds: {} };

const credential = watchKeys('bybit-config');

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
    symbols: { value: DEFAULTS.symbols, validate: validator(readSymbols, DEFAULTS.symbols) },
    tls: { value: DEFAULTS.tls, type: 'tls-config', required: false },
    proxy: { value: DEFAULTS.proxy, type: 'http proxy', required: false },
  },
  credentials: {
    apiKey: credential('apiKey'),
    apiSecret: credential('apiSecret'),
  },
  ...CHECKED_IN_WORKSPACE,
  label() {
    return accountLabel(this);
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    $(`${ID}site`).data(OWNER, this.id);
    showAsRead(ID, this, DEFAULTS);
    keepAsIs('site', this.site);
    keepAsIs('testnet', this.testnet);
    keepAsIs('transport', this.transport);
    followPlace(this);
    prepareTest(
      say(this, 'test.'),
      () => ({ id: this.id, properties: shown(), credentials: typed() }),
      (problem) => translate(this, problem),
    );
  },
});
