"""Addresses of the practices app."""

from django.urls import path

from practices import views

app_name = "practices"
urlpatterns = [
    path("practices/", views.practice_list, name="list"),
    path("practices/add/", views.practice_add, name="add"),
    path("practices/photos/<str:key>/", views.practice_photo, name="photo"),
    path("practices/photos/<str:key>/remove/", views.photo_remove, name="photo_remove"),
    path("practices/<int:pk>/", views.practice_detail, name="detail"),
    path("practices/<int:pk>/card.pdf", views.practice_card, name="card"),
    path("practices/<int:pk>/edit/", views.practice_edit, name="edit"),
    path("practices/<int:pk>/correct/<int:change>/", views.practice_correct, name="correct"),
    path("practices/<int:pk>/<slug:move>/", views.practice_move, name="move"),
]
