/**
 * A question that a dialog asks the runtime: `POST` of the admin API, for who may deploy, with JSON as
 * its body. What it answers is kept by nobody, and an error's text, which is not known to be free of
 * secrets, never goes out.
 */
import type { NodeAPI } from 'node-red';

export interface AdminQuestion<T> {
  /** relative to the admin root */
  readonly path: string;
  /** how many may be answered at once */
  readonly most: number;
  /**
   * @param body whatever came; `undefined` when it was no JSON
   * @param signal aborted when nobody waits for the answer any more
   * @returns the HTTP status and the answer
   */
  readonly answer: (body: unknown, signal: AbortSignal) => Promise<readonly [number, T]>;
  readonly busy: T;
  readonly failed: T;
}

export function serveQuestion<T>(RED: NodeAPI, question: AdminQuestion<T>): void {
  const { path, most, answer, busy, failed } = question;
  let running = 0;
  const answerInTurn = async (body: unknown, signal: AbortSignal) => {
    if (running >= most) return [429, busy] as const;
    running += 1;
    try {
      return await answer(body, signal);
    } finally {
      running -= 1;
    }
  };
  RED.httpAdmin.post(path, RED.auth.needsPermission('flows.write'), (request, response) => {
    const leaving = new AbortController();
    response.on('close', () => leaving.abort());
    // Other kinds of body could be sent by any web page that its user happens to visit.
    const body: unknown = request.is('application/json') ? request.body : undefined;
    void answerInTurn(body, leaving.signal)
      .catch(() => [500, failed] as const)
      .then(([status, told]) =>
        response.status(status).set('Cache-Control', 'no-store').json(told),
      );
  });
}
