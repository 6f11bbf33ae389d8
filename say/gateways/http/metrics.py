"""What is counted, for Prometheus. One registry an application."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FIRST_BYTE = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Counters of one application; of texts their length alone."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs; they would be as many lines again
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "say_http_requests", "Requests answered", ["method", "route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "say_http_request_seconds",
            "From a request's headers to the end of its answer",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.first_byte = Histogram(
            "say_http_first_byte_seconds",
            "From a request for speech to its first sound",
            ["route"],
            buckets=_FIRST_BYTE,
            registry=self._registry,
        )
        self.characters = Counter("say_http_characters", "Characters taken for speech", registry=self._registry)
        self.sound = Counter("say_http_sound_seconds", "Seconds of sound made", registry=self._registry)
        self.refused = Counter("say_http_refused", "Requests refused", ["reason"], registry=self._registry)
        self.broken = Counter(
            "say_http_broken_off", "Answers that ended before their sound did", ["reason"], registry=self._registry
        )
        self.in_work = Gauge("say_http_syntheses", "Syntheses in work", registry=self._registry)
        self.waiting = Gauge("say_http_waiting", "Requests that wait for their synthesis", registry=self._registry)
        self.paused = Gauge(
            "say_http_paused", "Syntheses that have begun and wait for their readers", registry=self._registry
        )
        self.jobs = Gauge("say_http_jobs", "Jobs that are kept", ["state"], registry=self._registry)
        self.jobs_sound = Gauge(
            "say_http_jobs_sound_seconds",
            "Seconds of sound of the jobs that are kept",
            ["state"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self._registry)
