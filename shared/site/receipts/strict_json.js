/** JSON of which two readers cannot see two messages: no member occurs twice, and no text has half a
 * character. `shared/audit/verification/receipts/strict_json.py` reads the same. */

const TOKEN = /"(?:[^"\\]+|\\.)*"|[^\s"{}[\]:,]+|[{}[\]:,]/g;
const WHOLE = /^-?\d+$/;
const DEEPEST = 64;
/** Of a whole number, as the command reads it. */
const MOST_DIGITS = 4300;

/** @typedef {Record<string, unknown>} Members
 * @typedef {{names: Set<string>, awaitsName: boolean} | null} Open an object, or null for a list */

/** @param {string} text @param {{whole?: boolean}} [rules] `whole`: every number is a whole one
 * @returns {Members} Throws SyntaxError for all that is no such object. */
export function readObject(text, { whole = false } = {}) {
  const value = JSON.parse(text);
  if (!isObject(value)) refuse("not an object");
  /** @type {Open[]} */
  const open = [];
  for (const token of text.match(TOKEN) ?? []) take(token, open, whole);
  return value;
}

/** @param {string} token of a text that is JSON @param {Open[]} open @param {boolean} whole */
function take(token, open, whole) {
  const inside = open[open.length - 1] ?? null;
  if (token === "{") open.push({ names: new Set(), awaitsName: true });
  else if (token === "[") open.push(null);
  else if (token === "}" || token === "]") open.pop();
  else if (token === ",") inside && (inside.awaitsName = true);
  else if (token === ":") inside && (inside.awaitsName = false);
  else if (token.startsWith('"')) takeText(JSON.parse(token), inside);
  else if (/\d/.test(token)) takeNumber(token, whole);
  if (open.length > DEEPEST) refuse("too deep");
}

/** @param {string} text @param {Open} inside */
function takeText(text, inside) {
  if (hasHalf(text)) refuse("half a character");
  if (!inside?.awaitsName) return;
  if (inside.names.has(text)) refuse("a member occurs twice");
  inside.names.add(text);
}

/** @param {string} token @param {boolean} whole */
function takeNumber(token, whole) {
  const isWhole = WHOLE.test(token);
  if (whole && !(isWhole && Number.isSafeInteger(Number(token)))) refuse("a number that is not whole");
  if (isWhole && token.length > MOST_DIGITS) refuse("a number that is too long");
}

/** @param {string} text */
function hasHalf(text) {
  return [...text].some((character) => character.length === 1 && character >= "\ud800" && character <= "\udfff");
}

/** @param {string} why @returns {never} */
function refuse(why) {
  throw new SyntaxError(why);
}

/** @param {unknown} value @returns {value is Members} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Its own member: no name leads to what all objects have.
 * @param {unknown} members @param {string} name @returns {unknown} */
export function member(members, name) {
  return isObject(members) ? Object.getOwnPropertyDescriptor(members, name)?.value : undefined;
}

/** In the one spelling that the log has. @param {unknown} value @returns {string} */
export function writeCanonically(value) {
  if (Array.isArray(value)) return `[${value.map(writeCanonically).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort(byCodePoints);
  return `{${names.map((name) => `${JSON.stringify(name)}:${writeCanonically(value[name])}`).join(",")}}`;
}

/** @param {string} one @param {string} other */
function byCodePoints(one, other) {
  const [a, b] = [[...one], [...other]];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : Number(a[at].codePointAt(0)) - Number(b[at].codePointAt(0));
}
