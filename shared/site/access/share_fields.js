/** The details of a restore of a file share, or of some of its files. */

import { element } from "../common/elements.js";
import { text } from "../common/texts.js";
import { labelled } from "./labelled.js";
import { moment } from "./phrases.js";
import { choice, fill, readAll, typed } from "./restore_parts.js";

/** @typedef {import("./restore_parts.js").Point} Point
 * @typedef {{item: string, name: string, storageAccount?: string}} Share */

const WAYS = ["OriginalLocation", "AlternateLocation"];

/** @param {string} profile @param {import("./restore_parts.js").Bounds} bounds
 * @param {import("./restore_parts.js").Perform} perform @returns {import("./fields.js").Fields} */
export function shareFields(profile, { vault, recoveryTypes }, perform) {
  /** @type {Share[]} */
  let shares = [];
  /** @type {Point[]} */
  let points = [];
  const share = choice("restore-share", []);
  const point = choice("restore-share-point", []);
  const ways = WAYS.filter((each) => recoveryTypes.includes(each));
  const way = choice("restore-share-way", ways.map((each) => [text(`share.${each}`), each]));
  const conflicts = choice("restore-conflicts", ["Overwrite", "Skip"].map((each) => [text(`conflicts.${each}`), each]));
  const files = Object.assign(element("textarea", ""), { id: "restore-files", rows: 3, spellcheck: false });
  const account = typed("share-account");
  const target = typed("share-target");
  const folder = Object.assign(typed("share-folder"), { required: false });
  const elsewhere = [
    labelled(account, text("target.shareAccount"), undefined, true),
    labelled(target, text("target.share"), undefined, true),
    labelled(folder, text("target.folder"), undefined, false),
  ];

  const showTarget = () => {
    const hidden = way.value !== "AlternateLocation";
    for (const control of [account, target, folder]) control.disabled = hidden;
    for (const field of elsewhere) field.hidden = hidden;
  };
  const load = async () => {
    shares = await readAll(`backup/${profile}/items`, "items", new URLSearchParams({ workload: "AzureFileShare" }));
    fill(share, shares.map((each) => [named(each), each.item]));
  };
  const loadPoints = async () => {
    fill(point, []);
    if (!share.value) return;
    points = await readAll(`backup/${profile}/recovery-points`, "recoveryPoints", new URLSearchParams({ item: share.value }));
    fill(point, points.map((each) => [[moment(each.time), each.consistency].filter(Boolean).join(", "), each.id]));
  };
  share.addEventListener("change", () => perform(loadPoints));
  way.addEventListener("change", showTarget);
  showTarget();

  const read = () => {
    const chosen = filesIn(files.value);
    return {
      locations: [vault],
      actions: [way.value],
      item: share.value,
      share: shares.find(({ item }) => item === share.value)?.name,
      recoveryPoint: point.value,
      recoveryPointTime: points.find(({ id }) => id === point.value)?.time,
      conflicts: conflicts.value,
      ...(chosen.length && { files: chosen }),
      ...(way.value === "AlternateLocation" && { target: targetOf(account, target, folder) }),
    };
  };
  return {
    elements: [
      labelled(share, text("field.restoreShare"), undefined, true),
      labelled(point, text("field.restorePoint"), undefined, true),
      labelled(way, text("field.restoreType"), undefined, true),
      labelled(conflicts, text("field.conflicts"), undefined, true),
      labelled(files, text("field.files"), text("filesHint"), false),
      ...elsewhere,
    ],
    read,
    load,
  };
}

/** @param {Share} share */
const named = ({ name, storageAccount }) => [name, storageAccount?.split("/").pop()].filter(Boolean).join(", ");

/** One in a line; a folder ends in a slash. @param {string} lines */
function filesIn(lines) {
  const paths = lines.split("\n").map((line) => line.trim().replace(/^\/+/, ""));
  return paths.filter(Boolean).map((path) => {
    const isFolder = path.endsWith("/");
    return { path: path.replace(/\/+$/, ""), kind: isFolder ? "Directory" : "File" };
  });
}

/** @param {HTMLInputElement} account @param {HTMLInputElement} share @param {HTMLInputElement} folder */
function targetOf(account, share, folder) {
  const path = folder.value.trim().replace(/^\/+|\/+$/g, "");
  return { storageAccount: account.value.trim(), share: share.value.trim(), ...(path && { folder: path }) };
}
