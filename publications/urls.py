"""Addresses of the publications app."""

from django.urls import path

from publications import public, views

app_name = "publications"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/add/", views.report_add, name="add"),
    path("reports/<int:pk>/", views.report_detail, name="detail"),
    path("reports/<int:pk>/edit/", views.report_edit, name="edit"),
    path("reports/<int:pk>/freeze/", views.report_freeze, name="freeze"),
    path("reports/freezes/<uuid:key>/", views.freezing, name="freezing"),
    path("reports/freezes/<uuid:key>/file/", views.freezing_file, name="freezing_file"),
    path("reports/frozen/<slug:code>/", views.snapshot_detail, name="snapshot"),
    path("reports/frozen/<slug:code>/documents/", views.snapshot_documents, name="documents"),
    path("reports/frozen/<slug:code>/today/", views.snapshot_today, name="today"),
    path("reports/documents/<uuid:key>/", views.document, name="document"),
    path("reports/documents/<uuid:key>/file/", views.document_file, name="document_file"),
    path("verify/", public.verification, name="verify"),
    path("verify/<slug:code>/", public.verification_of, name="verify_code"),
    path("r/<slug:code>/<slug:figure>/", views.frozen_evidence, name="evidence"),
]
