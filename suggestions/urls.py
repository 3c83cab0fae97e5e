"""Addresses of the suggestions app."""

from django.urls import path

from suggestions import views

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", views.suggestion_list, name="list"),
    path("suggestions/board/", views.suggestion_board, name="board"),
    path("suggestions/add/", views.suggestion_add, name="add"),
    path("suggestions/<int:pk>/", views.suggestion_detail, name="detail"),
    path("suggestions/<int:pk>/edit/", views.suggestion_edit, name="edit"),
    path("suggestions/<int:pk>/correct/<int:change>/", views.suggestion_correct, name="correct"),
    path("suggestions/<int:pk>/<slug:move>/", views.suggestion_move, name="move"),
    path("suggestions/photos/<int:pk>/", views.suggestion_photo, name="photo"),
]
