/** The page on which a person sees the own requests, and those that wait for a decision. */

import { Problem } from "../common/api.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as otherTabs from "../common/other_tabs.js";
import * as session from "../common/session.js";
import { fillPlaces, text } from "../common/texts.js";
import { isBusy, perform, surround } from "../common/work.js";
import { unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { enter } from "./entrance.js";
import { showLists } from "./lists.js";

const PARTS = ["enter", "lists"];
const PAUSE_MS = 10_000;
const TITLE = document.title;

/** What was shown last. */
let latest = "";
let waiting = 0;

async function start() {
  turnTo("");
  latest = "";
  const account = await session.find();
  if (!account) return turnTo("enter");
  fillPlaces({ username: account.user.username });
  await loadLists();
  turnTo("lists");
}

async function loadLists() {
  const response = await session.send("GET", "approvals");
  const told = await response.text();
  if (told === latest) return;
  const isFirst = latest === "";
  latest = told;
  const found = JSON.parse(told);
  showLists(found);
  part("nothing").hidden = found.asked.length + found.waiting.length > 0;
  tell(found.waiting.length, isFirst);
}

/** A new one is read out, and the tab shows how many wait. @param {number} now @param {boolean} isFirst */
function tell(now, isFirst) {
  document.title = now ? `(${now}) ${TITLE}` : TITLE;
  if (!isFirst && now > waiting) part("news").textContent = text("news", { number: String(now) });
  waiting = now;
}

/** @param {string} now */
function turnTo(now) {
  notices.clear();
  for (const each of PARTS) part(each).hidden = each !== now;
  part("ways").hidden = now === "" || now === "enter";
  if (now) (part(`${now}-title`) ?? part("title")).focus();
}

async function signIn() {
  await enter();
  await start();
}

/** Nobody asked for it, so a failure is not shown, but for the end of the session. */
async function refresh() {
  if (part("lists").hidden || isBusy() || document.visibilityState !== "visible") return;
  try {
    await loadLists();
  } catch (error) {
    if (isOver(error)) fail(error, () => {});
  }
}

/** @param {unknown} error */
const isOver = (error) =>
  error instanceof session.SessionOver || (error instanceof Problem && ["token-invalid", "token-required"].includes(error.slug));

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  if (isOver(error)) {
    session.forget();
    turnTo("enter");
  }
  notices.failure(explain(error), again);
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = { signIn, otherAccount: signIn };

surround({ before: async () => true, failed: fail, after() {} });
for (const each of document.querySelectorAll("[data-act]")) {
  const act = ACTS[/** @type {HTMLElement} */ (each).dataset.act ?? ""];
  each.addEventListener("click", () => perform(act));
}
otherTabs.listen((told) => {
  if (told && !isBusy()) perform(start);
  else refresh();
});
setInterval(refresh, PAUSE_MS);

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(start);
