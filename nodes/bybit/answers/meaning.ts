/**
 * What each answer to a cancel means. Of the exchange's codes only those in the table of codes.ts
 * count as an answer to the cancel; any other proves nothing, and the order's records decide.
 */
import { factsOf } from './codes';
import type { FaultKind } from './network-errors';

/** How the rules of a cancel go on after an answer. */
export type Meaning =
  /** acknowledged: the request was accepted, no more */
  | 'accepted'
  /** the exchange has no such open order: what became of it is in its records */
  | 'gone'
  /** no answer, or none that tells: the cancel may still take effect, even later */
  | 'unknown'
  /** a passing failure: worth sending again, but this one may have taken effect */
  | 'transient'
  /** as transient; a second time it counts as unlisted */
  | 'transient-once'
  /** a code or HTTP status that is in no list: the records tell whether it had an effect */
  | 'unlisted'
  /** access refused without the exchange's own envelope: a gateway may have passed the request on */
  | 'denied'
  /** nothing left this machine: certainly without effect */
  | 'unsent'
  /** the timestamp was refused: measure the clock offset, sign anew, once */
  | 'clock'
  /** over the rate limit: wait for the reset */
  | 'rate'
  /** a batch was refused as such, and changed nothing: send it alone */
  | 'again'
  /** HTTP 429 of a gateway, which may have passed the request on */
  | 'throttled'
  /** the IP address is banned for minutes: send nothing */
  | 'banned'
  /** a definite refusal of key, permission, address or region */
  | 'unauthorized'
  /** a definite refusal of this cancel */
  | 'rejected';

/** What came back over the wire, or did not; already cleaned of secrets. */
export type WireAnswer =
  | {
      /** a reply of the exchange in its envelope */
      readonly kind: 'reply';
      readonly retCode: number;
      readonly retMsg: string;
      readonly httpStatus?: number;
    }
  | {
      /** an HTTP answer that is no reply of the exchange: a gateway, a proxy, a portal */
      readonly kind: 'foreign';
      readonly httpStatus: number;
      /** what it looked like, in words: "an HTML page", "an empty body" … */
      readonly looks: string;
      /** the beginning of the text, to tell one 403 from another */
      readonly text: string;
    }
  | {
      /** no answer at all */
      readonly kind: 'failure';
      /** false: certainly nothing reached the exchange */
      readonly sent: boolean;
      readonly fault?: FaultKind;
      /** in words: "the connection was refused" … */
      readonly reason: string;
    };

/** Whether a code says that there is no such open order. */
export function isGone(retCode: number | undefined): boolean {
  return retCode !== undefined && factsOf(retCode)?.meaning === 'gone';
}

export function meaningOf(wire: WireAnswer): Meaning {
  switch (wire.kind) {
    case 'failure':
      return wire.sent ? 'unknown' : 'unsent';
    case 'foreign':
      return meaningOfHttp(wire.httpStatus, wire.text);
    case 'reply':
      return isTooManySessions(wire)
        ? 'unlisted'
        : meaningOfReply(wire.retCode, wire.httpStatus ?? 200);
  }
}

/** Over the order entry; over HTTP the same code refuses the key (API section websocket/trade/guideline). */
const TOO_MANY_SESSIONS = 10003;

export function isTooManySessions(wire: WireAnswer): boolean {
  return (
    wire.kind === 'reply' && wire.httpStatus === undefined && wire.retCode === TOO_MANY_SESSIONS
  );
}

function meaningOfReply(retCode: number, httpStatus: number): Meaning {
  // "OK" under an HTTP error is a contradiction: believe neither.
  if (retCode === 0 && (httpStatus < 200 || httpStatus > 299)) return 'unknown';
  if (retCode === 0) return 'accepted';
  return factsOf(retCode)?.meaning ?? 'unlisted';
}

/** What is no reply of the exchange can come after the request was passed on. */
function meaningOfHttp(status: number, text: string): Meaning {
  if (status === 403 && /too frequent/i.test(text)) return 'banned';
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'throttled';
  if (status === 408) return 'unknown';
  return status >= 300 && status < 500 ? 'unlisted' : 'unknown';
}

/**
 * Whether the exchange's text names a state that passes. An unlisted code with such a text may be
 * tried again: the text says nothing of what the request did.
 */
export function isTransientText(text: string): boolean {
  return PASSING.some((pattern) => pattern.test(text));
}

const PASSING: readonly RegExp[] = [
  /\b(busy|overload(ed)?|restarting|upgrading|temporar(y|ily))\b/i,
  /\b(high|heavy) (server |system )?load\b/i,
  /\bmaintenance\b(?! margin)/i,
  /\bunavailable\b(?! for your region)/i,
  /\b(time[- ]?out|timed[- ]out)\b/i,
  /\b(internal|system|server|service|svc|network|connection|conn) (server )?err(or)?\b/i,
  /\bsystem (is )?(under )?upgrade\b/i,
  /\btry (it |again )?(later|shortly)\b/i,
  /\bplease (wait and )?(try again|retry)\b(?! with)/i,
  /\bwait a moment\b/i,
  /\b(settlement|liquidation) in progress\b/i,
  /\b(is|being) process(ing|ed)\b/i,
  /\btoo (frequent|fast|many (requests|visits))\b/i,
  /\b(api|ip) rate limit\b|\bfrequency protection\b/i,
];
