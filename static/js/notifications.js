/** The page of notifications. */

import "./components/avatar.js";
import "./components/badge.js";
import "./components/bell.js";
import "./components/broadcasts.js";
import "./components/connection-banner.js";
import "./components/notification-list.js";
import "./components/toasts.js";
import { startSession } from "./session.js";

startSession();
