/** The page on which a person types the code of a device, sees what that asks for, and approves or
 * rejects it. Nothing in the address of the page counts: the code has to be typed. */

import { Problem } from "../common/api.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as session from "../common/session.js";
import { language, text } from "../common/texts.js";
import { bindActs, perform, surround } from "../common/work.js";
import { getPasskey, unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { authenticationJSON } from "../passkeys/webauthn_json.js";
import { asked } from "./asked.js";

/** @typedef {{request: string, userCode: string, client: {name: string, logo: string | null},
 *   scope: string[], resources: string[], address: string | null, sameAddress: boolean | null,
 *   secondsAgo: number, database?: Database, publicKey: object}} Begun
 * @typedef {{title: string, host: string, port: number, name: string, role: string | null}} Database
 *   role: null if it depends on who approves */

const PARTS = ["type", "decide", "approved", "rejected", "refused", "over"];

/** What the person is asked. @type {Begun} */
let begun;
/** The options of a challenge that was not answered yet. @type {object | undefined} */
let unanswered;

/** The session on this page, if there is one: then its account is offered first. */
async function resume() {
  const account = await session.find();
  if (!account) return;
  part("username").textContent = account.user.username;
  part("own-account").hidden = part("other-account").hidden = false;
}

/** @param {boolean} anyAccount whether a passkey of any account may answer */
async function ask(anyAccount) {
  const body = { userCode: part("code").value, anyAccount };
  const response = await session.send("POST", "device/begin", { body });
  begun = await response.json();
  unanswered = begun.publicKey;
  showDatabase(begun.database);
}

async function look() {
  notices.clear();
  await ask(false);
  part("shown-code").textContent = begun.userCode;
  part("client-name").textContent = begun.client.name;
  part("logo").hidden = !begun.client.logo;
  if (begun.client.logo) part("logo").src = begun.client.logo;
  part("address").textContent = begun.address ?? text("noAddress");
  part("ago").textContent = ago(begun.secondsAgo);
  part("other-address").hidden = begun.sameAddress !== false;
  part("asked").replaceChildren(...asked(begun));
  show("decide");
}

/** @param {Database} [database] none if the device asks for something else */
function showDatabase(database) {
  part("tokens").hidden = Boolean(database);
  part("database").hidden = !database;
  if (!database) return;
  part("database-title").textContent = database.title;
  part("database-name").textContent = database.name;
  part("database-host").textContent = `${database.host}:${database.port}`;
  part("database-role").textContent = database.role ?? text("roleOfYours");
}

/** @param {number} seconds */
function ago(seconds) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return seconds < 60 ? format.format(-seconds, "second") : format.format(-Math.floor(seconds / 60), "minute");
}

/** @param {boolean} anyAccount */
async function approve(anyAccount) {
  notices.progress(text("approving"), text("dialog"));
  if (anyAccount || !unanswered) await ask(anyAccount);
  const publicKey = /** @type {object} */ (unanswered);
  unanswered = undefined;
  const credential = authenticationJSON(await getPasskey(publicKey));
  await session.send("POST", "device/approve", { body: { request: begun.request, credential } });
  show("approved");
}

async function reject() {
  await session.send("POST", "device/reject", { body: { request: begun.request } });
  show("rejected");
}

async function again() {
  part("code").value = "";
  show("type");
}

/** @param {string} shown */
function show(shown) {
  notices.clear();
  for (const each of PARTS) part(each).hidden = each !== shown;
  (shown === "type" ? part("code") : part(`${shown}-title`)).focus();
}

/** @param {unknown} error @param {() => void} repeat */
async function fail(error, repeat) {
  if (error instanceof Problem && error.slug === "user-code-unknown" && !part("type").hidden) {
    return notices.failure({ title: text("unknown"), text: text("compare") });
  }
  const slug = error instanceof Problem ? error.slug : "";
  if (slug.startsWith("database-")) {
    part("why").textContent = text(`refused.${slug}`);
    return show("refused");
  }
  if (error instanceof Problem && ["user-code-unknown", "ceremony-not-found"].includes(error.slug)) {
    return show("over");
  }
  notices.failure(explain(error), repeat);
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = { approve: () => approve(false), otherAccount: () => approve(true), reject, again };

surround({ before: async () => true, failed: fail, after() {} });
part("type").addEventListener("submit", (event) => {
  event.preventDefault();
  perform(look);
});
bindActs(ACTS);

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(resume);
