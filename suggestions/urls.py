"""Addresses of the suggestions app."""

from django.urls import path

from suggestions.views import answers, paper, records

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", records.suggestion_list, name="list"),
    path("suggestions/board/", records.suggestion_board, name="board"),
    path("suggestions/add/", records.suggestion_add, name="add"),
    path("suggestions/similar/", records.suggestion_similar, name="similar"),
    path("suggestions/piles/add/", paper.pile_add, name="pile_add"),
    path("suggestions/piles/<uuid:token>/", paper.pile_detail, name="pile"),
    path("suggestions/piles/<uuid:token>/slips/", paper.pile_slips, name="pile_slips"),
    path("suggestions/<int:pk>/slip/", paper.suggestion_slip, name="slip"),
    path("suggestions/<int:pk>/", records.suggestion_detail, name="detail"),
    path("suggestions/<int:pk>/edit/", records.suggestion_edit, name="edit"),
    path("suggestions/<int:pk>/correct/<int:change>/", records.suggestion_correct, name="correct"),
    path("suggestions/<int:pk>/<slug:move>/", records.suggestion_move, name="move"),
    path("suggestions/photos/<str:key>/", records.suggestion_photo, name="photo"),
    path("s/", answers.answer_by_code, name="answer_by_code"),
    path("s/<str:code>/", answers.answer, name="answer"),
]
