"""How a command says that it can't: words in both languages and an exit code (sysexits.h)."""

from __future__ import annotations

EX_USAGE = 2
EX_DATAERR = 65
EX_NOUSER = 67
EX_TEMPFAIL = 75


class CommandFailed(Exception):
    """Ends the command; the words say what to do next."""

    def __init__(self, *, zh: str, en: str, exit_code: int = 1) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.exit_code = exit_code

    @property
    def words(self) -> str:
        from zhiyin.cli.language import say

        return say(self.zh, self.en)
