/** What the editor is told by a running Node-RED: debug sidebar, words under the nodes, deploys. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Event {
  readonly topic: string;
  readonly data: {
    readonly id?: string;
    readonly msg?: unknown;
    readonly text?: string;
    readonly revision?: string;
  };
}

const TOPICS = ['debug', 'status/#', 'notification/#'];

export class Editor {
  private readonly shown = new Map<string, string[]>();
  private readonly statuses = new Map<string, string>();
  /** of the last deploy that has come to its end */
  revision = '';

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (raw: Buffer) => {
      for (const event of [JSON.parse(raw.toString()) as Event | Event[]].flat()) this.note(event);
    });
  }

  static async open(url: string): Promise<Editor> {
    const socket = new WebSocket(`${url.replace('http:', 'ws:')}/comms`);
    await once(socket, 'open');
    const editor = new Editor(socket);
    for (const topic of TOPICS) socket.send(JSON.stringify({ subscribe: topic }));
    return editor;
  }

  /** All that a debug node has shown, in order. */
  texts(id: string): readonly string[] {
    return this.shown.get(id) ?? [];
  }

  /** The same, of a debug node that shows objects. */
  objects(id: string): readonly Readonly<Record<string, unknown>>[] {
    return this.texts(id).map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  /** The words under a node. */
  status(id: string): string {
    return this.statuses.get(id) ?? '';
  }

  /** Everything that was shown anywhere. */
  everything(): string {
    return JSON.stringify([...this.shown, ...this.statuses]);
  }

  close(): void {
    this.socket.close();
  }

  private note({ topic, data }: Event): void {
    if (topic === 'debug' && data.id !== undefined) {
      this.shown.set(data.id, [...this.texts(data.id), String(data.msg)]);
    } else if (topic.startsWith('status/')) {
      this.statuses.set(topic.slice('status/'.length), data.text ?? '');
    } else if (topic === 'notification/runtime-deploy') {
      this.revision = data.revision ?? '';
    }
  }
}
