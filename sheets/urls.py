"""Addresses of the sheets app."""

from django.urls import path

from sheets import views

app_name = "sheets"
urlpatterns = [
    path("sheets/", views.file_list, name="list"),
    path("sheets/make/<slug:sheet>/", views.file_add, name="add"),
    path("sheets/<uuid:key>/", views.file_detail, name="file_detail"),
    path("sheets/<uuid:key>/file/", views.file, name="file"),
]
