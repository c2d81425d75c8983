"""The checks every installation has, whatever its channels: importing this registers them."""

from zhiyin.platform.ops.checks import configuration, database, running

__all__ = ["configuration", "database", "running"]
