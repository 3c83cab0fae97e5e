"""Addresses of the hazards app."""

from django.urls import path

from hazards.views import checklists, checks, hazards, papers, record

app_name = "hazards"
urlpatterns = [
    path("checklists/", checklists.checklist_list, name="checklist_list"),
    path("checklists/<int:pk>/", checklists.checklist_detail, name="checklist_detail"),
    path("checks/", checks.check_list, name="check_list"),
    path("checks/add/", checks.check_add, name="check_add"),
    path("checks/<int:pk>/", checks.check_detail, name="check_detail"),
    path("checks/<int:pk>/record/", record.check_record, name="check_record"),
    path("checks/<int:pk>/correct/", record.check_correct_version, name="check_correct_version"),
    path("checks/<int:pk>/changes/<int:change>/", checks.check_correct, name="check_correct"),
    path("checks/<int:pk>/<slug:move>/", checks.check_move, name="check_move"),
    path("checks/<int:pk>/notice.pdf", papers.found, name="check_notice"),
    path("hazards/", hazards.hazard_list, name="hazard_list"),
    path("hazards/add/", hazards.hazard_add, name="hazard_add"),
    path("hazards/ledger.pdf", papers.ledger, name="ledger"),
    path("hazards/notice/<int:pk>.pdf", papers.notice, name="notice"),
    path("hazards/photos/<str:key>/", hazards.photo, name="photo"),
    path("hazards/<int:pk>/", hazards.hazard_detail, name="hazard_detail"),
    path("hazards/<int:pk>/order.pdf", papers.order, name="order"),
    path("hazards/<int:pk>/edit/", hazards.hazard_edit, name="hazard_edit"),
    path("hazards/<int:pk>/changes/<int:change>/", hazards.hazard_correct, name="hazard_correct"),
    path("hazards/<int:pk>/<slug:move>/", hazards.hazard_move, name="hazard_move"),
]
