/** The texts of the page, in the language in which it was served. The script says what the server
 * could not know. */

const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="texts"]'));

/** @type {Record<string, string>} */
const TEXTS = JSON.parse(meta?.content ?? "{}");

/** For `Intl`. */
export const language = document.documentElement.lang;

/** @param {string} key @param {Record<string, string>} [values] */
export function text(key, values = {}) {
  return TEXTS[key].replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** @param {string} key @param {string} other what to show if there is no such text */
export const textOr = (key, other) => TEXTS[key] ?? other;

/** Fill the places in the page's own texts. @param {Record<string, string | null>} values */
export function fillPlaces(values) {
  for (const [name, value] of Object.entries(values)) {
    for (const each of document.querySelectorAll(`[data-value="${name}"]`)) each.textContent = value;
  }
}
