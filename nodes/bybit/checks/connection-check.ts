/**
 * Tries an account out without touching an order: is the exchange there, does it take the key, and
 * what may the key do. It finds, and leaves the sentences to who shows them.
 */
import { createAddress, type Address } from '../limits/address';
import { serverTimeOf } from '../wire/clock';
import { factsOf, type CodeFinding } from '../answers/codes';
import { loadLibraries, openConnections, type Connections } from '../wire/connections';
import { openRequests, SILENT, type Requests } from './check-requests';
import type { Fault, FaultKind } from '../answers/network-errors';
import { readKeyReport, type KeyReport } from './key-report';
import type { AccountOptions } from '../account-options';
import type { Environment } from '../model';
import { isPassing, meaningOf, type Meaning, type WireAnswer } from '../answers/meaning';
import { realTime, type Time } from '../time/time';

/** ms for each request */
const LIMIT = 5000;
/** ms: from here on the offset is needed to be let in */
const OFF = 1000;
/** ms by which clocks must differ beyond what the way can explain */
const WRONG = 500;

export type TroubleKind =
  CodeFinding | 'unreachable' | 'foreign' | 'rate' | 'banned' | 'busy' | 'refused';

export interface Trouble {
  readonly trouble: TroubleKind;
  /** for `unreachable` */
  readonly fault?: FaultKind;
  /** the exchange's own code and text, cleaned, or the network's, in English */
  readonly detail: string;
}

export interface Reached {
  /** ms from the first request to its answer, the opening of the connection included */
  readonly firstMs: number;
  /** ms from a request to its answer over the open connection */
  readonly tookMs: number;
  /** ms that the exchange's clock is ahead of this machine's; good to half of `tookMs` */
  readonly clockAheadMs: number;
}

/** A WebSocket that let the key in, `tookMs` after it was asked. */
export interface Entered {
  readonly tookMs: number;
}

/** Of each step, what it found, or the trouble that it met. */
export interface Examination {
  readonly environment: Environment;
  readonly restHost: string;
  readonly streamHost: string;
  readonly server: Reached | Trouble;
  /** absent when the server could not be reached */
  readonly key?: KeyReport | Trouble;
  readonly stream: Entered | Trouble;
  /** with the transport `websocket` alone */
  readonly orderEntry?: Entered | Trouble;
}

export type Examine = (
  options: Omit<AccountOptions, 'warn'>,
  signal: AbortSignal,
) => Promise<Examination>;

/**
 * @param time for tests; default the real one
 * @param address that the requests are sent from, with all else in this runtime
 * @returns examines an account over connections of its own, with the client that sends the cancels.
 * Rejects with an AccountError when the secret or the proxy can't be used. An abort of the signal
 * ends it early, with troubles.
 */
export async function accountExaminer(
  time: Time = realTime,
  address: Address = createAddress(time),
): Promise<Examine> {
  const libraries = await loadLibraries();
  return async (options, signal) => {
    const connections = openConnections({ ...options, warn: () => undefined }, libraries, time);
    const from = { address, origin: options.restUrl, time, signal, limitMs: LIMIT };
    const requests = openRequests(connections.rest, from);
    try {
      return await examine({ connections, requests, options, time, signal });
    } finally {
      requests.close();
      await connections.close();
    }
  };
}

interface Examining {
  readonly connections: Connections;
  readonly requests: Requests;
  readonly options: Omit<AccountOptions, 'warn'>;
  readonly time: Time;
  readonly signal: AbortSignal;
}

async function examine(at: Examining): Promise<Examination> {
  const { environment, restUrl, streamUrl, transport } = at.options;
  const server = await examineServer(at);
  const [key, stream, orderEntry] = await Promise.all([
    'trouble' in server ? undefined : examineKey(at),
    enter(at, '/v5/private', { op: 'subscribe', args: ['order'] }),
    transport === 'websocket' ? enter(at, '/v5/trade') : undefined,
  ]);
  return {
    environment,
    restHost: new URL(restUrl).host,
    streamHost: new URL(streamUrl).host,
    server,
    ...(key ? { key } : {}),
    stream,
    ...(orderEntry ? { orderEntry } : {}),
  };
}

