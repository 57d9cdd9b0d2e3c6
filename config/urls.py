"""All addresses."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from accounts import urls as accounts_urls
from chat import urls as chat_urls
from config import catalogues, events, first_run, health, metrics, offline, pages, styles
from moderation import urls as moderation_urls
from notifications import urls as notifications_urls
from presence import urls as presence_urls
from realtime import urls as realtime_urls

api = [
    *realtime_urls.urlpatterns,  # first: they are looked up one after the other, and herds ask for these
    *accounts_urls.urlpatterns,
    *chat_urls.urlpatterns,
    *presence_urls.urlpatterns,
    *notifications_urls.urlpatterns,
    *moderation_urls.urlpatterns,
]

urlpatterns = [
    path("api/", include(api)),
    path("api/schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/events", events.description, name="events"),
    path("api/docs", pages.api_docs, name="api-docs"),
    path("badges", pages.badges, name="badges"),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("metrics", metrics.metrics, name="metrics"),
    path("health/ready", health.ready, name="health-ready"),
    path("start/<str:token>", first_run.start, name="first-run"),
    path("i18n/<str:language>.<str:version>.js", catalogues.catalogue, name="catalogue"),
    path("styles/<str:names>.<str:version>.css", styles.sheet, name="style-sheet"),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("offline", offline.offline, name="offline"),
    path("offline/chat", offline.shell, name="offline-shell"),
    *accounts_urls.page_urlpatterns,
    *chat_urls.page_urlpatterns,
    *notifications_urls.page_urlpatterns,
]
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
