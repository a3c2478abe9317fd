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
const noNodeRoom = {
  regex: '/bybit-[a-z-]+/',
  message: 'Nothing imports a node room: what several nodes need is in action or properties.',
};

/** What an action reads and what it tells stand beside each other, below the handling of a message. */
const aside = (name, below) => ({
  regex: `^\\.\\./(?!\\.\\./(${below})/)`,
  message: `${name} imports nothing of the other parts of an action.`,
});

/** The engine's rooms, and the files beside them, from the ground up: each may import those before it. */
const FLOORS = [
  'time/',
  'model',
  'sites',
  'account-options',
  'answers/',
  'wire/',
  'limits/',
  'checks/',
  'health/',
  'cancel/',
  'several/',
  'cancel-options',
  'sending/',
  'queries/',
  'exchange/',
  'account',
];
/** The rules of one cancel and of several are pure: time, chance and the exchange are handed in. */
const RULES = ['cancel/', 'several/'];
const NOT_FOR_THE_RULES = ['sites', 'account-options', 'wire/', 'limits/', 'checks/', 'health/'];

const engineWalls = FLOORS.map((floor, i) => {
  const isRoom = floor.endsWith('/');
  const above = [...FLOORS.slice(i + 1), ...(RULES.includes(floor) ? NOT_FOR_THE_RULES : [])];
  const names = above.map((name) => name.replace('/', '')).join('|');
  return wall(
    [isRoom ? `nodes/bybit/${floor}**/*.ts` : `nodes/bybit/${floor}.ts`],
    [
      shipped,
      {
        regex: isRoom ? '^\\.\\./\\.\\./' : '^\\.\\./',
        message: 'The engine imports no other room of the package.',
      },
      { regex: 'node-red', message: 'The engine knows nothing of Node-RED.' },
      { regex: `^\\.\\.?/(${names || '$'})(/|$)`, message: `${floor} imports nothing above it.` },
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
  // A new file of the engine, until it has its floor above; the walls below replace this one.
  wall(
    ['nodes/bybit/**/*.ts'],
    [shipped, { regex: 'node-red', message: 'The engine knows nothing of Node-RED.' }],
  ),
  ...engineWalls,
  wall(
    ['nodes/properties/**/*.ts'],
    [shipped, { regex: '^\\.\\./', message: 'properties serves every node and imports none.' }],
  ),
  wall(['nodes/action/**/*.ts', 'nodes/bybit-*/**/*.ts'], [shipped, throughTheDoors, noNodeRoom]),
  wall(
    ['nodes/action/request/**/*.ts'],
    [shipped, throughTheDoors, noNodeRoom, aside('the request', 'properties|bybit')],
  ),
  wall(
    ['nodes/action/reply/**/*.ts'],
    [shipped, throughTheDoors, noNodeRoom, aside('the reply', 'bybit')],
  ),
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
