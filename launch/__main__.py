"""`python -m launch run | venv | test [--nightly | --histories | --storm | --outage] [pytest arguments]`.

Written in plain old syntax: a Python that is too old must still be able to read it and say so.
"""

import os
import sys

OLDEST = (3, 11)
COMMANDS = ("run", "venv", "test")


def main(arguments: list) -> int:
    """Run one command; a refusal is one sentence on standard error and exit code 2."""
    if sys.version_info[:2] < OLDEST:
        return refuse(
            "Python 3.11 or newer is needed; this is %d.%d. Name a newer one: make run PYTHON=python3.12"
            % sys.version_info[:2]
        )
    if os.name != "posix":
        return refuse("Linux or macOS is needed (on Windows: use WSL).")
    if not arguments or arguments[0] not in COMMANDS:
        return refuse("say one of: %s" % ", ".join(COMMANDS))

    from launch import site, suite, virtualenv
    from launch.console import Refusal, Stopped, sentence

    try:
        if arguments[0] == "run":
            return site.run()
        if arguments[0] == "test":
            return suite.run(arguments[1:])
        virtualenv.ensure("requirements-dev.txt")
        return 0
    except Refusal as problem:
        return refuse(str(problem))
    except OSError as problem:
        return refuse(sentence(problem))
    except (KeyboardInterrupt, Stopped):
        sys.stderr.write("Stopped.\n")
        return 130


def refuse(text: str) -> int:
    """Say one sentence on standard error; return exit code 2."""
    sys.stderr.write("SCORE MIS: %s\n" % text)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
