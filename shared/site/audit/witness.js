/**
 * This browser remembers the log that it saw last, and so is a witness. A log that was rolled back or
 * rewritten since, or that another key signs, does not continue the remembered one.
 */

import { readIntroduction, readNote, signers } from "./note.js";
import { decode, isConsistent, same } from "./tree.js";
import { send } from "../common/session.js";
import { text } from "../common/texts.js";

const SEEN = "touchstone-audit-seen";

/** The log differs from the one that was seen, or from its own claims. The message says how. */
export class Untrue extends Error {
  name = "Untrue";
}

/** @typedef {{checkpoint: string, keys: string[], introductions?: string[]}} Answer
 * @typedef {{size: number, root: Uint8Array}} Tree
 * @typedef {Tree & {keys: string[]}} Seen `keys` are the IDs of those that signed it */

/** @returns {Seen | null} */
export function recall() {
  const [size, root, ...keys] = (localStorage.getItem(SEEN) ?? "").split(" ");
  return root ? { size: Number(size), root: decode(root), keys } : null;
}

/** Another tab may have seen more meanwhile. @param {Seen} seen */
function remember({ size, root, keys }) {
  if (size < (recall()?.size ?? 0)) return;
  localStorage.setItem(SEEN, [size, btoa(String.fromCharCode(...root)), ...keys].join(" "));
}

/**
 * Throws Untrue unless the answer is signed and continues the log that was seen. Then it is remembered.
 * @param {Answer} answer
 * @param {Seen | null} seen before the request
 * @returns {Promise<{tree: Tree, isSigned: boolean}>} not signed if the browser can't check
 */
export async function accept(answer, seen) {
  const [tree, by, introduced] = await readable(async () => {
    const note = readNote(answer.checkpoint);
    const signed = await signers(note, answer.keys);
    return /** @type {const} */ ([note, signed, await introduce(answer, note.origin, seen)]);
  }, text("noNote"));
  if (by) requireKnown(by, seen);
  if (seen) await requireContinued(tree, seen);
  const known = seen?.keys.length ? [...seen.keys, ...introduced] : by;
  remember({ ...tree, keys: by?.filter((id) => known?.includes(id)) ?? seen?.keys ?? [] });
  return { tree, isSigned: by !== null };
}

/** Keys that a known key introduces, and that have signed their introduction themselves. Two signatures
 * under a checkpoint are not enough: anybody can add a signature to a note.
 * @param {Answer} answer @param {string} origin @param {Seen | null} seen
 * @returns {Promise<string[]>} their IDs */
async function introduce({ introductions = [], keys }, origin, seen) {
  /** @type {string[]} */
  const introduced = [];
  for (const note of introductions) {
    const read = await readIntroduction(note, origin, keys);
    const known = [...(seen?.keys ?? []), ...introduced].filter((id) => id !== read?.id);
    if (read?.by.includes(read.id) && read.by.some((id) => known.includes(id))) introduced.push(read.id);
  }
  return introduced;
}

/** During a change of keys both sign, so a browser that knows the old key can continue.
 * @param {string[]} by @param {Seen | null} seen */
function requireKnown(by, seen) {
  if (!by.length) throw new Untrue(text("unknownSigner"));
  if (!seen?.keys.length || by.some((id) => seen.keys.includes(id))) return;
  const [was, is] = [seen.keys, by].map((ids) => ids.map((id) => id.slice(0, 8)).join(", "));
  throw new Untrue(text("keyChanged", { now: is, known: was }));
}

/** @param {Tree} tree @param {Seen} seen */
async function requireContinued(tree, seen) {
  if (seen.size === tree.size && same(seen.root, tree.root)) return;
  if (seen.size > tree.size) throw new Untrue(rolledBack(tree.size, seen));
  const path = `audit/proofs/consistency?from=${seen.size}&to=${tree.size}`;
  const { proof } = await (await send("GET", path)).json();
  const rewritten = text("rewritten", { size: String(seen.size) });
  const hashes = await readable(async () => proof.map(decode), rewritten);
  if (!(await isConsistent(seen, tree, hashes))) throw new Untrue(rewritten);
}

/** No checkpoint at all is right at the very beginning only. @param {Seen | null} seen */
export function requireNothingSeen(seen) {
  if (seen?.size) throw new Untrue(rolledBack(0, seen));
}

/** @param {number} size @param {Seen} seen */
const rolledBack = (size, seen) => text("rolledBack", { size: String(size), seen: String(seen.size) });

/** Unreadable data is not a temporary fault. @template T
 * @param {() => Promise<T>} read @param {string} otherwise @returns {Promise<T>} */
async function readable(read, otherwise) {
  try {
    return await read();
  } catch (error) {
    throw new Untrue(otherwise, { cause: error });
  }
}
