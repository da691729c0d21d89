/** The token that an approval gives, for a program that the person pastes it into. It is on the page
 * once, and kept nowhere. */

import { Problem } from "../common/api.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import * as session from "../common/session.js";
import { text } from "../common/texts.js";

const EXCHANGE = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:touchstone:token-type:approval-code",
};

/** The service, or Entra, gave none; `told` says why, in English. */
export class NoToken extends Error {
  name = "NoToken";

  /** @param {string} told */
  constructor(told) {
    super(told);
    this.told = told;
  }
}

/** @param {import("./state.js").Approval} approval */
export async function getToken({ profile, code = "" }) {
  notices.progress(text("gettingToken"), "");
  const form = { ...EXCHANGE, subject_token: code, audience: profile.name };
  const token = await exchange(form);
  notices.clear();
  part("token").value = token;
  part("granted").hidden = false;
  part("granted-title").focus();
}

export function forgetToken() {
  part("token").value = "";
  part("granted").hidden = true;
}

export async function copyToken() {
  part("token").select();
  await navigator.clipboard.writeText(part("token").value);
  notices.success(text("copied"), text("copiedText"));
}

/** Its refusals are those of OAuth. @param {Record<string, string>} form @returns {Promise<string>} */
async function exchange(form) {
  try {
    const response = await session.send("POST", "token", { form });
    return (await response.json()).access_token;
  } catch (error) {
    if (error instanceof Problem && error.slug === "") throw new NoToken(error.detail);
    throw error;
  }
}
