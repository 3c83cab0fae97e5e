"""Addresses of the suggestions app."""

from django.urls import URLPattern

app_name = "suggestions"
urlpatterns: list[URLPattern] = []
