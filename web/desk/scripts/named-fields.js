/**
 * An ESLint rule: every field of Naive UI in a template has a name for those who don't see where it stands. How it gets one differs by what the component
 * lets through to the element that has the focus.
 */
const BY_LABEL = new Set(['NamedSelect', 'NSwitch', 'NCheckboxGroup', 'NRadioGroup', 'NRate'])
const BY_INPUT = new Set(['NamedSelect', 'NInput', 'NInputNumber', 'NAutoComplete', 'NDynamicTags'])
const BY_DIRECTIVE = new Set(['NDatePicker', 'NTimePicker', 'NCascader', 'NTreeSelect', 'NColorPicker', 'NSlider', 'NTransfer', 'NMention'])
/** what is a native input inside takes the words of a <label> around it */
const NATIVE = new Set(['NInput', 'NInputNumber'])
const FIELDS = new Set([...BY_LABEL, ...BY_INPUT, ...BY_DIRECTIVE, 'NCheckbox', 'NRadio'])

const pascal = (name) => name.replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase())

function isNamed(element, name, textOf) {
  const attribute = (wanted) =>
    element.startTag.attributes.find(({ directive, key }) => (directive ? key.name.name === 'bind' && key.argument?.name === wanted : key.name === wanted))
  const has = (wanted) => {
    const found = attribute(wanted)
    return Boolean(found && (!found.value || textOf(found.value).length > 2))
  }
  if (has('aria-label') && (BY_LABEL.has(name) || name === 'NCheckbox' || name === 'NRadio')) return true
  if (BY_INPUT.has(name) && has('input-props') && /\bties\b|'aria-label(ledby)?'/.test(textOf(attribute('input-props').value))) return true
  if (name === 'NDynamicTags' && element.children.some((child) => child.type === 'VElement' && child.startTag.attributes.some(({ key }) => key.argument?.name === 'input'))) return true // a field of its own
  if (BY_DIRECTIVE.has(name)) return element.startTag.attributes.some(({ directive, key, value }) => directive && key.name.name === 'named' && value)
  if (name === 'NCheckbox' || name === 'NRadio') return has('label') || element.children.some((child) => child.type !== 'VText' || child.value.trim())
  if (!NATIVE.has(name)) return false
  for (let above = element.parent; above?.type === 'VElement'; above = above.parent) if (above.rawName === 'label') return true
  return false
}

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: { nameless: '{{ name }} has no accessible name: {{ how }}.' },
  },
  create(context) {
    const { sourceCode } = context
    return sourceCode.parserServices.defineTemplateBodyVisitor?.({
      VElement(element) {
        const name = pascal(element.rawName)
        if (!FIELDS.has(name) || isNamed(element, name, (node) => sourceCode.text.slice(...node.range))) return
        const how = BY_DIRECTIVE.has(name) ? 'give it v-named' : BY_LABEL.has(name) ? 'give it aria-label, or in a Field :input-props="ties"' : BY_INPUT.has(name) ? 'give it :input-props with ties or aria-label' : 'give it words'
        context.report({ loc: element.startTag.loc, messageId: 'nameless', data: { name, how } })
      },
    }) ?? {}
  },
}
