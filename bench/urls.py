"""The site's addresses, and those of the pages it is compared with."""

from django.urls import include, path

from bench import views

urlpatterns = [
    path("bench/hello/", views.hello),
    path("bench/frame/", views.frame),
    path("bench/live/", views.live),
    path("", include("score_mis.urls")),
]
