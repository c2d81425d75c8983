from procrastinate.contrib.django import app

from zhiyin.platform.crypto.rotation import rotate_keys


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="crypto.rotate_keys")
def rotate(timestamp: int) -> None:
    """Every night: whatever is not under the first key of ZHIYIN_KEYS. Usually nothing."""
    rotate_keys()
