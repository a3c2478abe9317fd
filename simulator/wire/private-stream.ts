/** The order stream: /v5/private (API sections ws/connect and websocket/private/order). */
import { randomUUID } from 'node:crypto';
import { uidOf, type SimulatedKey } from '../protocol/api-keys';
import { accepted, Refusal, refusals, type Answer } from '../protocol/answers';
import type { Behaviour } from '../books/behaviour';
import type { Clock } from '../clock';
import type { Faults } from '../faults/faults';
import { CATEGORIES, type Category } from '../books/instruments';
import type { Order, OrderRecord } from '../books/orders';
import { echo, type Channel, type Message, type Session } from './session';

const ORDER_TOPICS = ['order', ...CATEGORIES.map((category) => `order.${category}`)];
/** Can be subscribed to, but nothing is ever said on them here. */
const QUIET_TOPICS = ['position', 'execution', 'execution.fast', 'wallet', 'greeks', 'dcp'];
/** An event that is to be overtaken by the next goes out after this time if there is none, ms. */
const REORDER_MS = 20;

/** One message: changes of orders of one account and category. */
interface OrderEvent {
  readonly id: string;
  readonly uid: string;
  readonly category: Category;
  /** ms since the epoch, the exchange's clock */
  readonly creationTime: number;
  readonly data: OrderRecord[];
}

export interface PrivateStreamOptions {
  readonly clock: Clock;
  readonly behaviour: Pick<Behaviour, 'eventGatherMs'>;
  readonly faults: Faults;
  readonly sessions: () => Iterable<Session>;
  readonly authenticate: (session: Session, args: unknown) => SimulatedKey;
}

export class PrivateStream implements Channel {
  readonly path = '/v5/private';
  /** Sends the event that waits to be overtaken. */
  private release: (() => void) | undefined;
  /** Changes that wait to be told together, by account and category. */
  private readonly gathered = new Map<string, OrderEvent>();

  constructor(
    private readonly options: PrivateStreamOptions,
    /** ms from a change to its event */
    public delayMs = 0,
  ) {}

  process({ session, message }: { session: Session; message: Message }): Answer {
    const op = message.op;
    if (op === 'ping') return accepted({});
    if (op === 'auth') {
      session.key = this.options.authenticate(session, message.args);
      return accepted({});
    }
    if (op !== 'subscribe' && op !== 'unsubscribe') throw refusals.op(String(op));
    if (!session.key) throw new Refusal(10005, 'Request not authorized');
    const topics = topicsOf(message);
    const refusal = op === 'subscribe' ? this.options.faults.takeSubscribe() : undefined;
    if (refusal !== undefined) throw new Refusal(10001, refusal);
    for (const topic of topics) {
      if (op === 'subscribe') session.topics.add(topic);
      else session.topics.delete(topic);
    }
    return accepted({});
  }

  encode(session: Session, message: Message, answer: Answer): Record<string, unknown> {
    const op = message.op;
    const ends = { ...echo(message, 'req_id'), conn_id: session.connId };
    const success = answer.retCode === 0;
    if (op === 'ping' && success) {
      return { ...ends, op: 'pong', args: [String(this.options.clock.server())] };
    }
    // Whatever is wrong with the parameters of an `auth`, this is all that it says.
    const vague = op === 'auth' && answer.retCode === 10001;
    const refusal = vague ? 'Params Error' : answer.retMsg;
    return { ...ends, success, ret_msg: success ? '' : refusal, op };
  }

  /** Tells everybody who follows the orders of this UID. */
  publish(order: Order, record: OrderRecord): void {
    const { clock, faults } = this.options;
    const fate = faults.takeEvent();
    const delayMs = this.delayMs + (faults.stream.delayMs ?? 0);
    const event = eventOf(order, record, clock.server());
    const send = (): void => {
      for (let copy = 0; copy < fate.copies; copy += 1) this.tell(event);
    };
    const inTurn = (): void => (fate.reorder ? this.holdBack(send) : this.overtake(send));
    if (delayMs > 0) clock.after(delayMs, inTurn);
    else inTurn();
  }

  private overtake(send: () => void): void {
    send();
    this.release?.();
  }

  private holdBack(send: () => void): void {
    this.release?.();
    const callOff = this.options.clock.after(REORDER_MS, () => this.release?.());
    this.release = () => {
      this.release = undefined;
      callOff();
      send();
    };
  }

  /** At once, or together with what follows within `eventGatherMs`. */
  private tell(event: OrderEvent): void {
    const { clock, behaviour } = this.options;
    const of = `${event.uid} ${event.category}`;
    const waiting = this.gathered.get(of);
    if (waiting) {
      waiting.data.push(...event.data);
      return;
    }
    if (behaviour.eventGatherMs <= 0) {
      this.broadcast(event);
      return;
    }
    this.gathered.set(of, event);
    clock.after(behaviour.eventGatherMs, () => {
      this.gathered.delete(of);
      this.broadcast(event);
    });
  }

  private broadcast({ uid, category, id, creationTime, data }: OrderEvent): void {
    for (const session of this.options.sessions()) {
      if (!session.key || uidOf(session.key) !== uid) continue;
      for (const topic of ['order', `order.${category}`]) {
        if (session.topics.has(topic))
          session.send(JSON.stringify({ id, topic, creationTime, data }));
      }
    }
  }
}

/** All or nothing: one unknown topic refuses the whole request. */
function topicsOf(message: Message): string[] {
  const args = message.args;
  const topics = Array.isArray(args) ? args.map(String) : [];
  if (topics.length === 0) throw refusals.params('args');
  for (const topic of topics) {
    if (!ORDER_TOPICS.includes(topic) && !QUIET_TOPICS.includes(topic)) {
      throw new Refusal(10404, `error:handler not found,topic:${topic}`);
    }
  }
  if (topics.includes('order') && topics.some((topic) => topic.startsWith('order.'))) {
    throw refusals.params('order and order.* in one request');
  }
  return topics;
}

function eventOf(order: Order, record: OrderRecord, creationTime: number): OrderEvent {
  const { uid, category } = order;
  const data = [{ ...record, closedPnl: '0', feeCurrency: '' }];
  return { id: randomUUID(), uid, category, creationTime, data };
}
