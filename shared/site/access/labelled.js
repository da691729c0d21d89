/** A control with its label, and with a hint if there is one. */

import { element } from "../common/elements.js";
import { text } from "../common/texts.js";
import { isolated } from "./phrases.js";

/** @param {any} control @param {string} name @param {string | undefined} told @param {boolean} required */
export function labelled(control, name, told, required) {
  const label = element("label", "", isolated(name));
  label.htmlFor = control.id;
  if (!required && control.type !== "checkbox") label.append(" ", element("span", "optional", text("optional")));
  const isBox = control.type === "checkbox";
  const field = element("div", isBox ? "field box" : "field", ...(isBox ? [control, label] : [label, control]));
  if (told) {
    const hint = element("p", "hint", isolated(told));
    hint.id = `${control.id}-hint`;
    control.setAttribute("aria-describedby", hint.id);
    field.append(hint);
  }
  return field;
}
