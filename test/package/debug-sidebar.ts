/** Reads what debug nodes show, as the editor's sidebar does. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Event {
  readonly topic: string;
  readonly data: { readonly id?: string; readonly msg?: string };
}

/** ms */
const PATIENCE = 20_000;

export class DebugSidebar {
  private constructor(private readonly socket: WebSocket) {}

  static async open(editor: string): Promise<DebugSidebar> {
    const socket = new WebSocket(`${editor.replace('http:', 'ws:')}/comms`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ subscribe: 'debug' }));
    return new DebugSidebar(socket);
  }

  /** @returns the next text that this debug node shows */
  next(id: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = new Error(`debug node ${id} shows nothing`);
      const timer = setTimeout(() => reject(late), PATIENCE);
      const read = (raw: Buffer): void => {
        for (const { topic, data } of JSON.parse(raw.toString()) as Event[]) {
          if (topic !== 'debug' || data.id !== id) continue;
          clearTimeout(timer);
          this.socket.off('message', read);
          resolve(data.msg ?? '');
        }
      };
      this.socket.on('message', read);
    });
  }

  close(): void {
    this.socket.close();
  }
}
