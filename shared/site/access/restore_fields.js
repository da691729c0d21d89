/** The details of a restore. What the vault has is picked, so nobody types an address of it. */

import { element } from "../common/elements.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";
import { labelled } from "./labelled.js";
import { moment } from "./phrases.js";

/** @typedef {{vault: string, recoveryTypes: string[], targets: string[]}} Bounds what the profile allows
 * @typedef {{item: string, name: string, region?: string}} Item
 * @typedef {{id: string, time: string, consistency?: string}} Point
 * @typedef {(work: () => Promise<void>) => void} Perform */

/** What each way to restore needs of the target. @type {Record<string, string[]>} */
const NEEDED = {
  RestoreDisks: ["region", "storageAccount", "resourceGroup"],
  AlternateLocation: ["region", "storageAccount", "resourceGroup", "virtualMachine", "subnet"],
  OriginalLocation: ["region", "storageAccount"],
};
const MOST_PAGES = 20;

/** @param {string} profile @param {Bounds} bounds @param {Perform} perform */
export function restoreFields(profile, { vault, recoveryTypes, targets }, perform) {
  /** @type {Item[]} */
  let items = [];
  /** @type {Point[]} */
  let points = [];
  const item = choice("restore-item", []);
  const point = choice("restore-point", []);
  const type = choice("restore-type", recoveryTypes.map((each) => [text(`type.${each}`), each]));
  /** @type {Record<string, any>} */
  const target = {
    region: typed("region"),
    storageAccount: typed("storageAccount"),
    resourceGroup: choice("restore-resourceGroup", targets.map((each) => [each.split("/").pop() ?? each, each])),
    virtualMachine: typed("virtualMachine"),
    subnet: typed("subnet"),
  };
  const targetFields = Object.entries(target).map(([name, control]) => labelled(control, text(`target.${name}`), undefined, true));

  const showTarget = () =>
    Object.entries(target).forEach(([name, control], index) => {
      const needed = NEEDED[type.value]?.includes(name) ?? false;
      targetFields[index].hidden = control.disabled = !needed;
    });
  const load = async () => {
    items = await readAll(`backup/${profile}/items`, "items");
    fill(item, items.map((each) => [each.name, each.item]));
  };
  const loadPoints = async () => {
    fill(point, []);
    target.region.value = items.find((each) => each.item === item.value)?.region ?? "";
    if (!item.value) return;
    const query = new URLSearchParams({ item: item.value });
    points = await readAll(`backup/${profile}/recovery-points`, "recoveryPoints", query);
    fill(point, points.map((each) => [[moment(each.time), each.consistency].filter(Boolean).join(", "), each.id]));
  };
  item.addEventListener("change", () => perform(loadPoints));
  type.addEventListener("change", showTarget);
  showTarget();

  const picked = [
    [item, "restoreItem"],
    [point, "restorePoint"],
    [type, "restoreType"],
  ].map(([control, key]) => labelled(control, text(`field.${key}`), undefined, true));
  const read = () => ({
    locations: [vault],
    actions: [type.value],
    item: item.value,
    recoveryPoint: point.value,
    recoveryPointTime: points.find(({ id }) => id === point.value)?.time,
    target: Object.fromEntries((NEEDED[type.value] ?? []).map((name) => [name, target[name].value.trim()])),
  });
  return { elements: [...picked, ...targetFields], read, load };
}

/** @param {string} id @param {string[][]} options */
function choice(id, options) {
  const made = element("select", "");
  made.id = id;
  made.required = true;
  fill(made, options);
  return made;
}

/** A single choice is made. @param {HTMLSelectElement} select @param {string[][]} options */
function fill(select, options) {
  const shown = options.map(([told, value]) => new Option(told, value));
  select.replaceChildren(...(options.length === 1 ? [] : [new Option("", "")]), ...shown);
}

/** @param {string} name */
function typed(name) {
  return Object.assign(element("input", ""), { id: `restore-${name}`, type: "text", required: true, autocomplete: "off", spellcheck: false });
}

/** @param {string} path @param {string} member @param {URLSearchParams} [query] @returns {Promise<any[]>} */
async function readAll(path, member, query = new URLSearchParams()) {
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
