/** What the dialog is told of the exchange's instruments. */
import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { startFlow, type FlowStage } from '../flows/stage';
import { NotingAccount, startWith } from '../action/bench';

const PATH = '/bybit-cancel-order/instruments';

const ask = async (query: string) => {
  const { status, body } = await helper.request().get(PATH + query);
  return { status, body };
};

/** Of Node-RED's log: what is below it is for people. */
const METRIC = 99;

describe('the instruments for the dialog', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const NONE = { status: 200, body: [] };
  const WRONG = { status: 400, body: [] };

  it('are those of the category, told by the account that is chosen', async () => {
    stage = await startFlow({ exchange: { symbols: { inverse: ['ABCUSD'], spot: ['XYZUSDT'] } } });
    const inverse = await ask('?account=account&category=inverse');
    assert.deepEqual(inverse, { status: 200, body: ['ABCUSD'] });
    const spot = await ask('?account=account&category=spot');
    assert.deepEqual(spot, { status: 200, body: ['XYZUSDT'] });
  });

  it('are none without an account that runs', async () => {
    stage = await startFlow();
    for (const id of ['', 'nowhere', '_ADD_', 'cancel', '${ACCOUNT}', '__proto__']) {
      const query = `?category=spot&account=${encodeURIComponent(id)}`;
      assert.deepEqual(await ask(query), NONE, id);
    }
  });

  it('are none when the account lacks its key', async () => {
    stage = await startFlow({ credentials: { apiKey: '', apiSecret: '' } });
    assert.deepEqual(await ask('?account=account&category=spot'), NONE);
  });

  it("are none when the exchange can't be reached, and nothing is told of it", async () => {
    stage = await startFlow({ account: { restUrl: 'http://127.0.0.1:9' } });
    const told = () => helper.log().args.filter(([{ level }]) => level < METRIC).length;
    const before = told();
    assert.deepEqual(await ask('?account=account&category=spot'), NONE);
    assert.equal(told(), before);
  });

  it('are not looked for when the question is wrong', async () => {
    stage = await startFlow();
    const wrong = ['', '?account=account', '?category=spot', '?account=account&category=futures'];
    const odd = ['category=spot&category=linear', 'category[a]=spot', 'category=SPOT', 'category='];
    const queries = [...wrong, ...odd.map((query) => `?account=account&${query}`)];
    const twice = '?category=spot&account=account&account=account';
    for (const query of [...queries, twice]) assert.deepEqual(await ask(query), WRONG, query);
    assert.deepEqual(
      stage.exchange.requests.filter(({ operation }) => operation === 'market/instruments-info'),
      [],
    );
  });
});

describe('the instruments for the dialog, of an account that breaks its word', () => {
  afterEach(() => helper.unload());

  it('are none', async () => {
    const account = new NotingAccount();
    account.instruments = () => Promise.reject(new Error('a secret'));
    await startWith({ account });
    assert.deepEqual(await ask('?account=account&category=spot'), { status: 200, body: [] });
  });
});
