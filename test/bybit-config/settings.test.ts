import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SITES } from '../../nodes/bybit/sites';
import {
  accountLabel,
  DEFAULTS,
  readStreamUrl,
  readSymbols,
  type RawProperties,
} from '../../nodes/bybit-config/settings';
import { readPlace, type AccountPlace } from '../../nodes/bybit-config/place';

const unset = () => undefined;

function placeOf(raw: RawProperties): AccountPlace {
  const { value, problem } = readPlace(raw, unset);
  assert.ok(value !== undefined, problem);
  return value;
}

function problemOf(raw: RawProperties): string {
  const { problem } = readPlace(raw, unset);
  assert.ok(problem !== undefined, 'the properties were taken');
  return problem;
}

describe('where an account is', () => {
  it('is the testnet unless it says otherwise', () => {
    assert.deepEqual(placeOf({}), {
      environment: 'testnet',
      restUrl: 'https://api-testnet.bybit.com',
      streamUrl: 'wss://stream-testnet.bybit.com',
      transport: 'http',
      recvWindow: 5000,
      symbols: [],
      tls: '',
      proxy: '',
    });
    assert.deepEqual(placeOf(DEFAULTS), placeOf({}));
  });

  for (const [text, symbols] of [
    [' ', []],
    ['btcusdt, ETHUSDT', ['BTCUSDT', 'ETHUSDT']],
    ['BYBIT:BTCUSDT.P;BTCUSDT\nBTC-25DEC26-67000-C-USDT', ['BTCUSDT', 'BTC-25DEC26-67000-C-USDT']],
    ['BTCUSDT-26DEC25 MNQ1!', undefined],
    ['*', undefined],
    [' , ;', undefined],
    ['BYBIT: BTCUSDT.P', ['BTCUSDT']],
    ['${SYMBOLS', undefined],
    [7, undefined],
  ] as const) {
    it(`keeps to the symbols ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readSymbols(text).value, symbols);
    });
  }

  it('does not take a variable that is blank for every symbol', () => {
    const read = readPlace({ symbols: '${SYMBOLS}' }, () => ' ');
    assert.match(read.problem ?? '', /^symbols: the environment variable is blank/);
  });

  for (const testnet of [false, 'false', ' false ']) {
    it(`is real money when testnet is ${JSON.stringify(testnet)}`, () => {
      const { environment, restUrl } = placeOf({ testnet });
      assert.equal(environment, 'mainnet');
      assert.equal(restUrl, 'https://api.bybit.com');
    });
  }

  for (const testnet of ['', 'no', 'False', '0', 0, 1, {}, []]) {
    it(`is refused when testnet is ${JSON.stringify(testnet)}`, () => {
      assert.equal(problemOf({ testnet }), 'testnet must be true or false.');
    });
  }

  for (const site of SITES.filter((each) => each !== 'custom')) {
    it(`never is real money on ${site} while testnet is ticked`, () => {
      const { value, problem } = readPlace({ site, testnet: true }, unset);
      if (value === undefined) {
        assert.equal(
          problem,
          `${site} has no testnet: untick testnet to trade there, or choose another site.`,
        );
      } else {
        assert.equal(value.environment, site === 'demo' ? 'demo' : 'testnet');
        assert.match(value.restUrl, /testnet|demo/);
      }
    });

    it(`is on ${site} when testnet is not ticked`, () => {
      const place = placeOf({ site: ` ${site} `, testnet: false });
      assert.equal(place.environment, site === 'demo' ? 'demo' : 'mainnet');
      assert.match(place.restUrl, site === 'demo' ? /api-demo/ : new RegExp(`api\\.${site}$`));
    });
  }

  for (const site of ['', 'bybit.us', 'BYBIT.COM', 5, {}]) {
    it(`is refused on the site ${JSON.stringify(site)}`, () => {
      assert.match(problemOf({ site }), /^site must be one of bybit\.com, .*, custom\.$/);
    });
  }

  it('is refused with order entry where there is none', () => {
    assert.equal(
      problemOf({ site: 'demo', transport: 'websocket' }),
      'demo has no WebSocket order entry: set Send via to HTTP (REST).',
    );
    assert.equal(placeOf({ transport: 'websocket' }).transport, 'websocket');
  });

  for (const transport of ['', 'ws', 'HTTP', 1]) {
    it(`is refused with the transport ${JSON.stringify(transport)}`, () => {
      assert.equal(problemOf({ transport }), 'transport must be one of http, websocket.');
    });
  }

  for (const [given, read] of [
    [1, 1],
    [60_000, 60_000],
    ['2500', 2500],
  ] as const) {
    it(`has the recv window ${read} for ${JSON.stringify(given)}`, () => {
      assert.equal(placeOf({ recvWindow: given }).recvWindow, read);
    });
  }

  for (const recvWindow of [0, 60_001, 1.5, NaN, '', 'long', true]) {
    it(`is refused with the recv window ${String(recvWindow)} (${typeof recvWindow})`, () => {
      assert.equal(problemOf({ recvWindow }), 'recvWindow must be a whole number from 1 to 60000.');
    });
  }

  for (const property of ['tls', 'proxy'] as const) {
    it(`is refused when ${property} is no id`, () => {
      assert.equal(problemOf({ [property]: 5 }), `${property} must be text.`);
      assert.equal(placeOf({ [property]: ' x1 ' })[property], 'x1');
    });
  }

  for (const property of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    it(`names the variable when ${property} names one that is not set`, () => {
      assert.equal(
        problemOf({ [property]: ' ${NOT_THERE}' }),
        `${property}: the environment variable NOT_THERE is not set.`,
      );
    });
  }

  it('takes a variable that Node-RED has left standing for the blanks around it', () => {
    const lookUp = (name: string) => (name === 'REAL' ? 'false' : undefined);
    const place = readPlace({ testnet: ' ${REAL} ' }, lookUp);
    assert.equal(place.value?.environment, 'mainnet');
  });
});

describe('a custom site', () => {
  const site = 'custom';

  it('has its own addresses', () => {
    const place = placeOf({
      site,
      restUrl: ' https://rest.example ',
      streamUrl: 'wss://stream.example:8443',
      transport: 'websocket',
    });
    assert.equal(place.environment, 'custom');
    assert.equal(place.restUrl, 'https://rest.example');
    assert.equal(place.streamUrl, 'wss://stream.example:8443');
  });

  it('has its stream where its REST is, unless it says otherwise', () => {
    assert.equal(placeOf({ site, restUrl: 'https://a.example' }).streamUrl, 'wss://a.example');
    const local = placeOf({ site, restUrl: 'http://127.0.0.1:8080' });
    assert.equal(local.restUrl, 'http://127.0.0.1:8080');
    assert.equal(local.streamUrl, 'ws://127.0.0.1:8080');
  });

  it('needs a REST address', () => {
    assert.equal(problemOf({ site }), 'restUrl is missing: the site custom needs it.');
    assert.equal(problemOf({ site, restUrl: 5 }), 'restUrl must be text.');
  });

  it('is refused with addresses that would give orders away', () => {
    assert.match(
      problemOf({ site, restUrl: 'http://a.example' }),
      /^restUrl must begin with https:/,
    );
    const restUrl = 'https://a.example';
    assert.match(
      problemOf({ site, restUrl, streamUrl: 'ws://b.example' }),
      /^streamUrl must begin/,
    );
    assert.equal(problemOf({ site, restUrl, streamUrl: 5 }), 'streamUrl must be text.');
  });

  it('has its addresses checked one by one in the dialog', () => {
    assert.equal(readStreamUrl('', '').problem, undefined);
    assert.match(readStreamUrl('stream', '').problem ?? '', /^streamUrl is not a URL/);
  });
});

describe('the label of an account', () => {
  for (const [raw, label] of [
    [{}, 'Bybit bybit.com (testnet)'],
    [{ name: 'mine' }, 'mine (testnet)'],
    [{ name: 'mine', testnet: false }, 'mine (MAINNET)'],
    [{ name: 'mine', testnet: 'false' }, 'mine (MAINNET)'],
    [{ name: 'mine', testnet: '${TESTNET}' }, 'mine (testnet?)'],
    [{ name: 'mine', site: '${SITE}', testnet: false }, 'mine (site?)'],
    [{ name: 'mine', site: 'demo', testnet: true }, 'mine (demo)'],
    [{ site: 'demo', testnet: false }, 'Bybit demo (demo)'],
    [{ name: 'mine', site: 'custom', testnet: true }, 'mine (custom)'],
    [{ site: 'bybit.nl', testnet: false }, 'Bybit bybit.nl (MAINNET)'],
  ] as const) {
    it(`is ${label} for ${JSON.stringify(raw)}`, () => {
      assert.equal(accountLabel(raw), label);
    });
  }
});
