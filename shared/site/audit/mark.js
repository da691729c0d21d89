/** The mark that says how far this browser has checked the log, and the alarm if it can't have been
 * left as it was. */

import { Problem } from "../common/api.js";
import { accept, recall, requireNothingSeen, Untrue } from "./witness.js";
import { element, part } from "../common/elements.js";
import { explain } from "../passkeys/messages.js";
import * as notices from "../common/notices.js";
import { send } from "../common/session.js";
import { timeElement } from "../common/times.js";

const PERIOD_MS = 15_000;

/** @type {import("./witness.js").Tree | null} */
let trusted = null;

/** The newest tree that was found to be right. */
export const checked = () => trusted;

/** Goes on for as long as the page is open; nobody is asked while nobody looks. */
export async function watch() {
  if (document.visibilityState === "visible") await look();
  setTimeout(watch, PERIOD_MS);
}

async function look() {
  try {
    await judge();
  } catch (error) {
    if (error instanceof Untrue) return warn(error.message);
    const last = trusted ? `Verified up to entry ${trusted.size - 1}. ` : "";
    show("plain", `${last}The newest checkpoint can’t be had: ${explain(error).title}.`);
  }
}

async function judge() {
  const seen = recall();
  const answer = await ask();
  part("note").textContent = answer?.checkpoint ?? "";
  if (!answer) {
    requireNothingSeen(seen);
    return show("plain", "Nothing was sealed yet.");
  }
  const { tree, isSigned } = await accept(answer, seen);
  trusted = tree;
  const sealed = [`Verified up to entry ${tree.size - 1}, sealed `, timeElement(new Date(answer.sealedAt)), ", as the service says."];
  if (isSigned) show("good", ...sealed);
  else show("plain", ...sealed, " Signature not checked in this browser.");
}

/** @returns {Promise<{checkpoint: string, sealedAt: string, keys: string[]} | null>} null if nothing
 *   was sealed yet */
async function ask() {
  try {
    return await (await send("GET", "audit/checkpoint")).json();
  } catch (error) {
    if (error instanceof Problem && error.slug === "not-found") return null;
    throw error;
  }
}

/** The same is not said twice, or it would be read out each time.
 * @param {"good" | "bad" | "plain"} tone @param {...(Node | string)} children */
function show(tone, ...children) {
  const said = element("span", "", ...children);
  const mark = part("mark");
  if (mark.textContent === said.textContent) return;
  mark.dataset.tone = tone;
  mark.replaceChildren(said);
}

/** @param {string} trouble */
function warn(trouble) {
  trusted = null;
  show("bad", `Not verified. ${trouble}`);
  if (part("alert").textContent.includes(trouble)) return;
  notices.failure({ title: "This log cannot be trusted", text: trouble });
}
