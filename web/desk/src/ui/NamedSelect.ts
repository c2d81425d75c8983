import { NSelect, type SelectOption } from 'naive-ui'
import { type ComponentPublicInstance, type PropType, defineComponent, h, mergeProps, nextTick, onMounted, onUpdated, ref, useId, watch } from 'vue'
import { setAttributes } from './named'

type Attributes = Record<string, string | undefined>

/**
 * Naive's select as assistive technology knows one: a combobox with a name, and a list of options. Naive renders boxes without roles and drops `input-props`
 * where nothing can be typed. The name is the `aria-label`, or comes by `input-props`: in a Field its `ties`.
 */
const Named = defineComponent(
  (props: { inputProps?: Attributes; ariaLabel?: string; value?: unknown; show?: boolean }, { attrs, slots, expose }) => {
    const listId = useId()
    const menuId = `${listId}-menu`
    const select = ref<ComponentPublicInstance & { focus: () => void; focusInput: () => void }>()
    const isOpen = ref(props.show ?? false)
    const naming = (): Attributes => ({ 'aria-label': props.ariaLabel, ...props.inputProps })
    const isChosen = (option: SelectOption) => (Array.isArray(props.value) ? props.value.includes(option.value) : props.value === option.value)

    /** Says on the box, which Naive lets nothing through to, what it is, what it is called and whether its list is open. */
    function tell(): void {
      const box = (select.value?.$el as HTMLElement | undefined)?.querySelector('.n-base-selection-label, .n-base-selection-tags')
      if (!box) return
      const { id, 'aria-label': label, 'aria-labelledby': labelledby, 'aria-describedby': describedby, 'aria-invalid': invalid } = naming()
      setAttributes(box, {
        role: 'combobox',
        'aria-label': labelledby ? undefined : label,
        'aria-labelledby': labelledby,
        'aria-describedby': describedby,
        'aria-invalid': invalid,
        'aria-haspopup': 'listbox',
        'aria-expanded': String(isOpen.value),
        'aria-controls': isOpen.value ? listId : undefined,
        'aria-disabled': box.closest('.n-base-selection--disabled') ? 'true' : undefined,
      })
      if (id && !box.querySelector('input')) box.id = id
      void nextTick(tellPending)
    }

    /** Says of the list, which Naive makes anew when its options change, what it is, and which option the arrow keys have reached. */
    function tellPending(): void {
      const list = isOpen.value ? document.getElementById(menuId)?.querySelector('.n-virtual-list, .n-base-select-menu-option-wrapper, [data-empty]') : null
      if (list) setAttributes(list, { id: listId, role: 'listbox', 'aria-label': naming()['aria-label'], 'aria-labelledby': naming()['aria-labelledby'] })
      const nothing = list?.matches('[data-empty]') ? list.firstElementChild : null
      if (nothing) setAttributes(nothing, { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' })
      const pending = list?.querySelector('.n-base-select-option--pending')
      for (const stop of (select.value?.$el as HTMLElement | undefined)?.querySelectorAll('[role=combobox], input') ?? []) setAttributes(stop, { 'aria-activedescendant': pending?.id })
    }

    onMounted(tell)
    onUpdated(tell)
    watch(isOpen, tell, { flush: 'post' })
    expose({ focus: () => select.value?.focus(), focusInput: () => select.value?.focusInput() })
    return () =>
      h(
        NSelect,
        mergeProps(attrs, {
          ref: select,
          value: props.value,
          show: props.show,
          inputProps: naming(),
          menuProps: { id: menuId, tabindex: -1 },
          nodeProps: (option: SelectOption) => ({
            id: `${listId}-${encodeURIComponent(String(option.value))}`,
            role: 'option',
            'aria-selected': isChosen(option),
            'aria-disabled': option.disabled || undefined,
          }),
          onUpdateShow: (isShown: boolean) => (isOpen.value = isShown && props.show !== false),
          onKeydown: () => void nextTick(tellPending),
          onInput: () => void nextTick(tellPending),
        }) as never,
        slots,
      )
  },
  {
    name: 'NamedSelect',
    inheritAttrs: false,
    props: {
      inputProps: { type: Object as PropType<Attributes>, default: undefined },
      ariaLabel: { type: String, default: undefined },
      value: { type: null as unknown as PropType<unknown>, default: undefined },
      show: { type: Boolean, default: undefined },
    },
  },
)

/** With the props, events and slots of Naive's own. */
export const NamedSelect = Named as unknown as typeof NSelect
