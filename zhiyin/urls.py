from django.urls import include, path, re_path

from zhiyin.api import api
from zhiyin.desk.pages import desk_page, widget_script

urlpatterns = [
    path("api/v1/", api.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
    path("widget.js", widget_script),
    re_path(r"^(?!api/|_allauth/|accounts/|assets/).*$", desk_page),
]
