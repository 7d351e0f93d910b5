"""Attacks on the system calls of a command of the chain."""

from pathlib import Path

from tests.attack.chain import World, write_inputs
from tests.attack.core import Attack
from tests.attack.fault import Faults
from tests.attack.states import make_states


class CallsAttack(Attack):
    """Has the states between the commands; each process has a world, and the library's faults in it."""

    def __init__(self, trains: bool) -> None:
        """Take whether the chain goes through training to the report and the photos."""
        self.trains = trains

    def prepare(self, folder: Path) -> None:
        """Make the states."""
        self.inputs = write_inputs(folder / "inputs")
        self.states = make_states(World(folder / "undisturbed", self.inputs), folder / "states", self.trains)

    def start(self, folder: Path) -> None:
        """Make a world."""
        self.world = World(folder, self.inputs)
        self.faults = Faults(self.world.data, self.inputs)
