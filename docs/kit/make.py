"""Make the folder for a USB stick: ``python docs/kit/make.py FOLDER [--here] [--no-handouts]``.

It holds what installs wiretutor on a machine without a network: wheels for the common platforms,
``install.sh``, and beside them what a teacher wants to open without installing: lessons, captures,
handouts, the teaching pages. Making it needs a network (or pip's cache); installing from it does
not. ``--here`` takes the wheels for this machine alone.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

PYTHONS = ("3.11", "3.12", "3.13")

_LINUX = ("2_17", "2_28", "2_34")  # the C libraries that wheels are made for
_MACOS_INTEL = ("10_9", "10_12", "10_13", "10_15", "11_0", "12_0")
_MACOS_ARM = ("11_0", "12_0", "13_0", "14_0")
PLATFORMS: dict[str, tuple[str, ...]] = {
    "Linux, 64-bit Intel or AMD": tuple(f"manylinux_{v}_x86_64" for v in _LINUX),
    "Linux, 64-bit ARM": tuple(f"manylinux_{v}_aarch64" for v in _LINUX),
    "macOS, Apple silicon": tuple(
        f"macosx_{v}_{arch}" for v in _MACOS_ARM for arch in ("arm64", "universal2")
    ),
    "macOS, Intel": tuple(
        f"macosx_{v}_{arch}" for v in _MACOS_INTEL for arch in ("x86_64", "universal2")
    ),
}
"""What a person calls it -> the tags that its wheels may carry."""

_COPIED = ("lessons", "captures", "docs/teaching", "docs/lawful-use.md", "docs/lawful-use.pt-BR.md")


def main() -> int:
    """Make the kit; 1 where wheels are missing."""
    parser = argparse.ArgumentParser(description="Make the folder for a USB stick.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--here", action="store_true", help="wheels for this machine alone")
    parser.add_argument("--no-handouts", action="store_true")
    options = parser.parse_args()
    kit: Path = options.folder
    if kit.exists() and any(kit.iterdir()):
        print(f"{kit} is not empty; name a new folder", file=sys.stderr)
        return 2
    wheels = kit / "wheels"
    wheels.mkdir(parents=True)
    own_wheel(wheels)
    missing = [what for what, tags in downloads(here=options.here) if not download(wheels, tags)]
    copy_readable(kit)
    if not options.no_handouts:
        handouts(kit / "handouts")
    size = sum(path.stat().st_size for path in kit.rglob("*") if path.is_file())
    print(f"{kit}: {len(list(wheels.iterdir()))} wheels, {size / 1e6:.0f} MB")
    for what in missing:
        print(f"no wheels for {what}: the kit does not install there", file=sys.stderr)
    return 1 if missing else 0


def own_wheel(wheels: Path) -> None:
    """wiretutor itself: lessons and captures are inside."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))


def downloads(*, here: bool) -> Iterator[tuple[str, list[str]]]:
    """For each platform and Python: what a person calls it, and the words for pip."""
    if here:
        yield "this machine", []
        return
    for name, tags in PLATFORMS.items():
        for python in PYTHONS:
            words = ["--python-version", python, "--implementation", "cp"]
            words += [f"--abi=cp{python.replace('.', '')}", "--abi=abi3", "--abi=none"]
            words += [f"--platform={tag}" for tag in tags]
            yield f"{name}, Python {python}", words


def download(wheels: Path, words: list[str]) -> bool:
    """Fetch what ``requirements/run.txt`` names, and pip itself (install.sh may need it)."""
    locked = ["--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")]
    base = ["download", "--only-binary=:all:", "--dest", str(wheels)]
    try:
        pip(*base, *words, *locked)
        pip(*base, "--no-deps", *words, "pip")
    except subprocess.CalledProcessError:
        return False
    return True


def copy_readable(kit: Path) -> None:
    """What can be opened as it is."""
    for name in _COPIED:
        source, target = ROOT / name, kit / Path(name).name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("rig", "__pycache__"))
        else:
            shutil.copy(source, target)
    for name in ("install.sh", "README.txt", "LEIA-ME.txt"):
        shutil.copy(HERE / name, kit / name)
    shutil.copy(ROOT / "LICENSE", kit / "LICENSE")


def handouts(folder: Path) -> None:
    """A sheet and its key for each lesson, in both languages."""
    sys.path.insert(0, str(ROOT))
    from tutor.lesson.course import directories
    from tutor.words import LANGUAGES

    for tag in LANGUAGES:
        target = folder / tag
        target.mkdir(parents=True)
        for lesson in directories():
            command = [sys.executable, "-m", "tutor", "--lang", tag, "handout", str(lesson)]
            command += ["--seed", "1", "--format", "html", "-o", str(target)]
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def pip(*words: str) -> None:
    """Run pip; CalledProcessError where it fails."""
    command = [sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *words[1:]], check=True)


if __name__ == "__main__":
    sys.exit(main())
