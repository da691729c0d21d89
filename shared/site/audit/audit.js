/** The page for readers of the audit log: requests, the list and the opened event. */

import { Problem } from "../common/api.js";
import * as erasures from "./erasures.js";
import * as mark from "./mark.js";
import { decode, includes, isCommittedTo, leafHash } from "./tree.js";
import { parts, row } from "./view.js";
import { part } from "../common/elements.js";
import { explain } from "../passkeys/messages.js";
import * as notices from "../common/notices.js";
import { listen } from "../common/other_tabs.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";

const ROLE = "Audit.Read";
const PAGE = 50;

/** @type {number | null} */
let next = null;
/** Increases with each request, so that a late answer is dropped. */
let turn = 0;
/** @type {import("./view.js").Entry | null} */
let opened = null;
/** The reader; null unless the log is shown. */
let reader = "";

/** @param {number | null} before */
function query(before) {
  const given = new FormData(part("filters"));
  const asked = new URLSearchParams({ limit: String(PAGE) });
  for (const name of ["user", "kind", "outcome"]) {
    if (given.get(name)) asked.set(name, String(given.get(name)).trim());
  }
  for (const name of ["since", "until"]) {
    if (given.get(name)) asked.set(name, new Date(String(given.get(name))).toISOString());
  }
  if (before !== null) asked.set("before", String(before));
  return asked;
}

/** A page may be empty although there are more events. Then the next page is requested.
 * @param {number | null} before */
async function fetchPage(before) {
  for (;;) {
    const response = await session.send("GET", `audit/events?${query(before)}`);
    const page = await response.json();
    if (page.entries.length || page.next === null) return page;
    before = page.next;
  }
}

/** @param {number | null} before */
async function load(before) {
  turn += 1;
  const mine = turn;
  const page = await fetchPage(before);
  if (mine !== turn) return;
  const rows = page.entries.map((/** @type {any} */ entry) => row(entry, () => open(entry)));
  const list = part("events");
  if (before === null) list.replaceChildren();
  list.append(...rows);
  next = page.next;
  part("older").hidden = next === null;
  part("none").hidden = list.childElementCount > 0;
}

/** @param {import("./view.js").Entry} entry */
async function open(entry) {
  opened = entry;
  part("details-title").textContent = text("entry", { index: String(entry.index) });
  part("parts").replaceChildren(...parts(entry));
  say(text("checkingEntry"), "plain");
  part("details").showModal();
  part("details-title").focus();
  const trouble = await check(entry).catch((error) => text("notProven", { why: explain(error).title }));
  if (opened !== entry) return;
  say(trouble || text("proven"), trouble ? "bad" : "good");
}

/** @param {string} said @param {"good" | "bad" | "plain"} tone */
function say(said, tone) {
  part("proof").textContent = said;
  part("proof").dataset.tone = tone;
}

/** @param {import("./view.js").Entry} entry @returns {Promise<string>} empty if it is proven */
async function check(entry) {
  const tree = mark.checked();
  if (!tree) return text("noCheckpoint");
  if (entry.index >= tree.size) return text("notCovered");
  const event = JSON.parse(entry.leaf);
  for (const name of /** @type {const} */ (["personal", "evidence"])) {
    const own = entry[name];
    if (own && !(event[name] && (await isCommittedTo(own, event[name])))) {
      return text(`otherPart.${name}`);
    }
  }
  const path = `audit/proofs/inclusion?index=${entry.index}&size=${tree.size}`;
  const { proof } = await (await session.send("GET", path)).json();
  const claim = { index: entry.index, ...tree, proof: proof.map(decode) };
  if (await includes(await leafHash(entry.leaf), claim)) return "";
  return text("otherEntry");
}

/** @param {() => Promise<void>} work */
async function attempt(work) {
  notices.clear();
  try {
    await erasures.unlessDeclined(work);
  } catch (error) {
    notices.failure(explain(error), () => attempt(work));
  }
}

/** @param {string} why */
function turnAway(why) {
  part("why-not").textContent = why;
  part("elsewhere").hidden = false;
}

async function begin() {
  /** @type {import("../common/session.js").Account} */
  let account;
  try {
    account = await session.read();
    if (!account.token.roles.includes(ROLE)) return turnAway(text("needsRole", { role: ROLE }));
    reader = account.user.id;
  } catch (error) {
    if (!isOver(error)) throw error;
    return turnAway(text("signInFirst"));
  }
  part("trail").hidden = false;
  mark.watch();
  await attempt(() => load(null));
  if (account.token.roles.includes(erasures.ROLE)) await attempt(() => erasures.show(account.user, attempt));
}

/** @param {unknown} error */
const isOver = (error) =>
  error instanceof session.SessionOver || (error instanceof Problem && error.status === 401);

/** Another tab may have ended the sign-in, or signed in somebody else, who must not see the reader's
 * requests here. The page then starts again. */
async function lookAgain() {
  if (!reader) return;
  try {
    if ((await session.read()).user.id === reader) return;
  } catch (error) {
    if (!isOver(error) && !(error instanceof session.SessionReplaced)) return;
  }
  location.reload();
}

part("filters").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  attempt(() => load(null));
});
part("older").addEventListener("click", () => attempt(() => load(next)));
part("close").addEventListener("click", () => part("details").close());
listen(lookAgain);
attempt(begin);
