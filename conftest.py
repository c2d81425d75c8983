"""Fixtures every test may use. The database is started by zhiyin.testing.plugin."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["zhiyin.testing.people", "zhiyin.testing.knowledge"]

# A busy machine makes no test fail: how quick something is, bench/ measures.
settings.register_profile("zhiyin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zhiyin")
