// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

/** The sizes of a decoder, from its config.json. */
enum DecoderShape {
  LLAMA_3_1_8B("Llama-3.1-8B", 4096, 14336, 32, 8, 128, 128256),
  SMOLLM2_135M("SmolLM2-135M", 576, 1536, 9, 3, 64, 49152);

  final String label;
  final int hidden;
  final int intermediate;
  final int heads;
  final int kvHeads;
  final int headDim;
  final int vocabulary;

  DecoderShape(
      String label,
      int hidden,
      int intermediate,
      int heads,
      int kvHeads,
      int headDim,
      int vocabulary) {
    this.label = label;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.vocabulary = vocabulary;
  }

  /** Returns the shape of a model, by its name. */
  static DecoderShape of(String label) {
    for (DecoderShape shape : values()) {
      if (shape.label.equals(label)) {
        return shape;
      }
    }
    throw new IllegalArgumentException("no model \"" + label + "\"");
  }
}
