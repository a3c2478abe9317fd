/**
 * Nothing that leaves the nodes holds a secret: messages, errors, status, log, and what
 * `util.inspect` can reach, after each kind of failure. Admin answers and files: admin.test.ts.
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';
import {
  EVERY_FAULT,
  type Exchange,
  type Fault,
  type ScriptedFault,
} from '../../simulator/exchange';
import { rsaKeys } from '../../simulator/keys';
import { nodeOf, startFlow, type FlowOptions, type FlowStage } from './stage';

const API_KEY = 'Ak9-secret-part-of-the-key';
const HMAC_SECRET = 'Sk7-very-secret-secret';
const rsa = rsaKeys();
/** what an exchange could say */
const QUOTING = `bad request of ${API_KEY} ${HMAC_SECRET}`;
const PUBLIC = { publicKey: rsa.publicKey };

interface Kind {
  readonly faults?: readonly ScriptedFault[];
  readonly options?: FlowOptions;
  /** makes the exchange refuse the key */
  readonly spoil?: (exchange: Exchange) => void;
  /** default: one order */
  readonly payload?: (exchange: Exchange) => unknown;
  /** in the log, once it was told */
  readonly told?: RegExp;
  readonly outcome?: string;
  /** a text of the exchange comes through, without what it quotes */
  readonly isQuoted?: boolean;
}

const forever = (fault: ScriptedFault): Kind => ({ faults: [{ ...fault, times: Infinity }] });
const refused = (code: number, retMsg: string) =>
  forever({ kind: 'retCode', retCode: code, retMsg });

/** A page that echoes the request, as some gateways do. */
const echoing = (body: string) => forever({ kind: 'http', status: 502, body });

const KINDS: Record<string, Kind> = {
  'no failure': { outcome: 'cancelled' },
  'a wrong secret (10004 quotes the signed string)': {
    spoil: (exchange) => exchange.setKey({ apiKey: API_KEY, secret: 'another' }),
  },
  'an unknown key (10003)': { spoil: (exchange) => exchange.removeKey(API_KEY) },
  'a wrong IP (10010)': {
    spoil: (exchange) =>
      exchange.setKey({ apiKey: API_KEY, secret: HMAC_SECRET, ips: ['203.0.113.9'] }),
  },
  'a wrong clock (10002)': { options: { exchange: { clockSkewMs: 9000 } } },
  'a refusal that quotes the key': { ...refused(10001, QUOTING), isQuoted: true },
  'a gateway that echoes the request': echoing(
    `<html>X-BAPI-API-KEY: ${API_KEY} X-BAPI-SIGN: ${'ab'.repeat(32)}</html>`,
  ),
  'a redirect': forever({ kind: 'redirect', location: 'http://127.0.0.1:9/' }),
  'an oversized answer': forever({ kind: 'oversized', bytes: 2_000_000 }),
  'nobody there': { options: { account: { restUrl: 'http://127.0.0.1:9' } } },
  'an unset variable': { options: { account: { recvWindow: '${NOT_SET_AT_ALL}' } } },
  'a message without an order': { payload: () => ({ category: 'linear', symbol: 'BTCUSDT' }) },
  'a stream that refuses the key': {
    spoil: (exchange) => exchange.faults.refuseAuth(100),
  },
  'an order stream that is refused by a text that quotes the key': {
    options: {
      exchange: { keys: [{ apiKey: API_KEY, secret: HMAC_SECRET }] },
      prepare: ({ faults }) => faults.refuseSubscribe(9, `not for ${API_KEY} ${HMAC_SECRET}`),
    },
    told: /subscription to the order stream \(not for \[hidden\] \[hidden\]\)/,
  },
  'a check of the key that is refused by a text that quotes it': {
    ...forever({
      ...({ kind: 'retCode', retCode: 10004, retMsg: QUOTING } as const),
      // One order is asked for as well, before a key is called refused.
      on: ({ operation, params }) => operation === 'user/query-api' || params.limit === '1',
    }),
    told: /refuses signed requests.*bad request of \[hidden\] \[hidden\]/,
  },
  ...Object.fromEntries(
    EVERY_FAULT.map((fault) => [`a fault: ${JSON.stringify(fault)}`, forever(fault)]),
  ),
};

/** A list in one message, long enough that a part of it has to wait and goes in a batch. */
const list = (fault?: Fault): Kind => ({
  // The proof after a code that is in no list takes two seconds.
  options: { cancel: { type: 'bybit-cancel-orders', timeout: 4000 } },
  payload: (exchange) => Array.from({ length: 14 }, () => place(exchange)),
  faults: fault ? [{ ...fault, on: 'order/cancel-batch', times: Infinity }] : [],
});

