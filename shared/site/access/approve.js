/** The page on which people decide about what somebody asks for. The approval's ID is in the fragment
 * of its address, which browsers send to no server. */

import { begin, Problem } from "../common/api.js";
import { element, part, tag } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as otherTabs from "../common/other_tabs.js";
import { ask, Declined } from "../common/question.js";
import * as session from "../common/session.js";
import { fillPlaces, text } from "../common/texts.js";
import { bindActs, isBusy, perform, surround } from "../common/work.js";
import { getPasskey, unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { authenticationJSON } from "../passkeys/webauthn_json.js";
import { enter } from "./entrance.js";
import { follow, look, stop } from "./following.js";
import { copyToken, forgetToken, getToken, NoToken } from "./granted.js";
import { isolated, timeOf } from "./phrases.js";
import { followRestore, leaveRestore } from "./restoring.js";
import { saveReceipt } from "./receipt.js";
import { forgetRefusal, isRefusing, openRefusal, reasonOfRefusal } from "./refusal.js";
import { isOpen, stateOf } from "./state.js";
import { isUnusual, shownLines } from "./statement.js";

/** @typedef {import("./state.js").Approval} Approval */

const RESTORE = "azure-backup-restore";
const CERTIFICATE = "postgresql-certificate";
const PARTS = ["enter", "stranger", "incomplete", "approval"];
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Refusals that say that the page shows something old. */
const CHANGED = ["approval-over", "approval-lapsed", "access-obstructed", "not-found", "csrf-refused"];

/** What the person sees, and decides about. @type {Approval} */
let shown;
/** Which request is shown to which account. */
let subject = "";
/** Whether the page has to start again once the present work is done. */
let isDue = false;

/** Find out who is there, and what the approval is to them. Nothing is left to press meanwhile: it
 * would be about another approval, or another account. */
async function start() {
  isDue = false;
  stop();
  leaveRestore();
  forgetToken();
  turnTo("");
  const id = location.hash.slice(1);
  if (!ID.test(id)) return turnTo("incomplete");
  const account = await session.find();
  if (!account) return turnTo("enter");
  fillPlaces({ username: account.user.username });
  const now = `${id} ${account.user.id}`;
  if (now !== subject) forgetRefusal();
  subject = now;
  await read(id);
}

/** @param {string} id */
async function read(id) {
  try {
    const { approval, version } = await look(id);
    if (!approval) return;
    show(approval);
    turnTo("approval");
    followOn(version);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    turnTo("stranger");
  }
}

/** @param {string} version that is shown */
function followOn(version) {
  if (isOpen(shown)) follow(shown.id, version, { changed: showChange, failed: lost });
  else stop();
}

/** @param {string} now */
function turnTo(now) {
  notices.clear();
  for (const each of PARTS) part(each).hidden = each !== now;
  if (now) (part(`${now}-title`) ?? part("state")).focus({ preventScroll: true });
}

/** @param {Approval} approval */
function show(approval) {
  shown = approval;
  showState(stateOf(approval));
  part("words").replaceChildren(...shownLines(approval.words));
  part("unusual").hidden = !isUnusual(approval.words);
  part("decisions").replaceChildren(...decisions(approval));
  part("decisions-part").hidden = part("decisions").childElementCount === 0;
  showActs(approval);
  if (approval.profile.kind === RESTORE && approval.status === "used") followRestore(approval.id);
  part("afterwards").hidden = approval.status === "pending" || approval.gestures.length === 0;
}

/** Only what differs is read out. @param {import("./state.js").State} state */
function showState({ tone, title, text: told }) {
  const state = part("state");
  if (state.textContent === title + told) return;
  state.dataset.tone = tone;
  state.replaceChildren(element("strong", "", title), element("p", "", told));
}

/** @param {Approval} approval */
function showActs({ role, status, profile, code, lapse, mayApprove, mayRefuse, mayWithdraw }) {
  if (!mayRefuse) openRefusal(false);
  const refuses = isRefusing();
  part("approve").hidden = !mayApprove || role === "asker" || refuses;
  part("confirm").hidden = !mayApprove || role !== "asker";
  part("refuse").hidden = !mayRefuse || refuses;
  part("withdraw").hidden = !mayWithdraw;
  part("get-token").hidden = !code || status !== "approved" || profile.kind === CERTIFICATE;
  part("start-restore").hidden = !(profile.kind === RESTORE && role === "asker" && status === "approved");
  part("acts").hidden = !(mayApprove || mayRefuse || mayWithdraw) || lapse !== undefined;
}

/** Others decided, or the time is over. @param {Approval} approval */
function showChange(approval) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  show(approval);
  if (!isOpen(approval)) stop();
  if (focused && !focused.offsetParent && focused !== document.body) part("state").focus();
}

