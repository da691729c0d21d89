/** The list of applications that the account is used with. */

import { button, element, fact, part, replaceItems } from "../common/elements.js";
import { described } from "./session_list.js";
import { timeElement } from "../common/times.js";

/** @typedef {import("./session_list.js").SessionView} SessionView
 * @typedef {{session: string, since: string}} SignIn
 * @typedef {SignIn & {lastUsedAt: string, scope: string[]}} Offline
 * @typedef {{id: string, client: string, name?: string, signedIn: SignIn[], offline: Offline[],
 *   consent?: {givenAt: string, scope: string[], resources: string[]}}} ApplicationView */

/** What a scope allows. @type {Record<string, string>} */
const ALLOWED = {
  openid: "to know that it is you",
  profile: "your name and username",
  groups: "the groups that you are in",
  offline_access: "to stay connected when you are away",
};

/** An application that nobody registered is known by its address, which it cannot choose freely.
 * @param {ApplicationView} view */
export const nameOf = ({ name, client }) => name ?? (client.startsWith("https://") ? new URL(client).host : client);

/** @param {ApplicationView[]} applications @param {SessionView[]} sessions
 * @param {(view: ApplicationView) => void} end */
export function showApplications(applications, sessions, end) {
  part("applications-part").hidden = applications.length === 0;
  replaceItems(
    part("applications"),
    applications.map((view) => item(view, sessions, end)),
    part(applications.length ? "applications-title" : "keys-title"),
  );
}

/** @param {ApplicationView} view @param {SessionView[]} sessions
 * @param {(view: ApplicationView) => void} end */
function item(view, sessions, end) {
  const name = nameOf(view);
  const facts = [
    ...(view.name || name === view.client ? [] : [fact("Its address", view.client)]),
    ...view.signedIn.map((each) => fact("Signed in", signedIn(each, sessions))),
    ...view.offline.map((each) => fact(connected(each), offline(each))),
    ...(view.consent ? [fact("You allowed", allowed(view.consent))] : []),
  ];
  const made = element(
    "li",
    "",
    element("p", "row-name", name),
    element("dl", "facts", ...facts),
    button("End its access", `of ${name}`, () => end(view)),
  );
  made.dataset.id = view.id;
  return made;
}

/** @param {SignIn} view @param {SessionView[]} sessions */
function signedIn({ session, since }, sessions) {
  const shown = sessions.find(({ id }) => id === session);
  const where = shown ? `, with ${described(shown.userAgent)}${shown.current ? " (this session)" : ""}` : "";
  return element("span", "", timeElement(new Date(since)), where);
}

/** A device without a browser is connected for some minutes, if it asked for no more.
 * @param {Offline} view */
const connected = ({ scope }) => (scope.includes("offline_access") ? "Connected when you are away" : "Connected");

/** @param {Offline} view */
function offline({ since, lastUsedAt }) {
  const [began, used] = [since, lastUsedAt].map((each) => timeElement(new Date(each)));
  return element("span", "", "Since ", began, ", last used ", used);
}

/** @param {NonNullable<ApplicationView["consent"]>} consent */
function allowed({ givenAt, scope, resources }) {
  const words = [...scope.map((each) => ALLOWED[each] ?? each), ...resources.map((each) => `access to ${each}`)];
  return element("span", "", `${words.join(", ")} (`, timeElement(new Date(givenAt)), ")");
}
