from django.urls import path

from zhiyin.platform.ops.health import healthz, metrics, readyz

urlpatterns = [path("healthz", healthz), path("readyz", readyz), path("metrics", metrics)]
