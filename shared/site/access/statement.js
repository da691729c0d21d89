/** What is asked for, in the words of the service, line by line. Whatever it says is set as text. */

import { element } from "../common/elements.js";
import { language } from "../common/texts.js";
import { isolated } from "./phrases.js";

/** @typedef {{name: string, label: string, value: string, marks: string[], notes: string[]}} Line
 * @typedef {Record<string, Line[]>} Words by language */

/** @param {Words} words */
export const linesOf = (words) => words[language] ?? words.en;

/** @param {Words} words @returns {HTMLElement[]} */
export const shownLines = (words) => linesOf(words).map(shownLine);

/** @param {Words} words */
export const isUnusual = (words) => linesOf(words).some(({ marks }) => marks.length > 0);

/** @param {Line} line */
function shownLine({ name, label, value, marks, notes }) {
  const told = notes.map((note) => element("p", "unusual", note));
  const made = element("div", "", element("dt", "", isolated(label)), element("dd", "", isolated(value), ...told));
  made.dataset.line = name;
  if (marks.length) made.dataset.marks = marks.join(" ");
  return made;
}
