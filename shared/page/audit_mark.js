/**
 * The mark that says how far this browser has checked the log. It remembers the last checkpoint
 * that it saw, and so is a witness: a log that was rolled back or rewritten since does not go on
 * from there, however well it is signed.
 */

import { decode, isConsistent, isSigned, readNote, same } from "./audit_tree.js";
import { part } from "./elements.js";
import * as notices from "./notices.js";
import { send } from "./session.js";
import { timeElement } from "./times.js";

const PERIOD_MS = 15_000;
const SEEN = "touchstone-audit-seen";

/** @typedef {{size: number, root: Uint8Array}} Tree */

/** @type {Tree | null} */
let trusted = null;

/** The newest tree that was found to be right. */
export const checked = () => trusted;

export async function start() {
  await look();
  setInterval(() => document.visibilityState === "visible" && look().catch(() => {}), PERIOD_MS);
}

async function look() {
  const answer = await (await send("GET", "audit/checkpoint")).json();
  const note = readNote(answer.checkpoint);
  const [signed, trouble] = await Promise.all([
    isSigned(answer.checkpoint, answer.keys),
    findTrouble(note),
  ]);
  part("note").textContent = answer.checkpoint;
  if (signed === false || trouble) return warn(trouble || "Its signature is not that of a known key.");
  trusted = note;
  remember(note);
  show(note.size, answer.sealedAt, signed);
}

/** @param {Tree} tree @returns {Promise<string>} empty if it goes on from what was seen before */
async function findTrouble(tree) {
  const seen = recall();
  if (!seen || (seen.size === tree.size && same(seen.root, tree.root))) return "";
  if (seen.size > tree.size) {
    return `It has ${tree.size} entries, and this browser has seen ${seen.size}: it was rolled back.`;
  }
  const path = `audit/proofs/consistency?from=${seen.size}&to=${tree.size}`;
  const { proof } = await (await send("GET", path)).json();
  if (await isConsistent(seen, tree, proof.map(decode))) return "";
  return `Its first ${seen.size} entries are not those that this browser has seen: it was rewritten.`;
}

/** @param {number} size @param {string} sealedAt @param {boolean | null} signed */
function show(size, sealedAt, signed) {
  const mark = part("mark");
  mark.dataset.tone = "good";
  mark.replaceChildren(
    `Verified up to entry ${size - 1}, sealed `,
    timeElement(new Date(sealedAt)),
    signed === null ? ". This browser cannot check the signature." : ".",
  );
}

/** @param {string} trouble */
function warn(trouble) {
  trusted = null;
  part("mark").dataset.tone = "bad";
  part("mark").textContent = `Not verified. ${trouble}`;
  notices.failure({ title: "This log cannot be trusted", text: trouble });
}

/** @returns {Tree | null} */
function recall() {
  const [size, root] = (localStorage.getItem(SEEN) ?? "").split(" ");
  return root ? { size: Number(size), root: decode(root) } : null;
}

/** @param {Tree} tree */
function remember({ size, root }) {
  localStorage.setItem(SEEN, `${size} ${btoa(String.fromCharCode(...root))}`);
}
