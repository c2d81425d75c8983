"""A worker for the crash test: reacts to steps, fails at random, and is killed by the test at any moment."""

from __future__ import annotations

import os
import random
import sys
import threading
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.testing.settings"

import django

django.setup()

from zhiyin.platform.event_log import serving
from zhiyin.platform.event_log.tests import facts
from zhiyin.platform.worker.worker import run_worker


def main(failure_rate: float) -> None:
    serving.FIRST_RETRY = timedelta(milliseconds=20)
    facts.chance_to_stumble = lambda: random.random() < failure_rate
    print("ready", flush=True)
    run_worker(threading.Event())


if __name__ == "__main__":
    main(float(sys.argv[1]))
