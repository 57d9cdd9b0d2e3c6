/** The log-in page: a button for passkeys, and passkeys among the names that the browser fills in. */

import { ApiError, call } from "./api.js";
import { knowsPasskeys, offersPasskeys, PasskeyProblem, showPasskey } from "./passkeys.js";

/** @import { Ceremony } from "./passkeys.js" */

const RENEW_AFTER = 0.8; // of a challenge's life, while the page waits

const form = /** @type {HTMLFormElement} */ (document.getElementById("passkey-login"));
const isSecondStep = "second_step" in form.elements;

let waiting = new AbortController();

/** @returns {Promise<Ceremony>} */
function begin() {
  return call("POST", "/api/auth/passkey/options", { second_step: isSecondStep });
}

/** @param {import("./passkeys.js").Proof} proof */
function send({ token, credential }) {
  field("token").value = token;
  field("credential").value = JSON.stringify(credential);
  form.submit();
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {string} problem */
function tell(problem) {
  const place = /** @type {HTMLElement} */ (form.querySelector("[role=alert]"));
  place.textContent = problem;
  place.hidden = !problem;
}

/** @param {SubmitEvent} event */
async function onSubmit(event) {
  event.preventDefault();
  waiting.abort(); // a browser asks for one at a time
  tell("");
  try {
    send(await showPasskey(await begin()));
  } catch (error) {
    if (!(error instanceof PasskeyProblem || error instanceof ApiError)) throw error;
    tell(error.detail);
    offer();
  }
}

/** Waits for somebody to choose a passkey where the browser fills in names; asks anew before the challenge is over. */
async function offer() {
  if (isSecondStep || !(await offersPasskeys())) return;
  const mine = new AbortController();
  waiting = mine;
  try {
    const ceremony = await begin();
    const renewal = setTimeout(
      () => {
        if (mine.signal.aborted) return;
        mine.abort();
        offer();
      },
      ceremony.expires_in * 1_000 * RENEW_AFTER,
    );
    const proof = await showPasskey(ceremony, { mediation: "conditional", signal: mine.signal });
    clearTimeout(renewal);
    send(proof);
  } catch (error) {
    // Nobody has asked for it: the button and the password are there.
    if (!(error instanceof PasskeyProblem || error instanceof ApiError)) throw error;
  }
}

if (knowsPasskeys()) {
  form.hidden = false;
  form.addEventListener("submit", onSubmit);
  offer();
}
