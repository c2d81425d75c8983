"""The checks every installation has, whatever its channels: importing this registers them."""

from zhiyin.platform.ops.checks import backups, configuration, database, running

__all__ = ["backups", "configuration", "database", "running"]
