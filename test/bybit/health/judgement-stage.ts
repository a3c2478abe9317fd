/** An account's health with scripted answers to its questions, in time that is moved by hand. */
import { meaningOf, type WireAnswer } from '../../../nodes/bybit/answers/meaning';
import { createHealth } from '../../../nodes/bybit/health/account-health';
import type { Category } from '../../../nodes/bybit/model';
import type { Reply } from '../../../nodes/bybit/answers/reply';
import { FakeTime } from '../../support/fake-time';

export const MINUTE = 60_000;
export const reply = (retCode: number): WireAnswer => ({
  ...({ kind: 'reply', retMsg: 'text', httpStatus: 200 } as const),
  retCode,
});
export const LOST: WireAnswer = { kind: 'failure', sent: true, reason: 'no answer came in time' };
export const GATEWAY: WireAnswer = {
  kind: 'foreign',
  httpStatus: 403,
  looks: 'HTML',
  text: '<html>',
};
const RECORD = { readOnly: 0, permissions: { ContractTrade: ['Order'] }, ips: ['1.2.3.4'] };

/** How each question is answered, and after how many ms. */
interface Script {
  record: WireAnswer;
  recordMs?: number;
  order?: WireAnswer;
  probe?: WireAnswer;
  probeMs?: number;
}

export function stageOf(script: Script, { confirm = false } = {}) {
  const time = new FakeTime();
  const lines: string[] = [];
  const say = (text: string) => lines.push(text);
  const asked = { record: 0, order: 0, probes: 0, atOnce: 0 };
  const wakes: boolean[] = [];
  let opened = 0;
  const answerOf = (wire: WireAnswer): Reply => ({
    ...{ wire, sentAt: time.wall(), receivedAt: time.wall() },
    ...(wire.kind === 'reply' && wire.retCode === 0 ? { result: RECORD } : {}),
  });
  /** As over the wire: each answer is heard. */
  const hear = (wire: WireAnswer, signed: boolean, cancelled?: Category): Reply => {
    const answer = answerOf(wire);
    health.signals.answered(meaningOf(wire), answer, 'http', signed, cancelled);
    return answer;
  };
  const health = createHealth({
    ...{ time, transport: 'http', warn: say, inform: say },
    remind: (cause: string) => lines.push(cause),
    dismiss: () => undefined,
    at: { environment: 'custom', host: 'localhost' },
    async askKey() {
      asked.record += 1;
      await time.wait(script.recordMs ?? 5);
      return hear(script.record, false);
    },
    async askOrder() {
      asked.order += 1;
      await time.wait(5);
      return hear(script.order ?? reply(0), true);
    },
    async probe(limitMs) {
      const { probe = reply(0), probeMs = 5 } = script;
      asked.probes += 1;
      asked.atOnce = Math.max(asked.atOnce, asked.probes);
      await time.wait(Math.min(probeMs, limitMs));
      asked.probes -= 1;
      return hear(probeMs > limitMs ? LOST : probe, false);
    },
    bannedUntil: () => undefined,
    httpBannedUntil: () => undefined,
    streamUp: () => false,
    entryUp: () => false,
    followStream() {
      opened += 1;
      return () => (opened -= 1);
    },
    wake: (takesKey) => wakes.push(takesKey),
    exchangeNow: time.wall,
    clean: (text) => text,
  });
  const codes: string[] = [];
  const follow = () => health.follow({ confirm }, ({ code }) => codes.push(code));
  const release = follow();
  return {
    ...{ time, codes, lines, asked, wakes, script, release, follow },
    signals: health.signals,
    cancel: (wire: WireAnswer) => hear(wire, true, 'linear'),
    streamsOpen: () => opened,
    last: () => codes.at(-1),
  };
}
