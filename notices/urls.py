"""Addresses of notices."""

from django.urls import path

from notices import views, views_manage

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views_manage.give, name="give"),
    path("record/", views_manage.record, name="record"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/file/", views.deliveries_file, name="deliveries_file"),
    path("<int:pk>/correct/", views_manage.correct, name="correct"),
    path("<int:pk>/again/", views_manage.send_all_again, name="send_all_again"),
    path("deliveries/<int:pk>/again/", views_manage.send_again, name="send_again"),
]
