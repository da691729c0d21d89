/** What a receipt has of the audit log: entries, the proof of each, and a checkpoint. */

import { toBase64url, utf8 } from "./bytes.js";
import { statementBytes } from "./receipt.js";
import { member, readObject, writeCanonically } from "./strict_json.js";
import { readNote, signers } from "../audit/note.js";
import { includes, leafHash, sha256 } from "../audit/tree.js";

/** @typedef {import("./receipt.js").Receipt} Receipt
 * @typedef {import("./receipt.js").Gesture} Gesture
 * @typedef {import("./receipt.js").Entry} Entry
 * @typedef {import("./checking.js").Expected} Expected
 * @typedef {import("./checking.js").State} State
 * @typedef {import("./gestures.js").Named} Named
 * @typedef {import("../audit/note.js").Note} Note
 * @typedef {Record<string, any> & {id: string}} Event */

const LEAF_VERSION = 1;
const INSTANT = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const SIGNED = /** @type {const} */ (["clientDataJSON", "authenticatorData", "signature"]);

/** @param {Receipt} receipt @returns {Note | null} null for what is no checkpoint */
export function noteOf({ sealed }) {
  try {
    return sealed && readNote(sealed.note);
  } catch {
    return null;
  }
}

/** Of the log as a whole. @param {Receipt} receipt @param {Expected} expected @returns {Promise<Named[]>} */
export async function checkLog(receipt, { rpId, keys }) {
  const status = /** @type {Named[]} */ (receipt.use === null ? [] : [["use-status", receipt.status === "used"]]);
  if (!receipt.sealed) return status;
  const events = sealedEvents(receipt);
  return [
    ...(await checkNote(noteOf(receipt), rpId, keys)),
    ["events", events.size === receipt.sealed.entries.length],
    ...status,
  ];
}

/** @param {Note | null} note @param {string} rpId @param {string[]} keys @returns {Promise<Named[]>} */
async function checkNote(note, rpId, keys) {
  if (!note) return [["checkpoint", false]];
  if (note.origin !== rpId) return [["checkpoint", true], ["log-origin", false]];
  /** @type {Named[]} */
  const read = [["checkpoint", true], ["log-origin", true]];
  if (!keys.length) return read;
  const by = await signers(note, keys);
  return [...read, ["log-signature", by === null ? "unchecked" : by.length > 0]];
}

/** The IDs of the events that the receipt has entries of. @param {Receipt} receipt */
export function sealedEvents({ sealed }) {
  const events = (sealed?.entries ?? []).map(eventOf);
  return new Set(events.flatMap((event) => (event ? [event.id] : [])));
}

/** With keys, each gesture and the use must be sealed. @param {Receipt} receipt @param {Expected} expected
 * @returns {{gestures: boolean[], use: boolean}} which of them are missing */
export function missingOf(receipt, { keys }) {
  const sealed = sealedEvents(receipt);
  const isMissing = (/** @type {string | null} */ id) => keys.length > 0 && (id === null || !sealed.has(id));
  return {
    gestures: receipt.gestures.map(({ event }) => isMissing(event)),
    use: receipt.status === "used" && isMissing(receipt.use),
  };
}

/** @param {Receipt} receipt @param {Entry} entry @returns {Promise<Named[]>} */
export async function checkEntry(receipt, entry) {
  const note = noteOf(receipt);
  /** @type {Named[]} */
  const included = note ? [["inclusion", await includes(await leafHash(entry.leaf), { ...note, index: entry.index, proof: entry.proof })]] : [];
  const event = eventOf(entry);
  return [...included, event ? await checkEvent(receipt, entry, event) : ["event", false]];
}

/** @param {Receipt} receipt @param {Entry} entry @param {Event} event @returns {Promise<Named>} */
async function checkEvent(receipt, entry, event) {
  if (event.id === receipt.use) return ["event-of-use", await isUse(receipt, event)];
  const gesture = receipt.gestures.find((each) => each.event === event.id);
  if (!gesture) return ["event-of-receipt", false];
  if (!(await isEventOf(receipt, gesture, event))) return ["event-of-gesture", false];
  return ["evidence", await hasEvidenceOf(gesture, entry, event)];
}

/** @param {Receipt} receipt @param {Event} event */
async function isUse(receipt, event) {
  const isByAsker = member(event.actor, "id") === receipt.asker;
  return isSuccess(event, "approval.used") && isByAsker && (await isAbout(receipt, event));
}

/** @param {Receipt} receipt @param {Gesture} gesture @param {Event} event */
async function isEventOf(receipt, gesture, event) {
  return (
    isSuccess(event, "approval.given") &&
    (await isAbout(receipt, event)) &&
    member(event.facts, "part") === gesture.role &&
    member(event.target, "id") === gesture.user &&
    member(event.credential, "hash") === (await digest(gesture.credentialId)) &&
    member(event.credential, "publicKeyHash") === (await digest(gesture.publicKey))
  );
}

/** @param {Event} event @param {string} kind */
const isSuccess = (event, kind) => event.v === LEAF_VERSION && event.kind === kind && event.outcome === "success";

/** @param {Receipt} receipt @param {Event} event */
async function isAbout(receipt, { facts }) {
  const isOfApproval = member(facts, "approval") === receipt.approval;
  return isOfApproval && member(facts, "statement") === (await digest(statementBytes(receipt)));
}

/** @param {Gesture} gesture @param {Entry} entry @param {Event} event */
async function hasEvidenceOf(gesture, { evidence }, event) {
  if (!evidence) return false;
  const commitment = toBase64url(await sha256(evidence.salt, utf8.encode(evidence.content)));
  if (event.evidence !== commitment) return false;
  try {
    const content = readObject(evidence.content);
    const isWhole = Object.keys(content).length === SIGNED.length;
    return isWhole && SIGNED.every((name) => member(content, name) === toBase64url(gesture[name]));
  } catch {
    return false;
  }
}

/** @param {Entry} entry @returns {Event | null} null for what the log does not write */
function eventOf({ leaf }) {
  try {
    const event = /** @type {Event} */ (readObject(leaf, { whole: true }));
    const isEvent = ["id", "kind", "outcome"].every((name) => typeof member(event, name) === "string");
    return isEvent && isInstant(member(event, "at")) && writeCanonically(event) === leaf ? event : null;
  } catch {
    return null;
  }
}

/** @param {unknown} text */
function isInstant(text) {
  if (typeof text !== "string" || !INSTANT.test(text)) return false;
  const milliseconds = `${text.slice(0, -4)}Z`;
  const at = new Date(milliseconds);
  return !Number.isNaN(at.getTime()) && at.toISOString() === milliseconds;
}

/** @param {Uint8Array} bytes */
const digest = async (bytes) => toBase64url(await sha256(bytes));
