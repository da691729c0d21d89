/** Where a person writes why they refuse. What was written is for one request and one account. */

import { part } from "../common/elements.js";
import { oneLine } from "./phrases.js";

export const isRefusing = () => !part("refusal").hidden;

/** @param {boolean} opens */
export function openRefusal(opens) {
  part("refusal").hidden = !opens;
}

export function forgetRefusal() {
  openRefusal(false);
  part("refusal-reason").value = "";
}

export const reasonOfRefusal = () => oneLine(part("refusal-reason").value);
