/** Passkeys in the browser (WebAuthn): made, shown, and what went wrong in words for people. */

import { gettext } from "./i18n.js";

/**
 * @typedef {object} Ceremony what the server asks for
 * @property {string} token
 * @property {number} expires_in seconds
 * @property {any} options
 *
 * @typedef {{token: string, credential: any}} Proof
 */

export class PasskeyProblem extends Error {
  /** @param {string} detail for people */
  constructor(detail) {
    super(detail);
    this.name = "PasskeyProblem";
    this.detail = detail;
  }
}

/** @returns {boolean} */
export function knowsPasskeys() {
  return typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Whether the browser offers passkeys where it fills in names. */
export async function offersPasskeys() {
  return knowsPasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;
}

/** @param {Ceremony} ceremony @returns {Promise<Proof>} @throws {PasskeyProblem} */
export function makePasskey({ token, options }) {
  return ask(token, options, () =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  );
}

/**
 * @param {Ceremony} ceremony
 * @param {CredentialRequestOptions} [how]
 * @returns {Promise<Proof>}
 * @throws {PasskeyProblem}
 */
export function showPasskey({ token, options }, how = {}) {
  return ask(token, options, () =>
    navigator.credentials.get({
      ...how,
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
  );
}

/**
 * @param {string} token
 * @param {{timeout?: number}} options
 * @param {() => Promise<Credential | null>} act
 */
async function ask(token, options, act) {
  if (!knowsPasskeys()) throw new PasskeyProblem(gettext("This browser does not know passkeys."));
  const began = performance.now();
  try {
    const credential = /** @type {PublicKeyCredential} */ (await act());
    return { token, credential: credential.toJSON() };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new PasskeyProblem(
      detailOf(error.name, performance.now() - began >= (options.timeout ?? Infinity)),
    );
  }
}

/** @param {string} name of the browser's error @param {boolean} isLate */
function detailOf(name, isLate) {
  switch (name) {
    case "NotAllowedError": // browsers do not tell a refusal from an empty pocket
      return isLate ? gettext("This took too long: try again.") : gettext("Cancelled: no passkey was used.");
    case "AbortError":
      return gettext("Cancelled: no passkey was used.");
    case "InvalidStateError":
      return gettext("This device has a passkey for your account already.");
    case "SecurityError":
      return gettext(
        "Passkeys do not work at this address: it needs https, and the name that the server knows itself by.",
      );
    default: // NotSupportedError, ConstraintError and what is to come
      return gettext("This device cannot do that: a passkey needs a PIN, a fingerprint or a face.");
  }
}
