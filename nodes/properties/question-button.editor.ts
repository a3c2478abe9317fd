/** A button of a dialog that asks the runtime something, and the list that shows what came of it. */
import type { ShownLine } from './report-line';

export interface Question<Answer> {
  /** An answer is none to what is changed in it since. */
  readonly dialog: JQuery;
  readonly button: JQuery;
  /** of this dialog: when an answer comes, another may be open */
  readonly result: JQuery;
  /** of the admin API, relative: the editor may stand below another path */
  readonly url: string;
  /** shown while it is asked */
  readonly running: string;
  /** @returns lines instead, where it can't be asked yet */
  readonly ask: () => Asking<Answer> | readonly ShownLine[];
  /** Whether the body of a failed request tells what is wrong. */
  readonly isAnswer: (body: object) => boolean;
  /** What is shown where nothing came that does. */
  readonly unanswered: (why: 'notAllowed' | 'noAnswer') => readonly ShownLine[];
  /** default a check mark */
  readonly goodIcon?: string;
}

export interface Asking<Answer> {
  readonly body: object;
  readonly linesOf: (answer: Answer) => readonly ShownLine[];
}

export function prepareQuestion<Answer>(question: Question<Answer>): void {
  const { dialog, button, result, running, url, goodIcon } = question;
  let request: JQuery.jqXHR | undefined;
  const show = (lines: readonly ShownLine[]) => {
    result
      .empty()
      .append(lines.map((line) => lineOf(line, goodIcon)))
      .scrollTop(0);
  };
  const forget = () => {
    const ended = request;
    request = undefined;
    ended?.abort();
    result.empty();
    button.prop('disabled', false);
  };
  button.on('click', () => {
    forget();
    const asking = question.ask();
    if (!('body' in asking)) {
      show(asking);
      return;
    }
    button.prop('disabled', true);
    result.append(itemOf('fa-spinner fa-spin', running));
    const sent = post(url, asking.body);
    request = sent;
    const end = (lines: () => readonly ShownLine[]) => {
      if (request !== sent) return;
      request = undefined;
      button.prop('disabled', false);
      show(lines());
    };
    sent.done((answer: unknown) => end(() => linesFor(question, asking, answer, 200)));
    sent.fail(({ status, responseJSON: body }) =>
      end(() => linesFor(question, asking, body, status)),
    );
  });
  dialog.on('input change remove', forget);
}

function post(url: string, body: object): JQuery.jqXHR {
  return $.ajax({
    ...{ url, method: 'POST', contentType: 'application/json', data: JSON.stringify(body) },
  });
}

function linesFor<Answer>(
  { isAnswer, unanswered }: Question<Answer>,
  { linesOf }: Asking<Answer>,
  body: unknown,
  status: number,
): readonly ShownLine[] {
  // A login page, say, comes with HTTP 200 as well.
  const isOurs = typeof body === 'object' && body !== null && (status === 200 || isAnswer(body));
  if (isOurs) return linesOf(body as Answer);
  return unanswered(status === 401 || status === 403 ? 'notAllowed' : 'noAnswer');
}

const LOOKS = {
  good: { icon: 'fa-check', colour: 'success' },
  warning: { icon: 'fa-exclamation-triangle', colour: 'warning' },
  bad: { icon: 'fa-times', colour: 'error' },
} as const;

function lineOf({ level, text }: ShownLine, goodIcon: string | undefined): JQuery {
  const item = $('<li>').addClass(`bybit-line-${level}`);
  if (level === 'plain') return item.append(words(text));
  const { icon, colour } = LOOKS[level];
  return item.append(
    iconOf((level === 'good' && goodIcon) || icon).css(
      'color',
      `var(--red-ui-text-color-${colour})`,
    ),
    words(text),
  );
}

function itemOf(icon: string, text: string): JQuery {
  return $('<li>').append(iconOf(icon), words(text));
}

function iconOf(icon: string): JQuery {
  return $('<i>').addClass(`fa-li fa ${icon}`);
}

/** As text: what the exchange says comes from outside. */
function words(text: string): JQuery {
  return $('<span>').text(text);
}
