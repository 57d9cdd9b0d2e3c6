/** The badges of Brook's own pages: their counts are in the store. */

import { provide, refresh } from "../badges/element.js";
import { frames, store } from "../session.js";

provide({
  fromUser: (id) => store.state.unreadBySender[id] ?? 0,
  inConversation: (id) => store.unread(id),
  inTotal: () => store.unreadTotal,
});

let { counts, unreadBySender } = store.state;
frames.subscribe(() => {
  const { state } = store;
  if (state.counts === counts && state.unreadBySender === unreadBySender) return;
  ({ counts, unreadBySender } = state);
  refresh();
});
