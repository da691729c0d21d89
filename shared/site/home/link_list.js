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

/** @param {LinkView} view */
const byOneself = ({ issuer, subject, addedBy }) => addedBy.id === `${issuer} ${subject}`;

/** @param {LinkView[]} links @param {(view: LinkView) => void} remove */
export function showLinks(links, remove) {
  part("links-part").hidden = links.length === 0;
  replaceItems(
    part("links"),
    links.map((view) => item(view, remove)),
    part("links-title"),
  );
}

/** @param {LinkView} view @param {(view: LinkView) => void} remove */
function item(view, remove) {
  const who = byOneself(view) ? "You, by signing in there" : (ADDED_BY[view.addedBy.type] ?? view.addedBy.type);
  const made = element(
    "li",
    "",
    element("p", "row-name", view.issuer),
    element(
      "dl",
      "facts",
      fact("User there", view.subject),
      fact("Added", timeElement(new Date(view.addedAt))),
      fact("Added by", who),
    ),
    button("Remove this link", `to ${view.issuer}`, () => remove(view)),
  );
  made.dataset.id = view.id;
  return made;
}
