"""Figures for Prometheus.

What the database knows (lag, ledger, streams, processes) is read at each scrape and is the same from
whichever web process answers. Times of requests are kept by each web process: with several behind one
address, set PROMETHEUS_MULTIPROC_DIR to a folder they share and any of them answers for all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from zhiyin.platform.ops.operations import Operations, look

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_registry = CollectorRegistry()
_requests = Histogram(
    "zhiyin_http_request_duration_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=_BUCKETS,
    registry=_registry,
)


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Note how long a request took, by route: '2xx', not 200, to keep the series few."""
    _requests.labels(method if method in _METHODS else "other", route, f"{status // 100}xx").observe(seconds)


def exposition() -> bytes:
    """Return every figure as Prometheus text."""
    requests = _registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    ours = CollectorRegistry()
    ours.register(_OperationsCollector())
    return generate_latest(requests) + generate_latest(ours)


class _OperationsCollector(Collector):
    def collect(self) -> Iterable[Metric]:
        found = look()
        yield from _events(found)
        yield from _effects(found)
        yield _gauge("zhiyin_timers_overdue", "Timers past their moment", found.timers_overdue)
        yield _gauge("zhiyin_stream_connections", "Open live streams", found.streams)
        yield _gauge("zhiyin_disk_free_bytes", "Room left where the data folder is", found.disk_free_bytes)
        kinds = GaugeMetricFamily("zhiyin_processes", "Processes heard of lately", labels=["kind"])
        for kind in sorted({process.kind for process in found.processes} | {"web", "stream", "worker"}):
            alive = sum(process.alive for process in found.processes if process.kind == kind)
            kinds.add_metric([kind], alive)
        yield kinds


def _events(found: Operations) -> Iterator[Metric]:
    yield _gauge("zhiyin_event_position", "Position of the newest event", found.head)
    yield _gauge("zhiyin_events_pending", "Events that wait for their position", found.events_pending)
    events = GaugeMetricFamily(
        "zhiyin_subscriber_lag_events", "Events not yet handled", labels=["subscriber"]
    )
    seconds = GaugeMetricFamily("zhiyin_subscriber_lag_seconds", "Age of the oldest", labels=["subscriber"])
    parked = GaugeMetricFamily("zhiyin_parked_events", "Events held after a failure", labels=["subscriber"])
    for subscriber in found.subscribers:
        events.add_metric([subscriber.name], subscriber.lag_events)
        seconds.add_metric([subscriber.name], subscriber.lag_seconds)
        parked.add_metric([subscriber.name], subscriber.parked)
    yield from (events, seconds, parked)


def _effects(found: Operations) -> Iterator[Metric]:
    states = GaugeMetricFamily("zhiyin_effects", "Outside effects by state", labels=["kind", "state"])
    oldest = GaugeMetricFamily(
        "zhiyin_effect_oldest_due_seconds", "Age of the oldest that is due", labels=["kind"]
    )
    for effects in found.effects:
        for state in ("waiting", "leased", "given_up"):
            states.add_metric([effects.kind, state], getattr(effects, state))
        oldest.add_metric([effects.kind], effects.oldest_due_seconds)
    yield from (states, oldest)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)
