from __future__ import annotations


class Misfit(Exception):
    """What does not fit, and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en

    def told(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}
