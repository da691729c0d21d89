/** Requests to erase a person's data: made, confirmed by a second administrator, withdrawn. */

import { signInAfresh, wantsFreshSignIn } from "../passkeys/changes.js";
import { button, element, fact, part, replaceItems, tag } from "../common/elements.js";
import * as notices from "../common/notices.js";
import { Declined, ask } from "../common/question.js";
import * as session from "../common/session.js";
import { timeElement } from "../common/times.js";

export const ROLE = "Authenticators.Admin";

/** @typedef {{type: string, id: string, name?: string}} Decider
 * @typedef {{id: string, username: string, state: "waiting" | "confirmed" | "begun",
 *   requestedBy: Decider, requestedAt: string, dueAt: string, confirmedBy?: Decider}} ErasureView
 * @typedef {(work: () => Promise<void>) => Promise<void>} Attempt */

const STATES = { waiting: "Pending", confirmed: "Confirmed", begun: "In progress" };

/** @type {{id: string, username: string}} */
let reader;
/** @type {Attempt} */
let attempt;

/** @param {{id: string, username: string}} user the reader
 * @param {Attempt} attempted reports a failure */
export async function show(user, attempted) {
  reader = user;
  attempt = attempted;
  part("erasures-part").hidden = false;
  await load();
}

async function load() {
  const { erasures } = await (await session.send("GET", "audit/erasures")).json();
  replaceItems(part("erasures"), erasures.map(item), part("erasures-title"));
  part("no-erasures").hidden = erasures.length > 0;
}

/** @param {ErasureView} view */
function item(view) {
  const answers = element("div", "answers");
  if (view.state === "waiting" && !concernsReader(view)) {
    answers.append(button("Erase now", `the data of ${view.username}`, () => attempt(() => confirm(view))));
  }
  if (view.state !== "begun") {
    answers.append(button("Withdraw", `the erasure of ${view.username}`, () => attempt(() => withdraw(view))));
  }
  const facts = [fact("Requested by", named(view.requestedBy)), fact("On", timeElement(new Date(view.requestedAt)))];
  if (view.confirmedBy) facts.push(fact("Confirmed by", named(view.confirmedBy)));
  else facts.push(fact("Runs after", timeElement(new Date(view.dueAt))));
  const made = element(
    "li",
    "",
    element("p", "row-name", view.username, tag(STATES[view.state])),
    element("dl", "facts", ...facts),
    answers,
  );
  made.dataset.id = view.id;
  return made;
}

/** The service refuses it then: it takes somebody else. @param {ErasureView} view */
const concernsReader = ({ requestedBy, username }) =>
  requestedBy.id === reader.id || username.toLowerCase() === reader.username.toLowerCase();

/** @param {Decider} who */
const named = (who) => who.name ?? `${who.type} ${who.id}`;

async function request() {
  const username = part("erase-user").value.trim();
  await changed(() => session.send("POST", "audit/erasures", { body: { username } }));
  part("erase").reset();
  notices.success(`The erasure of ${username} is pending`, "A second administrator can confirm it, or you can withdraw it.");
}

/** @param {ErasureView} view */
async function confirm(view) {
  await ask({
    title: `Erase the data of “${view.username}”?`,
    text: "Names and addresses are erased permanently from all events of that person. This starts within minutes.",
    yes: "Erase it",
    no: "Cancel",
  });
  await changed(() => session.send("POST", `audit/erasures/${view.id}/confirm`));
  notices.success("Confirmed", "It runs within minutes.");
}

/** @param {ErasureView} view */
async function withdraw(view) {
  await changed(() => session.send("DELETE", `audit/erasures/${view.id}`));
  notices.success("Withdrawn", `The events of ${view.username} stay unchanged.`);
}

/** Repeat after a fresh sign-in, if the service requires one. In any case the list then shows how
 * things are then. @param {() => Promise<unknown>} change */
async function changed(change) {
  try {
    await change().catch(async (error) => {
      if (!wantsFreshSignIn(error)) throw error;
      const { user, token } = await session.read();
      await signInAfresh(user.username, token.session);
      await change();
    });
  } finally {
    await load();
  }
}

/** @param {() => Promise<void>} work */
export async function unlessDeclined(work) {
  await work().catch((error) => {
    if (!(error instanceof Declined)) throw error;
  });
}

part("erase").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  attempt(request);
});
