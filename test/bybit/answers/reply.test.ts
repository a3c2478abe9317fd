/**
 * Answers that are none of the API's, and answers that never come: over real sockets, for ever or
 * after the cancel took effect. Each leads to its outcome, in words that a person can act on.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Outcome, OutcomeCode } from '../../../nodes/bybit/model';
import type { Fault, Order } from '../../../simulator/exchange';
import { overHttp, placed, received } from '../../support/actions';
import { concurrently } from '../../support/concurrently';
import { LooseEnds } from '../../support/loose-ends';
import { startRelay } from '../../support/relay';
import { steadyTime } from '../../support/steady-time';
import { withExchange, type Stage } from '../../support/with-exchange';

const MIB = 1024 * 1024;
/** ms: for what never gets better */
const SHORT = 800;
/** ms: for what is sent again until then, on a busy machine too */
const LONGER = 4000;
const ENOUGH = 10_000;

interface Forever {
  readonly name: string;
  readonly fault: Fault;
  readonly outcome: OutcomeCode;
  readonly words: RegExp;
  /**
   * `once`: a definite answer ends it. `once, looked up`: then the records show the order still
   * open. Default: tried again until the time runs out
   */
  readonly tries?: 'once' | 'once, looked up' | 'once, looked up, then time runs out';
}

const http = (status: number, body?: string): Fault => ({
  kind: 'http',
  status,
  ...(body === undefined ? {} : { body }),
});
/** What the gateway says while the order stays open, whatever is sent. */
const REFUSALS: readonly Forever[] = [
  ...(
    [
      [http(400), 'rejected', /still shows it open.*HTTP 400 with an HTML page/],
      [http(401), 'unauthorized', /HTTP 401.*API key was refused/],
      [http(403), 'unauthorized', /HTTP 403.*region/],
      [http(404), 'rejected', /still shows it open.*HTTP 404.*check the site or the custom URL/],
      [http(405), 'rejected', /still shows it open.*HTTP 405/],
    ] as const
  ).map(([fault, outcome, words]) => ({
    name: `HTTP ${'status' in fault ? fault.status : ''}`,
    fault,
    outcome,
    words,
    tries: 'once, looked up' as const,
  })),
  {
    name: 'HTTP 403, access too frequent',
    fault: http(403, 'access too frequent, try again in 600s'),
    outcome: 'rate-limited',
    words: /IP.*ten minutes/,
    tries: 'once',
  },
  {
    name: 'HTTP 429',
    fault: http(429),
    outcome: 'rate-limited',
    words: /HTTP 429.*too many requests/,
    tries: 'once, looked up, then time runs out',
  },
];
/** It may have worked: only the time running out ends this. */
const DOUBTS: readonly Forever[] = (
  [
    ['HTTP 408', http(408), /HTTP 408/],
    ['HTTP 500', http(500), /HTTP 500.*gateway.*fault/],
    ['HTTP 502', http(502), /HTTP 502.*gateway.*fault/],
    ['HTTP 503, empty', http(503, ''), /HTTP 503 with an empty body.*gateway.*fault/],
    ['HTML with HTTP 200', { kind: 'html' }, /HTTP 200 with an HTML page.*no answer/],
    ['an empty body', { kind: 'empty' }, /HTTP 200 with an empty body/],
    ['a body that breaks off', { kind: 'truncated' }, /the connection broke/],
    ['half of a JSON', http(200, '{"retCode":0,"retM'), /JSON that is cut off or foreign/],
    ['no JSON', http(200, 'no healthy upstream'), /text that is not JSON/],
    ['JSON without retCode', http(200, '{"ok":true}'), /JSON that is cut off or foreign/],
    ['a retCode that is no number', http(200, '{"retCode":"0"}'), /JSON that is cut off/],
    ['"OK" under HTTP 500', http(500, '{"retCode":0,"retMsg":"OK"}'), /HTTP 500/],
    ['more than 1 MiB', { kind: 'oversized', bytes: 2 * MIB }, /larger than 1 MiB/],
    ['a reset before processing', { kind: 'reset', when: 'before' }, /the connection broke/],
    ['silence', { kind: 'hang' }, /no answer came in time/],
  ] as const
).map(([name, fault, words]) => ({ name, fault, outcome: 'unconfirmed', words }));

async function answeredForever({ fault, tries }: Forever) {
  const stage = await withExchange();
  const { exchange, account } = stage;
  exchange.faults.add({ ...fault, on: 'order/cancel', times: Infinity });
  const request = placed(exchange);
  const isFinal = tries === 'once' || tries === 'once, looked up';
  const timeout = isFinal ? ENOUGH : tries === undefined ? LONGER : SHORT;
  const outcome = await account.cancel(request, { confirm: true, timeout });
  const told = { outcome, order: exchange.books.get(request.orderId), asked: overHttp(exchange) };
  await stage.end();
  return told;
}

