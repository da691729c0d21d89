/** The page between Microsoft and a passkey: Microsoft asks, the person confirms, Microsoft is told. */

import { Problem, post } from "../common/api.js";
import { element, part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import { fillPlaces, text } from "../common/texts.js";
import { perform, surround } from "../common/work.js";
import { getPasskey, unsupported } from "../passkeys/ceremonies.js";
import { explain } from "../passkeys/messages.js";
import { authenticationJSON } from "../passkeys/webauthn_json.js";

/** @typedef {{action: string, fields: Record<string, string>}} Answer
 * @typedef {{username: string, situation: string, cancel: Answer, publicKey?: object}} Begun */

const SITUATIONS = ["confirm", "link", "not-linked", "no-passkey", "over"];

/** Only the service can read it. It is in the fragment, which browsers send to no server. */
const request = location.hash.slice(1);

/** @type {Begun} */
let begun;
/** The options of a challenge that was not answered yet. @type {object | undefined} */
let unanswered;

/** @param {string} situation */
function show(situation) {
  for (const each of SITUATIONS) part(each).hidden = each !== situation;
  part("leave").hidden = situation === "over";
  (part(`${situation}-title`) ?? part("title")).focus(); // What had the focus is gone, or never was.
}

/** Find out what the person can do. */
async function start() {
  try {
    begun = await ask(false);
  } catch (error) {
    if (!isOver(error)) throw error;
    return show("over");
  }
  unanswered = begun.publicKey;
  fillPlaces({ username: begun.username });
  show(begun.situation);
}

/** @param {boolean} link @returns {Promise<Begun>} */
const ask = (link) => post("begin", { request, link });

/** @param {unknown} error */
const isOver = (error) => error instanceof Problem && error.slug === "ceremony-not-found";

/** @param {boolean} link */
async function confirm(link) {
  notices.progress(text("confirming"), text("dialog"));
  const publicKey = (link ? undefined : unanswered) ?? (await ask(link)).publicKey;
  unanswered = undefined;
  if (!publicKey) return start(); // Somebody changed the link or the passkeys in the meantime.
  const credential = authenticationJSON(await getPasskey(publicKey));
  leave(await post("finish", { request, link, credential }));
}

/** @param {Answer} answer */
function leave({ action, fields }) {
  notices.progress(text("leaving"), text("sending"));
  const inputs = Object.entries(fields).map(([name, value]) => {
    const input = element("input", "");
    return Object.assign(input, { type: "hidden", name, value });
  });
  const form = element("form", "", ...inputs);
  Object.assign(form, { method: "post", action, hidden: true });
  document.body.append(form);
  form.submit();
}

/** @param {unknown} error @param {() => void} again */
async function fail(error, again) {
  if (isOver(error)) {
    notices.clear();
    return start(); // Only the challenge may be over, and not the request.
  }
  notices.failure(explain(error), again);
}

surround({ before: async () => true, failed: fail, after() {} });
part("use").addEventListener("click", () => perform(() => confirm(false)));
part("link-it").addEventListener("click", () => perform(() => confirm(true)));
part("cancel").addEventListener("click", () => leave(begun.cancel));

const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else perform(start);
