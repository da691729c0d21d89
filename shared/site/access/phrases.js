/** Names and times within sentences, and texts that others wrote. */

import { element } from "../common/elements.js";
import { language } from "../common/texts.js";

/** A name within a sentence: it does not change the direction of the rest. @param {string} name */
export const isolate = (name) => `\u2068${name}\u2069`;

/** A reason is one text, without breaks. @param {string} typed */
export const oneLine = (typed) => typed.trim().replace(/\s+/g, " ");

const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** @param {string} at */
export const moment = (at) => format.format(new Date(at));

/** @param {string} at @returns {HTMLTimeElement} */
export function timeOf(at) {
  const made = element("time", "", moment(at));
  made.dateTime = at;
  return made;
}

/** A code point that the service wrote in place of a character that is not seen. */
const CODE_POINT = /(\[U\+[0-9A-F]{4,6}\])/;

/** Keeps its own direction of writing, and changes none around it. @param {string} value */
export function isolated(value) {
  const pieces = value.split(CODE_POINT).filter(Boolean);
  return element("bdi", "", ...pieces.map((piece) => (CODE_POINT.test(piece) ? element("mark", "", piece) : piece)));
}
