/** What the README and the demo promise a flow author, held against the package itself. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isSuccess, statusCodeOf, TOLD_CODES } from '../../nodes/action/reply/told';
import { DEFAULTS as CANCEL_ALL } from '../../nodes/bybit-cancel-all/settings';
import { DEFAULTS as CANCEL } from '../../nodes/bybit-cancel-order/settings';
import { DEFAULTS as CANCEL_LIST } from '../../nodes/bybit-cancel-orders/settings';
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
const demo = JSON.parse(
  readFileSync(join(root, 'scripts', 'demo', 'flow.json'), 'utf8'),
) as FlowNode[];

const PROPERTIES: Readonly<Record<string, object>> = {
  'bybit-cancel-order': CANCEL,
  'bybit-cancel-orders': CANCEL_LIST,
  'bybit-cancel-all': CANCEL_ALL,
  'bybit-config': ACCOUNT,
};

/** Every wire, account and property leads to something that is there. */
function checkWhole(flow: readonly FlowNode[]): void {
  const ids = new Set(flow.map(({ id }) => id));
  assert.equal(ids.size, flow.length, 'no id twice');
  for (const node of flow) {
    const led = [...(node.wires ?? []).flat(), ...(node.account ? [node.account] : [])];
    const lost = led.filter((id) => !ids.has(id));
    assert.deepEqual(lost, [], `${node.id} leads somewhere`);
    const known = PROPERTIES[node.type];
    if (!known) continue;
    const missing = Object.keys(known).filter((property) => !(property in node));
    assert.deepEqual(missing, [], `${node.id} has every property`);
    assert.ok(!('credentials' in node));
  }
}

describe('The README', () => {
  it('tells every outcome with its output and status code', () => {
    for (const outcome of TOLD_CODES) {
      const code = statusCodeOf({ outcome, message: '', timing: { startedAt: 0, totalMs: 0 } });
      const output = isSuccess(outcome) ? 1 : 2;
      const row = new RegExp(`\\| \`${outcome}\` +\\| ${output} +\\| ${code}\\b`);
      assert.match(readme, row, outcome);
    }
  });
});

describe('The map in CONTRIBUTING', () => {
  const map = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const rooms = ['nodes/bybit', 'nodes/action'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }),
  );

  // `clock.ts` is not named by `measure-clock.ts`.
  const isNamed = (file: string) => new RegExp(`(?<![\\w-])${file}`).test(map);

  it('names every file of the engine and of what all actions need', () => {
    const files = rooms.filter(
      (path) => path.endsWith('.ts') && !/(^|[\\/])editor[\\/]/.test(path),
    );
    assert.ok(files.length > 90, `${files.length} files`);
    assert.deepEqual(
      files.map((path) => basename(path)).filter((file) => !isNamed(file)),
      [],
    );
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
