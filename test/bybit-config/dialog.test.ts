/** What the account dialog says, with its English texts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { ConnectionCheck, FaultKind, KeyReport, FindingKind } from '../../nodes/bybit/account';
import { SITES } from '../../nodes/bybit/sites';
import { placeSentence, sitesFor } from '../../nodes/bybit-config/editor/place-sentence';
import { linesOf } from '../../nodes/bybit-config/editor/check-report';
import type { Say } from '../../nodes/properties/problems';
import { DEFAULTS, type RawProperties } from '../../nodes/bybit-config/settings';

const file = join(__dirname, '../../nodes/bybit-config/locales/en-US/bybit-config.json');
const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

/** As the editor does it; a text that is missing is a failure here. */
const sayIn =
  (part: string): Say =>
  (key, values = {}) => {
    let text: unknown = catalogue;
    for (const step of ['bybit-config', part, ...key.split('.')]) {
      text = (text as Record<string, unknown> | undefined)?.[step];
    }
    assert.equal(typeof text, 'string', `${part}.${key} is missing`);
    return String(text).replace(/__(\w+?)__/g, (_gap, name: string) => {
      assert.ok(name in values, `${part}.${key} lacks ${name}`);
      return String(values[name]);
    });
  };

describe('the sentence in the account dialog', () => {
  const sentence = (raw: RawProperties) => {
    const found = placeSentence({ ...DEFAULTS, ...raw });
    return 'problem' in found ? found.problem : sayIn('place')(found.key, found.values);
  };

  it('says where the orders go', () => {
    assert.equal(sentence({}), 'Testnet: orders with test funds, api-testnet.bybit.com');
    assert.equal(sentence({ testnet: false }), 'Mainnet: orders with real money, api.bybit.com');
    assert.equal(
      sentence({ site: 'demo' }),
      'Demo trading: orders with test funds, api-demo.bybit.com',
    );
    const custom = { site: 'custom', restUrl: 'https://example.com:8443' };
    assert.match(sentence(custom), /^Custom: orders go to example\.com:8443/);
  });

  it('never takes a site without a testnet for one, nor for real money while it is ticked', () => {
    assert.match(sentence({ site: 'bytick.com' }), /bytick\.com has no testnet/);
  });

  it('says that a variable decides, where one does', () => {
    assert.match(sentence({ testnet: '${LIVE}' }), /depends on LIVE/);
    assert.match(sentence({ site: '${A}', testnet: '${B}' }), /depends on B, A/);
    assert.match(sentence({ site: 'custom', restUrl: '${URL}' }), /depends on URL/);
    assert.match(sentence({ site: 'demo', testnet: '${B}', restUrl: '${URL}' }), /^Demo/);
    assert.match(sentence({ restUrl: '${URL}' }), /^Testnet/);
  });

  it('says what is wrong', () => {
    assert.match(sentence({ site: 'custom' }), /restUrl is missing/);
    assert.match(sentence({ site: 'nowhere' }), /site must be one of/);
    assert.match(sentence({ testnet: 'perhaps' }), /testnet must be true or false/);
  });

  it('comes with the sites that can be chosen', () => {
    assert.deepEqual(sitesFor(false), SITES);
    assert.deepEqual(sitesFor(true), ['bybit.com', 'manepa.jp', 'demo', 'custom']);
  });
});

