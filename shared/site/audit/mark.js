/** The mark shows how far this browser has verified the log. The alarm shows that the log was
 * changed. */

import { Problem } from "../common/api.js";
import { accept, recall, requireNothingSeen, Untrue } from "./witness.js";
import { element, part } from "../common/elements.js";
import { explain } from "../passkeys/messages.js";
import * as notices from "../common/notices.js";
import { send } from "../common/session.js";
import { text } from "../common/texts.js";
import { timeElement } from "../common/times.js";

const PERIOD_MS = 15_000;

/** @type {import("./witness.js").Tree | null} */
let trusted = null;

/** @param {import("./witness.js").Tree} tree */
const lastOf = (tree) => String(tree.size - 1);

/** The newest verified tree. */
export const checked = () => trusted;

/** Repeats while the page is open; no request is sent while it is hidden. */
export async function watch() {
  if (document.visibilityState === "visible") await look();
  setTimeout(watch, PERIOD_MS);
}

async function look() {
  try {
    await judge();
  } catch (error) {
    if (error instanceof Untrue) return warn(error.message);
    const last = trusted ? [text("verifiedUpTo", { entry: lastOf(trusted) }), " "] : [];
    show("plain", ...last, text("notAvailable", { why: explain(error).title }));
  }
}

async function judge() {
  const seen = recall();
  const answer = await ask();
  part("note").textContent = answer?.checkpoint ?? "";
  if (!answer) {
    requireNothingSeen(seen);
    return show("plain", text("nothingSealed"));
  }
  const { tree, isSigned } = await accept(answer, seen);
  trusted = tree;
  const at = timeElement(new Date(answer.sealedAt));
  const sealed = [text("sealedBefore", { entry: lastOf(tree) }), " ", at, " ", text("sealedAfter")];
  if (isSigned) show("good", ...sealed);
  else show("plain", ...sealed, " ", text("signatureUnchecked"));
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

/** The same text is not set twice, because it would be read out each time.
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
  show("bad", text("notVerified", { why: trouble }));
  if (part("alert").textContent.includes(trouble)) return;
  notices.failure({ title: text("untrueTitle"), text: trouble });
}
