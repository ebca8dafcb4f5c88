"""``wiretutor`` and ``python -m tutor``: hand over to the command line, importing it late."""

import sys


def main() -> None:
    """Run the command line; ``--version`` alone is answered without loading it."""
    if sys.argv[1:] == ["--version"]:
        from tutor import __version__

        sys.stdout.write(f"wiretutor {__version__}\n")
        return
    from tutor.cli import run

    run()


if __name__ == "__main__":
    main()
