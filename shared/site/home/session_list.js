/** The list of the account's sessions. */

import { button, element, fact, part, replaceItems, tag } from "../common/elements.js";
import { timeElement } from "../common/times.js";

/** @typedef {{id: string, current: boolean, signedInAt: string, lastUsedAt: string,
 *   userAgent: string, client?: string}} SessionView */

/** Every browser also claims to be others, so the more specific name comes first.
 * @type {[RegExp, string][]} */
const BROWSERS = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|Chromium\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** @param {[RegExp, string][]} table @param {string} userAgent */
const find = (table, userAgent) => table.find(([pattern]) => pattern.test(userAgent))?.[1];

/** @param {string} userAgent */
export function described(userAgent) {
  const browser = find(BROWSERS, userAgent);
  const system = find(SYSTEMS, userAgent);
  if (browser) return system ? `${browser} on ${system}` : browser;
  return userAgent || "An application without a name";
}

/** Those of the person: what applications have is in a list of its own.
 * @param {SessionView[]} all @param {(view: SessionView) => void} end */
export function showSessions(all, end) {
  const sessions = all.filter(({ client }) => client === undefined);
  const latestFirst = [...sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  );
  const items = latestFirst.map((view) => item(view, end));
  replaceItems(part("sessions"), items, part("sessions-summary"));
  part("session-count").textContent = sessions.length === 1 ? "1 session" : `${sessions.length} sessions`;
}

/** @param {SessionView} view @param {(view: SessionView) => void} end */
function item(view, end) {
  const where = described(view.userAgent);
  const title = element("p", "row-name", where);
  const facts = element(
    "dl",
    "facts",
    fact("Signed in", timeElement(new Date(view.signedInAt))),
    fact("Last used", timeElement(new Date(view.lastUsedAt))),
  );
  const made = element("li", "", title, facts);
  if (view.current) title.append(tag("This one", "good"));
  else made.append(button("End this session", `of ${where}`, () => end(view)));
  made.dataset.id = view.id;
  return made;
}
