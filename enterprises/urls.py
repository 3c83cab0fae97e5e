"""Addresses of the enterprises app."""

from django.urls import path

from enterprises.views import enterprises, people, places, programme, teams

app_name = "enterprises"
urlpatterns = [
    path("enterprises/", enterprises.enterprise_list, name="list"),
    path("enterprises/add/", enterprises.enterprise_add, name="add"),
    path("enterprises/<int:pk>/", enterprises.enterprise_detail, name="detail"),
    path("enterprises/<int:pk>/edit/", enterprises.enterprise_edit, name="edit"),
    path("enterprises/<int:pk>/move/<slug:move>/", enterprises.enterprise_move, name="move"),
    path("enterprises/<int:pk>/correct/<int:change>/", enterprises.enterprise_correct, name="correct"),
    path("enterprises/<int:enterprise>/teams/add/", teams.team_add, name="team_add"),
    path("enterprises/<int:enterprise>/workforce/add/", teams.workforce_add, name="workforce_add"),
    path("enterprises/<int:enterprise>/plan/", teams.plan_edit, name="plan_edit"),
    path("enterprises/workforce/<int:pk>/edit/", teams.workforce_edit, name="workforce_edit"),
    path("enterprises/teams/<int:pk>/", teams.team_detail, name="team_detail"),
    path("enterprises/teams/<int:pk>/edit/", teams.team_edit, name="team_edit"),
    path("enterprises/teams/<int:team>/members/add/", teams.member_add, name="member_add"),
    path("enterprises/members/<int:pk>/edit/", teams.member_edit, name="member_edit"),
    path("people/", people.person_list, name="person_list"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:user>/assignments/add/", people.assignment_add, name="assignment_add"),
    path("people/assignments/<int:pk>/end/", people.assignment_end, name="assignment_end"),
    path("areas/", places.area_list, name="area_list"),
    path("areas/add/", places.area_add, name="area_add"),
    path("areas/<int:pk>/edit/", places.area_edit, name="area_edit"),
    path("sectors/", places.sector_list, name="sector_list"),
    path("sectors/add/", places.sector_add, name="sector_add"),
    path("sectors/<int:pk>/edit/", places.sector_edit, name="sector_edit"),
    path("programme/", programme.programme_detail, name="programme"),
    path("programme/edit/", programme.programme_edit, name="programme_edit"),
    path("programme/milestones/add/", programme.milestone_add, name="milestone_add"),
    path("programme/milestones/<int:pk>/edit/", programme.milestone_edit, name="milestone_edit"),
    path("cohorts/", programme.cohort_list, name="cohort_list"),
    path("cohorts/add/", programme.cohort_add, name="cohort_add"),
    path("cohorts/<int:pk>/edit/", programme.cohort_edit, name="cohort_edit"),
    path("targets/", programme.target_list, name="target_list"),
    path("targets/add/", programme.target_add, name="target_add"),
    path("targets/<int:pk>/edit/", programme.target_edit, name="target_edit"),
]
