// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.PositionEncoding;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.ALiBi;
import dev.tttv2.core.block.AttentionPlan;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.DecodeStep;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.PrefillStep;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.Rotation;
import dev.tttv2.core.block.TransformerBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A decoder-only model put together from blocks.
 *
 * <pre>
 * x = embedding(ids)                     [1, 1, S, H]; S positions of a prompt, or one of each of S users
 * x = x + positions(0 .. S - 1)          where positions are learned
 * x = norm(x)                            where the embeddings have a norm
 * for each layer: x = layer(x)           with the rotations of its own RoPE, if it has one,
 *                                        and with the mask of ALiBi, if the model has it
 * logits = head(norm(x))                 [1, 1, S, V]
 * </pre>
 *
 * <p>A family hands its blocks over with {@link #builder}. What does not fit here, such as another
 * order, is a {@link CausalLM} of its own.
 */
public final class DecoderModel implements CausalLM {
  private final DecoderConfig config;
  private final ModelBlocks blocks;
  private volatile boolean closed;
  private final Embed embed;
  private final ALiBi alibi;
  private final List<RoPE> ropes;
  private final List<Layer> layers;
  private final Block norm;
  private final Block head;

  /**
   * A layer and which of a step's rotations it takes.
   *
   * @param rope the index in {@code ropes}, or one past its end for none
   */
  private record Layer(TransformerBlock block, int rope) {}

  /** Makes the residual stream of a prompt's ids and of a decode step's. */
  private interface Embed {
    Tensor prompt(Tensor ids, int start, int length);

    Tensor step(DecodeInputs inputs);
  }

  private DecoderModel(Builder builder) {
    config = builder.config;
    embed = embed(builder);
    alibi = builder.alibi;
    ropes = List.copyOf(builder.ropes);
    layers = List.copyOf(builder.layers);
    norm = Objects.requireNonNull(builder.norm, "norm");
    head = Objects.requireNonNull(builder.head, "head");
    if (layers.size() != config.numLayers()) {
      throw new IllegalStateException(
          "decoder: %d layers were added, the config has %d"
              .formatted(layers.size(), config.numLayers()));
    }
    blocks = builder.blocks.keep();
  }

  private static Embed embed(Builder builder) {
    Embedding tokens = Objects.requireNonNull(builder.embedding, "embedding");
    Embed embed = new Tokens(tokens);
    if (builder.positions != null) {
      embed = new Placed(embed, builder.positions);
    }
    return builder.embeddingNorm == null ? embed : new Normed(embed, builder.embeddingNorm);
  }

  private record Tokens(Embedding embedding) implements Embed {
    @Override
    public Tensor prompt(Tensor ids, int start, int length) {
      return embedding.forward(ids);
    }

    @Override
    public Tensor step(DecodeInputs inputs) {
      return embedding.forward(inputs.ids());
    }
  }

  /** With learned positions. */
  private record Placed(Embed tokens, Embedding positions) implements Embed {
    @Override
    public Tensor prompt(Tensor ids, int start, int length) {
      try (Tensor x = tokens.prompt(ids, start, length);
          Tensor places = positions.range(start, length)) {
        return Ttnn.add(x, places);
      }
    }

    @Override
    public Tensor step(DecodeInputs inputs) {
      try (Tensor x = tokens.step(inputs);
          Tensor places = positions.forward(inputs.ropePositions())) {
        return Ttnn.add(x, places);
      }
    }
  }

  /** With a norm. */
  private record Normed(Embed raw, Block norm) implements Embed {
    @Override
    public Tensor prompt(Tensor ids, int start, int length) {
      return through(norm, raw.prompt(ids, start, length));
    }

    @Override
    public Tensor step(DecodeInputs inputs) {
      return through(norm, raw.step(inputs));
    }
  }

  /** Applies a block and closes x. */
  private static Tensor through(Block block, Tensor x) {
    try (x) {
      return block.forward(x);
    }
  }

  /**
   * Loads a model as most families do: limits the context to what the options ask for, refuses what
   * the device has no room for, makes the blocks, and refuses tensors that were left out.
   *
   * @param config the model's description
   * @param assembly puts the blocks together
   * @throws IllegalArgumentException if the options do not fit the model, it does not fit the
   *     device ({@link MemoryFit}), or weights are missing, superfluous or of the wrong shape
   */
  public static DecoderModel load(
      Checkpoint checkpoint,
      DecoderConfig config,
      Device device,
      LoadOptions options,
      Assembly assembly) {
    DecoderConfig limited = options.limit(config, checkpoint, device);
    WeightLoader loader = options.loader(checkpoint);
    try (ModelBlocks blocks = new ModelBlocks(device, options.optimizations())) {
      DecoderWeights weights = new DecoderWeights(loader, limited);
      return CheckpointException.naming(
          checkpoint.path(),
          () -> {
            Builder builder = builder(limited, blocks);
            assembly.assemble(builder, blocks, limited, weights);
            return builder.build();
          });
    }
  }

  /** Puts a family's blocks together. */
  @FunctionalInterface
  public interface Assembly {
    /**
     * Makes the blocks and hands them to the builder.
     *
     * @param model where they go
     * @param blocks makes them
     * @param config the model's description
     * @param weights finds their weights; is finally asked to refuse what was left out
     */
    void assemble(Builder model, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights);
  }

  /**
   * Begins a model. Its rotary positions or linear biases are made as the description says.
   *
   * @param config its description, whose {@code maxPositions} is the longest context that will be
   *     used
   * @param blocks where its blocks are made; {@link Builder#build} takes them over
   */
  public static Builder builder(DecoderConfig config, ModelBlocks blocks) {
    return new Builder(config, blocks);
  }

  @Override
  public Tensor prefill(
      Tensor ids,
      int start,
      int total,
      KVCache cache,
      Tensor pageTable,
      int user,
      Logits which,
      HiddenStateListener listener) {
    checkOpen();
    int rows = Math.min(Math.toIntExact(ids.dim(-1)), total - start);
    return Tensor.composed(
        "prefill",
        () -> {
          try (Tensor x = layers(ids, start, total, cache, pageTable, user, listener);
              Tensor normed = normed(x, which, rows)) {
            listener.hiddenState(layers.size() + 1, normed);
            return head.forward(normed);
          }
        });
  }

  private Tensor layers(
      Tensor ids,
      int start,
      int total,
      KVCache cache,
      Tensor pageTable,
      int user,
      HiddenStateListener listener) {
    int length = Math.toIntExact(ids.dim(-1));
    try (TensorScope scope = new TensorScope()) {
      Tensor mask = alibi == null ? null : scope.add(alibi.prefill(start, length));
      List<PrefillStep> steps = new ArrayList<>(ropes.size() + 1);
      for (RoPE rope : ropes) {
        Rotation rotation = rope.prefill(start, length, total).addTo(scope);
        steps.add(new PrefillStep(rotation, cache, pageTable, user, start, length, mask));
      }
      steps.add(new PrefillStep(null, cache, pageTable, user, start, length, mask));
      Tensor x = embed.prompt(ids, start, length);
      int index = 0;
      for (Layer layer : layers) {
        try (Tensor input = x) {
          listener.hiddenState(index++, input);
          x = layer.block.prefill(input, steps.get(layer.rope));
        }
      }
      listener.hiddenState(index, x);
      return x;
    }
  }

  /**
   * There are none where what a prompt needs is computed by the host: the masks of linear biases,
   * and rotations that depend on the prompt's length.
   */
  @Override
  public Optional<PromptLayers> promptLayers() {
    boolean fixed = ropes.stream().noneMatch(rope -> rope.plan().scaling().dependsOnLength());
    return alibi == null && fixed ? Optional.of(new Halves()) : Optional.empty();
  }

  private final class Halves implements PromptLayers {
    @Override
    public Tensor forward(Tensor ids, KVCache cache, Tensor pageTable) {
      int length = Math.toIntExact(ids.dim(-1));
      return layers(ids, 0, length, cache, pageTable, 0, HiddenStateListener.NONE);
    }

    @Override
    public Tensor logits(Tensor hidden, int row) {
      try (Tensor normed = normed(hidden, Logits.LAST, row + 1)) {
        return head.forward(normed);
      }
    }
  }

  @Override
  public boolean takesPadding() {
    return true;
  }

  @Override
  public Tensor decode(DecodeInputs inputs, KVCache cache) {
    checkOpen();
    return Tensor.composed("decode step", () -> step(inputs, cache));
  }

  private Tensor step(DecodeInputs inputs, KVCache cache) {
    Tensor pageTable = inputs.pageTable();
    Tensor positions = inputs.positions();
    try (TensorScope scope = new TensorScope()) {
      long keys = pageTable.dim(1) * cache.config().blockSize();
      Tensor mask = alibi == null ? null : scope.add(alibi.decode(positions, keys));
      List<DecodeStep> steps = new ArrayList<>(ropes.size() + 1);
      for (RoPE rope : ropes) {
        Rotation rotation = rope.decode(inputs.ropePositions()).addTo(scope);
        steps.add(new DecodeStep(rotation, cache, pageTable, positions, mask));
      }
      steps.add(new DecodeStep(null, cache, pageTable, positions, mask));
      Tensor x = embed.step(inputs);
      for (Layer layer : layers) {
        try (Tensor input = x) {
          x = layer.block.decode(input, steps.get(layer.rope));
        }
      }
      return through(head, through(norm, x));
    }
  }

  private Tensor normed(Tensor x, Logits which, long rows) {
    return switch (which) {
      case ALL -> norm.forward(x);
      case LAST -> {
        long[] from = {0, 0, rows - 1, 0};
        long[] to = {1, 1, rows, x.dim(-1)};
        try (Tensor row = Ttnn.slice(x, from, to)) {
          yield norm.forward(row);
        }
      }
    };
  }

  @Override
  public KVCache newCache(int numBlocks, int blockSize) {
    checkOpen();
    List<AttentionPlan> plans = layers.stream().map(layer -> layer.block.attentionPlan()).toList();
    return new KVCache(device(), KVCacheConfig.of(plans, numBlocks, blockSize));
  }

  @Override
  public DecoderConfig config() {
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
    closed = true;
    blocks.close();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /** Collects a model's blocks. */
  public static final class Builder {
    private final DecoderConfig config;
    private final ModelBlocks blocks;
    private final List<RoPE> ropes = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final ALiBi alibi;
    private Embedding embedding;
    private Embedding positions;
    private Block embeddingNorm;
    private Block norm;
    private Block head;

    private Builder(DecoderConfig config, ModelBlocks blocks) {
      this.config = config;
      this.blocks = blocks;
      config.ropes(config.maxPositions()).forEach(rope -> ropes.add(blocks.rope(rope)));
      alibi =
          config.positions() instanceof PositionEncoding.ALiBi
              ? blocks.alibi(config.alibiConfig())
              : null;
    }

    /** Sets the token embedding. Required. */
    public Builder embedding(Embedding block) {
      embedding = block;
      return this;
    }

    /** Sets learned positions, whose row p is added to the token at position p. */
    public Builder positions(Embedding block) {
      positions = block;
      return this;
    }

    /** Sets a norm of the embeddings, positions included. */
    public Builder embeddingNorm(Block block) {
      embeddingNorm = block;
      return this;
    }

    /** Adds the next layer. It is given the rotations that the description says, if any. */
    public Builder layer(TransformerBlock block) {
      layers.add(new Layer(block, config.ropeIndex(layers.size()).orElse(ropes.size())));
      return this;
    }

    /** Sets the final norm. Required. */
    public Builder norm(Block block) {
      norm = block;
      return this;
    }

    /** Sets the projection to logits. Required. */
    public Builder head(Block block) {
      head = block;
      return this;
    }

    /**
     * Returns the model, which from now on owns the blocks.
     *
     * @throws IllegalStateException if there are not as many layers as the config says
     */
    public DecoderModel build() {
      return new DecoderModel(this);
    }
  }
}
