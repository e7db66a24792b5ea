// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.ModelConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.config.VisionConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.PatchEmbedding;
import dev.tttv2.core.block.TransformerBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.locks.Lock;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * An encoder put together from blocks.
 *
 * <pre>
 * texts    x = embedding(ids) + positions(0 .. S - 1) + token types(types)     [B, 1, S, H]
 * images   x = patch embedding(pixels)                                         [B, 1, S, H]
 * x = norm(x)                            where the embeddings have a norm
 * for each layer: x = layer(x)           attention to both sides or causal; padding is masked
 * last_hidden_state = norm(x)            where there is a final norm
 * row = one row of each input            [B, 1, 1, H]; the first, or one that depends on the ids
 * row = head(row), head after head       pooler, classifier, projection; some are outputs
 * </pre>
 *
 * <p>A family hands its blocks over with {@link #texts} or {@link #images}. What does not fit here
 * is an {@link Encoder} of its own.
 */
public final class EncoderModel implements Encoder {
  /** The most texts or images that are run together. */
  public static final int MAX_BATCH = 32;

  private final ModelConfig config;
  private final ModelBlocks blocks;
  private final EncoderStem stem;
  private final List<TransformerBlock> layers;
  private final UnaryOperator<Tensor> norm;
  private final ToIntFunction<int[]> headRow;
  private final List<Head> heads;

  /** A step behind the layers: maps the row, or makes it an output. */
  private interface Head {
    /** Returns the row for the next step; what is new is added to the scope. */
    Tensor apply(Tensor row, TensorScope scope, Outputs outputs, int from);
  }

  private EncoderModel(Builder builder) {
    config = builder.config;
    stem = builder.stem();
    layers = List.copyOf(builder.layers);
    norm = builder.norm == null ? UnaryOperator.identity() : builder.norm::forward;
    headRow = builder.headRow;
    heads = List.copyOf(builder.heads);
    if (layers.size() != config.numLayers()) {
      throw new IllegalStateException(
          "encoder: %d layers were added, the config has %d"
              .formatted(layers.size(), config.numLayers()));
    }
    blocks = builder.blocks.keep();
  }

  /**
   * Begins an encoder of texts, which needs {@link Builder#embedding} and {@link
   * Builder#positions}.
   *
   * @param blocks where its blocks are made; {@link Builder#build} takes them over
   */
  public static Builder texts(EncoderConfig config, ModelBlocks blocks) {
    return new Builder(config, blocks);
  }

  /**
   * Begins an encoder of images, which needs {@link Builder#patches}.
   *
   * @param blocks where its blocks are made; {@link Builder#build} takes them over
   */
  public static Builder images(VisionConfig config, ModelBlocks blocks) {
    return new Builder(config, blocks);
  }

  @Override
  public SequencedMap<String, EncoderOutput> encode(
      EncoderInputs inputs, HiddenStateListener listener) {
    stem.check(inputs);
    int[] headRows = headRows(inputs);
    Outputs outputs = new Outputs(inputs.size());
    for (int from = 0; from < inputs.size(); from += MAX_BATCH) {
      int to = Math.min(from + MAX_BATCH, inputs.size());
      run(inputs, from, to, Arrays.copyOfRange(headRows, from, to), listener, outputs);
    }
    return outputs.named;
  }

  /** Returns the row of each input that the heads are given. */
  private int[] headRows(EncoderInputs inputs) {
    int[] rows = new int[inputs.size()];
    if (inputs instanceof TextBatch texts) {
      for (int text = 0; text < rows.length; text++) {
        try {
          rows[text] = headRow.applyAsInt(texts.ids(text));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("text %d: %s".formatted(text, e.getMessage()), e);
        }
      }
    }
    return rows;
  }

  private void run(
      EncoderInputs inputs,
      int from,
      int to,
      int[] headRows,
      HiddenStateListener listener,
      Outputs outputs) {
    Lock lock = blocks.device().lock();
    lock.lock();
    try {
      runAlone(inputs, from, to, headRows, listener, outputs);
    } finally {
      lock.unlock();
    }
  }

  private void runAlone(
      EncoderInputs inputs,
      int from,
      int to,
      int[] headRows,
      HiddenStateListener listener,
      Outputs outputs) {
    EncoderStem.Part part = stem.part(inputs, from, to);
    try (TensorScope scope = new TensorScope();
        Tensor mask = part.mask()) {
      Tensor x = part.embed();
      int index = 0;
      for (TransformerBlock layer : layers) {
        try (Tensor input = x) {
          listener.hiddenState(index++, input);
          x = layer.forward(input, null, mask);
        }
      }
      Tensor last = scope.add(x);
      listener.hiddenState(layers.size(), last);
      Tensor hidden = norm.apply(last);
      if (hidden != last) {
        scope.add(hidden);
        listener.hiddenState(layers.size() + 1, hidden);
      }
      outputs.hidden(hidden, part, from, stem.rows(inputs));
      if (!heads.isEmpty()) {
        Tensor row = scope.add(rows(hidden, headRows));
        for (Head head : heads) {
          row = head.apply(row, scope, outputs, from);
        }
      }
    }
  }

  /** The outputs of all parts. */
  private static final class Outputs {
    private final SequencedMap<String, EncoderOutput> named = new LinkedHashMap<>();
    private final int size;

    Outputs(int size) {
      this.size = size;
    }

    /** Stores the rows of a part that mean something; the others stay zeros. */
    void hidden(Tensor hidden, EncoderStem.Part part, int from, int rows) {
      int length = Math.toIntExact(hidden.dim(2));
      int width = Math.toIntExact(hidden.dim(3));
      float[] values = hidden.toFloats();
      EncoderOutput output =
          named.computeIfAbsent(LAST_HIDDEN_STATE, name -> zeros(size, rows, width));
      for (int input = 0; input < hidden.dim(0); input++) {
        for (int row = 0; row < length; row++) {
          if (part.isReal(input, row)) {
            int source = (input * length + row) * width;
            int target = ((from + input) * rows + row) * width;
            System.arraycopy(values, source, output.values(), target, width);
          }
        }
      }
    }

    void vectors(String name, Tensor row, int from) {
      int width = Math.toIntExact(row.dim(3));
      float[] values = row.toFloats();
      EncoderOutput output = named.computeIfAbsent(name, key -> zeros(size, width));
      System.arraycopy(values, 0, output.values(), from * width, values.length);
    }

    private static EncoderOutput zeros(int... shape) {
      int volume = 1;
      for (int extent : shape) {
        volume = Math.multiplyExact(volume, extent);
      }
      return new EncoderOutput(shape, new float[volume]);
    }
  }

  /** Cuts one row out of each input: [B, 1, S, H] to [B, 1, 1, H]. */
  private static Tensor rows(Tensor hidden, int[] rows) {
    if (Arrays.stream(rows).allMatch(row -> row == rows[0])) {
      return row(hidden, 0, rows.length, rows[0]);
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> chosen = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        chosen.add(scope.add(row(hidden, i, i + 1, rows[i])));
      }
      return Ttnn.concat(chosen, 0);
    }
  }

  private static Tensor row(Tensor hidden, long from, long to, long row) {
    return Ttnn.slice(
        hidden, new long[] {from, 0, row, 0}, new long[] {to, 1, row + 1, hidden.dim(3)});
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Device device() {
    return blocks.device();
  }

  @Override
  public OptimizationConfig optimizations() {
    return blocks.precision();
  }

  @Override
  public void close() {
    blocks.close();
  }

  /** Collects an encoder's blocks. */
  public static final class Builder {
    private final ModelConfig config;
    private final ModelBlocks blocks;
    private final List<TransformerBlock> layers = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();
    private Embedding embedding;
    private Embedding positions;
    private Embedding tokenTypes;
    private PatchEmbedding patches;
    private Block embeddingNorm;
    private Block norm;
    private ToIntFunction<int[]> headRow = ids -> 0;

    private Builder(ModelConfig config, ModelBlocks blocks) {
      blocks.device().target().requireOneDevice("encoder");
      this.config = config;
      this.blocks = blocks;
    }

    /** Sets the token embedding. */
    public Builder embedding(Embedding block) {
      embedding = block;
      return this;
    }

    /** Sets learned positions; the token at p takes the row p + the config's offset. */
    public Builder positions(Embedding block) {
      positions = block;
      return this;
    }

    /** Sets the embedding of token types. */
    public Builder tokenTypes(Embedding block) {
      tokenTypes = block;
      return this;
    }

    /** Sets the embedding of patches. */
    public Builder patches(PatchEmbedding block) {
      patches = block;
      return this;
    }

    /** Sets a norm of the embeddings, positions included. */
    public Builder embeddingNorm(Block block) {
      embeddingNorm = block;
      return this;
    }

    /** Adds a layer. */
    public Builder layer(TransformerBlock block) {
      layers.add(block);
      return this;
    }

    /** Sets a final norm. */
    public Builder norm(Block block) {
      norm = block;
      return this;
    }

    /**
     * Sets which row of a text the heads are given; default: the first.
     *
     * @param row finds the row by the text's ids, without the padding behind them; throws an
     *     IllegalArgumentException if there is none
     */
    public Builder headRow(ToIntFunction<int[]> row) {
      headRow = row;
      return this;
    }

    /**
     * Adds a block behind the layers, which is given the row that the last one made.
     *
     * @throws NullPointerException if there is none
     */
    public Builder head(Block block) {
      Objects.requireNonNull(block, "block");
      heads.add((row, scope, outputs, from) -> scope.add(block.forward(row)));
      return this;
    }

    /**
     * Makes what the heads have made so far, or the row itself, an output.
     *
     * @throws NullPointerException if there is no name
     */
    public Builder output(String name) {
      Objects.requireNonNull(name, "name");
      heads.add(
          (row, scope, outputs, from) -> {
            outputs.vectors(name, row, from);
            return row;
          });
      return this;
    }

    private EncoderStem stem() {
      UnaryOperator<Tensor> normed =
          embeddingNorm == null
              ? UnaryOperator.identity()
              : x -> {
                try (x) {
                  return embeddingNorm.forward(x);
                }
              };
      return switch (config) {
        case EncoderConfig text ->
            new TextStem(
                blocks.device(),
                text,
                Objects.requireNonNull(embedding, "embedding"),
                Objects.requireNonNull(positions, "positions"),
                tokenTypes,
                normed,
                blocks.precision().dtype(TensorGroup.ACTIVATION));
        case VisionConfig vision ->
            new ImageStem(
                blocks.device(), vision, Objects.requireNonNull(patches, "patches"), normed);
        default -> throw new IllegalStateException("no encoder: " + config.kind());
      };
    }

    /**
     * Returns the encoder, which from now on owns the blocks.
     *
     * @throws IllegalStateException if there are not as many layers as the config says
     */
    public EncoderModel build() {
      return new EncoderModel(this);
    }
  }
}
