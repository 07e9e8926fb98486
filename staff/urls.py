"""Addresses of what concerns people and departments."""

from django.urls import path

from staff import (
    views,
    views_administration,
    views_directory,
    views_handover,
    views_headcount,
    views_people,
    views_postings,
    views_reorganise,
    views_trail,
)

app_name = "staff"
urlpatterns = [
    path("people/import/", views_directory.import_people, name="import_people"),
    path("people/import/rejects/", views_directory.import_rejects, name="import_rejects"),
    path("people/export/", views_directory.export_directory, name="export_directory"),
    path("departments/import/", views_directory.import_departments, name="import_departments"),
    path("departments/export/", views_directory.export_departments, name="export_departments"),
    path("departments/headcount/", views_headcount.show, name="headcount"),
    path("departments/headcount/file/", views_headcount.file, name="headcount_file"),
    path("departments/reorganise/", views_reorganise.reorganise, name="reorganise"),
    path("departments/reorganise/<slug:kind>/", views_reorganise.reorganise_step, name="reorganise_step"),
    path("people/<int:pk>/postings/new/", views_postings.add_posting, name="add_posting"),
    path("people/<int:pk>/leave/new/", views_postings.record_leave, name="record_leave"),
    path("postings/<int:pk>/end/", views_postings.end_posting, name="end_posting"),
    path("leave/<int:pk>/end/", views_postings.end_leave, name="end_leave"),
    path("handover/", views_handover.show, name="handover"),
    path("language/", views.choose_language, name="choose_language"),
    path("trail/", views_trail.events, name="trail"),
    path("trail/file/", views_trail.trail_download, name="trail_file"),
    path("trail/retention/", views_trail.kept, name="retention"),
    path("trail/<int:pk>/", views_trail.event, name="event"),
    path("profile/", views_people.profile, name="profile"),
    path("people/", views_people.directory, name="people"),
    path("people/file/", views_people.directory_file, name="people_file"),
    path("people/new/", views_administration.add_person, name="add_person"),
    path("people/<int:pk>/", views_people.person, name="person"),
    path("people/<int:pk>/edit/", views_administration.change_person, name="change_person"),
    path("people/<int:pk>/roles/new/", views_administration.grant_role, name="grant_role"),
    path("people/<int:pk>/deputies/new/", views_administration.appoint_deputy, name="appoint_deputy"),
    path("roles/<int:pk>/end/", views_administration.end_grant, name="end_grant"),
    path("deputies/<int:pk>/end/", views_administration.end_deputy, name="end_deputy"),
    path("administration/", views_administration.overview, name="administration"),
    path("administration/<slug:name>/", views_administration.roll, name="roll"),
    path("administration/<slug:name>/file/", views_administration.roll_file, name="roll_file"),
    path("departments/", views_people.departments, name="departments"),
    path("departments/<str:code>/", views_people.department, name="department"),
]
