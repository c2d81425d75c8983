"""Archives: opened within bounds, or not at all."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from zhiyin.knowledge.importing.found import MOST_ITEMS, Unreadable

LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of all files together
LARGEST_FILE = 25 * 1024 * 1024
MOST_TIMES = 200  # larger than packed: documents are at most 20 times
MOST_FILES = 3000
# what reading a damaged archive may raise
DAMAGED = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


def refuse_bomb(content: bytes) -> zipfile.ZipFile:
    """The archive, if what it says of itself is bearable. Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(
            "压缩包打不开，请重新打包。", "The archive can't be opened; pack it again."
        ) from error
    files = archive.infolist()
    unpacked = sum(one.file_size for one in files)
    if len(files) > MOST_FILES or unpacked > LARGEST_UNPACKED:
        raise Unreadable(
            f"解开后太大（最多 {MOST_FILES} 个文件、{LARGEST_UNPACKED // 1024 // 1024} MB），请拆成几份。",
            f"Too large unpacked ({MOST_FILES} files, {LARGEST_UNPACKED // 1024 // 1024} MB at most); split it.",
        )
    if unpacked > 1024 * 1024 and unpacked > MOST_TIMES * len(content):
        raise Unreadable(
            "压缩比异常，可能有害，没有打开。", "Its compression is abnormal: not opened, it may be harmful."
        )
    if any(one.flag_bits & 1 for one in files):
        raise Unreadable("压缩包有密码，请去掉密码。", "The archive has a password; take it off.")
    return archive


def files_in(content: bytes) -> Iterator[tuple[str, bytes | Unreadable]]:
    """Each file with its name, read no further than it says it is long. Raises Unreadable."""
    archive = refuse_bomb(content)
    named = (one for one in archive.infolist() if one.filename)  # a name may be empty, too
    wanted = [one for one in named if not one.is_dir() and not _is_noise(one.filename)]
    if len(wanted) > MOST_ITEMS:
        raise Unreadable(
            f"一次最多 {MOST_ITEMS} 个文件，请拆成几份。", f"At most {MOST_ITEMS} files at once; split it."
        )
    for one in wanted:
        name = _name_of(one)
        if one.file_size > LARGEST_FILE:
            yield name, Unreadable("文件超过 25 MB，没有读取。", "Larger than 25 MB: not read.")
            continue
        try:
            with archive.open(one) as file:
                yield name, file.read(LARGEST_FILE + 1)
        except DAMAGED:
            yield name, Unreadable("文件损坏，读不出来。", "The file is damaged and can't be read.")


def _is_noise(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        not parts
        or any(part.startswith((".", "__MACOSX", "~$")) for part in parts)
        or parts[-1]
        in (
            "Thumbs.db",
            "desktop.ini",
        )
    )


def _name_of(one: zipfile.ZipInfo) -> str:
    """The name; archives made on Chinese Windows hold it in GBK, which zip takes for cp437."""
    if one.flag_bits & 0x800:
        return one.filename
    try:
        return one.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return one.filename
