/** A message for a person: a title and a text in the language of the page. */

import { text } from "../common/texts.js";

/** @typedef {{title: string, text: string, again?: string, calm?: boolean}} Message
 * `again` labels a retry button; a calm message is shown, but is no alarm
 * @typedef {{again?: string, calm?: boolean}} Manner `again` names the label */

/** @type {Manner} */
export const PLAIN = {};
/** @type {Manner} */
export const CALM = { calm: true };
/** @type {Manner} */
export const AGAIN = { again: "try" };
/** @type {Manner} */
export const CALM_AGAIN = { ...AGAIN, ...CALM };
/** @type {Manner} */
export const START = { again: "start" };

/** @param {string} key the beginning of the keys of its texts @param {Manner} manner
 * @returns {Message} */
export function message(key, { again, calm }) {
  const said = { title: text(`${key}.title`), text: text(`${key}.text`) };
  return { ...said, ...(again && { again: text(`again.${again}`) }), ...(calm && { calm }) };
}
