/** The page itself: the visible part, and the changes between parts. */

import * as account from "./account.js";
import { Problem } from "../common/api.js";
import * as autofill from "./autofill.js";
import { finishSignIn, unsupported } from "../passkeys/ceremonies.js";
import { part } from "../common/elements.js";
import * as entry from "./entry.js";
import { explain } from "../passkeys/messages.js";
import * as notices from "../common/notices.js";
import * as otherTabs from "../common/other_tabs.js";
import { Declined } from "../common/question.js";
import * as session from "../common/session.js";
import { isBusy, perform, surround } from "../common/work.js";

/** @param {boolean} signedIn */
function show(signedIn) {
  part("intro").hidden = signedIn;
  part("signed-out").hidden = signedIn;
  part("signed-in").hidden = !signedIn;
}

/** @param {boolean} signedIn */
function turnTo(signedIn) {
  show(signedIn);
  part(signedIn ? "welcome" : "title").focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** @param {{csrfToken: string, expires_in: number, user: any, credential: any}} outcome */
function welcome({ csrfToken, expires_in, user, credential }) {
  session.start(csrfToken, expires_in * 1000);
  otherTabs.tell("started");
  account.showUser(user, credential);
  turnTo(true);
  notices.success(
    "You are signed in",
    "Your device signed a challenge that is valid only once. The site checked it with your public key. No secret left your device.",
  );
  // Not part of the ceremony, which has succeeded and does not wait for the lists.
  load((error) => (isOver(error) ? new session.NoCookies() : error));
}

/** @param {(error: unknown) => unknown} [told] handles an error */
async function load(told = (error) => error) {
  try {
    return await account.load();
  } catch (error) {
    if (session.isOpen()) fail(told(error), () => load());
  }
}

/** After a change that was reported as a success. If somebody else has signed in since, their
 * account was not changed. */
async function reload() {
  if ((await load()) === "AnotherUser") notices.failure(explain({ name: "AnotherUserSince" }));
}

function leave() {
  session.forget();
  account.clear();
  entry.setMode("sign-in");
  turnTo(false);
  offerSuggestions();
}

function offerSuggestions() {
  if (!session.isOpen() && !isBusy()) autofill.start(choose);
}

/** A passkey was picked from the name field's suggestions. @param {PublicKeyCredential} credential */
function choose(credential) {
  perform(async () => welcome(await finishSignIn(credential)), () => entry.enter());
}

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  if (error instanceof Declined) return notices.clear();
  if (session.isOpen() && isOver(error)) leave();
  if (mayBeReplaced(error) && !(await isAsShown())) return;
  notices.failure(explain(error), again);
}

/** Requests of this tab are then refused, because they carry the token of the former session.
 * @param {unknown} error */
function mayBeReplaced(error) {
  return error instanceof session.SessionReplaced || (error instanceof Problem && error.status === 403);
}

/** Show the browser's current session, and a notice if another one was shown before.
 * @returns {Promise<boolean>} whether this tab already showed it */
async function isAsShown() {
  if (!session.isOpen()) return true;
  try {
    const difference = account.difference(await session.read());
    if (!difference) return true;
    await account.load();
    notices.failure(explain({ name: difference }));
  } catch (error) {
    if (error instanceof session.SessionReplaced) return isAsShown();
    if (!session.isOpen() || !isOver(error)) return true; // The next request reports it.
    leave();
    notices.failure(explain(error));
  }
  return false;
}

/** @param {"started" | "ended"} [told] by another tab */
async function lookAgain(told) {
  if (isBusy()) return; // Each piece of work checks this itself.
  if (session.isOpen()) await isAsShown();
  else if (told === "started") await join();
}

/** Another tab has signed in. The user requested nothing here, so a failure is not shown. */
async function join() {
  try {
    await account.load();
  } catch {
    return session.forget();
  }
  autofill.stop();
  turnTo(true);
  notices.failure(explain({ name: "SignedInElsewhere" }));
}

/** @param {unknown} error */
function isOver(error) {
  return error instanceof session.SessionOver || (error instanceof Problem && error.slug === "token-invalid");
}

/** A failed automatic renewal shows no notice, unless the session has ended.
 * @param {unknown} [error] */
function renewed(error) {
  if (!error) account.reloadToken().catch(() => {});
  else if (error instanceof session.SessionReplaced) isAsShown();
  else if (session.isOpen() && isOver(error)) fail(error, () => {});
}

/** Find out by a request whether a session exists, because scripts cannot read the cookies. */
async function resume() {
  try {
    await account.load();
    show(true);
  } catch (error) {
    session.forget();
    show(false);
    // No session is not a failure. An unknown state is one.
    const declined = isOver(error) || (error instanceof Problem && error.status < 500);
    if (!declined) notices.failure(explain(error), resume);
  }
  offerSuggestions();
}

async function prepare() {
  autofill.stop();
  return isAsShown();
}

surround({ before: prepare, failed: fail, after: offerSuggestions });
otherTabs.listen(lookAgain);
session.onRenewal(renewed);
entry.start(welcome);
account.start({
  leave(title, text) {
    leave();
    otherTabs.tell("ended");
    notices.success(title, text);
  },
  reload: () => void reload(),
});

const obstacle = unsupported();
if (obstacle) {
  show(false);
  notices.failure(explain(obstacle));
} else {
  resume();
}
