def main() -> int:
    """Run one `zhiyin` command and return its exit code."""
    raise NotImplementedError
