import type { Field, Values } from "../types";
import type { Context } from "./context";
import { h, setAttribute, setText } from "./dom";

let made = 0;
const AUTOCOMPLETE: Partial<Record<Field["type"], string>> = { name: "name", email: "email", phone: "tel" };

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The questions of a form: each with its label, its error beside it, and the keyboard a phone should show. */
export class Fields {
  readonly element = h("div", { class: "fields" });
  private controls = new Map<string, { field: Field; control: Control; error: HTMLElement }>();

  constructor(private context: Context) {}

  /** Ask these; what was filled in stays where the questions are the same. */
  ask(fields: Field[]): void {
    const before = this.values();
    this.controls.clear();
    this.element.replaceChildren(...fields.map((field) => this.draw(field)));
    for (const [key, value] of Object.entries(before)) this.fill(key, value);
  }

  values(): Values {
    const values: Values = {};
    for (const [key, { field, control }] of this.controls) {
      if (field.type === "consent") values[key] = (control as HTMLInputElement).checked;
      else if (field.type !== "choice") values[key] = control.value.trim();
      else if (control.value) values[key] = Number(control.value);
    }
    return values;
  }

  fill(key: string, value: Values[string]): void {
    const known = this.controls.get(key);
    if (!known) return;
    if (known.field.type === "consent") (known.control as HTMLInputElement).checked = value === true;
    else if (!known.control.value) known.control.value = String(value);
  }

  text(key: string): string {
    return this.controls.get(key)?.control.value ?? "";
  }

  clear(key: string): void {
    const known = this.controls.get(key);
    if (known) known.control.value = "";
  }

  showErrors(errors: Record<string, string>): void {
    for (const [key, { control, error }] of this.controls) {
      setText(error, errors[key] ?? "");
      error.hidden = !errors[key];
      setAttribute(control, "aria-invalid", errors[key] ? "true" : null);
      setAttribute(control, "aria-describedby", errors[key] ? error.id : null);
    }
  }

  /** The first question that is wrong, else the first one. */
  focus(errors: Record<string, string> = {}): void {
    const all = [...this.controls];
    (all.find(([key]) => errors[key]) ?? all[0])?.[1].control.focus();
  }

  private draw(field: Field): HTMLElement {
    const id = `f${(made += 1)}`;
    const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
    const control = this.control(field, id);
    this.controls.set(field.key, { field, control, error });
    if (field.type === "consent") {
      return h("div", { class: "field consent" }, h("label", { for: id }, control, h("span", {}, field.label, this.optional(field))), error);
    }
    return h("div", { class: "field" }, h("label", { for: id }, field.label, this.optional(field)), control, error);
  }

  private optional(field: Field): HTMLElement | null {
    return field.required ? null : h("span", { class: "optional" }, ` ${this.context.t("optional")}`);
  }

  private control(field: Field, id: string): Control {
    const common = { id, name: field.key, "aria-required": field.required ? "true" : null };
    if (field.type === "consent") return h("input", { ...common, type: "checkbox" });
    if (field.type === "long") return h("textarea", { ...common, rows: "4", maxlength: "4000" });
    if (field.type === "choice") {
      const options = field.options.map((option, number) => h("option", { value: String(number) }, option));
      return h("select", common, h("option", { value: "" }, this.context.t("choose")), ...options);
    }
    const type = { email: "email", phone: "tel" }[field.type as string] ?? "text";
    return h("input", { ...common, type, autocomplete: AUTOCOMPLETE[field.type] ?? "off", maxlength: "254" });
  }
}
