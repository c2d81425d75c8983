from zhiyin.assist.models.answering import AnswerSettings, AutomaticAnswer, Holder
from zhiyin.assist.models.dialogues import AnswerSwitch, Dialogue, KeywordRule, Turn
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
from zhiyin.assist.models.recalibration import Recalibration

__all__ = [
    "MOODS",
    "AnswerSettings",
    "AnswerSwitch",
    "AutomaticAnswer",
    "Correction",
    "Dialogue",
    "Endpoint",
    "Holder",
    "KeywordRule",
    "ModelVersion",
    "MoodVersion",
    "Preferences",
    "Reading",
    "Recalibration",
    "Training",
    "Turn",
    "Use",
]
