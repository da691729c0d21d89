/** Shows entries of the log: as a row of the table, and with all their parts. */

import { decode } from "./tree.js";
import { button, element, fact, tag } from "../common/elements.js";
import { text } from "../common/texts.js";
import { timeElement } from "../common/times.js";

/** @typedef {{salt: string, content: string}} Part
 * @typedef {{index: number, leaf: string, personal?: Part, evidence?: Part}} Entry */

/** @type {Record<string, "good" | "bad" | "plain">} */
const TONES = { success: "good", failure: "bad", attempted: "plain" };
const FLAGS = ["UP", "", "UV", "BE", "BS", "", "AT", "ED"];
const LEAST_AUTHENTICATOR_DATA = 37;

/** @param {Entry} entry @param {() => void} open */
export function row(entry, open) {
  const event = JSON.parse(entry.leaf);
  const personal = JSON.parse(entry.personal?.content ?? "{}");
  const outcome = element("td", "", tag(event.outcome, TONES[event.outcome]));
  if (event.reason) outcome.append(" ", event.reason.replaceAll("_", " "));
  return element(
    "tr",
    "",
    element("td", "", timeElement(new Date(event.at))),
    element("td", "", event.kind),
    outcome,
    element("td", "", someone(event.actor, personal.actorName)),
    element("td", "", someone(event.target, personal.targetName)),
    element("td", "", personal.credentialName || short(event.credential?.hash)),
    element("td", "", personal.address ?? "–"),
    element("td", "", button(text("open"), text("openAbout", { index: String(entry.index) }), open)),
  );
}

/** @param {{type: string, id: string} | undefined} who @param {string | undefined} name */
function someone(who, name) {
  if (!who) return "–";
  return name ?? (who.type === "user" ? short(who.id) : `${who.type} ${who.id}`);
}

/** @param {string | undefined} hash */
const short = (hash) => (hash ? `${hash.slice(0, 8)}…` : "–");

/** @param {Entry} entry @returns {HTMLElement[]} */
export function parts(entry) {
  const event = JSON.parse(entry.leaf);
  const shown = [section(text("publicPart"), event)];
  if (entry.personal) shown.push(section(text("personalPart"), JSON.parse(entry.personal.content)));
  else if (event.personal) shown.push(section(text("personalPart"), { [text("partState")]: text("notKept") }));
  if (entry.evidence) {
    shown.push(section(text("evidencePart"), readable(JSON.parse(entry.evidence.content))));
  }
  return shown;
}

/** @param {string} title @param {Record<string, any>} members */
function section(title, members) {
  const facts = Object.entries(members).map(([name, value]) =>
    fact(name, typeof value === "object" ? JSON.stringify(value, null, 1) : String(value)),
  );
  return element("section", "", element("h3", "", title), element("dl", "facts", ...facts));
}

/** Client data is JSON, and authenticator data has its flags and count at the same places always
 * (WebAuthn L3 section 6.1), unless whoever failed to sign in made it up. @param {Record<string, string>} evidence */
function readable(evidence) {
  /** @type {Record<string, any>} */
  const shown = { ...evidence };
  if (evidence.clientDataJSON) {
    shown.clientDataJSON = new TextDecoder().decode(decode(evidence.clientDataJSON));
  }
  if (evidence.authenticatorData) {
    const data = decode(evidence.authenticatorData);
    if (data.length < LEAST_AUTHENTICATOR_DATA) return shown;
    const flags = FLAGS.filter((name, bit) => name && data[32] & (1 << bit));
    shown.authenticatorFlags = flags.join(" ");
    shown.authenticatorSignCount = new DataView(data.buffer).getUint32(33);
  }
  return shown;
}
