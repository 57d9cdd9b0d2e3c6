"""Django's administration, with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class OfficeConfig(AdminConfig):
    default_site = "moderation.office.OfficeSite"
