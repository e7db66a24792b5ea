// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.LayerNormConfig;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.RMSNormConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What every model has, whatever its kind. A description of a model says what it computes, never
 * how or with which precision, and knows no family.
 *
 * <p>Descriptions are made by builders, whose defaults are those of the plainest model. A reader of
 * checkpoints takes a builder with a family's own defaults and sets what the files say.
 */
public sealed interface ModelConfig permits DecoderConfig, EncoderConfig, VisionConfig {
  /** Returns the kind of model. */
  ModelKind kind();

  /** Returns the width of the residual stream. */
  int hiddenSize();

  /** Returns the number of transformer blocks. */
  int numLayers();

  /** Returns the attention of the blocks. */
  AttentionSpec attention();

  /** Returns the MLP of the blocks. */
  MLPSpec mlp();

  /** Returns the kind of norms. */
  NormSpec norm();

  /**
   * Returns a builder of the config of a layer's attention.
   *
   * @param layer from 0
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  default AttentionConfig.Builder attentionConfig(int layer) {
    AttentionSpec a = attention();
    return AttentionConfig.builder(hiddenSize(), a.numHeads(), a.numKvHeads(), a.headDim())
        .rotaryDim(0)
        .scale((float) a.scale())
        .logitSoftcap((float) a.logitSoftcap())
        .causal(a.causal())
        .slidingWindow(a.slidingWindow(layer))
        .qkvBias(a.qkvBias())
        .outputBias(a.outputBias())
        .qkNorm(a.qkNorm())
        .qkNormEpsilon((float) norm().epsilon())
        .qkNormUnitOffset(norm().unitOffset());
  }

  /** Returns a builder of the config of the blocks' MLP. */
  default MLPConfig.Builder mlpConfig() {
    return MLPConfig.builder(hiddenSize(), mlp().intermediateSize())
        .activation(mlp().activation())
        .gated(mlp().gated())
        .bias(mlp().bias());
  }

  /** Returns a builder of the config of norms, where they are RMS norms. */
  default RMSNormConfig.Builder rmsNormConfig() {
    return RMSNormConfig.builder(hiddenSize())
        .epsilon((float) norm().epsilon())
        .unitOffset(norm().unitOffset());
  }

  /** Returns a builder of the config of norms, where they are layer norms. */
  default LayerNormConfig.Builder layerNormConfig() {
    return LayerNormConfig.builder(hiddenSize()).epsilon((float) norm().epsilon());
  }

