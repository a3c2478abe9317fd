/**
 * Tries an account out without touching an order: is the exchange there, does it take the key, and
 * what may the key do. It finds, and leaves the sentences to who shows them.
 */
import { createAddress, type Address } from '../limits/address';
import { serverTimeOf } from '../wire/clock';
import { factsOf } from '../answers/codes';
import { loadLibraries, openConnections, type Connections } from '../wire/connections';
import { openCheckRequests, SILENT, type CheckRequests } from './check-requests';
import type { Fault } from '../answers/network-errors';
import { readKeyReport, UNTOLD, type KeyReport } from '../answers/key-report';
import type { AccountOptions } from '../account-options';
import type {
  CheckConnection,
  ConnectionCheck,
  Entered,
  Finding,
  FindingKind,
  Reached,
} from './findings';
import { isTransientText, meaningOf, type Meaning, type WireAnswer } from '../answers/meaning';
import { realTime, type Time } from '../time/time';

/** ms for each request */
const LIMIT = 5000;
/** ms: from here on the offset is needed to be let in */
const OFF = 1000;
/** ms by which clocks must differ beyond what the way can explain */
const WRONG = 500;

/**
 * @param time for tests; default the real one
 * @param address that the requests are sent from, with all else in this runtime
 * @returns checks an account over connections of its own, with the client that sends the cancels.
 * Rejects with an AccountError when the secret or the proxy can't be used. An abort of the signal
 * ends it early, with troubles.
 */
export async function connectionChecker(
  time: Time = realTime,
  address: Address = createAddress(time),
): Promise<CheckConnection> {
  const libraries = await loadLibraries();
  return async (options, signal) => {
    const connections = openConnections({ ...options, warn: () => undefined }, libraries, time);
    const from = { address, origin: options.restUrl, time, signal, limitMs: LIMIT };
    const requests = openCheckRequests(connections.rest, from);
    try {
      return await check({ connections, requests, options, time, signal });
    } finally {
      requests.close();
      await connections.close();
    }
  };
}

interface Checking {
  readonly connections: Connections;
  readonly requests: CheckRequests;
  readonly options: Omit<AccountOptions, 'warn'>;
  readonly time: Time;
  readonly signal: AbortSignal;
}

async function check(at: Checking): Promise<ConnectionCheck> {
  const { environment, restUrl, streamUrl, transport } = at.options;
  const server = await checkServer(at);
  const [key, stream, orderEntry] = await Promise.all([
    'trouble' in server ? undefined : checkKey(at),
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
async function checkServer({ connections, requests }: Checking): Promise<Reached | Finding> {
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

async function checkKey(at: Checking): Promise<KeyReport | Finding> {
  const reply = await at.requests.ask('/v5/user/query-api');
  if ('trouble' in reply) return reply;
  const { wire } = reply;
  if (wire.kind === 'reply' && UNTOLD.includes(wire.retCode)) return checkUntoldKey(at);
  if (meaningOf(wire) !== 'accepted') return troubleOf(wire);
  const { clean, clock } = at.connections;
  return (
    readKeyReport(reply.result, clean, reply.serverTime ?? clock.now()) ?? {
      trouble: 'foreign',
      detail: '',
    }
  );
}

/** Where nothing is told of the key: that one open order may be asked for shows that it is accepted. */
async function checkUntoldKey({ requests }: Checking): Promise<Finding> {
  const fields = { category: 'linear', settleCoin: 'USDT', limit: '1' };
  const reply = await requests.ask('/v5/order/realtime', { fields });
  if ('trouble' in reply) return reply;
  if (meaningOf(reply.wire) !== 'accepted') return troubleOf(reply.wire);
  return { trouble: 'untold', detail: '' };
}

/** @param then is said once the key was let in; its answer counts */
function enter(at: Checking, path: string, then?: object): Promise<Entered | Finding> {
  const { connections, time, signal } = at;
  const startedAt = time.now();
  return new Promise((resolve) => {
    const end = (found: Entered | Finding) => {
      resolve(found);
      limit.cancel();
      signal.removeEventListener('abort', leave);
      line.close();
    };
    const entered = () => end({ tookMs: Math.round(time.now() - startedAt) });
    const line = connections.openOnce({
      path,
      ready: () => (then === undefined ? entered() : line.send(then)),
      refused: (why) => end({ trouble: 'refused', detail: why }),
      ended: (fault) => end(unreachable(fault)),
      onMessage: ({ op, success, ret_msg: text }) => {
        if (op !== 'subscribe') return;
        if (success === true) entered();
        else
          end({
            trouble: 'refused',
            detail: typeof text === 'string' ? connections.clean(text) : '',
          });
      },
    });
    const leave = () => line.close();
    const limit = time.after(2 * LIMIT, () => end(SILENT));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
}

const unreachable = ({ kind, reason }: Fault): Finding => ({
  trouble: 'unreachable',
  fault: kind,
  detail: reason,
});

function troubleOf(wire: WireAnswer): Finding {
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
        (isTransientText(retMsg) ? 'busy' : 'refused');
      return { trouble, detail: `Bybit ${retCode}: ${retMsg || '-'}` };
    }
  }
}

function troubleOfHttp(wire: Extract<WireAnswer, { kind: 'foreign' }>): FindingKind {
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
