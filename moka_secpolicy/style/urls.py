"""Addresses of the style guide."""

from django.urls import path

from moka_secpolicy.style import views

app_name = "style"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:section>/", views.section, name="section"),
]
