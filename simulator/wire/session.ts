/** One WebSocket connection, and what the two kinds of them (stream, order entry) have in common. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { SimulatedKey } from '../protocol/api-keys';
import type { Answer } from '../protocol/answers';
import type { Effect } from '../faults/fault-kinds';
import type { Params } from '../protocol/params';
import type { ReceivedRequest } from '../protocol/requests';

export class Session {
  readonly connId = randomUUID();
  readonly topics = new Set<string>();
  readonly reqIds = new Set<string>();
  /** set by a successful `auth` */
  key: SimulatedKey | undefined;
  /** As a half-open connection: takes everything, says nothing any more. */
  muted = false;

  constructor(
    readonly socket: WebSocket,
    readonly opening: IncomingMessage,
  ) {}

  get ip(): string {
    return this.opening.socket.remoteAddress ?? '';
  }

  send(text: string): void {
    if (!this.muted && this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }
}

/** The message that a request came as: a JSON object, else empty. */
export type Message = Params;

export interface Channel {
  readonly path: string;
  process(context: {
    readonly session: Session;
    readonly message: Message;
    readonly request: ReceivedRequest;
    readonly effect: Effect | undefined;
  }): Answer;
  /** The reply as this channel words it. */
  encode(session: Session, message: Message, answer: Answer): Readonly<Record<string, unknown>>;
}

/** The fields of `message` that the reply repeats. */
export function echo(message: Message, name: string): Record<string, unknown> {
  const value = message[name];
  return typeof value === 'string' ? { [name]: value } : {};
}
