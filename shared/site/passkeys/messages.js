/** A message for every failure: what happened, and what to do. */

import { Problem } from "../common/api.js";
import { language, text } from "../common/texts.js";
import { explainBrowser } from "./browser_failures.js";
import { BrowserFailure } from "./ceremonies.js";
import { AGAIN, CALM, CALM_AGAIN, PLAIN, START, message } from "./message.js";
import { REFUSALS } from "./refusals.js";

/** @typedef {import("./message.js").Message} Message */

/** @type {Record<string, import("./message.js").Manner>} by the name of the error of the browser or this page */
const FAILURES = {
  InsecureContext: PLAIN,
  NoPasskeys: PLAIN,
  Unreachable: AGAIN,
  NoCookies: PLAIN,
  PassOver: PLAIN,
  UnreadableCredential: AGAIN,
  Unsettled: AGAIN,
  MayBeUnderWay: AGAIN,
  NotSaved: START,
  SessionOver: CALM,
  SessionReplaced: CALM_AGAIN,
  SignedInElsewhere: CALM,
  SignedInAgain: CALM,
  AnotherUser: CALM,
  AnotherUserSince: CALM,
};

/** A temporary refusal. @param {Message} refusal @param {number} seconds @returns {Message} */
function later(refusal, seconds) {
  return { ...refusal, text: text("later", { text: refusal.text, when: when(seconds) }) };
}

/** @param {number} seconds */
function when(seconds) {
  if (!seconds) return text("inAMoment");
  const format = new Intl.RelativeTimeFormat(language);
  return seconds > 90 ? format.format(Math.ceil(seconds / 60), "minute") : format.format(seconds, "second");
}

/** @param {string} reference @returns {Message} */
function unforeseen(reference) {
  const said = text("unforeseen");
  return {
    title: text("unforeseenTitle"),
    text: reference ? text("mention", { text: said, reference }) : said,
    again: text("again.try"),
  };
}

/** Only the server knows all rules for names. @param {string} detail @returns {Message} */
function unfit(detail) {
  const said = text("unfit", { detail });
  const rule = detail.startsWith("username") ? `${text("ruleForNames")} ` : "";
  return { title: text("unfitTitle"), text: `${rule}${said}` };
}

/** The service says what it counts, and when to retry, in English. @param {string} detail
 * @param {number} retryAfter @returns {Message} */
function tooMany(detail, retryAfter) {
  const refusal = message("refusal.too-many-requests", AGAIN);
  return detail && language === "en" ? { ...refusal, text: detail } : later(refusal, retryAfter);
}

/** One of a proxy between the browser and the service may be unknown.
 * @param {string} slug */
function refusalOf(slug) {
  return slug in REFUSALS ? message(`refusal.${slug}`, REFUSALS[slug]) : undefined;
}

/** @param {Problem} problem @returns {Message} */
function explainRefusal({ slug, status, detail, instance, retryAfter }) {
  if (slug === "malformed-request") return unfit(detail);
  if (status === 429) return tooMany(detail, retryAfter);
  if (status === 503) return later(refusalOf(slug) ?? message("unknown.service", AGAIN), retryAfter);
  return refusalOf(slug) ?? unforeseen(instance);
}

/** @param {unknown} error @returns {Message} */
export function explain(error) {
  const { leftover } = /** @type {{leftover?: string}} */ (error);
  const said = explainAlone(error);
  return leftover ? { ...said, text: `${said.text} ${text(`leftover.${leftover}`)}` } : said;
}

/** @param {unknown} error @returns {Message} */
function explainAlone(error) {
  if (error instanceof Problem) return explainRefusal(error);
  if (error instanceof BrowserFailure) return explainBrowser(error);
  const { name } = /** @type {Error} */ (error);
  return name in FAILURES ? message(`failure.${name}`, FAILURES[name]) : unforeseen("");
}
