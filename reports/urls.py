"""Addresses of the reports app."""

from django.urls import path

from reports import item_views, operations, plan_views, views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("evidence/<slug:indicator>/<slug:part>/", views.evidence, name="evidence"),
    path("definitions/", views.definitions, name="definitions"),
    path("enterprises/<int:pk>/items/", item_views.item_coverage, name="item_coverage"),
    path("items/<slug:code>/", item_views.item_places, name="item_places"),
    path("plans/", plan_views.month_plan, name="plans"),
    path("operations/", operations.operations, name="operations"),
    path("operations/build/", operations.build, name="build"),
]
