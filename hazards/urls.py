"""Addresses of the hazards app."""

from django.urls import URLPattern

app_name = "hazards"
urlpatterns: list[URLPattern] = []
