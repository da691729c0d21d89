/** The page between an application and a passkey: what the service still wants, the person does, and
 * then the browser goes back to the application. */

import { Problem } from "../common/api.js";
import { element, part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as session from "../common/session.js";
import { fillPlaces, language, text } from "../common/texts.js";
import { bindActs, perform, surround } from "../common/work.js";
import { signIn, unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { asked } from "./asked.js";

/** @typedef {{step: string, location?: string, answer?: string,
 *   client: {name: string, logo: string | null, leadsTo: string}, scope: string[],
 *   resources: string[], username: string | null}} Found */

const STEPS = ["sign-in", "new-gesture", "choose-account", "consent", "over"];

/** Only the service can read it. It is in the fragment, which browsers send to no server. */
const request = new URLSearchParams(location.hash.slice(1)).get("request") ?? "";

/** What the person decided so far. @type {Record<string, boolean>} */
let decided = {};

/** No dialog of the browser follows these. */
const DECISIONS = "[data-act='choose'], [data-act='consent']";
const PAUSE_MS = 600;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

async function start() {
  await session.find();
  await goOn();
}

async function goOn() {
  try {
    const body = { request, ...decided };
    const response = await session.send("POST", "authorize/step", { body });
    show(await response.json());
  } catch (error) {
    if (!(error instanceof Problem) || error.slug !== "redirect-unverified") throw error;
    showSection("over");
  }
}

/** @param {Found} found */
function show(found) {
  if (found.step === "answer") return leave(found);
  notices.clear();
  part("client").hidden = false;
  part("client-name").textContent = found.client.name;
  fillPlaces({ place: found.client.leadsTo, username: found.username });
  part("logo").hidden = !found.client.logo;
  if (found.client.logo) part("logo").src = found.client.logo;
  part("asked").replaceChildren(...asked(found));
  showSection(found.step);
}

/** @param {string} shown */
function showSection(shown) {
  for (const each of STEPS) part(each).hidden = each !== shown;
  part("leave").hidden = shown === "over";
  (part(`${shown}-title`) ?? part("title")).focus(); // What had the focus is gone, or never was.
}

/** @param {Found} found */
function leave({ location: place, answer }) {
  notices.progress(text("leaving"), part("client-name").textContent ?? "");
  if (place) return location.replace(place); // Back leads to the application, and not to here.
  const form = element("form", "", field("answer", answer ?? ""), field("ui_locales", language));
  Object.assign(form, { method: "post", action: "authorize/answer", hidden: true });
  document.body.append(form);
  form.submit();
}

/** @param {string} name @param {string} value */
function field(name, value) {
  return Object.assign(element("input", ""), { type: "hidden", name, value });
}

async function makeGesture() {
  notices.progress(text("working"), text("dialog"));
  const { csrfToken, expires_in } = await signIn();
  decided = {}; // It may be another person.
  session.start(csrfToken, expires_in * 1000);
  await goOn();
}

/** @type {Record<string, () => Promise<void>>} */
const ACTS = {
  gesture: makeGesture,
  choose: () => decide("chooses"),
  consent: () => decide("consents"),
  decline: () => decide("declines"),
};

/** @param {string} decision */
async function decide(decision) {
  decided[decision] = true;
  await goOn();
}

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  notices.failure(explain(error), again);
}

/** A double click may begin on another page, which then goes away: its end must decide nothing. So a
 * decision waits until this page has been in front for a moment. */
function waitForAttention() {
  allowDecisions(false);
  clearTimeout(pause);
  pause = setTimeout(() => allowDecisions(true), PAUSE_MS);
}

/** @param {boolean} now */
function allowDecisions(now) {
  for (const each of document.querySelectorAll(DECISIONS)) each.setAttribute("aria-disabled", String(!now));
}

surround({ before: async () => true, failed: fail, after: waitForAttention });
addEventListener("focus", waitForAttention);
bindActs(ACTS);

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(start);
