"""Addresses of the training app."""

from django.urls import path

from training.views import actions, calendars, enrolments, modules, visits, workshops

app_name = "training"
urlpatterns = [
    path("modules/", modules.module_list, name="module_list"),
    path("modules/add/", modules.module_add, name="module_add"),
    path("modules/<int:pk>/", modules.module_detail, name="module_detail"),
    path("modules/<int:pk>/edit/", modules.module_edit, name="module_edit"),
    path("enrolments/", enrolments.enrolment_list, name="enrolment_list"),
    path("enrolments/add/", enrolments.enrolment_add, name="enrolment_add"),
    path("enrolments/<int:pk>/", enrolments.enrolment_detail, name="enrolment_detail"),
    path("enrolments/<int:pk>/edit/", enrolments.enrolment_edit, name="enrolment_edit"),
    path("enrolments/<int:pk>/move/<slug:move>/", enrolments.enrolment_move, name="enrolment_move"),
    path("enrolments/<int:pk>/correct/<int:change>/", enrolments.enrolment_correct, name="enrolment_correct"),
    path("workshops/", workshops.workshop_list, name="workshop_list"),
    path("workshops/add/", workshops.workshop_add, name="workshop_add"),
    path("workshops/<int:pk>/", workshops.workshop_detail, name="workshop_detail"),
    path("workshops/<int:pk>/edit/", workshops.workshop_edit, name="workshop_edit"),
    path("workshops/<int:pk>/participants/add/", workshops.participant_add, name="participant_add"),
    path("workshops/participants/<int:pk>/edit/", workshops.participant_edit, name="participant_edit"),
    path("workshops/participants/<int:pk>/delete/", workshops.participant_delete, name="participant_delete"),
    path("visits/", visits.visit_list, name="visit_list"),
    path("visits/add/", visits.visit_add, name="visit_add"),
    path("visits/calendar/", calendars.visit_calendar, name="visit_calendar"),
    path("visits/calendar/address/", calendars.calendar_address, name="calendar_address"),
    path("visits/calendar/<slug:token>.ics", calendars.visit_feed, name="visit_feed"),
    path("visits/photos/<str:key>/", visits.visit_photo, name="visit_photo"),
    path("visits/<int:pk>/", visits.visit_detail, name="visit_detail"),
    path("visits/<int:pk>/edit/", visits.visit_edit, name="visit_edit"),
    path("visits/<int:pk>/letter/", visits.visit_letter, name="visit_letter"),
    path("visits/<int:pk>/move/<slug:move>/", visits.visit_move, name="visit_move"),
    path("visits/<int:pk>/correct/<int:change>/", visits.visit_correct, name="visit_correct"),
    path("visits/<int:pk>/actions/add/", actions.action_add, name="action_add"),
    path("visits/actions/<int:pk>/edit/", actions.action_edit, name="action_edit"),
    path("visits/actions/<int:pk>/tick/", actions.action_tick, name="action_tick"),
]
