/**
 * The rate limits of one account: a pacer for each, and the account's place among all who send from this
 * IP address. Every answer is read here: what it tells of the limits, a refusal for the rate, a ban.
 */
import type { Address, Fate, Purpose } from './address';
import type { Clock } from '../wire/clock';
import { gateOf, gateUnless, type GateNow } from './gates';
import type { Category, Transport } from '../model';
import { createPacer, type Pacer, type Turn } from './pacer';
import type { Reply } from '../answers/reply';
import { meaningOf, type Meaning } from '../answers/meaning';
import type { Time } from '../time/time';

/**
 * Requests per UID and second (API section rate-limit), until an answer tells the real limit. Batches
 * have limits of their own, which count each order, of options each request.
 */
export const LIMITS = {
  ...{ spot: 20, other: 10 },
  ...{ batchSpot: 20, batchFutures: 10, batchOption: 10 },
  ...{ allSpot: 20, allFutures: 10, allOption: 1 },
  ...{ realtime: 50, history: 50, light: 5, lists: 10 },
};
/** Of the limits for look-ups: an IP has 600 requests in 5 s for everything. */
export const SHARE = 0.75;
/** the one refusal that comes with a reset time */
const RATE_OF_UID = 10006;
/** the IP address sends too much: whichever limit a request counts in */
const RATE_OF_ADDRESS = 10403;
/** ms; what the other refusals for the rate are counted in */
const ABOUT_A_SECOND = 1000;

export interface Pacing {
  readonly pacers: Readonly<Record<keyof typeof LIMITS, Pacer>>;
  /**
   * Reads a paced request's answer: pacing learns from each, whatever it was for.
   * @param cancelled of a single cancel: the category of its order
   */
  readonly read: (
    pacer: Pacer,
    turn: Turn,
    reply: Reply,
    transport?: Transport,
    cancelled?: Category,
  ) => Meaning;
  /** @returns ms, monotonic: until when a ban keeps cancels from being sent; undefined without one */
  readonly bannedUntil: () => number | undefined;
  /** @returns ms, monotonic: until when a ban keeps everything from being sent over HTTP */
  readonly httpBannedUntil: () => number | undefined;
  /** Hears of no ban any more. */
  readonly close: () => void;
}

export interface PacingOptions {
  readonly time: Time;
  readonly clock: Clock;
  readonly address: Address;
  /** who is asked: their bans are apart */
  readonly origins: Readonly<Record<Transport, string>>;
  /** Whether cancels go over the order entry now. */
  readonly entryUp: () => boolean;
  /**
   * Called for each answer that is read.
   * @param signed whether the request was made with the key, other than to learn of the key itself
   * @param cancelled of a single cancel: the category of its order
   */
  readonly onAnswer?: (
    meaning: Meaning,
    reply: Reply,
    transport: Transport,
    signed: boolean,
    cancelled?: Category,
  ) => void;
}

export function createPacing(options: PacingOptions): Pacing {
  const { time, clock, address, origins } = options;
  const sender = address.join(() => Object.values(pacers).forEach((each) => each.serve()));
  const overHttp = (purpose: Purpose) => gateOf(address, sender, origins.http, purpose);
  const isBanned = (transport: Transport) => address.bannedUntil(origins[transport]) !== undefined;
  const overEntry = () => options.entryUp() && !isBanned('websocket');
  const wide = overHttp('cancel');
  const cancels = gateUnless(overEntry, wide);
  const pacers = createPacers(time, {
    ...{ cancels, wide },
    ...{ lookUps: overHttp('lookUp'), others: overHttp('other') },
  });
  const { spot, other, batchSpot, batchFutures, batchOption } = pacers;
  const { allSpot, allFutures, allOption, light, lists } = pacers;
  const byOrder = [spot, other, batchSpot, batchFutures, batchOption];
  const forCancels = [...byOrder, allSpot, allFutures, allOption];
  const besides = (pacer: Pacer) => (forCancels.includes(pacer) ? forCancels : [pacer]);
  return {
    pacers,
    bannedUntil: () => (cancels().isShut() ? address.bannedUntil(origins.http) : undefined),
    httpBannedUntil: () => address.bannedUntil(origins.http),
    close: () => sender.leave(),
    read(pacer, turn, reply, transport = 'http', cancelled) {
      const meaning = meaningOf(reply.wire);
      const isRate = meaning === 'rate' || meaning === 'throttled';
      const held = isRate && isOfAddress(reply) ? besides(pacer) : [pacer];
      if (isRate) for (const each of held) each.refused(pauseOf(reply, clock));
      else if (meaning === 'banned') ban(address, origins, transport);
      else if (meaning === 'accepted') pacer.accepted();
      // Only now: it serves the queue, which a refusal has stopped.
      const heard = isRate || reply.serverTime !== undefined;
      turn.learn(reply.rateLimit, reply.serverTime, fateOf(reply), heard);
      const signed = pacer !== light && pacer !== lists;
      options.onAnswer?.(meaning, reply, transport, signed, cancelled);
      return meaning;
    },
  };
}

/** What requests have to pass besides their own limit, by what they are for. */
type Gates = Readonly<Record<'cancels' | 'wide' | 'lookUps' | 'others', GateNow>>;

function createPacers(time: Time, { cancels, wide, lookUps, others }: Gates): Pacing['pacers'] {
  return {
    spot: createPacer(LIMITS.spot, time, 1, cancels),
    other: createPacer(LIMITS.other, time, 1, cancels),
    batchSpot: createPacer(LIMITS.batchSpot, time, 1, cancels),
    batchFutures: createPacer(LIMITS.batchFutures, time, 1, cancels),
    batchOption: createPacer(LIMITS.batchOption, time, 1, cancels),
    allSpot: createPacer(LIMITS.allSpot, time, 1, wide),
    allFutures: createPacer(LIMITS.allFutures, time, 1, wide),
    allOption: createPacer(LIMITS.allOption, time, 1, wide),
    realtime: createPacer(LIMITS.realtime, time, SHARE, lookUps),
    history: createPacer(LIMITS.history, time, SHARE, lookUps),
    light: createPacer(LIMITS.light, time, 1, others),
    lists: createPacer(LIMITS.lists, time, 1, others),
  };
}

/** The exchange takes an open order entry for no HTTP request: a ban over HTTP leaves it alone. */
function ban(address: Address, origins: PacingOptions['origins'], transport: Transport): void {
  if (transport === 'websocket') address.ban(origins.websocket);
  address.ban(origins.http);
}

/** A gateway's HTTP 429 is about the address as well. */
function isOfAddress({ wire }: Reply): boolean {
  return wire.kind === 'foreign' || (wire.kind === 'reply' && wire.retCode === RATE_OF_ADDRESS);
}

export function fateOf({ wire }: Reply): Fate {
  if (wire.kind !== 'failure') return 'answered';
  return wire.sent ? 'lost' : 'unsent';
}

function pauseOf(reply: Reply, clock: Clock): number | undefined {
  const { wire, rateLimit, serverTime } = reply;
  if (wire.kind !== 'reply' || wire.retCode !== RATE_OF_UID) return ABOUT_A_SECOND;
  if (rateLimit === undefined || rateLimit.resetAt === 0) return undefined;
  return Math.max(0, rateLimit.resetAt - (serverTime ?? clock.now()));
}
