/** The page of settings. */

import "./components/avatar.js";
import "./components/badge.js";
import "./components/bell.js";
import "./components/broadcasts.js";
import "./components/connection-banner.js";
import "./components/settings-account.js";
import "./components/settings-blocked.js";
import "./components/settings-email.js";
import "./components/settings-notifications.js";
import "./components/settings-passkeys.js";
import "./components/settings-preferences.js";
import "./components/settings-profile.js";
import "./components/settings-security.js";
import "./components/settings-takeout.js";
import "./components/settings-two-factor.js";
import "./components/toasts.js";
import { startSession } from "./session.js";

startSession();
