import { ApiError, api } from "../api.js";
import { router } from "../router.js";
import { store } from "../session.js";

/**
 * Open the direct conversation with a person, making it where there is none.
 *
 * @param {string} userId
 * @returns {Promise<boolean>} whether it worked; the person is told when not
 */
export function startDirect(userId) {
  return start(() => api.startDirect(userId));
}

/**
 * @param {string} title
 * @param {string[]} userIds
 */
export function startGroup(title, userIds) {
  return start(() => api.createGroup(title, userIds));
}

/** @param {() => Promise<import("../types.js").Conversation>} create */
async function start(create) {
  try {
    const conversation = await create();
    store.hold(conversation);
    router.go(conversation.id);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.toast(error.detail, "problem");
    return false;
  }
}
