"""Addresses of notifications: `urlpatterns` below /api/, `page_urlpatterns` at the root."""

from django.urls import path

from notifications import api, pages

urlpatterns = [
    path("notifications", api.NotificationsView.as_view(), name="notifications"),
    path("notifications/unread-count", api.UnreadCountView.as_view(), name="notifications-unread-count"),
    path("notifications/read-all", api.ReadAllView.as_view(), name="notifications-read-all"),
    path("notifications/preferences", api.PreferencesView.as_view(), name="notification-preferences"),
    path("notifications/push-key", api.PushKeyView.as_view(), name="push-key"),
    path("notifications/push-subscriptions", api.PushSubscriptionsView.as_view(), name="push-subscriptions"),
    path("notifications/why", api.WhyView.as_view(), name="notification-why"),
    path("notifications/<uuid:notification_id>", api.OneNotificationView.as_view(), name="notification"),
    path("notifications/<uuid:notification_id>/read", api.ReadView.as_view(), name="notification-read"),
]

page_urlpatterns = [
    path("notifications", pages.notifications, name="notifications-page"),
    path("unsubscribe/<str:token>", pages.unsubscribe, name="unsubscribe"),
]
