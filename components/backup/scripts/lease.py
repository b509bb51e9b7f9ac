"""One restore test at a time: whoever holds the Lease has the scratch namespace."""

import datetime
import time

from kubernetes_api import Answer
from outcome import Busy

DURATION_SECONDS = 300


def written(seconds):
    """A time as Kubernetes writes it."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(text):
    """Seconds of a time that Kubernetes wrote."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Lease:
    """The Lease, which the program makes; times in it are those of the API server."""

    def __init__(self, api, path, holder):
        self.api = api
        self.path = path
        self.holder = holder
        self.renewed = None

    def _held_by(self, lease):
        """Who holds it, unless its time is over."""
        spec = lease.get("spec", {})
        holder = spec.get("holderIdentity") or None
        if holder is None or holder == self.holder:
            return None
        if spec.get("renewTime") is None:
            return None
        ends = read(spec["renewTime"]) + spec.get("leaseDurationSeconds", DURATION_SECONDS)
        return holder if ends > self.api.now() else None

    def _write(self, lease, holder):
        now = written(self.api.now())
        spec = {**lease.get("spec", {}), "holderIdentity": holder, "renewTime": now}
        if holder:
            spec["leaseDurationSeconds"] = DURATION_SECONDS
        # With the version that was read: of two that write at once one is refused.
        self.api.call("PUT", self.path, {**lease, "spec": spec})

    def take(self, seconds, pause=10):
        """Takes it, after whoever has it."""
        until = time.monotonic() + seconds
        while True:
            lease = self.api.call("GET", self.path)
            holder = self._held_by(lease)
            if holder is None:
                try:
                    self._write(lease, self.holder)
                    self.renewed = time.monotonic()
                    return
                except Answer as answer:
                    if answer.status != 409:
                        raise
            if time.monotonic() > until:
                raise Busy(f"another restore test is still going on: {holder or 'unknown'}")
            time.sleep(pause)

    def keep(self):
        """Renews it when a third of its time is over."""
        if time.monotonic() - self.renewed < DURATION_SECONDS / 3:
            return
        lease = self.api.call("GET", self.path)
        if lease.get("spec", {}).get("holderIdentity") != self.holder:
            raise Busy("another restore test has taken the scratch namespace over")
        self._write(lease, self.holder)
        self.renewed = time.monotonic()

    def give_back(self):
        """Lets the next one have it."""
        lease = self.api.call("GET", self.path)
        if lease.get("spec", {}).get("holderIdentity") == self.holder:
            self._write(lease, "")
