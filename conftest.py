"""Fixtures every test may use. The database is started by zhiyin.testing.plugin."""

pytest_plugins = ["zhiyin.testing.people", "zhiyin.testing.knowledge"]
