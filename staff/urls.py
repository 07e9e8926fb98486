"""Addresses of what concerns people and departments."""

from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("language/", views.choose_language, name="choose_language"),
]
