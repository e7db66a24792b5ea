# SPDX-License-Identifier: Apache-2.0
"""python make_sentencepiece.py OUT_DIRECTORY

Trains two small SentencePiece BPE models on the text below, one in Llama's manner (space prefix, byte fallback) and one
in Gemma's (no prefix, user-defined tokens), and writes what a GGUF of them would hold (tokens, scores, types) with the
ids that SentencePiece itself gives to a list of strings and the texts it decodes them to. Made with sentencepiece
0.2.3.
"""
import io
import json
import os
import sys

import sentencepiece as spm

TEXT = """The quick brown fox jumps over the lazy dog. She sells sea shells by the sea shore, and the shells she sells
are sea shells for sure. Wie geht es dir heute? Über den Wolken muss die Freiheit wohl grenzenlos sein. Straße, Größe.
for (int i = 0; i < 10; i++) { sum += values[i] * weights[i]; }  return sum;
Numbers: 1 22 333 4444 55555, 3.14159 and 2.71828. Dates: 2024-07-26, 09:05:03.
Ünïcödé text: naïve café, señor, 東京 大阪 京都, привет мир, emoji come as bytes.
In the beginning there was the word, and the word was a token; the tokens were many and the merges were few.
Again and again the training text repeats itself, so that again and again pairs are merged into longer pieces.
"""

STRINGS = [
    "", " ", "  ", "   ", "a", " a", "a ", "  a  b   c    ", "Hello world", "The quick brown fox", "\n", "\n\n", "a\nb\n\nc",
    "\t", "a\tb", "sea shells sea shells", "  sea", "aaaa aaaaa", "ssssss", "東京", "京都大学", "привет", "мир и труд",
    "naïve café", "🙂", "a🙂b", "👩‍👩‍👧 family", "é", "e\u0301", "Straße", "333", "22 333 4444", "2024-07-26", "3.14159",
    "for (int i = 0;", "values[i] * weights[i]", "again and again", "The merges were merged", "\u2581", "a\u2581b",
    "unseen: þorn ŋ ƕ", "<", "<0x41>", "tokenization", "∑ xᵢ", "    return", "x" * 40, "<b>bold</b>",
    "end of turn", "\r\n", "\u00a0", "ﬁ", "Ａ", "0", "-1", "{}", "C:\\x", "'quoted'", "\"quoted\"",
]


def train(**options):
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.split("\n") * 3), model_writer=out, model_type="bpe", byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1, split_digits=True,
        minloglevel=2, **options)
    return spm.SentencePieceProcessor(model_proto=out.getvalue())


def kind(model, i):
    if model.is_unknown(i):
        return 2
    if model.is_control(i):
        return 3
    if model.is_byte(i):
        return 6
    if model.id_to_piece(i) in ("<b>", "</b>", "\u2581\u2581", "\u2581\u2581\u2581", "\n\n"):
        return 4
    return 1


def write(model, file, prefix):
    size = model.get_piece_size()
    cases = []
    for text in STRINGS:
        ids = model.encode(text)
        cases.append(dict(text=text, ids=ids, decoded=model.decode(ids)))
    json.dump(
        dict(
            tokens=[model.id_to_piece(i) for i in range(size)], scores=[model.get_score(i) for i in range(size)],
            types=[kind(model, i) for i in range(size)], unknown=model.unk_id(), bos=model.bos_id(), spacePrefix=prefix,
            cases=cases),
        open(file, "w"), ensure_ascii=False, indent=0)


def main(out):
    llama = train(vocab_size=600, add_dummy_prefix=True, unk_id=0, bos_id=1, eos_id=2)
    write(llama, os.path.join(out, "sentencepiece-llama.json"), True)
    gemma = train(
        vocab_size=640, add_dummy_prefix=False, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
        user_defined_symbols=["<b>", "</b>", "\u2581\u2581", "\u2581\u2581\u2581", "\n\n"])
    write(gemma, os.path.join(out, "sentencepiece-gemma.json"), False)


if __name__ == "__main__":
    main(sys.argv[1])
