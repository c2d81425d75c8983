import globals from 'globals'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'
import namedFields from './scripts/named-fields.js'

export default ts.config(
  { ignores: ['node_modules', 'dist', 'src/app/api/schema.d.ts', '.fake'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    plugins: { desk: { rules: { 'named-fields': namedFields } } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'desk/named-fields': 'error',
      'no-restricted-imports': ['error', { paths: [{ name: 'naive-ui', importNames: ['NSelect'], message: 'Take NamedSelect of ui/NamedSelect: it has a role and a name.' }] }],
      'no-restricted-syntax': [
        'error',
        { selector: "Property[key.name='innerHTML']", message: 'HTML from a customer goes through ui/SafeHtml only.' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/max-lines-per-block': ['error', { template: 160, script: 170, style: 120 }],
      // layout of markup is a matter of taste, not of errors
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      // Naive UI fields have desk/named-fields
      'vuejs-accessibility/label-has-for': 'off',
      'vuejs-accessibility/form-control-has-label': 'off',
      'vuejs-accessibility/no-autofocus': 'off',
    },
  },
  { files: ['public/*.js'], languageOptions: { globals: globals.serviceworker } },
  { files: ['**/*.vue'], rules: { 'max-lines': ['error', { max: 250 }] } },
  { files: ['**/*.test.ts', 'src/ui/NamedSelect.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['**/*.test.ts'], rules: { 'max-lines': ['error', { max: 500 }] } },
)
