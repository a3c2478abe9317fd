/** The WebSocket order entry: /v5/trade (API section websocket/trade/guideline). */
import { randomUUID } from 'node:crypto';
import type { SimulatedKey } from '../protocol/api-keys';
import { accepted, Refusal, refusals, type Answer } from '../protocol/answers';
import { checkTime } from '../protocol/checks';
import type { Effect } from '../faults/fault-kinds';
import { isCategory } from '../books/instruments';
import { limitHeaders } from '../protocol/limits';
import type { Exchangeable, Operation } from '../operations/operation';
import { ORDER_ENTRY_OPERATIONS } from '../operations/operations';
import { bodyParams, text, type Params } from '../protocol/params';
import { asParams, type ReceivedRequest } from '../protocol/requests';
import { echo, type Channel, type Message, type Session } from './session';

const REQ_ID_LENGTH = 36;

export interface OrderEntryOptions {
  readonly state: Exchangeable;
  readonly authenticate: (session: Session, args: unknown) => SimulatedKey;
}

export class OrderEntry implements Channel {
  readonly path = '/v5/trade';

  constructor(private readonly options: OrderEntryOptions) {}

  process(context: {
    session: Session;
    message: Message;
    request: ReceivedRequest;
    effect: Effect | undefined;
  }): Answer {
    const { session, message, request, effect } = context;
    const op = text(message, 'op') ?? '';
    if (op === 'ping') return accepted({});
    if (op === 'auth') {
      if (session.key) throw new Refusal(20001, 'repeat auth');
      session.key = this.authenticate(session, message.args);
      return accepted({});
    }
    const operation = ORDER_ENTRY_OPERATIONS[op];
    if (!operation) throw refusals.op(op);
    const reqId = this.uniqueReqId(session, message);
    return this.order(operation, { session, message }, { request: request.index, reqId, effect });
  }

  encode(session: Session, message: Message, answer: Answer): Record<string, unknown> {
    const op = message.op;
    const { retCode, retMsg, result, extInfo = {} } = answer;
    const reply = { ...echo(message, 'reqId'), retCode, retMsg, op, connId: session.connId };
    const now = String(this.options.state.clock.server());
    if (op === 'ping' && retCode === 0) return { ...reply, op: 'pong', data: [now] };
    if (op === 'auth' || op === 'ping') return reply;
    const limits = answer.limit ? limitHeaders(answer.limit) : {};
    const header = { ...limits, Traceid: randomUUID().replaceAll('-', ''), Timenow: now };
    return { ...reply, data: result, retExtInfo: extInfo, header };
  }

  /** Here 10003 would mean too many sessions: an unknown key is a signature that can't be right. */
  private authenticate(session: Session, args: unknown): SimulatedKey {
    try {
      return this.options.authenticate(session, args);
    } catch (error) {
      if (error instanceof Refusal && error.retCode === 10003) throw refusals.signature('');
      throw error;
    }
  }

  private uniqueReqId(session: Session, message: Message): string | undefined {
    const reqId = text(message, 'reqId');
    if (reqId === undefined) return undefined;
    if (reqId.length > REQ_ID_LENGTH || session.reqIds.has(reqId)) throw refusals.reqId();
    session.reqIds.add(reqId);
    return reqId;
  }

  private order(
    operation: Operation,
    from: { session: Session; message: Message },
    caller: { request: number; reqId: string | undefined; effect: Effect | undefined },
  ): Answer {
    const { key } = from.session;
    if (!key) throw refusals.permission();
    const header: Params = asParams(from.message.header);
    const timestamp = text(header, 'X-BAPI-TIMESTAMP') ?? '';
    const recvWindow = text(header, 'X-BAPI-RECV-WINDOW') ?? '';
    checkTime(timestamp, recvWindow, this.options.state.clock.server());
    const args = from.message.args;
    if (!Array.isArray(args) || args.length !== 1) throw refusals.params('args: one object');
    const params = bodyParams(args[0] as unknown);
    if (!isCategory(params.category)) throw refusals.op(`category ${String(params.category)}`);
    return operation(this.options.state, params, { key, ...caller });
  }
}
