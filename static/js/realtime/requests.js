/**
 * The requests of a realtime client: with the cookie, or with a token that is renewed when it is refused
 * or about to end.
 *
 * @typedef {(wish: {renew: boolean}) => string | Promise<string>} TokenSource `renew`: the last one is
 *   refused, or about to end; an empty answer means signed out
 */

export class SignedOut extends Error {}

/** The server is there, and wants us to wait; or somebody else answers in its place. */
export class Refused extends Error {
  /** @param {Response} response */
  constructor(response) {
    super(`answered ${response.status} ${response.headers.get("Content-Type") ?? ""}`);
    this.isBusy = response.status === 429 || response.status === 503;
    this.waitMs = Number(response.headers.get("Retry-After") ?? 0) * 1_000 || 0;
  }
}

export class Requests {
  /**
   * @param {object} options
   * @param {() => Record<string, string>} [options.headers]
   * @param {TokenSource} [options.token]
   */
  constructor({ headers = () => ({}), token }) {
    this.headers = headers;
    this.token = token;
    this.mustRenew = false;
  }

  /** The token is about to end: the next request asks for another. @returns {boolean} whether it can */
  renew() {
    this.mustRenew = Boolean(this.token);
    return this.mustRenew;
  }

  /**
   * @param {string} path
   * @param {object} options
   * @param {Record<string, string>} options.query what is empty is left out
   * @param {string} options.accept a media type; another one is refused, as a proxy's page of its own
   * @param {AbortSignal} options.signal
   * @returns {Promise<Response>}
   * @throws {SignedOut | Refused | TypeError} the last where nobody answers
   */
  async get(path, { query, accept, signal }) {
    const url = new URL(path, location.href);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    let response = await this.#ask(url, accept, signal);
    if (response.status === 401 && this.renew()) response = await this.#ask(url, accept, signal);
    if (response.status === 401) throw new SignedOut();
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.ok || !type.startsWith(accept)) throw new Refused(response);
    return response;
  }

  /** @param {URL} url @param {string} accept @param {AbortSignal} signal */
  async #ask(url, accept, signal) {
    const headers = { Accept: accept, ...this.headers() };
    if (this.token) {
      const renew = this.mustRenew;
      this.mustRenew = false;
      const token = await this.token({ renew });
      if (!token) throw new SignedOut();
      Object.assign(headers, { Authorization: `Bearer ${token}` });
    }
    return fetch(url, { headers, cache: "no-store", signal });
  }
}
