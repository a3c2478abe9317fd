/** What the dialog of *bybit cancel all* says and finds wrong. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  checkBlank,
  checkFixed,
  settleCoinIsIdle,
  settleCoinIsUntouched,
  type CheckedField,
} from '../../nodes/bybit-cancel-all/editor/checks';
import { scopeLabel } from '../../nodes/bybit-cancel-all/editor/label';
import { partOf } from '../../nodes/bybit-cancel-all/editor/parts';
import { questionOf } from '../../nodes/bybit-cancel-all/editor/question';
import { scopeSentences } from '../../nodes/bybit-cancel-all/editor/sentence';
import { DEFAULTS, FIELDS, type Field } from '../../nodes/bybit-cancel-all/settings';
import { sayIn, shown } from './catalogue';

const english = sayIn('en-US');
const inDialog = (properties: object) => shown(DEFAULTS, properties);
/** These fields hold these texts; all others are blank. */
const only = (fixed: Partial<Record<Field, string>>, more: object = {}) => {
  const fields = FIELDS.flatMap((field): [string, string][] => [
    [field, fixed[field] ?? ''],
    [`${field}Type`, 'str'],
  ]);
  return inDialog({ ...Object.fromEntries(fields), ...more });
};
const LINEAR = { category: 'linear', symbol: 'BTCUSDT' };
const fromMessage = (field: Field) => ({ [field]: `payload.${field}`, [`${field}Type`]: 'msg' });

describe('a field of the dialog', () => {
  it('has a fixed value, or says where it comes from', () => {
    const part = (value: string, type: string) =>
      partOf('side', inDialog({ side: value, sideType: type }));
    assert.deepEqual(part(' Buy ', 'str'), { fixed: 'Buy' });
    assert.equal(part('  ', 'str'), undefined);
    assert.deepEqual(part('payload.side', 'msg'), { from: 'msg.payload.side' });
    assert.deepEqual(part('side', 'flow'), { from: 'flow.side' });
    assert.deepEqual(part('SIDE', 'env'), { from: '${SIDE}' });
    assert.deepEqual(part('${SIDE}', 'str'), { from: '${SIDE}' });
    const long = '$lookup(payload, "side") ~> $uppercase() ~> $trim()';
    assert.deepEqual(part(long, 'jsonata'), { from: `${long.slice(0, 40)}…` });
  });
});

