/** The signed-in part: the account, and changes to it. */

import * as changes from "../passkeys/changes.js";
import { findUsed, showCredentials, titled } from "../passkeys/credentials.js";
import { part } from "../common/elements.js";
import { showLinks } from "./link_list.js";
import * as notices from "../common/notices.js";
import * as session from "../common/session.js";
import { showSessions } from "./session_list.js";
import { nameOf, showApplications } from "./application_list.js";
import { hideRequestLink, showRequestLink } from "./request_link.js";
import { signalAccount } from "../passkeys/signals.js";
import { forgetToken, showToken } from "./token.js";
import { perform } from "../common/work.js";

/** @typedef {import("../passkeys/credentials.js").CredentialView} CredentialView
 * @typedef {import("./session_list.js").SessionView} SessionView
 * @typedef {{leave: (title: string, text: string) => void, reload: () => void}} Surroundings */

const EMPTIED = [
  ...["welcome", "who", "with", "initial"],
  ...["keys", "links", "applications", "sessions", "session-count"],
];

/** @type {session.Account | null} */
let shown = null;
let usedId = "";
let latest = 0;
/** @type {Promise<"" | "SignedInAgain" | "AnotherUser">} */
let loading = Promise.resolve("");
/** @type {Surroundings} */
let page;

/** @param {{username: string, displayName: string}} user @param {CredentialView | undefined} used */
export function showUser({ username, displayName }, used) {
  const name = displayName || username;
  part("welcome").textContent = `Welcome, ${name}`;
  part("who").textContent = username;
  part("with").textContent = used ? titled(used) : "a passkey that was removed";
  part("initial").textContent = (Array.from(name)[0] ?? "").toLocaleUpperCase();
}

/** Read the account and show it. Returns how its session differs from the one that was shown. */
export function load() {
  loading = readAndShow();
  return loading;
}

/** How the browser's session differs from the one that is shown: not at all, or by name.
 * @param {session.Account} account as it is now @returns {"" | "SignedInAgain" | "AnotherUser"} */
export function difference({ token, user }) {
  if (!shown || shown.token.session === token.session) return "";
  return shown.user.id === user.id ? "SignedInAgain" : "AnotherUser";
}

/** Unless something newer was shown meanwhile.
 * @returns {Promise<"" | "SignedInAgain" | "AnotherUser">} */
async function readAndShow() {
  const asked = ++latest;
  const account = await session.read();
  const [{ sessions }, { applications }] = await Promise.all(["sessions", "applications"].map(list));
  const used = await findUsed(account.credentials, account.token.credential);
  if (asked !== latest) return "";
  const changed = difference(account);
  if (!shown || changed) showRequestLink();
  shown = account;
  usedId = used?.id ?? "";
  showUser(account.user, used);
  showCredentials(account.credentials, usedId, { rename, remove });
  showLinks(account.links, account.user.id, removeLink);
  showApplications(applications, sessions, endAccess);
  showSessions(sessions, end);
  showToken(account.token, account.lifetime);
  signalAccount(account.signal);
  return changed;
}

/** @param {string} path */
async function list(path) {
  return (await session.send("GET", path)).json();
}

/** The token was renewed: nothing else changed, and the user may be typing. */
export async function reloadToken() {
  const asked = latest;
  const account = await session.read();
  if (asked === latest) showToken(account.token, account.lifetime);
}

/** Remove the shown account. */
export function clear() {
  latest += 1;
  shown = null;
  forgetToken();
  hideRequestLink();
  for (const id of EMPTIED) {
    part(id).replaceChildren();
  }
}

/** Repeat after a fresh sign-in, if the server requires one. @template T
 * @param {() => Promise<T>} change @returns {Promise<T>} */
async function confirmed(change) {
  try {
    return await change();
  } catch (error) {
    if (!shown || !changes.wantsFreshSignIn(error)) throw error;
    usedId = await changes.signInAfresh(shown.user.username, shown.token.session);
    shown = await session.read();
    return change();
  }
}

async function add() {
  const name = part("another-key-name");
  notices.progress("Adding a passkey", "Follow your browser’s dialog.");
  await loading.catch(() => {}); // Its signal has the old passkeys, and must not come after the new one.
  const view = await confirmed(() => changes.add(shown?.user.id ?? "", name.value.trim()));
  name.value = "";
  notices.success("Passkey added", `“${titled(view)}” can now also sign you in.`);
  page.reload();
}

/** @param {CredentialView} view @param {string} name */
function rename(view, name) {
  perform(async () => {
    await changes.rename(view, name);
    notices.success("Name saved", `The passkey’s name is now “${name}”.`);
    page.reload();
  });
}

/** @param {CredentialView} view */
function remove(view) {
  perform(async () => {
    await changes.remove(view, confirmed);
    if (view.id === usedId) {
      await session.end().catch(session.forget); // It has ended with the passkey.
      page.leave(
        `“${titled(view)}” was removed`,
        "You had signed in with it, so you are now signed out here and everywhere else you used it.",
      );
      return;
    }
    notices.success("Passkey removed", `“${titled(view)}” can no longer sign you in.`);
    page.reload();
  });
}

/** @param {import("./link_list.js").LinkView} view */
function removeLink(view) {
  perform(async () => {
    await changes.removeLink(view, confirmed);
    notices.success("Link removed", "That user is no longer linked to your account.");
    page.reload();
  });
}

/** @param {SessionView} view */
function end(view) {
  perform(async () => {
    await session.send("DELETE", `sessions/${view.id}`);
    notices.success("Session ended", "All its requests are now refused.");
    page.reload();
  });
}

/** @param {import("./application_list.js").ApplicationView} view */
function endAccess(view) {
  perform(async () => {
    await session.send("DELETE", `applications/${view.id}`);
    notices.success(
      `${nameOf(view)} has no access any more`,
      "It may show you as signed in until it asks here again. Then you decide again.",
    );
    page.reload();
  });
}

async function signOut() {
  await session.end();
  page.leave("Signed out", "The server deleted its cookies. Your passkey stays on your device.");
}

async function signOutEverywhere() {
  await changes.askToEndAll();
  await session.send("DELETE", "sessions");
  session.forget();
  page.leave("Signed out everywhere", "All your sessions have ended. Your passkeys are unchanged.");
}

/** @param {Surroundings} given actions of the page */
export function start(given) {
  page = given;
  part("another").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    perform(add);
  });
  part("sign-out").addEventListener("click", () => perform(signOut));
  part("sign-out-everywhere").addEventListener("click", () => perform(signOutEverywhere));
}
