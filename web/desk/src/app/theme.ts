import { darkTheme, dateEnUS, dateZhCN, enUS, zhCN, type GlobalThemeOverrides } from 'naive-ui'
import { computed, watch } from 'vue'
import { useMediaQuery } from '@/ui/useMediaQuery'
import { dark, light, paint, type Palette } from '@/ui/tokens'
import { usePreferences } from './preferences'

/** What Naive UI's config provider needs, following the person's choice and the system's. */
export function useTheme() {
  const preferences = usePreferences()
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)')
  const isDark = computed(() => (preferences.theme === 'system' ? systemIsDark.value : preferences.theme === 'dark'))
  const palette = computed(() => (isDark.value ? dark : light))

  watch(palette, (now) => paint(now, isDark.value ? 'dark' : 'light'), { immediate: true })

  return {
    isDark,
    theme: computed(() => (isDark.value ? darkTheme : null)),
    overrides: computed(() => overridesOf(palette.value)),
    locale: computed(() => quiet(preferences.locale === 'en' ? enUS : zhCN)),
    dateLocale: computed(() => (preferences.locale === 'en' ? dateEnUS : dateZhCN)),
  }
}

/** An empty field says nothing of itself: its label has told what goes there. */
function quiet(words: typeof enUS): typeof enUS {
  return { ...words, Input: { ...words.Input, placeholder: '' } }
}

function overridesOf(colours: Palette): GlobalThemeOverrides {
  return {
    common: {
      primaryColor: colours.accent,
      primaryColorHover: colours.accentHover,
      primaryColorPressed: colours.accentPressed,
      primaryColorSuppl: colours.accentHover,
      successColor: colours.good,
      warningColor: colours.warn,
      errorColor: colours.bad,
      infoColor: colours.accent,
      bodyColor: colours.canvas,
      cardColor: colours.surface,
      modalColor: colours.raised,
      popoverColor: colours.raised,
      tableColor: colours.surface,
      tableHeaderColor: colours.sunken,
      inputColor: colours.surface,
      dividerColor: colours.line,
      borderColor: colours.lineStrong,
      textColorBase: colours.text,
      textColor1: colours.text,
      textColor2: colours.text,
      textColor3: colours.textFaint,
      placeholderColor: colours.textFaint,
      borderRadius: '6px',
      borderRadiusSmall: '4px',
      fontFamily: 'var(--font)',
      fontFamilyMono: 'var(--mono)',
      fontSize: '14px',
    },
    Button: { fontWeight: '500', textColorPrimary: colours.onAccent, textColorHoverPrimary: colours.onAccent, textColorPressedPrimary: colours.onAccent, textColorFocusPrimary: colours.onAccent, textColorDisabledPrimary: colours.onAccent },
    // Naive UI draws no border in the dark; a field must be seen as a field
    Input: { border: `1px solid ${colours.lineStrong}` },
    InternalSelection: { border: `1px solid ${colours.lineStrong}` },
    Empty: { textColor: colours.textFaint },
    InternalSelectMenu: { peers: { Empty: { textColor: colours.textFaint } } },
    Tooltip: { color: colours.rail, textColor: '#ffffff' },
  }
}
