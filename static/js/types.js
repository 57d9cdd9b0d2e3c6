/**
 * The shapes of the REST API and its events, as JSDoc types, and the shapes of our own state.
 * Nothing here runs.
 *
 * @typedef {object} User
 * @property {string} id
 * @property {string} username
 * @property {string} display_name
 * @property {string | null} [avatar_url]
 * @property {string} [status_text]
 * @property {string} [status_emoji]
 * @property {boolean} [is_bot]
 * @property {string | null} [last_seen_at]
 *
 * @typedef {"admin" | "moderator" | "member"} Role
 *
 * @typedef {object} Participant
 * @property {User} user
 * @property {Role} role
 * @property {string} joined_at
 * @property {number} read_seq
 * @property {number} delivered_seq
 *
 * @typedef {object} Me what a conversation is to the signed-in person
 * @property {Role} role
 * @property {string | null} title
 * @property {number} read_seq
 * @property {number} unread
 * @property {number} mentions
 * @property {boolean} pinned
 * @property {boolean} archived
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string} conversation_id
 * @property {number} seq position in its conversation
 * @property {string | null} client_id
 * @property {string} type
 * @property {User | null} sender
 * @property {string} content
 * @property {"sent" | "delivered" | "read"} [status] for the sender, only in REST answers
 * @property {string} created_at
 * @property {string | null} [edited_at]
 * @property {string | null} [deleted_at]
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {"direct" | "group"} kind
 * @property {string} title
 * @property {string} description
 * @property {string | null} [avatar_url]
 * @property {string} created_at
 * @property {number} last_seq
 * @property {Message | null} last_message
 * @property {string} last_activity_at
 * @property {Participant[]} participants the first 50
 * @property {number} participant_count
 * @property {Me} me
 *
 * @typedef {object} MessagePage
 * @property {Message[]} results ascending by seq
 * @property {boolean} has_more_before
 * @property {boolean} has_more_after
 *
 * @typedef {object} UnreadCounts
 * @property {number} total
 * @property {Record<string, number>} conversations
 * @property {Record<string, number>} users
 *
 * @typedef {object} PageState what a signed-in page carries in #brook-state
 * @property {User} me
 * @property {string} cursor
 * @property {{results: Conversation[], next: string | null}} conversations
 * @property {UnreadCounts} unread
 * @property {{conversation: Conversation, history: MessagePage} | null} open
 *
 * @typedef {object} StreamEvent
 * @property {string} type
 * @property {any} data
 *
 * @typedef {"connecting" | "live" | "offline" | "signed-out"} ConnectionStatus
 *
 * @typedef {object} Pending a message of ours that the server has not confirmed yet
 * @property {string} client_id
 * @property {string} conversation_id
 * @property {string} content
 * @property {string} created_at
 * @property {"waiting" | "failed"} state
 * @property {string} problem why it failed, for people; empty while waiting
 *
 * @typedef {object} History the part of a conversation's messages that is held
 * @property {Message[]} messages ascending by seq, without holes but for what is still on its way
 * @property {boolean} hasBefore
 * @property {boolean} hasAfter
 * @property {"" | "first" | "before" | "after"} loading
 * @property {boolean} failed the last load did not work
 * @property {UnreadLine | null} unreadLine
 *
 * @typedef {object} UnreadLine frozen when the conversation was opened
 * @property {number} afterSeq
 * @property {number} count
 *
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {"info" | "problem"} kind
 */

export {};
