/** A drill's answer in one line for the dialog. Pure. */
import type { Say } from '../../properties/problems';
import type { ReportLine } from '../../properties/report-line';
import type { DrillAnswer } from '../drill-answer';

export function drillLine(answer: DrillAnswer, say: Say): ReportLine {
  if ('trouble' in answer) {
    const { trouble, detail } = answer;
    const text = say(`trouble.${trouble}`);
    return { level: 'bad', text: detail === '' ? text : `${text} (${detail})` };
  }
  const { outcome, message, tookMs, environment, category, symbol, transport, setTo } = answer;
  const { isAnswered } = answer;
  const way = say(`way.${transport}`);
  const values = { outcome, ms: tookMs, environment, category, symbol, way };
  if (isAnswered) return { level: 'warning', text: `${say('answered', values)} ${message}` };
  // Nothing but that proves that the key may cancel, and that its records can be read.
  if (outcome !== 'not-found') return { level: 'bad', text: `${say('bad', values)} ${message}` };
  return transport === setTo
    ? { level: 'good', text: say('good', values) }
    : { level: 'warning', text: `${say('good', values)} ${say('otherWay')}` };
}
