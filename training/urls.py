"""Addresses of sessions, their rosters, attendance and materials."""

from django.urls import path

from training import views, views_import, views_manage

app_name = "training"
SESSION = "sessions/<int:pk>/"
urlpatterns = [
    path("", views.index, name="index"),
    path("sessions/new/", views_manage.add_session, name="add_session"),
    path(SESSION, views.session, name="session"),
    path(f"{SESSION}edit/", views_manage.edit_session, name="edit_session"),
    path(f"{SESSION}roster/", views_manage.enrol_audience, name="enrol_audience"),
    path(f"{SESSION}roster/new/", views_manage.enrol, name="enrol"),
    path(f"{SESSION}roster/file/", views_manage.roster_file, name="roster_file"),
    path(f"{SESSION}roster/<int:enrolment>/withdraw/", views_manage.withdraw, name="withdraw"),
    path(f"{SESSION}attendance/", views_manage.attendance, name="attendance"),
    path(f"{SESSION}attendance/import/", views_import.import_attendance, name="import_attendance"),
    path(f"{SESSION}materials/new/", views_manage.add_material, name="add_material"),
    path("materials/<int:pk>/", views.material, name="material"),
    path("materials/<int:pk>/remove/", views_manage.remove_material, name="remove_material"),
]
