/** The lists of requests: those that wait for the person, and those of the person. */

import { element, fact, part, replaceItems, tag } from "../common/elements.js";
import { language, text } from "../common/texts.js";
import { isOpen, missing, toneOf } from "./state.js";
import { isolate, isolated, timeOf } from "./phrases.js";

/** @typedef {import("./state.js").Brief} Brief
 * @typedef {import("./state.js").Summaries} Summaries */

/** @param {{asked: Brief[], waiting: Brief[]}} found */
export function showLists({ asked, waiting }) {
  showList("waiting", waiting, waitingItem);
  showList("asked", asked, askedItem);
}

/** @param {"waiting" | "asked"} id @param {Brief[]} briefs @param {(brief: Brief) => HTMLElement} item */
function showList(id, briefs, item) {
  part(`${id}-part`).hidden = briefs.length === 0;
  replaceItems(part(id), briefs.map(item), part(briefs.length ? `${id}-title` : "offers-title"));
}

/** @param {Brief} brief */
function waitingItem(brief) {
  const facts = [fact(text("askedBy"), isolated(brief.asker)), fact(text("askedAt"), timeOf(brief.createdAt))];
  return listed(brief, facts, text("decide"));
}

/** @param {Brief} brief */
function askedItem(brief) {
  const { status } = brief;
  const lacks = status === "pending" ? [fact(text("lacks"), missing(brief))] : [];
  const ends = isOpen(brief) ? [fact(text("until"), timeOf(brief.expires_at))] : [];
  const made = listed(brief, [...lacks, fact(text("askedAt"), timeOf(brief.createdAt)), ...ends], text("look"));
  made.querySelector(".row-name")?.append(tag(text(`status.${status}`), toneOf(status)));
  return made;
}

/** @param {Brief} brief @param {HTMLElement[]} facts @param {string} does */
function listed({ id, profile, summary }, facts, does) {
  const link = element("a", "button", does, element("span", "visually-hidden", `: ${isolate(profile.title)}`));
  link.href = `approve#${id}`;
  const name = element("p", "row-name", isolated(profile.title));
  const made = element("li", "", name, ...summaryOf(summary), element("dl", "facts", ...facts), link);
  made.dataset.id = id;
  return made;
}

/** In the words of the service. @param {Summaries | undefined} summaries */
function summaryOf(summaries) {
  const { text: told = "", marks = [] } = summaries?.[language] ?? summaries?.en ?? {};
  if (!told) return [];
  const isUnusual = marks.some((mark) => mark !== "long");
  return [element("p", "summary", isolated(told), ...(isUnusual ? [" ", tag(text("unusualShort"), "bad")] : []))];
}
