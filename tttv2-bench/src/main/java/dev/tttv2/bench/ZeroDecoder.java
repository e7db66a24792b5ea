// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.DecodeStep;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.LMHead;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.PrefillStep;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.Rotation;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.core.block.TransformerBlockConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A whole decoder of a shape, without values, and the inputs of its steps. */
final class ZeroDecoder implements AutoCloseable {
  private final DecoderShape shape;
  private final OptimizationConfig precision;
  private final Device device;
  private final DeviceTarget target;
  private final ZeroWeights weights = new ZeroWeights();
  private final TensorScope tensors = new TensorScope();
  private final Deque<AutoCloseable> blocks = new ArrayDeque<>();
  private final List<TransformerBlock> layers = new ArrayList<>();
  private final Embedding embedding;
  private final RoPE rope;
  private final RMSNorm norm;
  private final LMHead head;
  private final KVCache cache;
  private final Tensor ids;
  private final Tensor positions;
  private final Tensor ropePositions;
  private final Tensor pageTable;

  /**
   * Makes everything.
   *
   * @param users of a decode step, each at the end of its context
   * @param context positions of each user
   */
  ZeroDecoder(
      Device device,
      OptimizationConfig precision,
      DecoderShape shape,
      int numLayers,
      int users,
      int context) {
    this.device = device;
    this.precision = precision;
    this.shape = shape;
    target = device.target();
    embedding =
        own(
            new Embedding(
                device,
                precision
                    .configure(EmbeddingConfig.builder(shape.vocabulary, shape.hidden))
                    .build()
                    .resolve(target),
                weights.of(shape.vocabulary, shape.hidden)));
    rope =
        own(
            new RoPE(
                device,
                precision
                    .configure(RoPEConfig.builder(shape.headDim, context))
                    .build()
                    .resolve(target)));
    for (int layer = 0; layer < numLayers; layer++) {
      layers.add(own(layer(layer)));
    }
    norm =
        own(
            new RMSNorm(
                device,
                precision.configure(RMSNormConfig.builder(shape.hidden)).build().resolve(target),
                weights.of(shape.hidden)));
    head =
        own(
            new LMHead(
                device,
                precision
                    .configure(LMHeadConfig.builder(shape.hidden, shape.vocabulary))
                    .build()
                    .resolve(target),
                weights.of(shape.vocabulary, shape.hidden),
                null));
    int pages = Math.ceilDiv(context, KVCacheConfig.DEFAULT_BLOCK_SIZE);
    cache =
        own(
            new KVCache(
                device,
                KVCacheConfig.of(
                    layers.stream().map(TransformerBlock::attentionPlan).toList(),
                    users * pages,
                    KVCacheConfig.DEFAULT_BLOCK_SIZE)));
    int[] last = new int[users];
    Arrays.fill(last, context - 1);
    int[] table = new int[users * pages];
    Arrays.setAll(table, page -> page);
    ids = tensors.add(Tensor.ofInts(device, DataType.UINT32, new int[users], 1, users));
    positions = tensors.add(Tensor.ofInts(device, DataType.INT32, last, users));
    ropePositions = tensors.add(Tensor.ofInts(device, DataType.UINT32, last, 1, users));
    pageTable = tensors.add(Tensor.ofInts(device, DataType.INT32, table, users, pages));
  }

  private <T extends AutoCloseable> T own(T block) {
    blocks.push(block);
    return block;
  }

  private TransformerBlock layer(int layer) {
    int queries = shape.heads * shape.headDim;
    int keys = shape.kvHeads * shape.headDim;
    LazyWeight up = weights.of(shape.intermediate, shape.hidden);
    return new TransformerBlock(
        precision.configure(layer, TransformerBlockConfig.builder(layer)).build().resolve(target),
        layerNorm(layer),
        new Attention(
            device,
            precision
                .configure(
                    layer,
                    AttentionConfig.builder(
                        shape.hidden, shape.heads, shape.kvHeads, shape.headDim))
                .build()
                .resolve(target),
            new AttentionWeights(
                weights.of(queries, shape.hidden),
                weights.of(keys, shape.hidden),
                weights.of(keys, shape.hidden),
                weights.of(shape.hidden, queries))),
        layerNorm(layer),
        new MLP(
            device,
            precision
                .configure(layer, MLPConfig.builder(shape.hidden, shape.intermediate))
                .build()
                .resolve(target),
            new MLPWeights(up, up, weights.of(shape.hidden, shape.intermediate))));
  }

  private RMSNorm layerNorm(int layer) {
    return new RMSNorm(
        device,
        precision.configure(layer, RMSNormConfig.builder(shape.hidden)).build().resolve(target),
        weights.of(shape.hidden));
  }

  /** Returns the first layer. */
  TransformerBlock layer() {
    return layers.getFirst();
  }

  /** Returns the residual stream of the users, T [1, 1, users, hidden]. */
  Tensor embed() {
    return embedding.forward(ids);
  }

  /** Returns the step of the users at the end of their contexts; the caller closes the rotation. */
  DecodeStep step() {
    return new DecodeStep(rope.decode(ropePositions), cache, pageTable, positions);
  }

  /** Returns the users' next tokens, R [1, 1, users, 1]. */
  Tensor decode() {
    DecodeStep step = step();
    try (Rotation _ = step.rope()) {
      Tensor x = embed();
      for (TransformerBlock layer : layers) {
        try (Tensor input = x) {
          x = layer.decode(input, step);
        }
      }
      try (Tensor last = x;
          Tensor normed = norm.forward(last);
          Tensor logits = head.forward(normed)) {
        return Ttnn.argmax(logits, -1, true);
      }
    }
  }

  /**
   * Returns the logits of a prompt's last position.
   *
   * @param prompt ids [1, S], UINT32, ROW_MAJOR
   */
  Tensor prefill(Tensor prompt) {
    return Tensor.composed(
        "prefill",
        () -> {
          try (Tensor hidden = promptLayers(prompt)) {
            return promptLogits(hidden);
          }
        });
  }

  /** Runs a prompt through the layers: [1, 1, S, H], TILE. Can be captured as a trace. */
  Tensor promptLayers(Tensor prompt) {
    int length = Math.toIntExact(prompt.dim(1));
    try (Rotation rotation = rope.prefill(0, length)) {
      PrefillStep step = new PrefillStep(rotation, cache, pageTable, 0, 0, length);
      Tensor x = embedding.forward(prompt);
      for (TransformerBlock layer : layers) {
        try (Tensor input = x) {
          x = layer.prefill(input, step);
        }
      }
      return x;
    }
  }

  /** Returns the logits of the last position of what the layers gave, which stays the caller's. */
  Tensor promptLogits(Tensor hidden) {
    long length = hidden.dim(2);
    try (Tensor last =
            Ttnn.slice(
                hidden, new long[] {0, 0, length - 1, 0}, new long[] {1, 1, length, shape.hidden});
        Tensor normed = norm.forward(last)) {
      return head.forward(normed);
    }
  }

  @Override
  public void close() {
    tensors.close();
    while (!blocks.isEmpty()) {
      try {
        blocks.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e); // blocks throw no checked exceptions
      }
    }
    weights.close();
  }
}
