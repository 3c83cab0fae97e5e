"""Addresses of the reminders app."""

from django.urls import path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("operations/messages/", views.message_list, name="message_list"),
    path("mail/", views.mine, name="mine"),
    path("people/<int:pk>/mail/", views.of_person, name="of_person"),
    path("mail/stop/<str:token>/", views.stop, name="stop"),
]