describe('the sentence of the scope', () => {
  const said = (current: (property: string) => string) => scopeSentences(current, english);

  it('says what fixed values come to', () => {
    assert.equal(
      said(only(LINEAR)),
      'Entries of BTCUSDT (linear) that were placed before the message; stops and take-profits stay.',
    );
    const every = { category: 'linear', symbol: '*' };
    assert.equal(
      said(only(every, { kinds: 'all', which: 'until-empty' })),
      'All orders of every symbol (linear), stops and take-profits included, those placed meanwhile too, until none is left.',
    );
    assert.match(
      said(only({ category: 'linear', settleCoin: 'usdc' })),
      /settled in USDC \(linear/,
    );
  });

  it('names what narrows it', () => {
    const narrow = { ...LINEAR, side: 'Sell', orderLinkIdPrefix: 'grid-', baseCoin: 'btc' };
    assert.match(
      said(only(narrow)),
      /Only those that match: base coin BTC; side Sell; own ID beginning with grid-\.$/,
    );
    const limits = { atMost: '20', dryRun: true };
    assert.match(
      said(only(LINEAR, limits)),
      /If more than 20 match, none is cancelled\. Dry run: they are only listed\.$/,
    );
  });

  it('says what comes from the message', () => {
    assert.equal(
      said(only({ category: 'linear' }, fromMessage('symbol'))),
      'Entries of the symbol in msg.payload.symbol (linear) that were placed before the message; stops and take-profits stay.',
    );
    const asNew = said(inDialog({}));
    assert.match(asNew, /symbol or coin in msg\.payload\.symbol, msg\.payload\.baseCoin, msg/);
    assert.match(asNew, /\(category in msg\.payload\.category\)/);
    assert.match(
      asNew,
      /A message can narrow it further: Side, Order link ID prefix, Placed before\.$/,
    );
  });

  it('takes the category from the name of a symbol, as the runtime does', () => {
    assert.match(said(only({ symbol: 'BYBIT:BTCUSD.P' })), /of BTCUSD \(inverse\)/);
  });

  it('says what is missing', () => {
    assert.match(said(only({ category: 'linear' })), /^Give a symbol, a base coin/);
    assert.equal(said(only({ symbol: 'BTCUSDT' })), 'Choose a category.');
    assert.match(said(only(LINEAR, { kinds: '${KINDS}' })), /depends on an environment variable/);
  });

  it('passes over the settle coin of spot', () => {
    const spot = { category: 'spot', symbol: 'BTCUSDT' };
    assert.doesNotMatch(said(only(spot, fromMessage('settleCoin'))), /settle/);
    assert.match(
      said(only({ category: 'spot' }, fromMessage('settleCoin'))),
      /^Give a symbol, a base coin/,
    );
  });

  it('has its texts in every language', () => {
    for (const language of ['de', 'es', 'ja', 'ru', 'zh-CN']) {
      for (const kinds of ['entries', 'conditional', 'all']) {
        for (const which of ['snapshot', 'until-empty']) {
          const current = only(
            { category: 'linear', symbol: 'BTCUSDT', side: 'Buy' },
            {
              kinds,
              which,
              atMost: '3',
              dryRun: true,
              placedBefore: 'before',
              placedBeforeType: 'flow',
            },
          );
          const text = scopeSentences(current, sayIn(language));
          for (const part of ['BTCUSDT', 'linear', 'Buy', 'flow.before', '3']) {
            assert.ok(text.includes(part), `${language}: ${text}`);
          }
        }
      }
    }
  });
});

describe('the label of a node without a name', () => {
  const label = (current: (property: string) => string) => scopeLabel(current, english);

  it('is its scope', () => {
    assert.equal(label(only(LINEAR)), 'all linear BTCUSDT, entries');
    assert.equal(
      label(only({ category: 'linear', symbol: '*' }, { kinds: 'all' })),
      'all linear *, protection too',
    );
    const narrow = { category: 'linear', symbol: '*', settleCoin: 'usdt', side: 'Buy' };
    assert.equal(label(only(narrow)), 'all linear USDT, entries, Buy');
    assert.equal(
      label(only({ ...LINEAR, orderLinkIdPrefix: 'grid-' }, { dryRun: true })),
      'all linear BTCUSDT, entries, grid-*, dry run',
    );
  });

  it('leaves open what each message brings', () => {
    assert.equal(label(inDialog({})), 'all …, entries');
    assert.equal(
      label(only({ category: 'linear' }, fromMessage('symbol'))),
      'all linear …, entries',
    );
    assert.equal(label(only(LINEAR, { kinds: '${KINDS}' })), 'all linear BTCUSDT, …');
  });
});

describe('the checks of the dialog', () => {
  const wrong = (checked: CheckedField): string | undefined => {
    if ('hint' in checked) return checked.hint;
    return checked.problem === undefined ? undefined : (checked.because?.key ?? checked.problem);
  };
  const fixed = (field: Field, text: string, current = only(LINEAR)) =>
    wrong(checkFixed(field, text, current));

  it('go by the rules of the runtime', () => {
    assert.equal(fixed('baseCoin', 'btc'), undefined);
    assert.equal(fixed('baseCoin', 'BTC/USDT'), 'coin');
    assert.equal(fixed('settleCoin', 'U S D'), 'coin');
    assert.equal(fixed('side', 'sell'), undefined);
    assert.equal(fixed('side', 'long'), 'notOneOf');
    assert.equal(fixed('orderLinkIdPrefix', 'x'.repeat(37)), 'tooLong');
    assert.equal(fixed('orderLinkIdPrefix', 'a\u0000b'), 'invisible');
    assert.equal(fixed('placedBefore', '2026-01-31T12:00:00Z'), undefined);
    assert.equal(fixed('placedBefore', '1769860800000'), undefined);
    assert.equal(fixed('placedBefore', '2026-01-31T12:00:00'), 'time');
    assert.equal(fixed('placedBefore', '1769860800'), 'time');
    assert.equal(fixed('symbol', '*'), undefined);
    assert.equal(fixed('symbol', 'ETHBTC.P'), 'perpetual');
    assert.equal(fixed('category', 'futures'), 'notOneOf');
  });

  it('want one of the three places, and a category', () => {
    assert.equal(wrong(checkBlank('symbol', only({ category: 'linear' }))), 'noPlace');
    for (const field of ['symbol', 'baseCoin', 'settleCoin'] as const) {
      assert.equal(
        wrong(checkBlank(field, only({ category: 'linear', baseCoin: 'BTC' }))),
        undefined,
      );
    }
    assert.equal(wrong(checkBlank('category', only({ symbol: 'BTCUSDT' }))), 'required');
    assert.equal(wrong(checkBlank('side', only(LINEAR))), undefined);
  });

  it('find a settle coin wrong with spot, where somebody chose one', () => {
    const spot = { category: 'spot', symbol: 'BTCUSDT' };
    assert.equal(fixed('settleCoin', 'USDT', only(spot)), 'noSettleCoin');
    assert.ok(settleCoinIsIdle(only(spot)));
    assert.ok(!settleCoinIsIdle(only(LINEAR)));
    assert.ok(settleCoinIsUntouched(only(spot)));
    assert.ok(settleCoinIsUntouched(inDialog({})));
    assert.ok(!settleCoinIsUntouched(only({ ...spot, settleCoin: 'USDT' })));
    assert.ok(!settleCoinIsUntouched(inDialog({ settleCoinType: 'flow' })));
  });
});

describe('what the preview asks', () => {
  const account = { account: 'a' };

  it('is what is fixed in the dialog', () => {
    const question = questionOf(only({ ...LINEAR, side: 'Buy' }, { ...account }));
    const body = { account: 'a', kinds: 'entries', which: 'snapshot', ...LINEAR, side: 'Buy' };
    assert.deepEqual(question, { body, open: [] });
  });

  it('leaves out what comes with each message', () => {
    const question = questionOf(
      only(LINEAR, { ...account, ...fromMessage('side'), ...fromMessage('baseCoin') }),
    );
    assert.ok('open' in question);
    assert.deepEqual(question.open, ['baseCoin', 'side']);
    assert.equal(question.body.side, undefined);
  });

  it('is nothing where it would be a guess', () => {
    assert.deepEqual(questionOf(inDialog({ account: '_ADD_' })), {
      lacks: ['account', 'category', 'place'],
      wrong: [],
    });
    const variable = questionOf(only(LINEAR, { ...account, kinds: '${KINDS}' }));
    assert.deepEqual(variable, { lacks: ['kinds'], wrong: [] });
    const mistaken = questionOf(only({ ...LINEAR, side: 'long' }, account));
    assert.ok('wrong' in mistaken);
    assert.equal(mistaken.wrong.length, 1);
  });
});
