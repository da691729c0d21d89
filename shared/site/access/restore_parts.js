/** What the fields of all restores are made of. */

import { element } from "../common/elements.js";
import * as session from "../common/session.js";

/** @typedef {{vault: string, workloads: string[], recoveryTypes: string[], targets: string[]}} Bounds
 *   what the profile allows
 * @typedef {{id: string, time: string, consistency?: string}} Point
 * @typedef {(work: () => Promise<void>) => void} Perform */

const MOST_PAGES = 20;

/** @param {string} id @param {string[][]} options */
export function choice(id, options) {
  const made = element("select", "");
  made.id = id;
  made.required = true;
  fill(made, options);
  return made;
}

/** A single choice is made. @param {HTMLSelectElement} select @param {string[][]} options */
export function fill(select, options) {
  const shown = options.map(([told, value]) => new Option(told, value));
  select.replaceChildren(...(options.length === 1 ? [] : [new Option("", "")]), ...shown);
}

/** @param {string} name */
export function typed(name) {
  return Object.assign(element("input", ""), { id: `restore-${name}`, type: "text", required: true, autocomplete: "off", spellcheck: false });
}

/** @param {string} path @param {string} member @param {URLSearchParams} [query] @returns {Promise<any[]>} */
export async function readAll(path, member, query = new URLSearchParams()) {
  /** @type {any[]} */
  const found = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const response = await session.send("GET", `${path}?${query}`);
    const told = await response.json();
    found.push(...told[member]);
    if (!told.next) break;
    query.set("after", told.next);
  }
  return found;
}
