"""Addresses of the accounts app."""

from django.urls import path

from accounts import outbox, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-out/", views.SignOut.as_view(), name="logout"),
    path("language/", views.language, name="language"),
    path("outbox/", outbox.page, name="outbox"),
    path("outbox/who/", outbox.who, name="who"),
    path("sw.js", outbox.worker, name="worker"),
]
