/** A connection test's findings in sentences, the good and the bad. */
import type { ConnectionCheck, FaultKind, KeyReport, Reached, Finding } from '../../bybit/account';
import { CATEGORIES, daysLeft, ENDS_SOON, type Category } from '../../bybit/model';
import type { Say } from '../../properties/problems';
import type { ReportLine } from '../../properties/report-line';

/** ms */
const CLOCKS_AGREE = 500;

export function linesOf(found: ConnectionCheck, say: Say): ReportLine[] {
  const { environment, restHost, streamHost } = found;
  const rest = { environment, host: restHost };
  const stream = { environment, host: streamHost };
  return [
    ...('trouble' in found.server
      ? [trouble('bad', found.server, rest, say)]
      : serverLines(found.server, restHost, say)),
    ...keyLines(found.key, rest, say),
    ...entrance('stream', found, stream, say),
    ...entrance('orderEntry', found, stream, say),
  ];
}

interface Where {
  readonly environment: string;
  readonly host: string;
}

function trouble(level: ReportLine['level'], found: Finding, where: Where, say: Say): ReportLine {
  const { trouble: kind, fault, detail } = found;
  const reason = fault === undefined ? '' : say(`fault.${fault}`);
  const text = say(`trouble.${kind}`, { ...where, reason });
  // The network's words are in English and say no more than the fault.
  const told = kind !== 'unreachable' || DETAILED.includes(fault) ? detail : '';
  return { level, text: told === '' ? text : `${text} (${told})` };
}

/** Faults of which the network says more. */
const DETAILED: readonly (FaultKind | undefined)[] = ['tls', 'status', 'failed'];

function serverLines(server: Reached, host: string, say: Say): ReportLine[] {
  const { firstMs, tookMs } = server;
  const reached = say('reached', { host, tookMs, firstMs });
  return [{ level: 'good', text: reached }, clockLine(server, say)];
}

function clockLine({ tookMs, clockAheadMs }: Reached, say: Say): ReportLine {
  const off = Math.abs(clockAheadMs);
  if (off < CLOCKS_AGREE) return { level: 'good', text: say('clock.agrees', { ms: off }) };
  // Half of the way there and back is what the comparison is good to.
  if (off <= tookMs / 2 + CLOCKS_AGREE) return { level: 'warning', text: say('clock.unclear') };
  const seconds = (off / 1000).toFixed(1);
  const side = clockAheadMs > 0 ? 'behind' : 'ahead';
  return { level: 'warning', text: say(`clock.${side}`, { seconds }) };
}

function keyLines(key: KeyReport | Finding | undefined, where: Where, say: Say): ReportLine[] {
  if (key === undefined) return [];
  if ('trouble' in key) {
    return [trouble(key.trouble === 'untold' ? 'warning' : 'bad', key, where, say)];
  }
  const { userId: known, note } = key;
  const userId = known === '' ? '?' : known;
  const accepted = say(note === '' ? 'key.accepted' : 'key.acceptedNote', { userId, note });
  return [
    { level: 'good', text: accepted },
    ...permissionLines(key, say),
    ...adviceLines(key, say),
  ];
}

function permissionLines({ readOnly, mayCancel }: KeyReport, say: Say): ReportLine[] {
  if (readOnly) return [{ level: 'bad', text: say('key.readOnly') }];
  // USDC contracts go by the permission for options, also the linear ones.
  const mixed = mayCancel.linear !== mayCancel.option;
  const named = (category: Category) =>
    category === 'linear' && mixed ? 'linear (USDT)' : category;
  const list = (may: boolean) =>
    CATEGORIES.filter((category) => mayCancel[category] === may)
      .map(named)
      .join(', ');
  const [granted, missing] = [list(true), list(false)];
  if (granted === '') return [{ level: 'bad', text: say('key.mayNothing') }];
  const line: ReportLine = { level: 'good', text: say('key.may', { categories: granted }) };
  if (missing === '') return [line];
  return [line, { level: 'warning', text: say('key.mayNot', { categories: missing }) }];
}

function adviceLines(
  { mayWithdraw, boundToIp, expiresAt, expiresInMs }: KeyReport,
  say: Say,
): ReportLine[] {
  const texts: string[] = [];
  if (mayWithdraw) texts.push(say('key.mayWithdraw'));
  if (!boundToIp) texts.push(say('key.noIp'));
  if (expiresAt !== undefined && expiresInMs !== undefined && expiresInMs <= ENDS_SOON) {
    const date = new Date(expiresAt).toISOString().slice(0, 10);
    texts.push(say('key.expires', { date, days: daysLeft(expiresInMs) }));
  }
  return texts.map((text) => ({ level: 'warning', text }));
}

/** Never bad: cancels go on without a socket, where they go at all. */
function entrance(
  name: 'stream' | 'orderEntry',
  { [name]: found, server, key }: ConnectionCheck,
  where: Where,
  say: Say,
): ReportLine[] {
  if (found === undefined) return [];
  if (!('trouble' in found)) {
    return [{ level: 'good', text: say(`${name}.open`, { ms: found.tookMs }) }];
  }
  const { text } = trouble('warning', found, where, say);
  const isSound = !('trouble' in server) && key !== undefined && isAccepted(key);
  const instead = isSound ? [say(`${name}.instead`)] : [];
  return [{ level: 'warning', text: [say(`${name}.closed`), text, ...instead].join(' ') }];
}

function isAccepted(key: KeyReport | Finding): boolean {
  return !('trouble' in key) || key.trouble === 'untold';
}
