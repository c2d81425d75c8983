from zhiyin.assist.models.answering import AnswerSettings, AutomaticAnswer, Holder
from zhiyin.assist.models.moods import MoodVersion
from zhiyin.assist.models.reading import (
    MOODS,
    Correction,
    Endpoint,
    ModelVersion,
    Preferences,
    Reading,
    Training,
    Use,
)

__all__ = [
    "MOODS",
    "AnswerSettings",
    "AutomaticAnswer",
    "Correction",
    "Endpoint",
    "Holder",
    "ModelVersion",
    "MoodVersion",
    "Preferences",
    "Reading",
    "Training",
    "Use",
]