/** API section market/time. Twice: only over an open connection is the clock worth comparing. */
async function examineServer({ connections, requests }: Examining): Promise<Reached | Trouble> {
  const { clock } = connections;
  const askTime = () => requests.ask('/v5/market/time', { unsigned: true });
  const first = await askTime();
  if ('trouble' in first) return first;
  const second = meaningOf(first.wire) === 'accepted' ? await askTime() : first;
  if ('trouble' in second) return second;
  const serverTime = serverTimeOf(second);
  if (meaningOf(second.wire) !== 'accepted') return troubleOf(second.wire);
  if (serverTime === undefined) return { trouble: 'foreign', detail: '' };
  const { sentAt, receivedAt } = second;
  const clockAheadMs = Math.round(serverTime - (sentAt + receivedAt) / 2);
  const off = Math.abs(clockAheadMs);
  // An offset taken over a slow line is a guess, and could spoil a clock that is right.
  const isSure = off > (receivedAt - sentAt) / 2 + WRONG;
  if (isSure && off >= OFF) clock.adopt(serverTime, sentAt, receivedAt);
  return {
    firstMs: first.receivedAt - first.sentAt,
    tookMs: receivedAt - sentAt,
    clockAheadMs,
  };
}

async function examineKey(at: Examining): Promise<KeyReport | Trouble> {
  const answer = await at.requests.ask('/v5/user/query-api');
  if ('trouble' in answer) return answer;
  if (meaningOf(answer.wire) !== 'accepted') return troubleOf(answer.wire);
  const { clean, clock } = at.connections;
  return (
    readKeyReport(answer.result, clean, answer.serverTime ?? clock.now()) ?? {
      trouble: 'foreign',
      detail: '',
    }
  );
}

/** @param then is said once the key was let in; its answer counts */
function enter(at: Examining, path: string, then?: object): Promise<Entered | Trouble> {
  const { connections, time, signal } = at;
  const startedAt = time.now();
  return new Promise((resolve) => {
    const settle = (found: Entered | Trouble) => {
      resolve(found);
      limit.cancel();
      signal.removeEventListener('abort', leave);
      line.close();
    };
    const entered = () => settle({ tookMs: Math.round(time.now() - startedAt) });
    const line = connections.openOnce({
      path,
      ready: () => (then === undefined ? entered() : line.send(then)),
      refused: (why) => settle({ trouble: 'refused', detail: why }),
      ended: (fault) => settle(unreachable(fault)),
      onMessage: ({ op, success, ret_msg: text }) => {
        if (op !== 'subscribe') return;
        if (success === true) entered();
        else
          settle({
            trouble: 'refused',
            detail: typeof text === 'string' ? connections.clean(text) : '',
          });
      },
    });
    const leave = () => line.close();
    const limit = time.after(2 * LIMIT, () => settle(SILENT));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
}

const unreachable = ({ kind, reason }: Fault): Trouble => ({
  trouble: 'unreachable',
  fault: kind,
  detail: reason,
});

function troubleOf(wire: WireAnswer): Trouble {
  switch (wire.kind) {
    case 'failure':
      return unreachable({ kind: wire.fault ?? 'failed', reason: wire.reason });
    case 'foreign':
      return { trouble: troubleOfHttp(wire), detail: `HTTP ${wire.httpStatus}` };
    case 'reply': {
      const { retCode, retMsg } = wire;
      const trouble =
        factsOf(retCode)?.finding ??
        passing(meaningOf(wire)) ??
        (isPassing(retMsg) ? 'busy' : 'refused');
      return { trouble, detail: `Bybit ${retCode}: ${retMsg || '-'}` };
    }
  }
}

function troubleOfHttp(wire: Extract<WireAnswer, { kind: 'foreign' }>): TroubleKind {
  if (wire.httpStatus === 401) return 'refused';
  const meaning = meaningOf(wire);
  // Of the refusals that come without an envelope, only the region's is known.
  if (meaning === 'denied') return 'region';
  const trouble = passing(meaning);
  return wire.httpStatus >= 500 || meaning === 'throttled' || meaning === 'banned'
    ? (trouble ?? 'foreign')
    : 'foreign';
}

/** Troubles that pass by themselves, and say nothing of the key. */
function passing(meaning: Meaning): 'rate' | 'banned' | 'busy' | undefined {
  if (meaning === 'throttled') return 'rate';
  if (meaning === 'rate' || meaning === 'banned') return meaning;
  const isBusy = ['transient', 'transient-once', 'unknown'].includes(meaning);
  return isBusy ? 'busy' : undefined;
}
