// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.Embedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Token ids to the residual stream.
 *
 * <pre>
 * ids R [B, S] -&gt; embedding [B, 1, S, H]
 *   -&gt; add positions(0 .. S - 1), of the tokens' places whether padding stands before them or not
 *   -&gt; add token types, where the model has them
 *   -&gt; norm, if there is one
 * mask [B, 1, S, S], from the host: 0 where a query sees a key, else far below any score
 * </pre>
 */
final class TextStem implements EncoderStem {
  private static final String INPUT_IDS = "input_ids";
  private static final String TOKEN_TYPE_IDS = "token_type_ids";

  /** Not infinite: a query that sees nothing, as padding may, would have no softmax. */
  private static final float HIDDEN = -1e9f;

  private final Device device;
  private final EncoderConfig config;
  private final DataType maskDtype;
  private final List<Function<TextBatch, Tensor>> addends = new ArrayList<>();
  private final UnaryOperator<Tensor> norm;

  /**
   * Takes blocks that stay the model's.
   *
   * @param tokenTypes null where the model has none
   * @param norm of the embeddings; takes over what it is given
   * @param maskDtype of the masks
   */
  TextStem(
      Device device,
      EncoderConfig config,
      Embedding tokens,
      Embedding positions,
      Embedding tokenTypes,
      UnaryOperator<Tensor> norm,
      DataType maskDtype) {
    this.device = device;
    this.config = config;
    this.norm = norm;
    this.maskDtype = maskDtype;
    addends.add(texts -> lookUp(tokens, texts.inputIds()));
    addends.add(texts -> positions.range(config.positionOffset(), texts.length()));
    if (tokenTypes != null) {
      addends.add(texts -> lookUp(tokenTypes, types(texts)));
    }
  }

  private static int[][] types(TextBatch texts) {
    return texts.tokenTypeIds() != null
        ? texts.tokenTypeIds()
        : new int[texts.size()][texts.length()];
  }

  private Tensor lookUp(Embedding embedding, int[][] ids) {
    int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    try (Tensor indices = Tensor.ofInts(device, DataType.UINT32, flat, ids.length, ids[0].length)) {
      return embedding.forward(indices);
    }
  }

  @Override
  public void check(EncoderInputs inputs) {
    if (!(inputs instanceof TextBatch texts)) {
      throw new IllegalArgumentException("the model takes %s, not images".formatted(INPUT_IDS));
    }
    for (int text = 0; text < texts.size(); text++) {
      if (texts.end(text) > config.maxPositions()) {
        throw new IllegalArgumentException(
            "text %d has %d tokens, the model has %d positions"
                .formatted(text, texts.end(text), config.maxPositions()));
      }
    }
    checkIds(INPUT_IDS, texts.inputIds(), config.vocabSize(), "the vocabulary has");
    if (texts.tokenTypeIds() != null) {
      if (config.tokenTypes() == 0) {
        throw new IllegalArgumentException(
            "%s were given, but the model tells no segments apart".formatted(TOKEN_TYPE_IDS));
      }
      checkIds(TOKEN_TYPE_IDS, texts.tokenTypeIds(), config.tokenTypes(), "the model has");
    }
  }

  private static void checkIds(String name, int[][] ids, int count, String has) {
    for (int text = 0; text < ids.length; text++) {
      for (int i = 0; i < ids[text].length; i++) {
        int id = ids[text][i];
        if (id < 0 || id >= count) {
          throw new IllegalArgumentException(
              "%s[%d, %d] is %d, %s %d".formatted(name, text, i, id, has, count));
        }
      }
    }
  }

  @Override
  public int rows(EncoderInputs inputs) {
    return ((TextBatch) inputs).length();
  }

  @Override
  public Part part(EncoderInputs inputs, int from, int to) {
    return new Texts(((TextBatch) inputs).part(from, to));
  }

  private final class Texts implements Part {
    private final TextBatch texts;

    Texts(TextBatch texts) {
      this.texts = texts;
    }

    @Override
    public Tensor embed() {
      Tensor x = addends.getFirst().apply(texts);
      for (Function<TextBatch, Tensor> addend : addends.subList(1, addends.size())) {
        try (Tensor sum = x;
            Tensor y = addend.apply(texts)) {
          x = Ttnn.add(sum, y);
        }
      }
      return norm.apply(x);
    }

    @Override
    public Tensor mask() {
      return hidesKeys()
          ? Tensor.of(device, maskDtype, Layout.TILE, maskValues(), maskShape())
          : null;
    }

    /** Tells whether a query that is no padding would see a key that is. */
    private boolean hidesKeys() {
      for (int text = 0; text < texts.size(); text++) {
        int[] real = texts.attentionMask()[text];
        int seen = config.attention().causal() ? texts.end(text) : real.length;
        for (int key = 0; key < seen; key++) {
          if (real[key] == 0) {
            return true;
          }
        }
      }
      return false;
    }

    private long[] maskShape() {
      return new long[] {texts.size(), 1, texts.length(), texts.length()};
    }

    private float[] maskValues() {
      boolean causal = config.attention().causal();
      int length = texts.length();
      float[] values = new float[Math.multiplyExact(texts.size(), length * length)];
      int at = 0;
      for (int[] real : texts.attentionMask()) {
        for (int query = 0; query < length; query++) {
          for (int key = 0; key < length; key++) {
            values[at++] = real[key] == 0 || causal && key > query ? HIDDEN : 0;
          }
        }
      }
      return values;
    }

    @Override
    public boolean isReal(int input, int row) {
      return texts.attentionMask()[input][row] == 1;
    }
  }
}