/** @param {Approval} approval @returns {HTMLElement[]} */
function decisions({ gestures, refusal }) {
  const given = gestures.map(({ role, username, at }) => decision(username, text(`did.${role}`), "good", at));
  if (!refusal) return given;
  const refused = decision(refusal.username, text("did.refuse"), "bad", refusal.at);
  if (refusal.reason) refused.append(element("p", "reason", isolated(refusal.reason)));
  return [...given, refused];
}

/** @param {string} username @param {string} did @param {"good" | "bad"} tone @param {string} at */
function decision(username, did, tone, at) {
  return element("li", "", element("strong", "", isolated(username)), tag(did, tone), timeOf(at));
}

async function approve() {
  notices.progress(text("approving"), text("dialog"));
  const { publicKey } = await begin(`approvals/${shown.id}/begin`, {}, { via: session.send });
  const credential = authenticationJSON(await getPasskey(publicKey));
  await decide("finish", { credential });
}

/** @param {string} step @param {object} [body] */
async function decide(step, body) {
  const response = await session.send("POST", `approvals/${shown.id}/${step}`, { body });
  notices.clear();
  show(await response.json());
  followOn(response.headers.get("ETag") ?? "");
  part("state").focus();
}

async function refuse() {
  const reason = reasonOfRefusal();
  await decide("refuse", reason ? { reason } : {});
  forgetRefusal();
}

async function withdraw() {
  await ask({ title: text("withdrawTitle"), text: text("withdrawText"), yes: text("withdrawYes"), no: text("withdrawNo") });
  await decide("withdraw");
}

/** It uses the approval. */
async function startRestore() {
  notices.progress(text("startingRestore"), "");
  await session.send("POST", `approvals/${shown.id}/restore`);
  await start();
}

/** @param {boolean} opens */
function turnToRefusal(opens) {
  openRefusal(opens);
  showActs(shown);
  part(opens ? "refusal-reason" : "refuse").focus();
}

async function signIn() {
  await enter();
  await start();
}

/** Following ended. @param {unknown} error */
function lost(error) {
  fail(error, () => perform(start));
}

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  if (error instanceof Declined) return notices.clear();
  const slug = error instanceof Problem ? error.slug : "";
  if (CHANGED.includes(slug) || error instanceof session.SessionReplaced) {
    await start().catch(() => {});
    return notices.failure(explain(error));
  }
  if (isOver(error)) leave();
  if (error instanceof NoToken) return notices.failure({ title: text("noToken"), text: error.told });
  notices.failure(explain(error), again);
}

/** @param {unknown} error */
const isOver = (error) =>
  error instanceof session.SessionOver || (error instanceof Problem && ["token-invalid", "token-required"].includes(error.slug));

/** The session has ended. */
function leave() {
  stop();
  leaveRestore();
  forgetToken();
  session.forget();
  turnTo("enter");
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = {
  signIn,
  otherAccount: signIn,
  approve,
  confirm: approve,
  askToRefuse: async () => turnToRefusal(true),
  keepOpen: async () => turnToRefusal(false),
  withdraw,
  startRestore,
  getToken: async () => getToken(/** @type {Approval} */ ((await look(shown.id)).approval ?? shown)),
  copyToken,
};

/** Not in the middle of something: a passkey may be about to sign what is shown. */
function restart() {
  if (isBusy()) isDue = true;
  else perform(start);
}

function restartIfDue() {
  if (isDue) restart();
}

surround({ before: async () => true, failed: fail, after: restartIfDue });
bindActs(ACTS);
part("refusal").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  perform(refuse);
});
part("receipt").addEventListener("click", () => perform(() => saveReceipt(shown.id)));
addEventListener("hashchange", restart);
otherTabs.listen((told) => told && restart());
// A page that the browser kept shows how things were, and whose they were.
addEventListener("pageshow", ({ persisted }) => persisted && restart());

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(start);
