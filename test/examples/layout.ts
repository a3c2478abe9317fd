/** Where the editor draws the nodes of a flow, as nearly as one can tell without a browser. */
import type { FlowNode } from './example';

export interface Box {
  readonly node: FlowNode;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** px */
const HEIGHT = 30;
/** from the top of a node to the end of the words under it */
const WITH_STATUS = 50;
/** how far the words may reach: about 20 characters */
const STATUS_WIDTH = 120;

/** Nodes of these types have words under them while they run. */
const WITH_WORDS = [
  ...['bybit-cancel-order', 'bybit-cancel-orders', 'bybit-cancel-all'],
  ...['delay', 'trigger', 'mqtt in', 'mqtt out'],
];
/** A node without a name is called by its scope. */
const LONGEST_SCOPE = 'all linear BTCUSDT, all kinds';

/** Every node that stands on the canvas. */
export function boxes(flow: readonly FlowNode[]): Box[] {
  return flow
    .filter(({ type, x }) => type !== 'group' && typeof x === 'number')
    .map((node) => {
      const [x, y] = [Number(node.x), Number(node.y)];
      const half = widthOf(node) / 2;
      return { node, left: x - half, right: x + half, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
    });
}

/** The editor makes room for the label and the icon, in steps of the grid. */
function widthOf({ type, name, l, ...node }: FlowNode): number {
  if (type.startsWith('link ') && l !== true) return HEIGHT;
  const unnamed = type === 'bybit-cancel-all' ? LONGEST_SCOPE : type;
  const label = name !== '' && name !== undefined ? name : unnamed;
  // An arrow behind the label, of what repeats and of what goes to the log.
  const marked = (node.repeat ?? '') !== '' || node.console === true;
  return Math.max(100, 20 * Math.ceil((44 + 6.5 * label.length + (marked ? 20 : 0)) / 20));
}

/** The pairs that touch, by name. */
export const overlapping = (all: readonly Box[]): string[] =>
  pairs(all)
    .filter(([one, other]) => one.left < other.right && other.left < one.right)
    .filter(([one, other]) => one.top < other.bottom && other.top < one.bottom)
    .map(([one, other]) => `${titleOf(one)} and ${titleOf(other)}`);

/** Which words under a node are behind which other node. */
export const statusHidden = (all: readonly Box[]): string[] =>
  all
    .filter(({ node }) => WITH_WORDS.includes(node.type) || node.tostatus === true)
    .flatMap((box) =>
      all
        .filter((other) => other.left < box.left + STATUS_WIDTH && box.left < other.right)
        .filter((other) => other.top >= box.bottom && other.top < box.top + WITH_STATUS)
        .map((other) => `${titleOf(box)} behind ${titleOf(other)}`),
    );

/** Which nodes stand outside their group's frame. */
export const crowded = (flow: readonly FlowNode[], all: readonly Box[]): string[] =>
  all
    .filter(({ node, ...box }) => {
      const frame = flow.find(({ id }) => id === node.g);
      if (frame === undefined) return false;
      const [x, y, w, h] = [frame.x, frame.y, frame.w, frame.h].map(Number) as Four;
      return box.left < x || box.top < y || box.right > x + w || box.bottom > y + h;
    })
    .map(titleOf);
type Four = [number, number, number, number];

const pairs = <T>(all: readonly T[]): [T, T][] =>
  all.flatMap((one, at) => all.slice(at + 1).map((other): [T, T] => [one, other]));

const titleOf = ({ node }: Box): string => `"${node.name ?? node.type}" (${node.id})`;
