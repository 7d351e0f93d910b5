"""What networks can learn, by name; the report shows targets in this order."""

from tasks.targets import gray, matte
from tasks.targets.target import Target

TARGETS: dict[str, Target] = {
    "gray": gray.TARGET,
    "matte": matte.TARGET,
}