describe('what each answer of a gateway leads to', () => {
  describe('for ever, while the order stays open', () => {
    const cases = [...REFUSALS, ...DOUBTS];
    const told = concurrently(cases, answeredForever);

    for (const one of cases) {
      it(`${one.name}: ${one.outcome}`, () => {
        const { outcome, order, asked } = told(one);
        assert.equal(outcome.outcome, one.outcome, outcome.message);
        assert.match(outcome.message, one.words);
        assert.equal(order.closedBy, undefined);
        const sent = asked.filter((operation) => operation === 'order/cancel').length;
        // The deadline may cut the last one off on its way.
        assert.ok([0, 1].includes(outcome.attempts - sent), `${outcome.attempts}, ${sent}`);
        if (one.tries?.startsWith('once, looked up')) {
          assert.equal(sent, 1);
          assert.ok(asked.length > 1, 'it was looked up');
        } else if (one.tries !== undefined) assert.deepEqual(asked, ['order/cancel']);
        // Silence lasts longer than the time that is left.
        else if (one.fault.kind !== 'hang') assert.ok(sent > 1, 'it was sent again');
      });
    }
  });

  describe('after the cancel took effect: cancelled, and sent once', () => {
    const faults: readonly Fault[] = [
      { kind: 'reset', when: 'after' },
      { kind: 'hang', processed: true },
      { kind: 'http', status: 504, processed: true },
      { kind: 'html', processed: true },
      { kind: 'truncated', processed: true },
      { kind: 'empty', processed: true },
      { kind: 'oversized', bytes: 2 * MIB, processed: true },
      { kind: 'retCode', retCode: 10000, retMsg: 'Server Timeout', processed: true },
    ];
    const told = concurrently(faults, async (fault) => {
      const stage = await withExchange({ cancelDelayMs: 0 });
      const { exchange, account } = stage;
      exchange.faults.add({ ...fault, on: 'order/cancel' });
      const outcome = await account.cancel(placed(exchange), { confirm: true, timeout: ENOUGH });
      await stage.end();
      return outcome;
    });

    for (const fault of faults) {
      it(`${fault.kind} ${'status' in fault ? fault.status : ''}`, () => {
        const { outcome, confirmedBy, attempts } = told(fault);
        assert.deepEqual([outcome, confirmedBy, attempts], ['cancelled', 'query', 1]);
      });
    }
  });
});

describe('answers with a catch', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());
  const stageOf = async (...options: Parameters<typeof withExchange>): Promise<Stage> =>
    loose.keep(await withExchange(...options));
  const open = (order: Order) => assert.equal(order.closedBy, undefined);

  /** A server where nobody has any business. */
  const elsewhere = async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"retCode":0,"retMsg":"OK","result":{"list":[]},"time":0}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    loose.keep({
      async end() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    });
    const { port } = server.address() as AddressInfo;
    return { asked, location: `http://127.0.0.1:${port}/v5/order/cancel` };
  };

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a redirect (${status}) is followed by no cancel and no look-up: unconfirmed`, async () => {
      const { asked, location } = await elsewhere();
      const { exchange, account } = await stageOf({}, {}, steadyTime);
      const fault = { kind: 'redirect', location, status } as const;
      exchange.faults.add({ ...fault, times: Infinity });
      const request = placed(exchange);
      const outcome = await account.cancel(request, { confirm: true, timeout: 500 });
      assert.equal(outcome.outcome, 'unconfirmed');
      assert.match(
        outcome.message,
        new RegExp(`HTTP ${status}.*redirect, which is never followed`),
      );
      assert.ok(received(exchange, 'order/cancel').length > 0);
      assert.deepEqual(asked, []);
      open(exchange.books.get(request.orderId));
    });
  }

  it('an answer of 50 MiB is not taken to its end', async () => {
    const stage = await stageOf();
    const { exchange } = stage;
    const relay = loose.keep(await startRelay(exchange.port));
    const account = stage.open({ restUrl: `http://127.0.0.1:${relay.port}` });
    exchange.faults.add({ kind: 'oversized', bytes: 50 * MIB, on: 'order/cancel' });
    const outcome: Outcome = await account.cancel(placed(exchange), {
      confirm: true,
      timeout: ENOUGH,
    });
    assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
    assert.ok(relay.bytesDown > MIB, 'it was sent');
    assert.ok(relay.bytesDown < 25 * MIB, `${relay.bytesDown} bytes came`);
  });

  it('the last try is cut off by the deadline: what was answered before is told', async () => {
    const { exchange, account } = await stageOf();
    exchange.faults.add({ ...http(502), on: 'order/cancel' });
    exchange.faults.add({ kind: 'hang', on: 'order/cancel', times: Infinity });
    const outcome = await account.cancel(placed(exchange), { confirm: true, timeout: 500 });
    assert.deepEqual([outcome.outcome, outcome.attempts], ['unconfirmed', 2]);
    assert.match(outcome.message, /HTTP 502/);
  });

  for (const [bytes, expected] of [
    [MIB, 'accepted'],
    [MIB + 1, 'unconfirmed'],
  ] as const) {
    it(`an answer of ${bytes} bytes, told in its header: ${expected}`, async () => {
      const { exchange, account } = await stageOf();
      const start = '{"retCode":0,"retMsg":"OK","result":{"padding":"';
      const body = `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
      exchange.faults.add({ ...http(200, body), on: 'order/cancel', times: Infinity });
      const { outcome } = await account.cancel(placed(exchange), { confirm: false, timeout: 400 });
      assert.equal(outcome, expected);
    });
  }
});
