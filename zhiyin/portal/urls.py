from django.urls import path

from zhiyin.portal import pages, survey_pages
from zhiyin.portal.style import style

urlpatterns = [
    path("my", pages.home),
    path("my/", pages.home),
    path("my/style.css", style),
    path("my/link", pages.ask),
    path("my/enter", pages.enter),
    path("my/oidc", pages.sign_on),
    path("my/oidc/return", pages.come_back),
    path("my/leave", pages.go),
    path("my/language", pages.language),
    path("my/tickets/<int:ticket_id>", pages.ticket),
    path("my/tickets/<int:ticket_id>/answer", pages.answer),
    path("my/tickets/<int:ticket_id>/solved", pages.solve),
    path("my/tickets/<int:ticket_id>/rating", pages.rate),
    path("my/files/<str:key>", pages.file),
    path("my/<path:rest>", pages.missing),
    path("survey", survey_pages.no_survey),
    path("survey/", survey_pages.no_survey),
    path("survey/<str:token>", survey_pages.survey),
    path("survey/<path:rest>", survey_pages.no_survey),
]
