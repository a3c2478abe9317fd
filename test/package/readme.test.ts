/** What the README and the demo promise a flow author, held against the package itself. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS as CANCEL } from '../../nodes/bybit-cancel-order/settings';
import { STATUS_CODES } from '../../nodes/bybit/model';
import { DEFAULTS as ACCOUNT } from '../../nodes/bybit-config/settings';
import { root } from './commands';

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly account?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const pasted = JSON.parse(/```json\n([^]*?)```/.exec(readme)?.[1] ?? '[]') as FlowNode[];
const demo = JSON.parse(
  readFileSync(join(root, 'scripts', 'demo', 'flow.json'), 'utf8'),
) as FlowNode[];

/** Every wire, account and property leads to something that is there. */
function checkWhole(flow: readonly FlowNode[]): void {
  const ids = new Set(flow.map(({ id }) => id));
  assert.equal(ids.size, flow.length, 'no id twice');
  for (const node of flow) {
    const led = [...(node.wires ?? []).flat(), ...(node.account ? [node.account] : [])];
    const lost = led.filter((id) => !ids.has(id));
    assert.deepEqual(lost, [], `${node.id} leads somewhere`);
    const known = { 'bybit-cancel-order': CANCEL, 'bybit-config': ACCOUNT }[node.type];
    if (!known) continue;
    const missing = Object.keys(known).filter((property) => !(property in node));
    assert.deepEqual(missing, [], `${node.id} has every property`);
    assert.ok(!('credentials' in node));
  }
}

describe('The README', () => {
  it('has a flow to paste that is whole and holds the defaults', () => {
    checkWhole(pasted);
    const cancel = pasted.find(({ type }) => type === 'bybit-cancel-order');
    const account = pasted.find(({ type }) => type === 'bybit-config');
    assert.deepEqual({ ...CANCEL, ...cancel, account: '' }, { ...cancel, ...CANCEL });
    assert.deepEqual({ ...ACCOUNT, ...account }, { ...account, ...ACCOUNT });
  });

  it('tells every outcome with its output and status code', () => {
    for (const [outcome, code] of Object.entries(STATUS_CODES)) {
      const output = code < 300 ? 1 : 2;
      assert.match(readme, new RegExp(`\\| \`${outcome}\` +\\| ${output} +\\| ${code} `), outcome);
    }
  });
});

describe('The demo flow', () => {
  it('is whole', () => checkWhole(demo));

  it('holds no address and no key of its own', () => {
    const account = demo.find(({ type }) => type === 'bybit-config');
    assert.equal(account?.restUrl, '${BYBIT_DEMO_REST_URL}');
    assert.equal(account.streamUrl, '${BYBIT_DEMO_STREAM_URL}');
  });
});
