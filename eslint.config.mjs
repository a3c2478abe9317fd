import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The walls between the rooms: what a folder may not import, and what to do instead. */
const wall = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const shipped = {
  regex: '(^|/)(test|simulator|scripts)(/|$)',
  message: 'Nothing that ships imports the tests, the simulated exchange or the scripts.',
};
const throughTheDoors = {
  regex: '/bybit/(?!(account|model|sites)$)',
  message: 'The node rooms reach the engine through account, model and sites alone.',
};
const ownRoom = (other) => ({
  regex: `/${other}(/|$)`,
  message: 'The two node rooms meet in the flow, not in code: import types of account or model.',
});

/** The engine's rooms, and the files beside them, from the ground up: each may import those before it. */
const FLOORS = [
  'time',
  'model',
  'account-options',
  'answers',
  'wire',
  'limits',
  'checks',
  'cancel',
  'exchange',
  'account',
];
/** The rules of a cancel are pure: time, chance and the exchange are handed in. */
const NOT_FOR_THE_RULES = ['account-options', 'wire', 'limits', 'checks'];

const engineWalls = FLOORS.map((room, floor) => {
  const others = [...FLOORS.slice(floor + 1), ...(room === 'cancel' ? NOT_FOR_THE_RULES : [])];
  const isFile = ['model', 'account-options', 'account'].includes(room);
  return wall(
    [isFile ? `nodes/bybit/${room}.ts` : `nodes/bybit/${room}/**/*.ts`],
    [
      shipped,
      {
        regex: isFile ? '^\\.\\./' : '^\\.\\./\\.\\./',
        message: 'The engine imports no other room of the package.',
      },
      { regex: 'node-red', message: 'The engine knows nothing of Node-RED.' },
      ...(others.length > 0
        ? [
            {
              regex: `^\\.\\.?/(${others.join('|')})(/|$)`,
              message: `${room} imports no room above it.`,
            },
          ]
        : []),
    ],
  );
});

export default tseslint.config(
  { ignores: ['dist/', '.node-red/', 'test-results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.editor.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['simulator/**/*.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...engineWalls,
  wall(
    ['nodes/bybit/sites.ts'],
    [shipped, { regex: '^\\./(?!model$)', message: 'sites imports the model alone.' }],
  ),
  wall(
    ['nodes/properties/**/*.ts'],
    [shipped, { regex: '^\\.\\./', message: 'properties serves every node and imports none.' }],
  ),
  wall(['nodes/bybit-config/**/*.ts'], [shipped, throughTheDoors, ownRoom('bybit-cancel-order')]),
  wall(['nodes/bybit-cancel-order/**/*.ts'], [shipped, throughTheDoors, ownRoom('bybit-config')]),
  wall(
    ['simulator/**/*.ts'],
    [
      {
        regex: '(^|/)(test|nodes|scripts)(/|$)',
        message: 'The simulated exchange shares nothing with what it tests.',
      },
    ],
  ),
);
