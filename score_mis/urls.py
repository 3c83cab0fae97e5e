"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("", include("enterprises.urls")),
    path("", include("training.urls")),
    path("", include("suggestions.urls")),
    path("", include("hazards.urls")),
    path("", include("practices.urls")),
    path("", include("sheets.urls")),
    path("", include("publications.urls")),
    path("", include("meetings.urls")),
    path("", include("reminders.urls")),
    path("admin/", admin.site.urls),
]
