/** The list of links: users of identity providers that are linked to the account. */

import { button, element, fact, part, replaceItems } from "../common/elements.js";
import { timeElement } from "../common/times.js";

/** @typedef {{id: string, issuer: string, subject: string, addedAt: string,
 *   addedBy: {type: string, id: string}}} LinkView */

/** What somebody is who adds links. @type {Record<string, string>} */
const ADDED_BY = {
  user: "An administrator",
  "provider-user": "A user of an identity provider",
  application: "An application",
  service: "This service",
};

/** What a link allows. That for Microsoft Entra has an issuer of this service. @param {LinkView} view */
const purpose = ({ issuer }) =>
  issuer.endsWith("/entra")
    ? "Your passkeys confirm this user’s sign-ins at Microsoft"
    : "This user can add passkeys for you";

/** @param {LinkView} view */
const byOneself = ({ issuer, subject, addedBy }) => addedBy.id === `${issuer} ${subject}`;

/** @param {LinkView[]} links @param {string} ownId of the account
 * @param {(view: LinkView) => void} remove */
export function showLinks(links, ownId, remove) {
  part("links-part").hidden = links.length === 0;
  replaceItems(
    part("links"),
    links.map((view) => item(view, ownId, remove)),
    part(links.length ? "links-title" : "keys-title"),
  );
}

/** @param {LinkView} view @param {string} ownId */
function whoAdded(view, ownId) {
  if (view.addedBy.id === ownId) return "You, with a passkey";
  return byOneself(view) ? "You, by signing in there" : (ADDED_BY[view.addedBy.type] ?? view.addedBy.type);
}

/** @param {LinkView} view @param {string} ownId @param {(view: LinkView) => void} remove */
function item(view, ownId, remove) {
  const made = element(
    "li",
    "",
    element("p", "row-name", view.issuer),
    element(
      "dl",
      "facts",
      fact("What it allows", purpose(view)),
      fact("User there", view.subject),
      fact("Added", timeElement(new Date(view.addedAt))),
      fact("Added by", whoAdded(view, ownId)),
    ),
    button("Remove this link", `to ${view.issuer}`, () => remove(view)),
  );
  made.dataset.id = view.id;
  return made;
}
