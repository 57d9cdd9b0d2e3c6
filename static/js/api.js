/**
 * The REST API: fetch with our session cookie and its CSRF token, JSON in and out, errors as ApiError.
 *
 * @import { Conversation, Message, MessagePage, UnreadCounts, User } from "./types.js"
 */

import { messageRequests } from "./api-messages.js";
import { gettext } from "./i18n.js";

const TIMEOUT_MS = 20_000;
const PAGE_SIZE = 50;

export class ApiError extends Error {
  /**
   * @param {object} options
   * @param {number} options.status HTTP status; 0 when no answer came
   * @param {string} options.code of the first error
   * @param {string} options.detail for people
   * @param {string | null} [options.attr] the field it is about
   * @param {number} [options.retryAfterMs]
   */
  constructor({ status, code, detail, attr = null, retryAfterMs = 0 }) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.attr = attr;
    this.retryAfterMs = retryAfterMs;
  }

  /** The same request may work later. */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The server found that this person does too much of something: people, not programs, decide what comes next. */
  get isSlowed() {
    return this.status === 429 && this.code !== "throttled";
  }
}

/** @returns {string} */
export function csrfToken() {
  return document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {{keepalive?: boolean}} [options] `keepalive`: it arrives although the page is left
 * @returns {Promise<any>} the JSON of the answer, null where it has none
 * @throws {ApiError}
 */
export async function call(method, path, body, { keepalive = method === "PUT" } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body) headers["Content-Type"] = "application/json";
  let response;
  let answer = null;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
      keepalive, // of PUT: how far we have read
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.headers.get("Content-Type")?.includes("json")) answer = await response.json();
  } catch {
    throw new ApiError({ status: 0, code: "unreachable", detail: gettext("The server cannot be reached.") });
  }
  if (response.ok) return answer;
  throw refusal(response.status, answer, response.headers.get("Retry-After"));
}

/**
 * @param {number} status
 * @param {any} answer the JSON that came with it, if any
 * @param {string | null} retryAfter seconds
 */
export function refusal(status, answer, retryAfter) {
  const first = answer?.errors?.[0];
  return new ApiError({
    status,
    code: first?.code ?? "error",
    detail: first?.detail ?? gettext("Something went wrong on the server."),
    attr: first?.attr ?? null,
    retryAfterMs: Number(retryAfter ?? 0) * 1_000 || 0,
  });
}

/** @param {Record<string, string | number>} parameters */
export function query(parameters) {
  const pairs = Object.entries(parameters).map(([key, value]) => [key, String(value)]);
  return new URLSearchParams(pairs).toString();
}

/** One function for each request that the interface makes. */
export const api = {
  /**
   * @param {string | null} [cursor]
   * @returns {Promise<{results: Conversation[], next: string | null, cursor: string}>}
   */
  conversations: (cursor = null) => call("GET", `/api/conversations${cursor ? `?${query({ cursor })}` : ""}`),

  /** @param {string} id @returns {Promise<Conversation>} */
  conversation: (id) => call("GET", `/api/conversations/${id}`),

  /** @param {string} userId @returns {Promise<Conversation>} */
  startDirect: (userId) => call("POST", "/api/conversations/direct", { user_id: userId }),

  /**
   * @param {string} title
   * @param {string[]} participantIds
   * @returns {Promise<Conversation>}
   */
  createGroup: (title, participantIds) =>
    call("POST", "/api/conversations/group", { title, participant_ids: participantIds }),

  /**
   * @param {string} conversationId
   * @param {{before?: number, after?: number, around?: number, thread?: string}} [where]
   * @returns {Promise<MessagePage>}
   */
  messages: (conversationId, where = {}) =>
    call("GET", `/api/conversations/${conversationId}/messages?${query({ ...where, limit: PAGE_SIZE })}`),

  /**
   * @param {string} conversationId
   * @param {string} clientId
   * @param {string} content
   * @param {{reply_to?: string | undefined, thread_root?: string | undefined, attachment_ids?: string[] | undefined}} [more]
   * @returns {Promise<Message>}
   */
  send: (conversationId, clientId, content, more = {}) =>
    call("POST", "/api/messages", { conversation_id: conversationId, client_id: clientId, content, ...more }),

  ...messageRequests(call),

  /** @param {string} conversationId @param {number} seq @returns {Promise<{read_seq: number, unread: number}>} */
  markRead: (conversationId, seq) => call("PUT", `/api/conversations/${conversationId}/read-marker`, { seq }),

  /** @param {string} conversationId @param {number} seq the first that is unread @returns {Promise<{read_seq: number, unread: number}>} */
  markUnread: (conversationId, seq) =>
    call("PUT", `/api/conversations/${conversationId}/read-marker`, { unread_from: seq }),

  /** @returns {Promise<UnreadCounts>} */
  markAllRead: () => call("POST", "/api/conversations/mark-read", {}),

  /** @param {import("./realtime/report.js").Counts} counts @returns {Promise<null>} */
  clientMetrics: (counts) => call("POST", "/api/realtime/client-metrics", counts, { keepalive: true }),

  /** @returns {Promise<UnreadCounts>} */
  unreadCounts: () => call("GET", "/api/unread-counts"),

  /** @param {string} search @returns {Promise<{results: User[], next: string | null}>} */
  users: (search) => call("GET", `/api/users?${query({ search })}`),
};
