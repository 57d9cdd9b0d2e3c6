"""Addresses of the accounts: of the API (under /api/), and of the pages."""

from django.urls import path

from accounts import by_mail, languages, pages
from accounts.api import forgotten, login, passkeys, pictures, sessions, takeouts, two_factor, users

urlpatterns = [
    path("auth/register", login.RegisterView.as_view(), name="auth-register"),
    path("auth/token", login.TokenView.as_view(), name="auth-token"),
    path("auth/token/refresh", login.RefreshView.as_view(), name="auth-token-refresh"),
    path("auth/logout", login.LogoutView.as_view(), name="auth-logout"),
    path("auth/sessions", sessions.SessionsView.as_view(), name="auth-sessions"),
    path("auth/sessions/<str:session_id>", sessions.SessionView.as_view(), name="auth-session"),
    path("auth/stream-ticket", sessions.TicketView.as_view(), name="auth-stream-ticket"),
    path("auth/password/forgotten", forgotten.ForgottenView.as_view(), name="auth-password-forgotten"),
    path("auth/password/reset", forgotten.ResetView.as_view(), name="auth-password-reset"),
    path("auth/password", sessions.PasswordView.as_view(), name="auth-password"),
    path("auth/two-factor", two_factor.TwoFactorView.as_view(), name="two-factor"),
    path("auth/two-factor/confirm", two_factor.ConfirmView.as_view(), name="two-factor-confirm"),
    path("auth/two-factor/recovery-codes", two_factor.RecoveryCodesView.as_view(), name="two-factor-recovery-codes"),
    path("auth/passkey", login.PasskeyLoginView.as_view(), name="auth-passkey"),
    path("auth/passkey/options", passkeys.LoginOptionsView.as_view(), name="auth-passkey-options"),
    path("users", users.UsersView.as_view(), name="users"),
    path("users/me", users.MeView.as_view(), name="me"),
    path("users/me/export", takeouts.TakeoutView.as_view(), name="my-export"),
    path("users/me/export/file", takeouts.TakeoutFileView.as_view(), name="my-export-file"),
    path("users/me/passkeys", passkeys.PasskeysView.as_view(), name="my-passkeys"),
    path("users/me/passkeys/options", passkeys.PasskeyOptionsView.as_view(), name="my-passkeys-options"),
    path("users/me/passkeys/<str:passkey_id>", passkeys.PasskeyView.as_view(), name="my-passkey"),
    path("users/me/email", users.EmailView.as_view(), name="my-email"),
    path("users/blocked", users.BlockedView.as_view(), name="users-blocked"),
    path("users/me/avatar", pictures.MyAvatarView.as_view(), name="my-avatar"),
    path("users/<uuid:user_id>/avatar/<str:version>", pictures.AvatarView.as_view(), name="avatar"),
    path("users/<str:user_id>", users.UserView.as_view(), name="user"),
]
page_urlpatterns = [
    path("login", pages.login, name="login"),
    path("login/code", pages.login_code, name="login-code"),
    path("login/passkey", pages.login_passkey, name="login-passkey"),
    path("password/forgotten", by_mail.forgotten, name="password-forgotten"),
    path("password/reset/<str:user_id>/<str:token>", by_mail.reset, name="password-reset"),
    path("email/verify/<str:token>", by_mail.verify, name="email-verify"),
    path("signup", pages.signup, name="signup"),
    path("language", languages.choose, name="language"),
    path("logout", pages.logout, name="logout"),
    path("people", pages.people, name="people"),
    path("people/<str:username>", pages.person, name="person"),
    path("settings", pages.settings_page, name="settings"),
]
