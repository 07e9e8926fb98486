"""Addresses of the registers and their entries."""

from django.urls import path

from assets import views, views_manage

app_name = "assets"
urlpatterns = [
    path("<slug:name>/", views.register, name="register"),
    path("<slug:name>/file/", views.export, name="export"),
    path("<slug:name>/new/", views_manage.add_entry, name="add_entry"),
    path("<slug:name>/import/", views_manage.import_file, name="import_file"),
    path("<slug:name>/<int:pk>/", views.entry, name="entry"),
    path("<slug:name>/<int:pk>/edit/", views_manage.edit_entry, name="edit_entry"),
]
