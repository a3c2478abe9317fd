/** The example files as such, and how they and the demo look in the editor. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS as CANCEL_ALL } from '../../nodes/bybit-cancel-all/settings';
import { DEFAULTS as CANCEL } from '../../nodes/bybit-cancel-order/settings';
import { DEFAULTS as CANCEL_LIST } from '../../nodes/bybit-cancel-orders/settings';
import { DEFAULTS as ACCOUNT } from '../../nodes/bybit-config/settings';
import { root } from '../package/commands';
import { EXAMPLES, isAction, readExample, type FlowNode } from './example';
import { boxes, crowded, overlapping, statusHidden } from './layout';

/** The types of Node-RED's own that the examples use. */
const CORE = [
  ...['tab', 'group', 'comment', 'inject', 'debug', 'catch', 'status', 'complete'],
  ...['link in', 'link out', 'change', 'switch', 'function', 'json', 'delay', 'trigger'],
  ...['http in', 'http response', 'http request', 'mqtt in', 'mqtt out', 'mqtt-broker', 'file'],
];
const OURS: Readonly<Record<string, object>> = {
  'bybit-cancel-all': CANCEL_ALL,
  'bybit-cancel-order': CANCEL,
  'bybit-cancel-orders': CANCEL_LIST,
  'bybit-config': ACCOUNT,
};
/** px: what a browser window of 1500 px leaves for the canvas */
const WIDTH = 1000;

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap(textsOf) : typeof value === 'string' ? [value] : [];

/** Every id that a node leads to or belongs to. */
const leadsTo = (node: FlowNode): string[] =>
  ['wires', 'links', 'scope', 'nodes', 'account', 'broker', 'z', 'g']
    // The address of a broker has the same name as the reference to it.
    .filter((property) => node.type !== 'mqtt-broker' || property !== 'broker')
    .flatMap((property) => textsOf(node[property]));

describe('The example files', () => {
  for (const name of EXAMPLES) {
    describe(name, () => {
      const flow = readExample(name);
      const ofType = (type: string): FlowNode[] => flow.filter((node) => node.type === type);

      it('is one tab of that name, with comments that say what to set', () => {
        const [tab, ...more] = ofType('tab');
        assert.deepEqual([tab?.label, more], [name, []]);
        for (const node of [tab!, ...ofType('comment')]) assert.match(String(node.info), /\w+ \w+/);
        assert.ok(ofType('comment').some((comment) => comment.name?.startsWith('1. ')));
      });

      it('has nodes of this package and of the core alone', () => {
        const foreign = flow.filter(({ type }) => !CORE.includes(type) && !(type in OURS));
        assert.deepEqual(foreign, []);
        assert.ok(flow.some(isAction));
      });

      it('leads nowhere but to its own nodes', () => {
        const ids = new Set(flow.map(({ id }) => id));
        const lost = flow.flatMap(leadsTo).filter((id) => !ids.has(id));
        assert.deepEqual(lost, []);
      });

      it('has one account, on the testnet, and no secret', () => {
        const [account, ...more] = ofType('bybit-config');
        // Several examples can be imported: their accounts have to be told apart.
        const { name, ...asNew } = ACCOUNT;
        assert.deepEqual({ ...account, ...asNew }, account);
        assert.notEqual(account!.name, name);
        assert.deepEqual(more, []);
        for (const node of flow) assert.ok(!('credentials' in node), node.id);
      });

      it('has every property of our nodes', () => {
        for (const node of flow) {
          const missing = Object.keys(OURS[node.type] ?? {}).filter((one) => !(one in node));
          assert.deepEqual(missing, [], node.id);
        }
      });

      it('is laid out so that nothing hides anything', () => checkLayout(flow));

      it('names nothing behind output 2 as if the order were known to be open', () =>
        checkNames(flow));
    });
  }

  it('share no id, and each id is one that Node-RED could have made', () => {
    const ids = EXAMPLES.flatMap((name) => readExample(name).map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
  });
});

describe('The demo flow', () => {
  const file = join(root, 'scripts', 'demo', 'flow.json');
  const demo = JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];

  it('is laid out so that nothing hides anything', () => checkLayout(demo));

  it('names nothing behind output 2 as if the order were known to be open', () => checkNames(demo));

  it('is seen at one glance', () => {
    const lowest = Math.max(...boxes(demo).map(({ bottom }) => bottom));
    assert.ok(lowest <= 800, `ends at ${lowest}`);
  });

  it('tells the first steps in their order, each above or left of its button', () => {
    const steps = demo.filter(({ name, type }) => type === 'comment' && /^\d\. /.test(name ?? ''));
    const order = steps.map(({ name }) => name).sort();
    const byPlace = [...steps].sort((one, other) => Number(one.y) - Number(other.y));
    assert.deepEqual(
      byPlace.map(({ name }) => name),
      order,
    );
    const place = demo.find(({ id }) => id === 'i-place')!;
    assert.equal(steps[0]?.y, place.y);
    assert.ok(Number(steps[0]?.x) < Number(place.x));
  });
});

/** Output 2 has what failed and what nobody knows: `unconfirmed`. */
function checkNames(flow: readonly FlowNode[]): void {
  const behind = flow.filter(isAction).flatMap(({ wires }) => wires?.[1] ?? []);
  // The sender of several instances has results by MQTT.
  const shown = flow.filter(({ id, type }) => type === 'debug' || behind.includes(id));
  assert.ok(behind.length > 0);
  const names = shown.map(({ name = '' }) => name);
  const rest = (name: string): string => name.replace('failed or unconfirmed', '');
  assert.deepEqual(
    names.filter((name) => /\bnot\b|fail/i.test(rest(name))),
    [],
  );
}

function checkLayout(flow: readonly FlowNode[]): void {
  const all = boxes(flow);
  for (const { node, left, right } of all) {
    assert.equal(Number(node.y) % 20, 0, `${node.id} is off the grid`);
    assert.ok(left >= 0 && right <= WIDTH, `${node.id} reaches from ${left} to ${right}`);
  }
  assert.deepEqual(overlapping(all), []);
  assert.deepEqual(statusHidden(all), []);
  assert.deepEqual(crowded(flow, all), []);
}
