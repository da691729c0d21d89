/** What the person may ask for: what each takes, and what is not met now. */

import { button, element, fact, part, replaceItems, tag } from "../common/elements.js";
import { language, text } from "../common/texts.js";
import { CERTIFICATE, CONNECTION, TOKENS } from "./fields.js";
import { isolate, isolated, timeOf } from "./phrases.js";

/** @typedef {{demand: string, toDo: string, maxAge?: number}} Unmet
 * @typedef {{profile: string, title: string, description?: string, kind: string,
 *   needsApproval: boolean, approvers: number, boundGesture: boolean, reasonRequired: boolean,
 *   lifetimeSeconds: number, opensAt?: string, unmet: Unmet[],
 *   schema?: import("./fields.js").Schema}} Offer
 * @typedef {{ask: (offer: Offer) => void, signIn: () => void}} Acts */

/** What a new sign-in may meet. */
const BY_SIGNING_IN = ["sign-in-again", "use-another-credential"];

/** @param {Offer[]} offers @param {Acts} acts */
export function showOffers(offers, acts) {
  part("no-offers").hidden = offers.length > 0;
  const items = offers.map((offer) => item(offer, acts));
  replaceItems(part("offers"), items, part("offers-title"));
}

/** @param {Offer} offer @param {Acts} acts */
function item(offer, acts) {
  const { profile, title, description, kind, unmet } = offer;
  const name = element("p", "row-name", isolated(title), tag(text(`kind.${kind}`)));
  const lacking = unmet.map(({ demand }) => element("p", "unmet", text(`unmet.${demand}`)));
  const made = element("li", "", name, element("dl", "facts", ...facts(offer)), ...lacking, ...next(offer, acts));
  if (description) name.after(element("p", "hint", isolated(description)));
  made.dataset.id = profile;
  return made;
}

/** What the person can do. @param {Offer} offer @param {Acts} acts */
function next(offer, { ask, signIn }) {
  const { title, needsApproval, unmet } = offer;
  const about = `: ${isolate(title)}`;
  if (unmet.some(({ toDo }) => !BY_SIGNING_IN.includes(toDo))) return [];
  if (unmet.length) return [button(text("signInAgain"), about, signIn)];
  if (needsApproval) return [button(text("askFor"), about, () => ask(offer))];
  return [element("p", "hint", howToGet(offer.kind))];
}

/** @param {Offer} offer */
function facts(offer) {
  const { profile, kind, needsApproval, opensAt, lifetimeSeconds } = offer;
  const takes = demandsOf(offer).map((each) => element("li", "", each));
  return [
    ...(givenBy(kind) ? [fact(text("gives"), givenBy(kind))] : []),
    ...(needsApproval ? [] : [fact(text("name"), element("code", "", isolated(profile)))]),
    ...(takes.length ? [fact(text("takes"), element("ul", "takes", ...takes))] : []),
    ...(opensAt ? [fact(text("opens"), timeOf(opensAt))] : []),
    fact(text("lasts"), text("atMost", { time: duration(lifetimeSeconds) })),
  ];
}

/** What nobody has to approve. @param {string} kind */
function howToGet(kind) {
  if (kind === CONNECTION) return text("noApproval.psql");
  return givenBy(kind) ? text("noApproval.program") : text("noApproval");
}

/** What programs get, and empty for what people do on a page. @param {string} kind */
function givenBy(kind) {
  if (TOKENS.includes(kind)) return text("gives.token");
  if (kind === CONNECTION) return text("gives.connection");
  return kind === CERTIFICATE ? text("gives.certificate") : "";
}

/** @param {Offer} offer */
function demandsOf({ boundGesture, approvers, reasonRequired }) {
  return [
    ...(boundGesture ? [text("takes.bound")] : []),
    ...(approvers === 1 ? [text("takes.approver")] : []),
    ...(approvers > 1 ? [text("takes.approvers", { number: String(approvers) })] : []),
    ...(reasonRequired ? [text("takes.reason")] : []),
  ];
}

/** @param {number} seconds */
function duration(seconds) {
  const [unit, length] = seconds < 120 ? ["second", 1] : ["minute", 60];
  const format = new Intl.NumberFormat(language, { style: "unit", unit: String(unit), unitDisplay: "long" });
  return format.format(Math.floor(seconds / Number(length)));
}
