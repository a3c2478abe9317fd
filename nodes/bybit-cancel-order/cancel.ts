/** What the node does with a message: one order, one cancel. */
import type { Action } from '../action/action';
import { checkRequest, type OrderField } from '../action/request/order-fields';
import type { CancelRequest } from '../bybit/model';
import { ofCategory } from '../action/request/settings';
import { writer, type ToldOfOrder } from './reply';
import type { Settings } from './settings';

export const ACTION: Action<OrderField, Settings, CancelRequest, ToldOfOrder> = {
  wanted: ({ confirm, fields }) => ({ confirm, ...ofCategory(fields.category) }),
  check: (raw, { account }) => checkRequest(raw, account.symbols),
  act(request, { account, settings, signal }, startedAt) {
    const { confirm, timeout } = settings;
    return account.cancel(request, { confirm, timeout, startedAt, signal });
  },
  unsent: { attempts: 0 },
  unanswered: (request) => ({
    ...request,
    message: 'The cancel ended without an answer. The order may still be open: look it up.',
    attempts: 1,
  }),
  writer,
};
