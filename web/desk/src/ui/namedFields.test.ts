import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import * as parser from 'vue-eslint-parser'
// @ts-expect-error -- a rule of the linter's, in plain JavaScript
import namedFields from '../../scripts/named-fields.js'

const linter = new Linter()
const faults = (markup: string) =>
  linter
    .verify(`<template>${markup}</template>`, [{ files: ['**'], languageOptions: { parser: parser as Linter.Parser }, plugins: { desk: { rules: { 'named-fields': namedFields } } }, rules: { 'desk/named-fields': 'error' } }], 'one.vue')
    .map(({ message }) => message)

it.each([
  '<NamedSelect :options="all" />',
  '<NamedSelect :options="all" placeholder="Choose" />',
  '<label>Reason <NamedSelect :options="all" /></label>',
  '<NInput v-model:value="text" :placeholder="words" />',
  '<NInput v-model:value="text" :input-props="{ autocomplete: \'off\' }" />',
  '<NDatePicker :input-props="{ \'aria-label\': words }" />',
  '<NSwitch v-model:value="on" />',
  '<NSwitch v-model:value="on" aria-label="" />',
  '<n-cascader :options="all" />',
  '<NCheckbox v-model:checked="on" />',
])('a field without a name does not come in: %s', (markup) => {
  expect(faults(markup)).toHaveLength(1)
})

it.each([
  '<NamedSelect :options="all" :aria-label="words" />',
  '<NamedSelect :options="all" aria-label="Reason" />',
  '<Field v-slot="{ ties }"><NamedSelect :options="all" :input-props="ties" /></Field>',
  '<label>Text <NInput v-model:value="text" /></label>',
  '<NInput v-model:value="text" :input-props="{ \'aria-label\': words, autocomplete: \'off\' }" />',
  '<NDatePicker v-named="words" />',
  '<NSwitch v-model:value="on" :aria-label="words" />',
  '<NCheckbox v-model:checked="on">{{ words }}</NCheckbox>',
  '<NCheckbox v-model:checked="on" :label="words" />',
  '<NButton />',
])('a field with a name does: %s', (markup) => {
  expect(faults(markup)).toEqual([])
})
