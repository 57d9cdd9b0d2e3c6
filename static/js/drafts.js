/** What was written and not sent, kept in this browser by conversation. */

const PREFIX = "brook.draft.";

/** @param {string} conversationId */
export function loadDraft(conversationId) {
  try {
    return localStorage.getItem(PREFIX + conversationId) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} conversationId @param {string} text */
export function saveDraft(conversationId, text) {
  try {
    if (text.trim()) localStorage.setItem(PREFIX + conversationId, text);
    else localStorage.removeItem(PREFIX + conversationId);
  } catch {
    // Storage is full or forbidden: the text is still in the box.
  }
}

/** @param {string} conversationId */
export function forgetDraft(conversationId) {
  saveDraft(conversationId, "");
}
