import type { Field, Values } from "../types";

const LONGEST: Partial<Record<Field["type"], number>> = { name: 100, email: 254, phone: 30, text: 200, long: 4000 };
const EMAIL = /^[^@\s<>"',;:]+@[^@\s<>"',;:]+\.[^@\s<>"',;:.]{2,}$/;
const PHONE = /^\+?[\d\s()-]{5,28}\d$/;

export type Trouble = "required" | "email" | "phone" | "choice" | "too_long";

/** What is wrong with each answer, as the desk will judge it too. */
export function troubles(fields: Field[], values: Values): Record<string, Trouble> {
  const found: Record<string, Trouble> = {};
  for (const field of fields) {
    const trouble = troubleOf(field, values[field.key]);
    if (trouble) found[field.key] = trouble;
  }
  return found;
}

function troubleOf(field: Field, value: Values[string] | undefined): Trouble | "" {
  if (field.type === "consent") return field.required && value !== true ? "required" : "";
  if (field.type === "choice") return field.required && typeof value !== "number" ? "required" : "";
  const text = typeof value === "string" ? value.trim() : "";
  if (!text) return field.required ? "required" : "";
  if (text.length > (LONGEST[field.type] ?? 0)) return "too_long";
  if (field.type === "email" && !EMAIL.test(text)) return "email";
  return field.type === "phone" && !PHONE.test(text) ? "phone" : "";
}

export const isEmail = (text: string): boolean => EMAIL.test(text.trim());
