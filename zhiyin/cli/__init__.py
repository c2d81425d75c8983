"""The `zhiyin` command: one module per sub-command, imported only when it is asked for."""
