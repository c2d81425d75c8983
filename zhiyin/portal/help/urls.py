from django.urls import path, register_converter

from zhiyin.portal.help import pages, serving


class LanguageOfPages:
    regex = "zh|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageOfPages, "help_language")

urlpatterns = [
    path("help", pages.start),
    path("help/", pages.start),
    path("help/style.css", serving.style),
    path("help/help.js", serving.script),
    path("help/sitemap.xml", serving.sitemap),
    path("help/files/<str:key>", pages.file),
    path("help/<help_language:language>", pages.home),
    path("help/<help_language:language>/", pages.home),
    path("help/<help_language:language>/search", pages.results),
    path("help/<help_language:language>/suggest", pages.suggest),
    path("help/<help_language:language>/c/<int:category_id>", pages.category),
    path("help/<help_language:language>/a/<slug:key>", pages.article),
    path("help/<help_language:language>/a/<slug:key>/feedback", pages.feedback),
    path("help/<help_language:language>/ask", pages.ask),
    path("help/<help_language:language>/chat", pages.chat),
]
