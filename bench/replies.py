"""How well the repeated part of replies is told from what was written now.

A folder of replies (`emails/`) and of what people left of each (`trimmed/`): a reply counts when what we show is
exactly that, spaces around it aside. Needs nothing but the folder: no database, no centre.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from zhiyin.channels.providers.email.parsing.quoting import fold_quoted

FOLDER = Path(__file__).resolve().parents[2] / "shared/data/mail/replies"


@dataclass(frozen=True)
class Score:
    total: int
    missed: list[str]

    @property
    def exact(self) -> int:
        return self.total - len(self.missed)


def score_replies(folder: Path) -> Score:
    """Which replies of the folder are not folded as people trimmed them."""
    mails = sorted((folder / "emails").iterdir())
    missed = [mail.name for mail in mails if _shown(mail) != _wanted(folder, mail)]
    return Score(len(mails), missed)


def _shown(mail: Path) -> str:
    return fold_quoted(mail.read_text("utf-8")).visible.strip()


def _wanted(folder: Path, mail: Path) -> str:
    return (folder / "trimmed" / mail.name).read_text("utf-8").strip()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="with emails/ and trimmed/")
    folder = options.parse_args().folder
    if not (folder / "emails").is_dir():
        sys.exit(f"{folder} holds no replies (emails/ and trimmed/)")
    score = score_replies(folder)
    print(f"{score.exact} of {score.total} replies are folded exactly")
    for name in score.missed:
        print(f"  not: {name}")


if __name__ == "__main__":
    main()
