"""Running jobs inside every worker."""

from __future__ import annotations

import asyncio
import threading

from procrastinate.contrib.django import app

from zhiyin.platform.worker.loops import background

POLL_SECONDS = 5.0
STOP_WITHIN_SECONDS = 8.0


@background("jobs")
def run_jobs(stop: threading.Event) -> None:
    """Take jobs one by one until asked to stop; one under way is given a moment, then put back."""
    asyncio.run(_run(stop))


async def _run(stop: threading.Event) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # a DjangoConnector
    with app.replace_connector(connector) as running:
        async with running.open_async():
            worker = asyncio.create_task(
                running.run_worker_async(
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    shutdown_graceful_timeout=STOP_WITHIN_SECONDS,
                    delete_jobs="successful",
                )
            )
            while not stop.is_set() and not worker.done():
                await asyncio.sleep(0.2)
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
