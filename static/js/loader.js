/**
 * Brings into the store what is to be seen: conversations that events spoke of, pages of the list,
 * pages of messages, and everything anew after a `reset`.
 *
 * @import { Snapshots } from "./local/snapshots.js"
 * @import { Store } from "./store.js"
 * @import { History, Message, MessagePage } from "./types.js"
 */

import { ApiError, api } from "./api.js";
import { backoffMs } from "./backoff.js";
import { EMPTY_HISTORY, historyOf, lastSeq, withFirstPage, withNewer, withOlder } from "./state/history.js";
import { reachesBackTo } from "./state/runs.js";

/** Histories that stay in memory, live, for coming back to them without a request. */
const HISTORIES_KEPT = 8;
const UNREAD_THAT_FIT_A_PAGE = 40;

export class Loader {
  /** @param {Store} store @param {Snapshots} snapshots */
  constructor(store, snapshots) {
    this.store = store;
    this.snapshots = snapshots;
    /** @type {Set<string>} */
    this.fetching = new Set();
    /** @type {Set<string>} */
    this.postponed = new Set();
    this.isReloading = false;
    this.isListing = false;
    store.subscribe(() => this.fetchWanted());
  }

  fetchWanted() {
    for (const id of this.store.wanted.keys()) {
      if (!this.fetching.has(id) && !this.postponed.has(id)) this.fetchConversation(id);
    }
  }

  /** The connection is back. */
  wake() {
    this.postponed.clear();
    this.fetchWanted();
    this.#forgetKept();
    const { openId, histories } = this.store.state;
    const history = histories.get(openId ?? "");
    if (openId && history?.isKept) this.#refresh(openId);
    if (!openId || !history?.failed) return;
    if (history.messages.length) this.store.setHistory(openId, { ...history, failed: false });
    else this.open(openId);
  }

