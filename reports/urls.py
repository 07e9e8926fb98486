"""Addresses of programmes, sheets and their builds."""

from django.urls import path

from reports import views, views_manage

app_name = "reports"
PROGRAMME = "programmes/<slug:code>/"

urlpatterns = [
    path("programmes/", views.programmes, name="programmes"),
    path(PROGRAMME, views.programme, name="programme"),
    path(f"{PROGRAMME}file/", views.programme_file, name="programme_file"),
    path(f"{PROGRAMME}history/", views.history, name="history"),
    path(f"{PROGRAMME}sheets/<int:fiscal_year>/", views.sheet, name="sheet"),
    path(f"{PROGRAMME}sheets/<int:fiscal_year>/builds/", views_manage.request_build, name="request_build"),
    path(f"{PROGRAMME}figures/<slug:key>/<int:fiscal_year>/", views.figure, name="figure"),
    path(f"{PROGRAMME}sheets/<int:fiscal_year>/open/", views_manage.open_next_sheet, name="open_next_sheet"),
    path("builds/<int:pk>/", views.build, name="build"),
    path("builds/<int:pk>/pdf/", views.download, name="download"),
    path(f"{PROGRAMME}edit/texts/", views_manage.edit, {"part": "texts"}, name="edit_texts"),
]
for part, name in (("indicators", "indicator"), ("costs", "cost"), ("sheets", "sheet")):
    urlpatterns += [
        path(f"{PROGRAMME}edit/{part}/new/", views_manage.edit, {"part": part}, name=f"add_{name}"),
        path(f"{PROGRAMME}edit/{part}/<slug:key>/", views_manage.edit, {"part": part}, name=f"edit_{name}"),
        path(
            f"{PROGRAMME}edit/{part}/<slug:key>/remove/",
            views_manage.remove,
            {"part": part},
            name=f"remove_{name}",
        ),
    ]
