"""Addresses of policies, their versions, and who has confirmed them."""

from django.urls import path

from policies import views, views_manage

app_name = "policies"
VERSION = "versions/<int:pk>/"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views_manage.add_policy, name="add_policy"),
    path(VERSION, views.version, name="version"),
    path(f"{VERSION}confirm/", views.acknowledge, name="acknowledge"),
    path(f"{VERSION}receipt/", views.receipt, name="receipt"),
    path(f"{VERSION}readers/", views.readers, name="readers"),
    path(f"{VERSION}readers/file/", views.readers_file, name="readers_file"),
    path(f"{VERSION}edit/", views_manage.edit_draft, name="edit_draft"),
    path(f"{VERSION}discard/", views_manage.discard_draft, name="discard_draft"),
    path(f"{VERSION}publish/", views_manage.publish, name="publish"),
    path("<slug:code>/", views.policy, name="policy"),
    path("<slug:code>/versions/new/", views_manage.add_draft, name="add_draft"),
]
