# SPDX-License-Identifier: Apache-2.0
"""Makes resources/character-map.b64: SentencePiece's precompiled map of three characters. Needs sentencepiece and protobuf."""

import base64
import pathlib
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

RULES = {"\ufb01": "fi", "\uff21": "A", "\u2460": "1"}

with tempfile.TemporaryDirectory() as name:
    directory = pathlib.Path(name)
    hexadecimal = lambda text: " ".join(f"{ord(c):X}" for c in text)  # noqa: E731
    rules = "".join(f"{hexadecimal(a)}\t{hexadecimal(b)}\n" for a, b in RULES.items())
    (directory / "rules.tsv").write_text(rules)
    (directory / "text.txt").write_text("hello world this is a text of words\n" * 50)
    sentencepiece.SentencePieceTrainer.train(
        input=str(directory / "text.txt"),
        model_prefix=str(directory / "model"),
        vocab_size=20,
        hard_vocab_limit=False,
        minloglevel=2,
        normalization_rule_tsv=str(directory / "rules.tsv"),
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((directory / "model.model").read_bytes())
charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
(pathlib.Path(__file__).parent.parent / "resources" / "character-map.b64").write_text(charsmap + "\n")
