"""What holds for Luigi itself without a luigi.cfg, wherever the command is run."""

import codecs
import locale
import sys
from contextlib import suppress

from luigi.configuration import LuigiConfigParser, get_config

LUIGI_DEFAULTS = {
    "core": {"local_scheduler": "true", "log_level": "INFO", "no_lock": "true"},
    "worker": {"check_complete_on_run": "true", "keep_alive": "false"},
    "execution_summary": {"summary_length": "20"},
    "retcode": {
        "already_running": "10",
        "missing_data": "20",
        "not_run": "25",
        "task_failed": "30",
        "scheduling_error": "35",
        "unhandled_exception": "40",
    },
}
"""By section, as in the project's luigi.cfg, whose comments explain them. Luigi's own differ: it looks for a
scheduler service, and exits 0 when a task fails."""
SCHEDULER = tuple(f"{prefix}scheduler_{part}" for prefix in ("", "default_") for part in ("url", "host", "port"))
"""Settings of [core] that name a running luigid."""


def read_again() -> None:
    """Read luigi.cfg as UTF-8 where `python -m luigi` read it in another encoding, as on Windows.

    A path in Korean would be another path. Nothing has used a value before.
    """
    config = get_config()
    if isinstance(config, LuigiConfigParser) and codecs.lookup(locale.getencoding()).name != "utf-8":
        with suppress(UnicodeError):  # only where this is no command, which has looked at the file before
            config.read(config._config_paths, encoding="utf-8")


def hold_defaults() -> None:
    """Set what luigi.cfg leaves out. A luigid named there or on the command line is used."""
    config = get_config()
    luigid_named = any(config.has_option("core", name) for name in SCHEDULER) or any(
        argument.startswith("--scheduler-") for argument in sys.argv
    )
    for section, settings in LUIGI_DEFAULTS.items():
        for name, value in settings.items():
            if not config.has_option(section, name) and not (name == "local_scheduler" and luigid_named):
                config.set(section, name, value)
