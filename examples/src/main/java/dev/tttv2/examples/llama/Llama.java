// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionPlan;
import dev.tttv2.core.block.DecodeStep;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.LMHead;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.PrefillStep;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.Rotation;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.core.block.TransformerBlockConfig;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecodeInputs;
import dev.tttv2.interfaces.HiddenStateListener;
import dev.tttv2.interfaces.Logits;
import dev.tttv2.interfaces.PromptLayers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Llama, from blocks.
 *
 * <pre>
 * x = embedding(ids)                       [1, 1, S, H]; S positions of a prompt, or one of each of S users
 * for each layer:
 *   x = x + attention(norm(x))             rotary positions, grouped queries, paged cache
 *   x = x + mlp(norm(x))                   down(silu(gate(x)) * up(x))
 * logits = lm head(norm(x))                [1, 1, S, V]
 * </pre>
 */
public final class Llama implements CausalLM {
  private final DecoderConfig config;
  private final Device device;
  private final OptimizationConfig precision;

  private final Embedding embedding;
  private final RoPE rope;
  private final List<TransformerBlock> layers = new ArrayList<>();
  private final RMSNorm norm;
  private final LMHead lmHead;
  private final Deque<AutoCloseable> blocks = new ArrayDeque<>();

  /** Loads every weight. */
  Llama(DecoderConfig config, LlamaWeights weights, Device device, OptimizationConfig precision) {
    this.config = config;
    this.device = device;
    this.precision = precision;
    DeviceTarget target = device.target();
    try {
      embedding =
          own(
              new Embedding(
                  device,
                  precision.configure(config.embeddingConfig()).build().resolve(target),
                  weights.embedding()));
      rope =
          own(
              new RoPE(
                  device,
                  precision
                      .configure(config.ropes(config.maxPositions()).getFirst())
                      .build()
                      .resolve(target)));
      for (int i = 0; i < config.numLayers(); i++) {
        layers.add(own(layer(i, weights)));
      }
      norm = own(norm(precision.configure(config.rmsNormConfig()), weights.norm()));
      lmHead =
          own(
              new LMHead(
                  device,
                  precision.configure(config.lmHeadConfig()).build().resolve(target),
                  weights.lmHead()));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private TransformerBlock layer(int layer, LlamaWeights weights) {
    return new TransformerBlock(
        precision
            .configure(layer, TransformerBlockConfig.builder(layer))
            .build()
            .resolve(device.target()),
        own(norm(precision.configure(layer, config.rmsNormConfig()), weights.attentionNorm(layer))),
        own(attention(layer, weights)),
        own(norm(precision.configure(layer, config.rmsNormConfig()), weights.mlpNorm(layer))),
        own(mlp(layer, weights)));
  }

  private Attention attention(int layer, LlamaWeights weights) {
    return new Attention(
        device,
        precision.configure(layer, config.attentionConfig(layer)).build().resolve(device.target()),
        weights.attention(layer));
  }

  private MLP mlp(int layer, LlamaWeights weights) {
    return new MLP(
        device,
        precision.configure(layer, config.mlpConfig()).build().resolve(device.target()),
        weights.mlp(layer));
  }

  private RMSNorm norm(RMSNormConfig.Builder norm, LazyWeight weight) {
    return new RMSNorm(device, norm.build().resolve(device.target()), weight);
  }

  /** Remembers how to close a block, so that nothing stays behind if a later one cannot be made. */
  private <T extends AutoCloseable> T own(T block) {
    blocks.push(block);
    return block;
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
    try (Tensor x = layers(ids, start, total, cache, pageTable, user, listener)) {
      return switch (which) {
        case ALL -> logits(x, listener);
        case LAST -> logits(x, Math.min(ids.dim(-1), total - start) - 1, listener);
      };
    }
  }

  private Tensor logits(Tensor x, long row, HiddenStateListener listener) {
    try (Tensor one =
        Ttnn.slice(x, new long[] {0, 0, row, 0}, new long[] {1, 1, row + 1, x.dim(-1)})) {
      return logits(one, listener);
    }
  }

  private Tensor logits(Tensor x, HiddenStateListener listener) {
    try (Tensor normed = norm.forward(x)) {
      listener.hiddenState(layers.size() + 1, normed);
      return lmHead.forward(normed);
    }
  }

  /** The residual stream behind the last layer, [1, 1, S, H]. */
  private Tensor layers(
      Tensor ids,
      int start,
      int total,
      KVCache cache,
      Tensor pageTable,
      int user,
      HiddenStateListener listener) {
    int length = Math.toIntExact(ids.dim(-1));
    try (Rotation rotation = rope.prefill(start, length, total)) {
      PrefillStep step = new PrefillStep(rotation, cache, pageTable, user, start, length);
      Tensor x = embedding.forward(ids);
      int index = 0;
      for (TransformerBlock layer : layers) {
        try (Tensor input = x) {
          listener.hiddenState(index++, input);
          x = layer.prefill(input, step);
        }
      }
      listener.hiddenState(index, x);
      return x;
    }
  }

  /** There are none where rotations depend on a prompt's length: the host computes them. */
  @Override
  public Optional<PromptLayers> promptLayers() {
    return rope.plan().scaling().dependsOnLength() ? Optional.empty() : Optional.of(new Halves());
  }

  private final class Halves implements PromptLayers {
    @Override
    public Tensor forward(Tensor ids, KVCache cache, Tensor pageTable) {
      int length = Math.toIntExact(ids.dim(-1));
      return layers(ids, 0, length, cache, pageTable, 0, HiddenStateListener.NONE);
    }

    @Override
    public Tensor logits(Tensor hidden, int row) {
      return Llama.this.logits(hidden, row, HiddenStateListener.NONE);
    }
  }

  @Override
  public boolean takesPadding() {
    return true;
  }

  @Override
  public Tensor decode(DecodeInputs inputs, KVCache cache) {
    try (Rotation rotation = rope.decode(inputs.ropePositions())) {
      DecodeStep step = new DecodeStep(rotation, cache, inputs.pageTable(), inputs.positions());
      Tensor x = embedding.forward(inputs.ids());
      for (TransformerBlock layer : layers) {
        try (Tensor input = x) {
          x = layer.decode(input, step);
        }
      }
      try (Tensor last = x) {
        return logits(last, HiddenStateListener.NONE);
      }
    }
  }

  @Override
  public KVCache newCache(int numBlocks, int blockSize) {
    List<AttentionPlan> plans = layers.stream().map(TransformerBlock::attentionPlan).toList();
    return new KVCache(device, KVCacheConfig.of(plans, numBlocks, blockSize));
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public OptimizationConfig optimizations() {
    return precision;
  }

  @Override
  public void close() {
    while (!blocks.isEmpty()) {
      try {
        blocks.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // blocks throw no checked exceptions
      }
    }
  }
}
