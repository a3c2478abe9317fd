/** The clients that are compared, each as its users would call it. */
import { openHttps, openWs } from './bare';
import { openApiRest, openApiSocket } from './bybit-api';
import type { Client, Where } from './common';
import { openFunctionFlow, openLeast, openNode } from './flows';

export const CLIENTS = {
  https: { label: 'raw `https.request`, kept alive', open: openHttps },
  ws: { label: 'raw `ws`, order entry', open: openWs },
  least: { label: 'raw `ws` inside a node (the floor)', open: openLeast },
  'node-http': { label: '**this node, HTTP**', open: (where: Where) => openNode(where, 'http') },
  'node-ws': {
    label: '**this node, WebSocket**',
    open: (where: Where) => openNode(where, 'websocket'),
  },
  'flow-kept': {
    label: 'function + _http request_, persistent',
    open: (where: Where) => openFunctionFlow(where, true),
  },
  flow: {
    label: 'function + _http request_',
    open: (where: Where) => openFunctionFlow(where, false),
  },
  'api-rest': { label: '`bybit-api`, REST', open: openApiRest },
  'api-ws': { label: '`bybit-api`, WebSocket', open: openApiSocket },
  'node-http-confirmed': {
    label: '**this node, HTTP, confirmed**',
    open: (where: Where) => openNode(where, 'http', true),
  },
  'node-confirmed': {
    label: '**this node, WebSocket, confirmed**',
    open: (where: Where) => openNode(where, 'websocket', true),
  },
  hundred: {
    label: '100 of this node on one account',
    open: (where: Where) => openNode(where, 'websocket', true, 100),
  },
} satisfies Record<string, { label: string; open: (where: Where) => Promise<Client> }>;

export type ClientName = keyof typeof CLIENTS;
