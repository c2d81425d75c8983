"""RFC 3676: paragraphs that were broken for the journey, made whole again."""

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Join each line that ends in a space to the next of the same quote depth; the signature mark stays alone."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        unquoted = line.lstrip(">")
        depth = len(line) - len(unquoted)
        content = unquoted.removeprefix(" ")
        flows = content.endswith(" ") and content != _SIGNATURE
        if flows and delete_space:
            content = content[:-1]
        if open_depth == depth and content != _SIGNATURE:
            paragraphs[-1].append(content)
        else:
            paragraphs.append([f"{line[:depth]} {content}" if depth else content])
        open_depth = depth if flows else -1
    whole = ("".join(pieces) for pieces in paragraphs)
    return "\n".join(line if line == _SIGNATURE else line.rstrip(" ") for line in whole)
