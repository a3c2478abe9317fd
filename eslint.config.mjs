import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The walls between the rooms: what a folder may not import, and what to do instead. */
const wall = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const noTests = {
  regex: '(^|/)test(/|$)',
  message: 'Nothing that ships imports the tests or the simulated exchange.',
};
const throughTheDoors = {
  regex: '/bybit/(?!(account|outcome|sites)$)',
  message: 'The rooms reach the exchange through account, outcome and sites alone.',
};
const ownRoom = (other) => ({
  regex: `/${other}(/|$)`,
  message: 'The two node rooms meet in the flow, not in code: import types of account or outcome.',
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
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  wall(
    ['nodes/bybit/**/*.ts'],
    [
      noTests,
      { regex: '^\\.\\./', message: 'nodes/bybit imports no other room.' },
      { regex: 'node-red', message: 'nodes/bybit knows nothing of Node-RED.' },
    ],
  ),
  wall(['nodes/bybit-config/**/*.ts'], [noTests, throughTheDoors, ownRoom('bybit-cancel-order')]),
  wall(['nodes/bybit-cancel-order/**/*.ts'], [noTests, throughTheDoors, ownRoom('bybit-config')]),
);
