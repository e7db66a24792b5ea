# SPDX-License-Identifier: Apache-2.0
"""Makes what compare.sh measures with: compare_models.py SOURCE.gguf DIRECTORY writes the model with all linears' weights in
BF16, and from that in Q8_0 and Q4_0; the ids of a long text (ids.txt, text.txt); and prints JSON: the bytes of every kind of
tensor in each file and llama.cpp's system_info. Files that are there are kept."""

import collections
import ctypes
import json
import os
import re
import sys

import llama_cpp
from gguf import GGUFReader

GGML_TYPE_BF16 = 30  # the one that the package does not name
# Name, llama.cpp's file type and tensor type.
FORMATS = [
    ("BF16", llama_cpp.LLAMA_FTYPE_MOSTLY_BF16, GGML_TYPE_BF16),
    ("Q8_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, llama_cpp.GGML_TYPE_Q8_0),
    ("Q4_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0, llama_cpp.GGML_TYPE_Q4_0),
]
POSITIONS = 8192
TEXT = """A river begins where rain and melted snow gather into a stream that is narrow enough to step across. Further down the
valley other streams join it, and by the time it has reached the plain it is broad, slow and brown with what it carries. Towns
grew where it could be crossed: first at fords, then beside bridges, and at last around harbours, from which grain, timber and
salt were shipped to the coast. Today most of that travels by rail, but on warm evenings people still sit on the stone steps
that lead down to the water, and children count the boats that pass beneath the old bridge. """


def quantize(source, target, ftype, tensor_type):
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = ftype
    parameters.output_tensor_type = tensor_type
    parameters.token_embedding_type = tensor_type  # the output's too: the model ties them
    parameters.allow_requantize = True
    parameters.pure = True
    part = target + ".part"
    status = llama_cpp.llama_model_quantize(source.encode(), part.encode(), ctypes.byref(parameters))
    if status != 0:
        raise SystemExit(f"compare.sh: llama.cpp could not make {target} from {source} (status {status})")
    os.replace(part, target)


def kinds(path):
    """The tensors of a file by kind: name without layer -> type, elements, bytes."""
    found = collections.OrderedDict()
    for tensor in GGUFReader(path).tensors:
        kind = re.sub(r"^blk\.\d+\.", "", tensor.name).removesuffix(".weight")
        entry = found.setdefault((kind, tensor.tensor_type.name), [0, 0])
        entry[0] += int(tensor.n_elements)
        entry[1] += int(tensor.n_bytes)
    return [{"kind": k, "type": t, "elements": e, "bytes": b} for (k, t), (e, b) in found.items()]


def write_ids(path, directory):
    """Keeps as many whole texts as fit the context, and their ids."""
    model = llama_cpp.Llama(path, vocab_only=True, verbose=False)
    text = TEXT.replace("\n", " ")
    once = len(model.tokenize(text.encode(), add_bos=False))
    text *= POSITIONS // once + 1
    ids = model.tokenize(text.encode(), add_bos=False)
    with open(os.path.join(directory, "text.txt"), "w", encoding="utf-8") as file:
        file.write(text)
    with open(os.path.join(directory, "ids.txt"), "w", encoding="utf-8") as file:
        file.write(" ".join(map(str, ids)))


def main():
    source, directory = sys.argv[1:]
    os.makedirs(directory, exist_ok=True)
    silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(silent, None)
    files = {}
    for name, ftype, tensor_type in FORMATS:
        target = os.path.join(directory, f"{name}.gguf")
        if not os.path.exists(target):
            quantize(source, target, ftype, tensor_type)
        source = files["BF16"]["path"] if files else target
        files[name] = {"path": target, "kinds": kinds(target)}
    write_ids(files["Q8_0"]["path"], directory)
    print(json.dumps({"files": files, "system_info": llama_cpp.llama_print_system_info().decode().strip()}))


main()