describe('the report of a connection test', () => {
  const KEY: KeyReport = {
    ...{ userId: '4711', note: '', readOnly: false, mayWithdraw: false, boundToIp: true },
    mayCancel: { linear: true, inverse: true, spot: true, option: true },
  };
  const FOUND: ConnectionCheck = {
    ...{ environment: 'testnet', restHost: 'rest.example', streamHost: 'stream.example' },
    server: { firstMs: 90, tookMs: 30, clockAheadMs: 12 },
    key: KEY,
    stream: { tookMs: 80 },
  };
  const report = (change: Partial<ConnectionCheck> = {}) =>
    linesOf({ ...FOUND, ...change }, sayIn('test'));
  const said = (change: Partial<ConnectionCheck>, level: string) =>
    report(change)
      .filter((line) => line.level === level)
      .map(({ text }) => text);

  it('is all good for a sound account', () => {
    assert.deepEqual(report(), [
      { level: 'good', text: 'rest.example answers in 30 ms (90 ms over a new connection).' },
      { level: 'good', text: "This machine's clock agrees with Bybit's (difference: 12 ms)." },
      { level: 'good', text: 'The API key is accepted. Account: 4711.' },
      {
        level: 'good',
        text: 'The key may cancel orders of: linear, inverse, spot, option.',
      },
      { level: 'good', text: 'Connected to the order stream (80 ms).' },
    ]);
  });

  it('names the note of the key, and what it may not do', () => {
    const key = { ...KEY, note: 'bot 7', mayCancel: { ...KEY.mayCancel, spot: false } };
    assert.match(said({ key }, 'good').join(), /key "bot 7" is accepted/);
    assert.match(said({ key }, 'good').join(), /cancel orders of: linear, inverse, option\./);
    assert.deepEqual(said({ key }, 'warning'), ['It may not cancel orders of: spot.']);
  });

  it('says of USDC contracts only what the permissions say: they belong to the options', () => {
    const only = (change: object) => ({ ...KEY, mayCancel: { ...none, ...change } });
    const contracts = only({ linear: true, inverse: true });
    assert.match(said({ key: contracts }, 'good').join(), /of: linear \(USDT\), inverse\./);
    const options = only({ option: true });
    assert.match(said({ key: options }, 'warning').join(), /of: linear \(USDT\), inverse, spot\./);
  });

  const none = { linear: false, inverse: false, spot: false, option: false };
  for (const [change, level, words] of [
    [{ readOnly: true, mayCancel: none }, 'bad', /read-only/],
    [{ mayCancel: none }, 'bad', /any category/],
    [{ mayWithdraw: true }, 'warning', /can withdraw/],
    [{ boundToIp: false }, 'warning', /not bound to an IP/],
    [
      { expiresAt: Date.UTC(2026, 10, 30), expiresInMs: 8.5 * 86_400_000 },
      'warning',
      /2026-11-30, in 9 days/,
    ],
  ] as const) {
    it(`warns of a key with ${JSON.stringify(change)}`, () => {
      const lines = said({ key: { ...KEY, ...change } }, level);
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, words);
    });
  }

  it('leaves a key alone that is good for long', () => {
    const key = { ...KEY, expiresAt: Date.UTC(2027, 1, 1), expiresInMs: 15 * 86_400_000 };
    assert.deepEqual(said({ key }, 'warning'), []);
  });

  it('says by how much the clock is off, and to which side', () => {
    const server = { firstMs: 1, tookMs: 1 };
    const behind = said({ server: { ...server, clockAheadMs: 2500 } }, 'warning');
    assert.match(behind.join(), /2\.5 s behind/);
    const ahead = said({ server: { ...server, clockAheadMs: -2500 } }, 'warning');
    assert.match(ahead.join(), /2\.5 s ahead/);
  });

  it('says why a key is refused, with the words of the exchange', () => {
    const key = { trouble: 'environment', detail: 'Bybit 10003: API key is invalid.' } as const;
    assert.deepEqual(said({ key }, 'bad'), [
      'The API key is not known on testnet (rest.example): a key works only where it was made. Check testnet and site. (Bybit 10003: API key is invalid.)',
    ]);
  });

  it('says that nobody is there, and nothing of the key', () => {
    const gone = { trouble: 'unreachable', fault: 'dns', detail: 'in English' } as const;
    const { environment, restHost, streamHost } = FOUND;
    const lines = linesOf(
      { environment, restHost, streamHost, server: gone, stream: gone },
      sayIn('test'),
    );
    assert.deepEqual(
      lines.map(({ level, text }) => `${level} ${text}`),
      [
        "bad rest.example can't be reached: the host name is unknown (DNS).",
        "warning The order stream can't be used. stream.example can't be reached: the host name is unknown (DNS).",
      ],
    );
  });

  it('promises to go on without a socket only where all else is sound', () => {
    const gone = {
      trouble: 'unreachable',
      fault: 'status',
      detail: 'it answered HTTP 503',
    } as const;
    const [stream, entry] = said({ stream: gone, orderEntry: gone }, 'warning');
    assert.match(stream!, /HTTP 503\) Cancels are confirmed by look-ups\.$/);
    assert.match(entry!, /Cancels are sent over HTTP\.$/);
    const key = { trouble: 'signature', detail: '' } as const;
    assert.doesNotMatch(said({ key, stream: gone }, 'warning').join(), /Cancels/);
  });

  it('does not blame a clock that a slow way hides', () => {
    const server = { firstMs: 9000, tookMs: 3600, clockAheadMs: 1800 };
    assert.match(said({ server }, 'warning').join(), /could not be compared/);
  });

  it('has words for every trouble and fault', () => {
    const troubles: Record<FindingKind, true> = {
      ...{ unreachable: true, foreign: true, environment: true, signature: true },
      ...{ permission: true, ip: true, expired: true, clock: true, region: true, rate: true },
      ...{ banned: true, busy: true, refused: true, untold: true },
    };
    for (const trouble of Object.keys(troubles) as FindingKind[]) {
      const found = { trouble, detail: '' };
      assert.equal(said({ stream: found, orderEntry: found }, 'warning').length, 2);
    }
    const faults: Record<FaultKind, true> = {
      ...{ refused: true, dns: true, route: true, late: true, broken: true, closed: true },
      ...{ large: true, proxyLogin: true, proxyRefused: true, status: true, tls: true },
      failed: true,
    };
    for (const fault of Object.keys(faults) as FaultKind[]) {
      const found = { trouble: 'unreachable', fault, detail: 'x' } as const;
      assert.equal(said({ stream: found }, 'warning').length, 1);
    }
  });
});