  /** What this browser kept is asked for anew when it is opened again. */
  #forgetKept() {
    const { openId, histories } = this.store.state;
    const fresh = new Map([...histories].filter(([id, { isKept }]) => !isKept || id === openId));
    if (fresh.size < histories.size) this.store.set({ histories: fresh });
  }

  /** In place of what was kept, which stays until it is there. @param {string} id */
  async #refresh(id) {
    const kept = this.store.state.histories.get(id);
    if (!kept || kept.loading) return;
    this.store.setHistory(id, { ...kept, loading: "after" });
    await this.loadPage(id, {}, ({ unreadLine }, page) => historyOf(page, unreadLine));
  }

  /**
   * @param {string} id
   * @returns {Promise<boolean>} whether it could be had
   */
  async fetchConversation(id) {
    this.fetching.add(id);
    try {
      this.store.hold(await api.conversation(id));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isTemporary) this.postponed.add(id);
      else this.store.wanted.delete(id);
      return false;
    } finally {
      this.fetching.delete(id);
    }
  }

  /**
   * Show a conversation: the unread line is drawn now and stays where it is until the next opening.
   *
   * @param {string} id
   */
  async open(id) {
    const { histories, counts } = this.store.state;
    const count = counts.get(id);
    const unread = this.store.unread(id);
    const unreadLine = count && unread > 0 ? { afterSeq: count.readSeq, count: unread } : null;
    const held = histories.get(id);
    this.forgetOldHistories(id);
    const isEnough =
      held && !held.failed && !held.isKept && (!unreadLine || reachesBackTo(held, unreadLine.afterSeq));
    if (isEnough) return this.store.setHistory(id, { ...held, unreadLine });
    const where = unreadLine && unread > UNREAD_THAT_FIT_A_PAGE ? { around: unreadLine.afterSeq + 1 } : {};
    await this.loadFirst(id, where, { ...EMPTY_HISTORY, unreadLine });
  }

  /**
   * Show one message, with what is around it.
   *
   * @param {string} id of the conversation
   * @param {number} seq
   */
  async jump(id, seq) {
    const held = this.store.state.histories.get(id);
    const isHeld = held?.messages.some((message) => message.seq === seq);
    if (!isHeld || held?.loading === "first") {
      const unreadLine = held?.unreadLine ?? null;
      await this.loadFirst(id, { around: seq }, { ...EMPTY_HISTORY, unreadLine });
    }
    const number = (this.store.state.target?.number ?? 0) + 1;
    if (this.store.state.openId === id) this.store.set({ target: { conversationId: id, seq, number } });
  }

  /** @param {string} id */
  async latest(id) {
    const unreadLine = this.store.state.histories.get(id)?.unreadLine ?? null;
    await this.loadFirst(id, {}, { ...EMPTY_HISTORY, unreadLine });
  }

  /**
   * @param {string} id
   * @param {{around?: number}} where
   * @param {History} empty
   */
  async loadFirst(id, where, empty) {
    this.store.setHistory(id, { ...empty, loading: "first" });
    await this.loadPage(id, where, withFirstPage);
  }

  /** @param {string} id */
  async older(id) {
    const history = this.store.state.histories.get(id);
    const first = history?.messages[0];
    if (!history?.hasBefore || history.loading || !first) return;
    this.store.setHistory(id, { ...history, loading: "before" });
    await this.loadPage(id, { before: first.seq }, withOlder);
  }

  /** @param {string} id */
  async newer(id) {
    const history = this.store.state.histories.get(id);
    if (!history?.hasAfter || history.loading) return;
    this.store.setHistory(id, { ...history, loading: "after" });
    await this.loadPage(id, { after: lastSeq(history) }, withNewer);
  }

  /**
   * @param {string} id
   * @param {{before?: number, after?: number, around?: number}} where
   * @param {(history: History, page: MessagePage) => History} join
   */
  async loadPage(id, where, join) {
    try {
      const page = await api.messages(id, where);
      const history = this.store.state.histories.get(id);
      if (history) this.store.setHistory(id, join(history, page));
    } catch (error) {
      const kept = await this.#kept(id, error);
      const history = this.store.state.histories.get(id);
      if (history) this.store.setHistory(id, kept ?? { ...history, loading: "", failed: true });
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /**
   * The newest messages, as this browser kept them, while the server is away.
   *
   * @param {string} id
   * @param {unknown} error
   * @returns {Promise<History | null>}
   */
  async #kept(id, error) {
    const history = this.store.state.histories.get(id);
    const isAway = error instanceof ApiError && error.isTemporary;
    if (!isAway || history?.loading !== "first") return null;
    const { messages } = (await this.snapshots.history(id)) ?? {};
    if (!messages) return null;
    return { ...EMPTY_HISTORY, messages, unreadLine: history.unreadLine, isKept: true };
  }

  /**
   * Open a thread beside its conversation.
   *
   * @param {string} conversationId
   * @param {string} rootId
   */
  async thread(conversationId, rootId) {
    const held = this.store.state.histories.get(conversationId)?.messages ?? [];
    const messages = held.filter(({ id, thread_root }) => id === rootId || thread_root === rootId);
    const history = { ...EMPTY_HISTORY, messages, loading: /** @type {const} */ ("first") };
    this.store.setThread({ id: rootId, conversationId, history });
    try {
      const [root, page] = await Promise.all([
        messages.find(({ id }) => id === rootId) ?? rootOf(rootId),
        api.messages(conversationId, { thread: rootId }),
      ]);
      this.#joinThread(rootId, (thread) => withFirstPage(thread, withRoot(page, root)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#joinThread(rootId, (thread) => ({ ...thread, loading: "", failed: true }));
    }
  }

  /** Earlier replies of the open thread. */
  async earlierReplies() {
    const { thread } = this.store.state;
    const first = thread?.history.messages.find(({ id }) => id !== thread.id);
    if (!thread?.history.hasBefore || thread.history.loading || !first) return;
    this.store.setThread({ ...thread, history: { ...thread.history, loading: "before" } });
    try {
      const page = await api.messages(thread.conversationId, { thread: thread.id, before: first.seq });
      this.#joinThread(thread.id, (history) => withOlder(history, page));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#joinThread(thread.id, (history) => ({ ...history, loading: "" }));
      this.store.toast(error.detail, "problem");
    }
  }

  /** @param {string} rootId @param {(history: History) => History} join */
  #joinThread(rootId, join) {
    const { thread } = this.store.state;
    if (thread?.id === rootId) this.store.setThread({ ...thread, history: join(thread.history) });
  }

  /** What is pinned in a conversation. @param {string} id */
  async pins(id) {
    if (this.store.loadingPins.has(id)) return;
    this.store.loadingPins.add(id);
    try {
      this.store.setPins(id, (await api.pins(id)).results);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.store.loadingPins.delete(id);
      this.store.loaded(id);
    }
  }

  /** @param {string} kept */
  forgetOldHistories(kept) {
    const histories = new Map(this.store.state.histories);
    for (const id of histories.keys()) {
      if (histories.size < HISTORIES_KEPT) break;
      if (id !== kept) histories.delete(id);
    }
    this.store.set({ histories });
  }

  async moreConversations() {
    const { moreConversations } = this.store.state;
    if (!moreConversations || this.isListing) return;
    this.isListing = true;
    try {
      const page = await api.conversations(moreConversations);
      for (const conversation of page.results) this.store.hold(conversation);
      this.store.set({ moreConversations: page.next });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.isListing = false;
    }
  }

  /** After a `reset`: the events in between are lost, so all that is held is asked for anew. */
  async reload() {
    if (this.isReloading) return;
    this.isReloading = true;
    this.store.pause();
    for (let failures = 0; !(await this.tryReload()); failures += 1) {
      await new Promise((resolve) => setTimeout(resolve, backoffMs(failures)));
    }
    this.isReloading = false;
    this.store.resume();
  }

  async tryReload() {
    try {
      const conversations = await api.conversations();
      const unread = await api.unreadCounts();
      const openId = this.store.state.openId;
      const open = openId ? await this.openAnew(openId) : null;
      const unreadLine = this.store.state.histories.get(openId ?? "")?.unreadLine ?? null;
      this.store.begin({ conversations, unread, open });
      if (open) this.store.setHistory(open.conversation.id, historyOf(open.history, unreadLine));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.isTemporary) return false;
      throw error;
    }
  }

  /** @param {string} id */
  async openAnew(id) {
    try {
      return { conversation: await api.conversation(id), history: await api.messages(id) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }
}

/** A root that was said before one's time is not to be seen; its replies are. @param {string} id */
async function rootOf(id) {
  try {
    return await api.message(id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** @param {MessagePage} page @param {Message | null} root @returns {MessagePage} */
function withRoot(page, root) {
  return root ? { ...page, results: [root, ...page.results] } : page;
}
