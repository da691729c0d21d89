/** The statement of a receipt in words: line by line, each text as it is written. */

import { element } from "../common/elements.js";
import { text, textOr } from "../common/texts.js";
import { isolated } from "../access/phrases.js";
import { isObject, member } from "../receipts/strict_json.js";

/** Characters that are not seen, or turn the direction round, or mean nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f]|(?! )\p{Zs}|[\u{e0100}-\u{e01ef}]/gu;

/** @typedef {[string, string]} Line a name, and what is written */

/** @param {object} members of a statement @returns {HTMLElement[]} */
export function statementLines(members) {
  return linesOf(members).map(([name, value]) => {
    const shown = isolated(visible(value));
    const note = visible(value) === value ? [] : [element("p", "unusual", text("unseen"))];
    return element("div", "", element("dt", "", isolated(visible(textOr(`label.${name}`, name)))), element("dd", "", shown, ...note));
  });
}

/** Each character that is not seen as its code point. @param {string} value */
export function visible(value) {
  return value.replace(UNSEEN, (character) => {
    const point = Number(character.codePointAt(0)).toString(16).toUpperCase();
    return `[U+${point.padStart(4, "0")}]`;
  });
}

/** @param {object} members @returns {Line[]} */
function linesOf(members) {
  const [profile, asker] = [member(members, "profile"), member(members, "asker")];
  /** @type {[string, unknown][]} */
  const known = [
    ["profile", member(profile, "title")],
    ["kind", member(profile, "kind")],
    ...detailsOf("database", member(members, "database")),
    ...detailsOf("details", member(members, "details")),
    ["reason", member(members, "reason")],
    ["asker", member(asker, "username")],
    ["displayName", member(asker, "displayName")],
    ["client", member(asker, "client")],
    ["address", member(asker, "address")],
    ["service", member(members, "service")],
    ["createdAt", member(members, "createdAt")],
    ["expiresAt", member(members, "expiresAt")],
    ["lifetimeSeconds", member(members, "lifetimeSeconds")],
  ];
  return known.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, written(value)]);
}

/** One line for each value, under the path to it. @param {string} path @param {unknown} value
 * @returns {[string, unknown][]} */
function detailsOf(path, value) {
  const inner = Array.isArray(value)
    ? value.map((each, at) => [`${path}[${at}]`, each])
    : isObject(value) ? Object.entries(value).map(([name, each]) => [stepTo(path, name), each]) : [];
  if (!inner.length) return [[path, value === null ? "null" : value]];
  return inner.flatMap(([to, each]) => detailsOf(String(to), each));
}

/** A name that could be taken for two is in quotes. @param {string} path @param {string} name */
const stepTo = (path, name) => (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`);

/** @param {unknown} value */
const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));
