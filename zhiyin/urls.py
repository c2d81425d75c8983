from django.urls import include, path, re_path

from zhiyin.api import api
from zhiyin.channels.providers.chat.api import api as chat_api
from zhiyin.channels.providers.chat.pages import chat_page, preview_page
from zhiyin.desk.pages import desk_page, widget_script

urlpatterns = [
    path("", include("zhiyin.platform.ops.urls")),
    path("api/v1/", api.urls),
    path("api/chat/v1/", chat_api.urls),
    path("", include("zhiyin.people.signing_in.urls")),
    path("", include("zhiyin.portal.urls")),
    path("", include("zhiyin.portal.help.urls")),
    path("widget.js", widget_script),
    path("widget-preview.js", widget_script, {"name": "widget-preview.js"}),
    path("chat/preview", preview_page),
    path("chat/<slug:channel_key>", chat_page),
    re_path(r"^(?!api/|my/|help/|_allauth/|accounts/|assets/).*$", desk_page),
]
