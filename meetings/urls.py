"""Addresses of the meetings app."""

from django.urls import path

from meetings import views

app_name = "meetings"
urlpatterns = [
    path("meetings/", views.meeting_list, name="list"),
    path("meetings/add/", views.meeting_add, name="add"),
    path("meetings/<int:pk>/", views.meeting_detail, name="detail"),
    path("meetings/<int:pk>/edit/", views.meeting_edit, name="edit"),
    path("meetings/<int:pk>/show/<int:number>/", views.show, name="show"),
    path("meetings/<int:pk>/show/<int:number>/decide/", views.decide, name="decide"),
    path("meetings/<int:pk>/decide/", views.decision_add, name="decision_add"),
    path("decisions/", views.decision_list, name="decision_list"),
    path("decisions/<int:pk>/", views.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/correct/<int:change>/", views.decision_correct, name="decision_correct"),
    path("decisions/<int:pk>/<slug:move>/", views.decision_move, name="decision_move"),
]