const LISTS: Record<string, Kind> = {
  'a list, no failure': { ...list(), outcome: 'cancelled' },
  'a batch with orders that are refused by texts that quote the key': {
    ...list({ kind: 'items', codes: { 0: 10001, 1: 500000 }, retMsg: QUOTING }),
    outcome: 'incomplete',
    isQuoted: true,
  },
  'a batch that is refused as a whole by a text that quotes the key': {
    ...list({ kind: 'retCode', retCode: 10010, retMsg: QUOTING }),
    outcome: 'incomplete',
    isQuoted: true,
  },
  'no list': { ...list(), payload: () => 'one, two', outcome: 'invalid-request' },
};

function place({ books }: Exchange) {
  const { category, symbol, orderId } = books.place({ category: 'linear', symbol: 'BTCUSDT' });
  return { category, symbol, orderId };
}

/** All that a person, another node or another program could get to see. */
function everything(stage: FlowStage, statuses: unknown[]): string {
  const deep = { depth: 12, showHidden: true, getters: true, maxStringLength: null } as const;
  const nodes = ['account', 'cancel'].map((id) => nodeOf(id));
  return [
    inspect(stage.arrivals, deep),
    JSON.stringify(stage.arrivals),
    inspect(statuses, deep),
    inspect(helper.log().args, { ...deep, depth: 4 }),
    ...nodes.map((node) => inspect(ownParts(node), deep)),
    ...nodes.map((node) => JSON.stringify(node)),
  ].join('\n');
}

/** A node's own properties; the runtime that it hangs in is Node-RED's. */
function ownParts(node: object): object {
  const parts = Object.getOwnPropertyNames(node).filter((name) => !/^_(flow|alias)$/.test(name));
  return Object.fromEntries(parts.map((name) => [name, (node as Record<string, unknown>)[name]]));
}

/** What must not be found: keys, secrets, each line of a PEM, and every signature that was sent. */
function secretsOf({ exchange }: FlowStage): string[] {
  const pem = rsa.pkcs8.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  const signatures = exchange.requests.flatMap(({ headers, rawBody, operation }) => [
    String(headers['x-bapi-sign'] ?? ''),
    operation === 'ws:auth' ? (JSON.parse(rawBody.toString()) as { args: string[] }).args[2] : '',
  ]);
  const known = [API_KEY, HMAC_SECRET, ...pem, ...signatures];
  return [...new Set(known)].filter((text): text is string => (text ?? '').length > 8);
}

describe('secrets', function () {
  this.timeout(30_000);
  let stage: FlowStage;
  afterEach(() => stage.end());

  const search = async (kind: Kind, secret: string, wired: boolean) => {
    stage = await startFlow({
      ...kind.options,
      wired,
      cancel: { timeout: 250, ...kind.options?.cancel },
      credentials: { apiKey: API_KEY, apiSecret: secret },
      exchange: {
        // A key with a public key takes no HMAC.
        keys: [{ apiKey: API_KEY, ...(secret === HMAC_SECRET ? { secret } : PUBLIC) }],
        ...kind.options?.exchange,
      },
    });
    const statuses: unknown[] = [];
    nodeOf('shown').on('input', (msg: NodeMessage) => statuses.push(msg));
    kind.spoil?.(stage.exchange);
    stage.exchange.faults.add(...(kind.faults ?? []));
    stage.send({ payload: (kind.payload ?? place)(stage.exchange) });
    await stage.arrived(1);
    const log = () => inspect(helper.log().args, { depth: 4 });
    while (kind.told && !kind.told.test(log())) await nextTurn();
    const all = everything(stage, statuses);
    for (const text of secretsOf(stage)) {
      const at = all.indexOf(text);
      assert.equal(at, -1, `${text.slice(0, 4)}… in: ${all.slice(Math.max(0, at - 200), at)}`);
    }
    if (kind.outcome) assert.equal(stage.arrivals[0]?.bybit.outcome, kind.outcome);
    if (kind.isQuoted) assert.match(all, /bad request of \[hidden\] \[hidden\]/);
    assert.ok(statuses.length > 0);
  };

  for (const [what, kind] of Object.entries({ ...KINDS, ...LISTS })) {
    it(`${what}: none on output 2`, () => search(kind, HMAC_SECRET, true));
    it(`${what}: none for Catch and the log`, () => search(kind, HMAC_SECRET, false));
  }
  it('with a PEM', () => search({ outcome: 'cancelled' }, rsa.pkcs8, true));
  it('with a PEM that is cut off', () => search({}, rsa.pkcs8.slice(0, 900), false));
  it('with a PEM and a wrong key', () =>
    search({ spoil: (exchange) => exchange.removeKey(API_KEY) }, rsa.pkcs8, false));
});
