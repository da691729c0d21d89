/** Shows what was checked of a receipt: the verdict, the text, the people, and each check. */

import { element, part, tag } from "../common/elements.js";
import { text } from "../common/texts.js";
import { timeElement } from "../common/times.js";
import { isolated } from "../access/phrases.js";
import { statementLines, visible } from "./receipt_words.js";

/** @typedef {import("../receipts/checking.js").Checked} Checked
 * @typedef {import("../receipts/checking.js").Expected} Expected
 * @typedef {import("../receipts/receipt.js").Receipt} Receipt
 * @typedef {import("../receipts/receipt.js").Gesture} Gesture */

const TONES = /** @type {const} */ ({ proven: "good", wrong: "bad", incomplete: "plain" });
const TONES_OF_CHECKS = /** @type {const} */ ({ good: "good", wrong: "bad", missing: "plain", unchecked: "plain" });

/** @param {Receipt} receipt @param {{verdict: "proven" | "wrong" | "incomplete", checks: Checked[]}} result
 * @param {Expected} expected */
export function showResult(receipt, { verdict, checks }, expected) {
  showVerdict(text(`verdict.${verdict}`), TONES[verdict]);
  part("receipt-words").replaceChildren(...statementLines(receipt.members));
  part("receipt-people").replaceChildren(...receipt.gestures.map((gesture, at) => person(gesture, about(checks, `gesture ${at + 1}`))));
  part("receipt-together").replaceChildren(...about(checks, "receipt").map(shown));
  part("receipt-log").replaceChildren(...logOf(receipt, checks));
  part("receipt-limits").replaceChildren(...limitsOf(receipt, expected).map((limit) => element("li", "", text(`limit.${limit}`))));
  part("receipt-result").hidden = false;
}

/** @param {string} said @param {"good" | "bad" | "plain"} tone */
export function showVerdict(said, tone) {
  const verdict = part("receipt-verdict");
  verdict.dataset.tone = tone;
  verdict.textContent = said;
  verdict.hidden = false;
}

export function hideResult() {
  part("receipt-result").hidden = true;
}

/** @param {Checked[]} checks @param {string} what */
const about = (checks, what) => checks.filter((each) => each.about === what);

/** @param {Gesture} gesture @param {Checked[]} checks */
function person({ role, user, username, at }, checks) {
  const did = ["ask", "approve"].includes(role) ? text(`did.${role}`) : visible(role);
  const isGood = checks.every(({ state }) => state === "good");
  const name = element("p", "row-name", isolated(visible(username)), tag(did, isGood ? "good" : "plain"), " ", momentOf(at));
  const account = element("p", "hint", text("account", { id: visible(user) }));
  return element("li", "", name, account, element("ul", "checks", ...checks.map(shown)));
}

/** The service says when. @param {string} at */
function momentOf(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? isolated(visible(at)) : timeElement(date);
}

/** @param {Checked} checked */
function shown({ check, state }) {
  const said = `${check}.${state}`;
  const made = element("li", "", tag(text(`state.${state}`), TONES_OF_CHECKS[state]), " ", text(`check.${said}`));
  made.dataset.check = check;
  return made;
}

/** @param {Receipt} receipt @param {Checked[]} checks */
function logOf({ sealed }, checks) {
  const entries = (sealed?.entries ?? []).map(({ index }, at) =>
    element("li", "", text("entry", { index: String(index) }), element("ul", "checks", ...about(checks, `log entry ${at + 1}`).map(shown))),
  );
  return [...[...about(checks, "log"), ...about(checks, "use")].map(shown), ...entries];
}

/** What the page cannot know. @param {Receipt} receipt @param {Expected} expected */
function limitsOf({ sealed }, { keys, approvers }) {
  return [
    ...(sealed && !keys.length ? ["key"] : []),
    ...(sealed ? [] : ["notSealed"]),
    ...(approvers ? [] : ["approvers"]),
    ...["person", "done", "page"],
  ];
}
