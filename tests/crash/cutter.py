"""Commands of `overt` that die: at a random moment, at one of the system calls they make, with or without the power.

Owns how a command is started, cut off and given again. Knows nothing of what a command is for.

Which calls a command makes is learned whenever it ends by itself under the tracer. A death at a call is at each of them
with the same chance, so that a window of microseconds is met as often as one of seconds.
"""

import re
import subprocess
import time

from client import Violation
from machine import COMMAND_CALLS, dying_at, recording
from overt_server import binary, plain_environment

# How often a command dies at a call, where the calls of its kind are known.
AT_A_CALL = 0.6
# How often the power goes when a command dies.
POWER = 0.4
# How long a command takes of which nothing is known yet, seconds.
UNKNOWN = 0.3
# No command of the harness takes long; a hanging one must not stop it.
TIMEOUT_SECONDS = 300


class Cutter:
    """The commands of one run. `traces`: whether processes can be traced here."""

    def __init__(self, machine, journal, counts, traces):
        self.machine, self.journal, self.counts, self.traces = machine, journal, counts, traces
        self.seconds, self.calls = {}, {}

    def start(self, *arguments, data=None, under=()):
        """Starts a command on a data folder, the server's unless another is given."""
        self.journal.note(f"command: {' '.join(map(str, arguments))}")
        command = [*under, binary(), *map(str, arguments), "--data", data or self.machine.data]
        environment = plain_environment(**self.machine.server.more)
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def try_out(self, *arguments, data=None):
        """Runs a command to its end: whether that was a good one, and what it said."""
        process = self.start(*arguments, data=data)
        output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        return process.returncode == 0, output

    def finish(self, kind, *arguments, data=None):
        """Runs a command to its end, which has to be a good one. Learns how long it takes and what calls it makes."""
        record, began = self.machine.work / "calls", time.monotonic()
        process = self.start(*arguments, data=data, under=recording(record) if self.traces else ())
        output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        good(process, arguments, output)
        self.seconds.setdefault(kind, time.monotonic() - began)
        if self.traces:
            self.calls[kind] = calls_in(record.read_text(errors="replace"))

    def cut_off(self, chance, kind, *arguments, data=None, may_cut_power=True):
        """Runs a command and has it die, unless it is faster; then its end has to be a good one. Whether it died."""
        began = time.monotonic()
        calls, power = self.calls.get(kind), ""
        if calls and chance.random() < AT_A_CALL:
            call, when = chance.choice(calls)
            how = "at a call"
            self.journal.note(f"{kind} dies at {call} {when}")
            process = self.start(*arguments, data=data, under=dying_at(call, when))
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
            died = process.returncode < 0
        else:
            how = "at a moment"
            process = self.start(*arguments, data=data)
            until(process, began + chance.uniform(0, 1.2) * self.seconds.get(kind, UNKNOWN))
            died = process.poll() is None
        if died and may_cut_power and self.machine.disk and chance.random() < POWER:
            self.machine.cut(process)
            power = ", and the power went"
        elif died:
            process.kill()
        if how == "at a moment":
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        if not died:
            good(process, arguments, output)
            if how == "at a moment":
                self.seconds[kind] = time.monotonic() - began
            self.counts[f"commands that ended before they died: {kind}"] += 1
            return False
        self.died(kind, how + power)
        return True

    def died(self, kind, how):
        """Counts a command that died."""
        self.journal.note(f"{kind} died {how}")
        self.counts["kills"] += 1
        self.counts[f"kills: of {kind}, {how}"] += 1


def until(process, moment):
    """Waits until a moment, or until a process ends if that is earlier."""
    while process.poll() is None and time.monotonic() < moment:
        time.sleep(0.002)


def good(process, arguments, output):
    """Refuses an end that is not a good one."""
    if process.returncode != 0:
        raise Violation(f"overt {' '.join(map(str, arguments))} ended with {process.returncode}:\n{output}")


def calls_in(record):
    """Every call in a tracer's record that changes a disk: its name, and which one of its thread's it was."""
    counts, found = {}, []
    for thread, call in re.findall(r"^(\d+) +(\w+)\(", record, flags=re.MULTILINE):
        if call in COMMAND_CALLS:
            counts[thread, call] = counts.get((thread, call), 0) + 1
            found.append((call, counts[thread, call]))
    return found
