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
 * @property {Record<string, number>} [read_senders] what these people said is read up to there
 * @property {number} unread
 * @property {number} mentions
 * @property {"all" | "mentions" | "none"} notification_level
 * @property {string | null} muted_until
 * @property {boolean} pinned
 * @property {boolean} archived
 * @property {Draft | null} draft
 *
 * @typedef {object} Draft
 * @property {string} content
 * @property {string | null} reply_to id of a message
 * @property {string} updated_at
 * @property {number} version
 * @property {{content: string, updated_at: string} | null} conflict what another device wrote meanwhile
 *
 * @typedef {object} Presence
 * @property {"online" | "away" | "offline" | "invisible"} status
 * @property {string | null} last_seen_at
 * @property {string | null} [conversation_id]
 *
 * @typedef {object} Reminder
 * @property {string} message_id
 * @property {string} conversation_id
 * @property {string} remind_at
 * @property {Message} [message] in lists
 *
 * @typedef {object} Scheduled a message to be
 * @property {string} id
 * @property {string} conversation_id
 * @property {string} content
 * @property {string | null} reply_to
 * @property {string | null} thread_root
 * @property {Attachment[]} attachments
 * @property {string} send_at
 * @property {"waiting" | "sent" | "failed" | "deleted"} state
 * @property {string | null} reason why it failed
 * @property {string | null} message_id what it became
 *
 * @typedef {object} Attachment
 * @property {string} id
 * @property {string} name
 * @property {number} size bytes
 * @property {string} media_type
 * @property {"image" | "file" | "voice"} kind
 * @property {number | null} width pixels
 * @property {number | null} height pixels
 * @property {number | null} duration seconds
 * @property {number[] | null} waveform loudness from 0 to 100, along the duration
 * @property {string} url
 * @property {string | null} thumbnail_url
 *
 * @typedef {object} Preview what a message links to
 * @property {string} url
 * @property {string} title
 * @property {string} description
 * @property {string} site_name
 * @property {string | null} image_url of our own server
 * @property {number | null} width pixels
 * @property {number | null} height pixels
 *
 * @typedef {object} Reaction
 * @property {string} emoji
 * @property {number} count
 * @property {string[]} user_ids
 *
 * @typedef {object} Quote what a reply shows of the message it answers
 * @property {string} id
 * @property {number} seq
 * @property {User | null} sender
 * @property {string} excerpt empty when that was deleted
 *
 * @typedef {object} ReceiptCounts how many of many people have a message
 * @property {number} seq
 * @property {number} participants
 * @property {number} delivered
 * @property {number} read
 *
 * @typedef {{id: string, display_name: string | null}} Named whoever has no account any more has no name
 *
 * @typedef {object} SystemText what somebody changed, to be told in any language
 * @property {string} kind
 * @property {{by: Named | null, people?: Named[], person?: Named, role?: string, title?: string}} params
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string} conversation_id
 * @property {number} seq position in its conversation
 * @property {string | null} client_id
 * @property {string} type
 * @property {User | null} sender
 * @property {string} content
 * @property {SystemText | null} [system] of a system message, whose `content` is the same in English
 * @property {string[]} [mentions] ids of people
 * @property {boolean} [mentions_all]
 * @property {Quote | null} [reply_to]
 * @property {string | null} [thread_root] id of the message whose thread it is in
 * @property {number} [reply_count] of the thread below it
 * @property {boolean} [forwarded]
 * @property {Attachment[]} [attachments]
 * @property {Preview[]} [previews] of its links
 * @property {Reaction[]} [reactions]
 * @property {string | null} [pinned_at]
 * @property {boolean} [starred] only in REST answers
 * @property {"sent" | "delivered" | "read"} [status] for the sender, only in REST answers
 * @property {string} created_at
 * @property {string | null} [edited_at]
 * @property {string | null} [deleted_at]
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {"direct" | "group"} kind
 * @property {string} title
 * @property {boolean} [locked] by staff
 * @property {boolean} [archived] by staff, for all in it; `me.archived` is one's own
 * @property {string} description
 * @property {"shared" | "protected"} [history] what newcomers see
 * @property {string | null} [avatar_url]
 * @property {string | null} [created_by] id of a person
 * @property {string} created_at
 * @property {number} last_seq
 * @property {number} [deleted_count]
 * @property {{delivered: number, read: number}} [reached] up to where everybody has my messages, as counts told
 * @property {Message | null} last_message
 * @property {string} last_activity_at
 * @property {Participant[]} participants the first 50
 * @property {number} participant_count
 * @property {Me} me
 *
 * @typedef {object} Broadcast
 * @property {string} id
 * @property {string} title
 * @property {string} content
 * @property {"info" | "warning" | "critical"} level
 * @property {string} sent_at
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
 * @property {User & {blocked?: string[], preferences?: Record<string, any>}} me
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
 * @property {Quote | null} [reply_to]
 * @property {string | null} [thread_root]
 * @property {Attachment[]} [attachments] as they are before the server has them: addresses in this page
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
 * @property {boolean} [isKept] as this browser kept it while the server is away: it may be older than what is known
 *
 * @typedef {object} OpenThread the thread beside the conversation
 * @property {string} id of its root
 * @property {string} conversationId
 * @property {History} history the root, then the replies
 *
 * @typedef {object} Target a message to show
 * @property {string} conversationId
 * @property {number} seq
 * @property {number} number another one for every wish
 *
 * @typedef {object} UnreadLine frozen when the conversation was opened
 * @property {number} afterSeq
 * @property {number} count
 *
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {"info" | "problem"} kind
 * @property {{label: string, act: () => void} | undefined} [action] it stays until it is taken or dismissed
 */

export {};
