/** That the bench runs; what it measures is nothing that a test could hold it to. */
import assert from 'node:assert/strict';
import { barsOf, holds, type Results } from '../../scripts/bench/bars';
import type { Measured, Profiled } from '../../scripts/bench/client';
import { PLACE_NAMES } from '../../scripts/bench/sampling';
import { openStage, whereAt, type Stage } from '../../scripts/bench/stage';
import { sectionsOf } from '../../scripts/bench/report';
import { measureWay } from '../../scripts/bench/several';

describe('the bench', function () {
  this.timeout(30_000);
  let stage: Stage;

  before(async () => {
    stage = await openStage();
  });
  after(() => stage.end());

  for (const name of ['https', 'ws', 'node-http', 'node-ws', 'api-ws'] as const) {
    it(`${name}: so many cancels, so many measurements, so many requests`, async () => {
      const program = await stage.client(name);
      const before = await stage.counts();
      const measured = await program.call<Measured>('measure', { cancels: 6, inFlight: 2 });
      const { requests } = await stage.counts();
      assert.equal(measured.latencies.length, 6);
      assert.ok(measured.latencies.every((ms) => ms > 0));
      assert.equal(requests - before.requests, 6);
    });
  }

  it('behind a relay nothing is quicker than the way', async () => {
    const { port } = await stage.relay(10, 0);
    const program = await stage.client('https', whereAt(port));
    const { latencies } = await program.call<Measured>('measure', { cancels: 2, inFlight: 1 });
    const [first = 0, second = 0] = latencies;
    // TCP, TLS and the request; then the request alone.
    assert.ok(first >= 60, `${first} ms`);
    assert.ok(second >= 20, `${second} ms`);
  });

  it('tells where the time goes: all of it, and nothing twice', async () => {
    const program = await stage.client('ws');
    const { shares, seconds } = await program.call<Profiled>('profile', {
      cancels: 6,
      inFlight: 2,
    });
    assert.deepEqual(Object.keys(shares), PLACE_NAMES);
    const all = Object.values(shares).reduce((sum, share) => sum + share);
    assert.ok(Math.abs(all - 1) < 1e-9 && seconds > 0, `${all}`);
    const profile = PLACE_NAMES.map((name) => ({ name, alone: 1, crowded: 2 }));
    assert.deepEqual(Object.keys(sectionsOf({ profile })), ['Where the time goes']);
  });

  it('several orders: none is open when this node says that it is done', async () => {
    const sizes = { list: 4, symbol: 4, all: 4 };
    const several = await Promise.all([measureWay('list', sizes), measureWay('api-each', sizes)]);
    for (const { name, orders, requests, left, refused } of several) {
      assert.deepEqual({ name, orders, left, refused }, { name, orders: 4, left: 0, refused: 0 });
      assert.ok(requests > 0, `${name}: ${requests} requests`);
    }
    assert.equal(several[0].open, 0);
    assert.deepEqual(Object.keys(sectionsOf({ several })), ['Several orders']);
  });

  it('compares two clients within each turn, before the machine changes its pace', () => {
    const figures = { median: 0, p99: 0, first: 0, alone: 0, crowded: 0, cpu: 0, cpuCrowded: 0 };
    const row = (name: 'node-http' | 'https', medians: readonly number[]) => ({
      ...{ name, label: name, ...figures, medians, crowds: medians, firsts: medians },
    });
    // 3, 4 and 2 times as long; by the medians of all turns it would be 4.
    const latency = [row('https', [100, 100, 900]), row('node-http', [300, 400, 1800])];
    const bar = barsOf({ latency }).find(({ what }) => /^HTTP.*raw/.test(what));
    assert.equal(bar?.figure, 3);
  });

  it('says which bars hold', () => {
    const row = { label: 'one', cancels: 10, heapBefore: 10, heapAfter: 16 };
    const tenths = { first: { median: 1, p99: 10 }, last: { median: 1, p99: 11 } };
    const results: Results = { endurance: [{ ...row, ...tenths }] };
    assert.deepEqual(barsOf(results).map(holds), [false, true]);
    assert.match(sectionsOf(results).Bars ?? '', /growth of the heap .* 6 MB \| \*\*no\*\*/);
  });
});
