/** The details of a restore. What the vault has is picked, so nobody types an address of it. */

import { element } from "../common/elements.js";
import { text } from "../common/texts.js";
import { labelled } from "./labelled.js";
import { moment } from "./phrases.js";
import { choice, fill, readAll, typed } from "./restore_parts.js";
import { shareFields } from "./share_fields.js";

/** @typedef {import("./restore_parts.js").Bounds} Bounds
 * @typedef {import("./restore_parts.js").Perform} Perform
 * @typedef {import("./restore_parts.js").Point} Point
 * @typedef {{item: string, name: string, region?: string}} Item */

/** What each way to restore needs of the target. @type {Record<string, string[]>} */
const NEEDED = {
  RestoreDisks: ["region", "storageAccount", "resourceGroup"],
  AlternateLocation: ["region", "storageAccount", "resourceGroup", "virtualMachine", "subnet"],
  OriginalLocation: ["region", "storageAccount"],
};
const SHARES = "AzureFileShare";

/** @param {string} profile @param {Bounds} bounds @param {Perform} perform @returns {import("./fields.js").Fields} */
export function restoreFields(profile, bounds, perform) {
  const ways = bounds.workloads.map((each) => (each === SHARES ? shareFields : machineFields)(profile, bounds, perform));
  return ways.length === 1 ? ways[0] : oneOf(bounds.workloads, ways);
}

/** One is asked for, and the fields of the others take no part. @param {string[]} workloads
 * @param {import("./fields.js").Fields[]} ways @returns {import("./fields.js").Fields} */
function oneOf(workloads, ways) {
  const workload = choice("restore-workload", workloads.map((each) => [text(`workload.${each}`), each]));
  workload.value = workloads[0];
  const groups = ways.map(({ elements }) => element("fieldset", "group", ...elements));
  const chosen = () => workloads.indexOf(workload.value);
  const show = () => groups.forEach((group, index) => (group.hidden = group.disabled = index !== chosen()));
  workload.addEventListener("change", show);
  show();
  return {
    elements: [labelled(workload, text("field.restoreWorkload"), undefined, true), ...groups],
    read: () => ways[chosen()].read(),
    load: async () => void (await Promise.all(ways.map(({ load }) => load?.()))),
  };
}

/** @param {string} profile @param {Bounds} bounds @param {Perform} perform @returns {import("./fields.js").Fields} */
function machineFields(profile, { vault, recoveryTypes, targets }, perform) {
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
