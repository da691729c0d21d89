/** The page on which a person signs out: because an application asks for it, or by themselves. */

import { Problem } from "../common/api.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as session from "../common/session.js";
import { fillPlaces, text } from "../common/texts.js";
import { bindActs, perform, surround } from "../common/work.js";
import { explain } from "../passkeys/messages.js";

/** @typedef {{step: string, clientName: string | null, location: string | null,
 *   leadsTo: string | null}} Found */

const STEPS = ["confirm", "signed-out", "still", "over"];

/** Only the service can read it. Without it, the person came by themselves. */
let request = new URLSearchParams(location.hash.slice(1)).get("request");
let username = "";

async function start() {
  username = (await session.find())?.user.username ?? "";
  await goOn(false);
}

/** @param {boolean} confirms */
async function goOn(confirms) {
  try {
    const body = { ...(request && { request }), confirms };
    const response = await session.send("POST", "logout/step", { body });
    show(await response.json());
  } catch (error) {
    if (!(error instanceof Problem) || error.slug !== "redirect-unverified") throw error;
    showSection("over");
  }
}

/** @param {Found} found */
function show(found) {
  notices.clear();
  if (found.step === "signed-out") session.forget();
  if (found.step === "signed-out" && found.location) return leave(found.location);
  part("asked-by").hidden = !found.clientName;
  fillPlaces({ client: found.clientName, username, place: found.leadsTo });
  part("back").hidden = !found.location;
  if (found.location) part("back-link").href = found.location;
  showSection(found.step);
}

/** Back leads to the application, and not to here. @param {string} place */
function leave(place) {
  showSection("");
  notices.progress(text("signedOutTitle"), text("leaving"));
  location.replace(place);
}

/** @param {string} shown */
function showSection(shown) {
  for (const each of STEPS) part(each).hidden = each !== shown;
  if (shown) part(`${shown}-title`).focus();
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = {
  async confirm() {
    notices.progress(text("signingOut"), "");
    await goOn(true);
  },
  async stay() {
    showSection("still");
  },
  async here() {
    request = null;
    await goOn(false);
  },
};

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  notices.failure(explain(error), again);
}

surround({ before: async () => true, failed: fail, after() {} });
bindActs(ACTS);
perform(start);
