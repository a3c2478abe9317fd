/** The ways in which several orders are cancelled, each as its users would do it. */
import { bySymbol, byCoin, eachAlone, inBatches, openApiSeveral } from './bybit-api';
import * as ccxt from './ccxt';
import type { SeveralClient, Where } from './common';
import type { Sizes } from './options';
import { openAllNode, openListNode, openSingleNode } from './several-flows';

interface Way {
  readonly label: string;
  /** which orders there are */
  readonly work: keyof Sizes;
  readonly open: (where: Where) => Promise<SeveralClient>;
}

export const WAYS = {
  list: {
    label: '**this node**, a list in one message',
    work: 'list',
    open: openListNode,
  },
  messages: {
    label: '**this node**, a message for each order',
    work: 'list',
    open: openSingleNode,
  },
  'api-each': {
    label: '`bybit-api`, `cancelOrder` for each, at once',
    work: 'list',
    open: (where) => openApiSeveral(where, eachAlone),
  },
  'api-batches': {
    label: '`bybit-api`, `batchCancelOrders` of 20',
    work: 'list',
    open: (where) => openApiSeveral(where, inBatches),
  },
  'ccxt-each': {
    label: '`ccxt`, `cancelOrder` for each, at once',
    work: 'list',
    open: (where) => ccxt.openCcxt(where, ccxt.eachAlone),
  },
  'ccxt-batches': {
    label: '`ccxt`, `cancelOrders` of 20',
    work: 'list',
    open: (where) => ccxt.openCcxt(where, ccxt.inBatches),
  },
  symbol: {
    label: '**this node**, all on one symbol',
    work: 'symbol',
    open: (where) => openAllNode(where, 'one symbol'),
  },
  'api-symbol': {
    label: '`bybit-api`, `cancelAllOrders` of the symbol',
    work: 'symbol',
    open: (where) => openApiSeveral(where, bySymbol),
  },
  'ccxt-symbol': {
    label: '`ccxt`, `cancelAllOrders` of the symbol',
    work: 'symbol',
    open: (where) => ccxt.openCcxt(where, ccxt.bySymbol),
  },
  all: {
    label: '**this node**, all on every symbol (three)',
    work: 'all',
    open: (where) => openAllNode(where, 'every symbol'),
  },
  'api-coin': {
    label: '`bybit-api`, `cancelAllOrders` of USDT',
    work: 'all',
    open: (where) => openApiSeveral(where, byCoin),
  },
  'api-symbols': {
    label: '`bybit-api`, `cancelAllOrders` of each symbol',
    work: 'all',
    open: (where) => openApiSeveral(where, bySymbol),
  },
  'ccxt-coin': {
    label: '`ccxt`, `cancelAllOrders` of USDT',
    work: 'all',
    open: (where) => ccxt.openCcxt(where, ccxt.byCoin),
  },
  'ccxt-symbols': {
    label: '`ccxt`, `cancelAllOrders` of each symbol',
    work: 'all',
    open: (where) => ccxt.openCcxt(where, ccxt.bySymbol),
  },
} satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];
