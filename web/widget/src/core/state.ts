import type { Locale } from "../i18n";
import type { State } from "../types";

export function firstState(locale: Locale, dark: boolean): State {
  return {
    config: null,
    locale,
    dark,
    open: false,
    connection: "idle",
    online: navigator.onLine,
    messages: [],
    hasMore: false,
    pending: [],
    uploads: [],
    typing: "",
    readUpTo: 0,
    email: "",
    emailCard: "hidden",
    emailError: "",
    notice: "",
    answered: false,
    ended: false,
    rating: "hidden",
    formErrors: {},
    formBusy: false,
    leaving: "no",
    wait: null,
    greeting: null,
    identified: false,
    sheet: "",
  };
}
