/** How an answer goes out, or what comes instead of it when the request meets a fault. */
import { accepted, type Answer } from '../protocol/answers';
import type { Clock } from '../clock';
import type { Effect, Fault } from './fault-kinds';
import { DEFAULT_LIMITS } from '../protocol/limits';
import { listsTold } from './lists-fault';
import type { ReceivedRequest } from '../protocol/requests';

/** The way back to the client: one HTTP response or one WebSocket. */
export interface Line {
  answer(answer: Answer): void;
  /** Half of the answer, then the end. */
  truncated(answer: Answer): void;
  /** Anything that is no answer of the API. */
  raw(page: RawPage): void;
  oversized(bytes: number): void;
  reset(): void;
}

export interface RawPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Process = (effect?: Effect) => Answer;

const html = (status: number, title: string): RawPage => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

function pageOf(fault: Fault): RawPage | undefined {
  switch (fault.kind) {
    case 'http': {
      const page = html(fault.status, `${fault.status}`);
      return {
        ...page,
        body: fault.body ?? page.body,
        headers: { ...page.headers, ...fault.headers },
      };
    }
    case 'html':
      return html(200, 'Just a moment...');
    case 'empty':
      return { status: 200, headers: {}, body: '' };
    case 'redirect':
      return { status: fault.status ?? 302, headers: { Location: fault.location }, body: '' };
    default:
      return undefined;
  }
}

function deliverLate(
  fault: Extract<Fault, { kind: 'delay' }>,
  process: Process,
  line: Line,
  clock: Clock,
): void {
  if (fault.processing === 'late') {
    clock.after(fault.ms, () => line.answer(process()));
  } else {
    const answer = process();
    clock.after(fault.ms, () => line.answer(answer));
  }
}

function scriptedAnswer(fault: Extract<Fault, { kind: 'retCode' }>): Answer {
  const { retCode, retMsg = '', resetAt } = fault;
  const answer = { retCode, retMsg, result: {} };
  if (resetAt === undefined) return answer;
  return { ...answer, limit: { limit: DEFAULT_LIMITS.other, left: 0, resetAt, exceeded: true } };
}

const isRow = (row: unknown): row is Record<string, unknown> =>
  typeof row === 'object' && row !== null;

function withoutField(row: Readonly<Record<string, unknown>>, field: string) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== field));
}

/** The result, and each row of its list, without the field. */
function malformed(answer: Answer, field: string): Answer {
  const result = withoutField(answer.result, field);
  const list: unknown = result.list;
  if (!Array.isArray(list)) return { ...answer, result };
  const rows = list.filter(isRow).map((row) => withoutField(row, field));
  return { ...answer, result: { ...result, list: rows } };
}

/** Faults that keep the answer from the client altogether. */
function deliverInstead(fault: Fault, process: Process, line: Line): void {
  const after = fault.kind === 'reset' && fault.when === 'after';
  if (after || ('processed' in fault && fault.processed)) process();
  if (fault.kind === 'reset') line.reset();
  else if (fault.kind === 'oversized') line.oversized(fault.bytes);
  else if (fault.kind === 'retCode') line.answer(scriptedAnswer(fault));
  else {
    const page = pageOf(fault);
    if (page) line.raw(page);
  }
}

export function deliver(
  request: ReceivedRequest,
  fault: Fault,
  way: { process: Process; line: Line; clock: Clock },
): void {
  const { process, line, clock } = way;
  if (fault.kind !== 'none') request.fault = fault.kind;
  switch (fault.kind) {
    case 'none':
      line.answer(process());
      break;
    case 'lostRace':
    case 'ackOnly':
      line.answer(process({ fate: fault.kind }));
      break;
    case 'items':
      line.answer(process({ items: fault }));
      break;
    case 'lists':
      line.answer(listsTold(process(), fault, request.params));
      break;
    case 'delay':
      deliverLate(fault, process, line, clock);
      break;
    case 'straggler':
      line.reset();
      clock.after(fault.ms, () => void process());
      break;
    case 'malformed':
      line.answer(malformed(process(), fault.lacking));
      break;
    case 'truncated':
      line.truncated(fault.processed === true ? process() : accepted({}));
      break;
    default:
      deliverInstead(fault, process, line);
  }
}
