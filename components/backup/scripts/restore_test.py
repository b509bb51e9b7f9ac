"""One restore test: takes the Lease, restores a copy, checks it, cleans up, and says what it found.

It ends with 0 only when the copy is whole, so the last success of its CronJob is the last restore
that is known to work. The source is never written to: the account has no right there.
"""

import contextlib
import json
import os
import signal
import sys
import time

import database_test
import tier_test
from kubernetes_api import Answer, Api, path_of
from lease import Lease, written
from outcome import Busy, Failed, Interrupted
from scratch import Scratch

# Beyond it no age means anything, nor does the end of a certificate.
CLOCK_SECONDS = 300
LEASE = "restore-tests"
REPORTS = "restore-reports"


class Report:
    """What a person reads: steps with their seconds, what was found, and the verdict."""

    def __init__(self, test):
        self.test = test
        self.steps = []
        self.found = {}
        self.began = time.monotonic()

    @contextlib.contextmanager
    def step(self, name):
        """One step; it counts the seconds also of one that fails."""
        one = {"step": name}
        self.steps.append(one)
        began = time.monotonic()
        print(f"{name} ...", flush=True)
        try:
            yield one
        finally:
            one["seconds"] = round(time.monotonic() - began, 1)

    def close(self, reason, now):
        """The whole of it."""
        return {
            "test": self.test,
            "verdict": "restored" if reason is None else "failed",
            **({} if reason is None else {"reason": reason}),
            "finished": written(now),
            "seconds": round(time.monotonic() - self.began, 1),
            **self.found,
            "steps": self.steps,
        }


def interrupted(_signal, _frame):
    """Ends the test where it is; what it made goes all the same."""
    # Once is enough: nothing may end the cleaning up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Interrupted("it was interrupted, and is tried again")


def run(plan, api, report, pause):
    """The test; what is wrong is raised, after everything that it made is gone."""
    home = os.environ["NAMESPACE"]
    lease = Lease(api, path_of("coordination.k8s.io/v1", home, "leases", LEASE), os.environ["POD"])
    with report.step("wait for other tests"):
        lease.take(plan["patience"]["wait"], pause)
    try:
        if abs(api.ahead) > CLOCK_SECONDS:
            side = "behind" if api.ahead > 0 else "ahead of"
            raise Failed(
                f"the clock of this node is {round(abs(api.ahead))} s {side} that of the API server"
            )
        scratch = Scratch(api, plan["scratch"], lease.keep, pause)
        patience = plan["patience"]["clean"]
        with report.step("clean up after earlier tests"):
            scratch.clean(patience)
        try:
            (tier_test if plan["kind"] == "tier" else database_test).restore(plan, scratch, report)
        except Busy:
            # Somebody else is in there by now.
            raise
        except BaseException as error:
            with report.step("clean up"):
                try:
                    scratch.clean(patience)
                except Failed as more:
                    raise Failed(f"{error}; besides, {more}") from error
            raise
        with report.step("clean up"):
            scratch.clean(patience)
    finally:
        lease.give_back()


def main():
    """Runs the test of a plan."""
    signal.signal(signal.SIGTERM, interrupted)
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    report = Report(plan["test"])
    api = Api()
    reason = None
    try:
        run(plan, api, report, float(os.environ.get("PAUSE_SECONDS", "10")))
    except Failed as failure:
        reason = str(failure)
    except Answer as answer:
        reason = f"the Kubernetes API refuses: {answer}"
    except OSError as error:
        reason = f"{error.filename or 'the disk of the pod'}: {error.strerror or error}"
    said = report.close(reason, api.now())
    print(json.dumps(said), flush=True)
    try:
        # Only what this test says is changed.
        path = path_of("v1", os.environ["NAMESPACE"], "configmaps", REPORTS)
        api.merge(path, {"data": {plan["test"]: json.dumps(said, indent=1)}})
    except (Answer, Failed) as error:
        print(f"the report is not written: {error}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if reason is None else 1)


if __name__ == "__main__":
    main()
