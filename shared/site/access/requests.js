/** The page on which a person asks for access, and sees the requests of others. */

import { Problem } from "../common/api.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as otherTabs from "../common/other_tabs.js";
import * as session from "../common/session.js";
import { fillPlaces, text } from "../common/texts.js";
import { bindActs, isBusy, perform, surround } from "../common/work.js";
import { unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { enter } from "./entrance.js";
import { fieldsOf, NotJson } from "./fields.js";
import { showLists } from "./lists.js";
import { showOffers } from "./offers.js";
import { isolated, oneLine } from "./phrases.js";

/** @typedef {import("./offers.js").Offer} Offer */

const PARTS = ["enter", "lists", "asking"];
const PAUSE_MS = 10_000;
const TITLE = document.title;

/** What the person is asking for. @type {Offer} */
let wanted;
/** @type {import("./fields.js").Fields} */
let fields;
let userId = "";
/** What was shown last. */
let latest = "";
let waiting = 0;
/** Increases with each request for the lists, so that a late answer is dropped. */
let turn = 0;
/** Whether the page has to start again once the present work is done. */
let isDue = false;

async function start() {
  isDue = false;
  turnTo("");
  latest = "";
  const account = await session.find();
  if (!account) return turnTo("enter");
  userId = account.user.id;
  fillPlaces({ username: account.user.username });
  await Promise.all([loadOffers(), loadLists()]);
  turnTo("lists");
}

async function loadOffers() {
  const response = await session.send("GET", "access");
  const { access } = await response.json();
  showOffers(access, { ask: prepare, signIn: () => perform(signIn) });
}

async function loadLists() {
  turn += 1;
  const mine = turn;
  const response = await session.send("GET", "approvals");
  const told = await response.text();
  if (told === latest || mine !== turn) return;
  const isFirst = latest === "";
  latest = told;
  const found = JSON.parse(told);
  showLists(found);
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
  if (now === "enter") document.title = TITLE;
  if (now) (part(`${now}-title`) ?? part("title")).focus();
}

/** @param {Offer} offer */
function prepare(offer) {
  wanted = offer;
  fields = fieldsOf(offer, perform);
  part("asking-title").replaceChildren(isolated(offer.title));
  part("asking-text").replaceChildren(isolated(offer.description ?? ""));
  part("asking-text").hidden = !offer.description;
  part("details").replaceChildren(...fields.elements);
  part("reason").value = "";
  part("reason").required = offer.reasonRequired;
  part("reason-optional").hidden = offer.reasonRequired;
  turnTo("asking");
  if (fields.load) perform(fields.load);
}

/** The service makes a statement of it, which the next page shows. */
async function ask() {
  const reason = oneLine(part("reason").value);
  const details = { type: wanted.kind, ...fields.read() };
  const body = { profile: wanted.profile, authorization_details: details, ...(reason && { reason }) };
  const response = await session.send("POST", "approvals", { body });
  const { id } = await response.json();
  location.assign(`approve#${id}`);
}

async function signIn() {
  await enter();
  await start();
}

/** What was typed is still there, unless it is somebody else now. */
async function askAgain() {
  await enter();
  const account = await session.find();
  if (account?.user.id !== userId) return start();
  await ask();
}

async function toLists() {
  await loadLists();
  turnTo("lists");
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
  if (error instanceof NotJson) return notices.failure({ title: text("notJsonTitle"), text: text("notJson") });
  if (error instanceof Problem && error.slug === "step-up-required") {
    const told = { title: text("againTitle"), text: text("againText"), again: text("signInAgain"), calm: true };
    return notices.failure(told, () => perform(askAgain));
  }
  if (isOver(error)) {
    session.forget();
    turnTo("enter");
  }
  notices.failure(explain(error), again);
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = { signIn, otherAccount: signIn, toLists };

function restart() {
  if (isBusy()) isDue = true;
  else perform(start);
}

function restartIfDue() {
  if (isDue) restart();
}

surround({ before: async () => true, failed: fail, after: restartIfDue });
bindActs(ACTS);
part("wanted").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  perform(ask);
});
otherTabs.listen((told) => {
  if (told) restart();
  else refresh();
});
// A page that the browser kept shows how things were, and whose they were.
addEventListener("pageshow", ({ persisted }) => persisted && restart());
setInterval(refresh, PAUSE_MS);

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(start);
