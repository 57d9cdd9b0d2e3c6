/** The page to try the API: starts Swagger UI, which comes with the server's packages, on our description of the API. */

import { csrfToken } from "./api.js";

/** @typedef {{ method?: string, url: string, headers: Record<string, string> }} SwaggerRequest */

const main = /** @type {HTMLElement} */ (document.getElementById("api"));

// @ts-expect-error: a classic script sets it, and the package has no types
globalThis.SwaggerUIBundle({
  domNode: main,
  url: main.dataset.schema,
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false, // a token in localStorage would outlive the visit
  validatorUrl: null, // asks a server elsewhere
  /** @param {SwaggerRequest} request whoever is logged in writes with the cookie */
  requestInterceptor(request) {
    if (new URL(request.url, location.href).origin === location.origin)
      request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
