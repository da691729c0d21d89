/** Requests to erase a person's data: made, confirmed by a second administrator, withdrawn. */

import { signInAfresh, wantsFreshSignIn } from "../passkeys/changes.js";
import { button, element, fact, part, replaceItems, tag } from "../common/elements.js";
import * as notices from "../common/notices.js";
import { Declined, ask } from "../common/question.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";
import { timeElement } from "../common/times.js";

export const ROLE = "Authenticators.Admin";

/** @typedef {{type: string, id: string, name?: string}} Decider
 * @typedef {{id: string, username: string, state: "waiting" | "confirmed" | "begun",
 *   requestedBy: Decider, requestedAt: string, dueAt: string, confirmedBy?: Decider}} ErasureView
 * @typedef {(work: () => Promise<void>) => Promise<void>} Attempt */

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
  const { username, state } = view;
  const answers = element("div", "answers");
  if (view.state === "waiting" && !concernsReader(view)) {
    answers.append(button(text("eraseNow"), text("eraseNowAbout", { username }), () => attempt(() => confirm(view))));
  }
  if (view.state !== "begun") {
    answers.append(button(text("withdraw"), text("withdrawAbout", { username }), () => attempt(() => withdraw(view))));
  }
  const facts = [fact(text("requestedBy"), named(view.requestedBy)), fact(text("requestedAt"), timeElement(new Date(view.requestedAt)))];
  if (view.confirmedBy) facts.push(fact(text("confirmedBy"), named(view.confirmedBy)));
  else facts.push(fact(text("runsAfter"), timeElement(new Date(view.dueAt))));
  const made = element(
    "li",
    "",
    element("p", "row-name", view.username, tag(text(`erasure.${state}`))),
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
  notices.success(text("requestedTitle", { username }), text("requestedText"));
}

/** @param {ErasureView} view */
async function confirm(view) {
  await ask({
    title: text("eraseTitle", { username: view.username }),
    text: text("eraseText"),
    yes: text("eraseYes"),
    no: text("eraseNo"),
  });
  await changed(() => session.send("POST", `audit/erasures/${view.id}/confirm`));
  notices.success(text("confirmedTitle"), text("confirmedText"));
}

/** @param {ErasureView} view */
async function withdraw(view) {
  await changed(() => session.send("DELETE", `audit/erasures/${view.id}`));
  notices.success(text("withdrawnTitle"), text("withdrawnText", { username: view.username }));
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
