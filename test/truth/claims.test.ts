import assert from 'node:assert/strict';
import { cancel } from '../support/plain-client';
import { startExchange, type Exchange, type Fault, type Order } from '../../simulator/exchange';
import { compare, contradicts, type Claim } from './claims';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const CLAIMS: readonly Claim[] = [
  'cancelled',
  'already-cancelled',
  'filled',
  'not-found',
  'failed',
  'unconfirmed',
];

describe('what is said of a cancel, against the books', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());

  /** Sends a cancel of a new order that meets the fault, and has its effect. */
  const afterCancel = async (fault: Fault): Promise<Order> => {
    const order = exchange.books.place(LINEAR);
    exchange.faults.add(fault);
    await cancel(exchange, { ...LINEAR, orderId: order.orderId });
    while (exchange.books.pendingCancels > 0) await new Promise((next) => setTimeout(next, 1));
    return order;
  };

  const fates: [fate: string, cause: () => Order | Promise<Order>, true_: Claim[]][] = [
    ['by the client’s request', () => afterCancel({ kind: 'none' }), ['cancelled']],
    [
      'by somebody else’s',
      () => exchange.books.cancel(exchange.books.place(LINEAR).orderId),
      ['cancelled', 'already-cancelled', 'failed'],
    ],
    ['by a fill', () => afterCancel({ kind: 'lostRace' }), ['filled', 'failed']],
    ['by no one', () => exchange.books.place(LINEAR), ['failed']],
  ];
  for (const [fate, cause, right] of fates) {
    it(`closed ${fate}: ${right.join(', ')}, or unconfirmed`, async () => {
      const order = await cause();
      assert.deepEqual(
        CLAIMS.filter((claim) => !contradicts(claim, order)),
        [...right, 'unconfirmed'],
      );
    });
  }

  const faults: [fault: Fault, told: 'refused' | 'leftOpen'][] = [
    [{ kind: 'retCode', retCode: 180000 }, 'refused'],
    [{ kind: 'http', status: 404 }, 'refused'],
    [{ kind: 'http', status: 502 }, 'leftOpen'],
    [{ kind: 'retCode', retCode: 10016 }, 'leftOpen'],
    [{ kind: 'html' }, 'leftOpen'],
  ];
  for (const [fault, told] of faults) {
    it(`${JSON.stringify(fault)} is ${told} when the client says that it failed`, async () => {
      const order = await afterCancel(fault);
      const counts = (claim: Claim) => {
        const { leftOpen, refused } = compare([[order, { claim, detail: claim }]], exchange);
        return { leftOpen, refused };
      };
      assert.deepEqual(counts('failed'), { leftOpen: 0, refused: 0, [told]: 1 });
      assert.deepEqual(counts('cancelled'), { leftOpen: 1, refused: 0 });
      assert.deepEqual(counts('unconfirmed'), { leftOpen: 0, refused: 0 });
    });
  }

  it('counts what was said, and names what is wrong', async () => {
    const closed = await afterCancel({ kind: 'none' });
    const open = exchange.books.place(LINEAR);
    const { cancels, said, contradictions, unconfirmed } = compare(
      [
        [closed, { claim: 'cancelled', detail: 'gone' }],
        [open, { claim: 'cancelled', detail: 'gone' }],
        [open, { claim: 'unconfirmed', detail: 'unsure' }],
      ],
      exchange,
    );
    assert.deepEqual([cancels, said, unconfirmed], [3, { gone: 2, unsure: 1 }, 1]);
    assert.deepEqual(contradictions, ['gone, but the order is New']);
  });
});