  /**
   * Collects what every model has.
   *
   * @param <B> the builder of a kind of models
   */
  abstract sealed class Builder<B extends Builder<B>>
      permits DecoderConfig.Builder, EncoderConfig.Builder, VisionConfig.Builder {
    private Path source;
    private int hiddenSize;
    private int numLayers;
    private int numHeads;
    private Integer numKvHeads;
    private Integer headDim;
    private Double attentionScale;
    private double attentionSoftcap;
    private boolean causal;
    private boolean qkvBias;
    private boolean outputBias;
    private QkNorm qkNorm = QkNorm.NONE;
    private List<Integer> slidingWindows;
    private int slidingWindow;
    private int slidingPattern;
    private Integer intermediateSize;
    private int intermediateFactor;
    private Activation activation;
    private boolean gated;
    private boolean mlpBias;
    private NormKind normKind;
    private Double normEpsilon;
    private boolean normUnitOffset;

    Builder(boolean causal, Activation activation, boolean gated, NormKind normKind) {
      this.causal = causal;
      this.activation = activation;
      this.gated = gated;
      this.normKind = normKind;
    }

    abstract B self();

    /** Sets the file that the values are from, for messages. */
    public B source(Path value) {
      source = value;
      return self();
    }

    /** Sets the width of the residual stream. Required. */
    public B hiddenSize(int value) {
      hiddenSize = value;
      return self();
    }

    /** Sets the number of blocks. Required. */
    public B numLayers(int value) {
      numLayers = value;
      return self();
    }

    /** Sets the number of query heads. Required. */
    public B numHeads(int value) {
      numHeads = value;
      return self();
    }

    /** Sets the number of key and value heads; default: as many as query heads. */
    public B numKvHeads(int value) {
      numKvHeads = value;
      return self();
    }

    /** Sets the width of a head; default: hiddenSize / numHeads. */
    public B headDim(int value) {
      headDim = value;
      return self();
    }

    /** Sets the factor of attention scores; default: headDim^-0.5. */
    public B attentionScale(double value) {
      attentionScale = value;
      return self();
    }

    /** Sets the bound of attention scores; default 0: none. */
    public B attentionSoftcap(double value) {
      attentionSoftcap = value;
      return self();
    }

    /** Sets whether a position sees only itself and those before; default: in decoders. */
    public B causal(boolean value) {
      causal = value;
      return self();
    }

    /** Sets whether the projections to queries, keys and values have biases. */
    public B qkvBias(boolean value) {
      qkvBias = value;
      return self();
    }

    /** Sets whether the attention's output projection has a bias. */
    public B outputBias(boolean value) {
      outputBias = value;
      return self();
    }

    /** Sets whether queries and keys are normalised; default: they are not. */
    public B qkNorm(QkNorm value) {
      qkNorm = value;
      return self();
    }

    /** Sets how many positions are seen in all layers, the own one included; default 0: all. */
    public B slidingWindow(int value) {
      slidingWindow = value;
      return self();
    }

    /**
     * Sets that every {@code value}-th layer sees all positions and the window holds for the
     * others; default 0: it holds for all layers.
     */
    public B slidingPattern(int value) {
      slidingPattern = value;
      return self();
    }

    /** Sets the windows of the layers one by one, whatever {@link #slidingWindow} says. */
    public B slidingWindows(List<Integer> value) {
      slidingWindows = List.copyOf(value);
      return self();
    }

    /** Sets the inner width of the MLP. Required, unless there is a factor. */
    public B intermediateSize(int value) {
      intermediateSize = value;
      return self();
    }

    /** Sets the inner width of the MLP, if it is not given, in multiples of hiddenSize. */
    public B intermediateFactor(int value) {
      intermediateFactor = value;
      return self();
    }

    /** Sets the MLP's activation; default: SILU in decoders, GELU in encoders. */
    public B activation(Activation value) {
      activation = value;
      return self();
    }

    /** Sets whether the MLP is gated; default: in decoders. */
    public B gated(boolean value) {
      gated = value;
      return self();
    }

    /** Sets whether the MLP's linears have biases. */
    public B mlpBias(boolean value) {
      mlpBias = value;
      return self();
    }

    /** Sets the kind of norms; default: RMS_NORM in decoders, LAYER_NORM in encoders. */
    public B normKind(NormKind value) {
      normKind = value;
      return self();
    }

    /** Sets what norms add before the root; default 1e-5. */
    public B normEpsilon(double value) {
      normEpsilon = value;
      return self();
    }

    /** Sets whether norms multiply with 1 + weight; default false. */
    public B normUnitOffset(boolean value) {
      normUnitOffset = value;
      return self();
    }

    /** Sets all biases of attention and MLP. */
    public B biases(boolean value) {
      return qkvBias(value).outputBias(value).mlpBias(value);
    }

    final B from(ModelConfig config) {
      AttentionSpec attention = config.attention();
      MLPSpec mlp = config.mlp();
      NormSpec norm = config.norm();
      return hiddenSize(config.hiddenSize())
          .numLayers(config.numLayers())
          .numHeads(attention.numHeads())
          .numKvHeads(attention.numKvHeads())
          .headDim(attention.headDim())
          .attentionScale(attention.scale())
          .attentionSoftcap(attention.logitSoftcap())
          .causal(attention.causal())
          .qkvBias(attention.qkvBias())
          .outputBias(attention.outputBias())
          .qkNorm(attention.qkNorm())
          .slidingWindows(attention.slidingWindows())
          .intermediateSize(mlp.intermediateSize())
          .activation(mlp.activation())
          .gated(mlp.gated())
          .mlpBias(mlp.bias())
          .normKind(norm.kind())
          .normEpsilon(norm.epsilon())
          .normUnitOffset(norm.unitOffset());
    }

    final int hiddenSize() {
      return hiddenSize;
    }

    final int numHeads() {
      return numHeads;
    }

    final int numLayers() {
      return numLayers;
    }

    /** Tells whether the file need not say the MLP's width. */
    final boolean hasIntermediateSize() {
      return intermediateSize != null || intermediateFactor > 0;
    }

    final QkNorm qkNorm() {
      return qkNorm;
    }

    final NormKind normKind() {
      return normKind;
    }

    final boolean hasNormEpsilon() {
      return normEpsilon != null;
    }

    final boolean hasHeadDim() {
      return headDim != null;
    }

    final int headDimOrDefault() {
      if (headDim != null) {
        return headDim;
      }
      if (numHeads < 1 || hiddenSize % numHeads != 0) {
        throw new IllegalArgumentException(
            "attention: hiddenSize %d is not a multiple of %d heads, and headDim is not given"
                .formatted(hiddenSize, numHeads));
      }
      return hiddenSize / numHeads;
    }

    final int intermediateSizeOrDefault() {
      return intermediateSize != null
          ? intermediateSize
          : Math.multiplyExact(intermediateFactor, hiddenSize);
    }

    final AttentionSpec attention() {
      int width = headDimOrDefault();
      return new AttentionSpec(
          numHeads,
          numKvHeads != null ? numKvHeads : numHeads,
          width,
          attentionScale != null ? attentionScale : 1 / Math.sqrt(width),
          attentionSoftcap,
          causal,
          qkvBias,
          outputBias,
          qkNorm,
          windows());
    }

    private List<Integer> windows() {
      if (slidingWindows == null) {
        return IntStream.range(0, numLayers)
            .map(layer -> isFull(layer) ? 0 : slidingWindow)
            .boxed()
            .toList();
      }
      if (slidingWindows.size() != numLayers) {
        throw new IllegalArgumentException(
            "attention: slidingWindows has %d layers, the model %d"
                .formatted(slidingWindows.size(), numLayers));
      }
      return slidingWindows;
    }

    private boolean isFull(int layer) {
      return slidingPattern > 0 && (layer + 1) % slidingPattern == 0;
    }

    final MLPSpec mlp() {
      return new MLPSpec(intermediateSizeOrDefault(), activation, gated, mlpBias);
    }

    final NormSpec norm() {
      return new NormSpec(normKind, normEpsilon != null ? normEpsilon : 1e-5, normUnitOffset);
    }

    /** Does something with the values; says the file, if there is one, when they do not fit. */
    final <T> T checked(Supplier<T> work) {
      return source == null ? work.get() : CheckpointException.naming(source, work);
    }
  }
}
