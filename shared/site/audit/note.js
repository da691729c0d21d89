/** Checkpoints as signed notes (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note). */

import { decode, sha256 } from "./tree.js";

const utf8 = new TextEncoder();
const ED25519 = 1;
const KEY_BYTES = 32;
const HASH_IN_BASE64 = /^[A-Za-z0-9+/]{43}=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const WHOLE_NUMBER = /^(0|[1-9]\d*)$/;
const INTRODUCTION = "touchstone checkpoint key introduction v1";
const KEY = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;

/** @typedef {{origin: string, size: number, root: Uint8Array, text: string,
 *   signatures: string[]}} Note */

/** Throws if it is not a checkpoint. @param {string} note @returns {Note} */
export function readNote(note) {
  const end = note.lastIndexOf("\n\n") + 1;
  const [origin, size, encoded] = note.slice(0, end).split("\n");
  const isWhole = WHOLE_NUMBER.test(size ?? "") && Number.isSafeInteger(Number(size));
  if (!origin || !isWhole || !HASH_IN_BASE64.test(encoded ?? "")) throw new Error("not a checkpoint");
  return { origin, size: Number(size), root: decode(encoded), text: note.slice(0, end), signatures: lines(note, end) };
}

/**
 * Which of these keys have signed.
 * @param {{origin: string, text: string, signatures: string[]}} note
 * @param {string[]} keys as text: name+id+key
 * @returns {Promise<string[] | null>} their IDs, whole; null where the browser has no Ed25519
 */
export async function signers(note, keys) {
  const found = [];
  for (const text of keys) {
    const key = await readKey(text);
    if (key?.name !== note.origin) continue;
    const verify = await verifier(key.raw);
    if (!verify) return null;
    for (const signature of signaturesBy(key, note)) {
      if (await verify(signature, utf8.encode(note.text))) found.push(key.id);
    }
  }
  return found;
}

/**
 * The ID of the key that a note introduces, and of those that signed the note.
 * @param {string} note @param {string} origin @param {string[]} keys as text
 * @returns {Promise<{id: string, by: string[]} | null>} null if it introduces none for this log
 */
export async function readIntroduction(note, origin, keys) {
  const end = note.lastIndexOf("\n\n") + 1;
  const [title, named, text, ...rest] = note.slice(0, end).split("\n");
  const key = await readKey(text ?? "");
  if (title !== INTRODUCTION || named !== origin || rest.join() || key?.name !== origin) return null;
  const by = await signers({ origin, text: note.slice(0, end), signatures: lines(note, end) }, keys);
  return by && { id: key.id, by };
}

/** @param {string} note @param {number} end of its text */
const lines = (note, end) => note.slice(end + 1).split("\n").filter((line) => line.startsWith("— "));

/** @typedef {{name: string, id: string, raw: Uint8Array}} Key `id` is the hash that a note has the
 *   first 4 bytes of: those alone could be had for another key by trying */

/** @param {string} text @returns {Promise<Key | null>} null unless its ID is its own */
async function readKey(text) {
  const [, name, claimed, encoded] = KEY.exec(text) ?? [];
  if (!encoded) return null;
  const key = decode(encoded);
  const id = hex(await sha256(utf8.encode(`${name}\n`), key));
  return key[0] === ED25519 && id.startsWith(claimed) ? { name, id, raw: key.slice(1) } : null;
}

/** Whether it is the text of a key that could sign. @param {string} text */
export async function isKey(text) {
  try {
    return (await readKey(text))?.raw.length === KEY_BYTES;
  } catch {
    return false; // No base64.
  }
}

/** @param {Key} key @param {{signatures: string[]}} note @returns {Uint8Array[]} */
function signaturesBy({ name, id }, { signatures }) {
  return signatures
    .map((line) => line.split(" "))
    .filter(([, signer, packed, ...more]) => signer === name && BASE64.test(packed ?? "") && !more.length)
    .map(([, , packed]) => decode(packed))
    .filter((packed) => id.startsWith(hex(packed.slice(0, 4))))
    .map((packed) => packed.slice(4));
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Uint8Array} raw @returns {Promise<((signature: Uint8Array, message: Uint8Array) =>
 *   Promise<boolean>) | null>} null if the browser has no Ed25519 */
async function verifier(raw) {
  try {
    const key = await crypto.subtle.importKey("raw", /** @type {any} */ (raw), "Ed25519", false, ["verify"]);
    return (signature, message) =>
      crypto.subtle.verify("Ed25519", key, /** @type {any} */ (signature), /** @type {any} */ (message));
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "NotSupportedError") throw error;
    return null;
  }
}
