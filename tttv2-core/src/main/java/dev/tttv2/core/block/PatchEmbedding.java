// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Patches of images to rows: a convolution whose stride is its size, folded to a matmul.
 *
 * <pre>
 * pixels R [B, C, height, width], r rows of c patches each
 *   -&gt; slice to whole patches, where pixels are left over
 *   -&gt; reshape [B, C, r, P, c, P] -&gt; permute [B, r, c, C, P, P] -&gt; reshape [B, 1, r c, C P P]
 *   -&gt; to_layout T -&gt; linear                                    [B, 1, r c, H]
 *   with a class token: concat(token [B, 1, 1, H], .)           [B, 1, 1 + r c, H]
 *   with positions: add [1, 1, 1 + r c, H]
 * </pre>
 */
public final class PatchEmbedding implements AutoCloseable {
  private final PatchEmbeddingPlan plan;
  private final TensorScope weights;
  private final Tensor projection;
  private final MatmulArgs args;
  private final UnaryOperator<Tensor> withClassToken;
  private final UnaryOperator<Tensor> withPositions;

  /**
   * Loads the weights. As many positions as the output has rows are taken as they are; positions
   * that were learned on a square of another size are interpolated to the plan's rows and columns,
   * bicubic, as Hugging Face's {@code interpolate_pos_encoding} does.
   *
   * @param weight [H, C P P]: a convolution's [H, C, P, P], flattened
   * @param bias [H], or null where the plan has none
   * @param classToken [H], or null where the plan has none
   * @param positions [rows, H], that of the class token first, or null where the plan has none
   * @throws IllegalArgumentException if they do not fit the plan
   */
  public PatchEmbedding(
      Device device,
      PatchEmbeddingPlan plan,
      LazyWeight weight,
      LazyWeight bias,
      LazyWeight classToken,
      LazyWeight positions) {
    this.plan = plan;
    long hidden = plan.hiddenSize();
    long patch = (long) plan.numChannels() * plan.patchSize() * plan.patchSize();
    Checks.weight("patch embedding", "weight", weight, hidden, patch);
    Checks.vector("patch embedding", "bias", plan.bias(), bias, hidden);
    Checks.vector("patch embedding", "class token", plan.classToken(), classToken, hidden);
    try (Weights loading = new Weights(device)) {
      projection = loading.projection(weight, plan.weightDtype(), plan.outputMemory());
      args =
          MatmulArgs.builder()
              .bias(loading.bias(bias, plan.activationDtype()))
              .dtype(plan.activationDtype())
              .compute(plan.compute())
              .memory(plan.outputMemory())
              .build();
      withClassToken = withClassToken(loading, plan, classToken);
      withPositions = withPositions(loading, plan, positions);
      weights = loading.keep();
    }
  }

  private static UnaryOperator<Tensor> withClassToken(
      Weights loading, PatchEmbeddingPlan plan, LazyWeight classToken) {
    if (!plan.classToken()) {
      return UnaryOperator.identity();
    }
    TensorSpec spec = TensorSpec.tile(plan.activationDtype(), 1, 1, 1, plan.hiddenSize());
    Tensor token = loading.as(spec, classToken);
    return rows -> {
      int batch = Math.toIntExact(rows.dim(0));
      try (rows;
          Tensor tokens = Ttnn.concat(Collections.nCopies(batch, token), 0)) {
        return Ttnn.concat(List.of(tokens, rows), 2, plan.outputMemory());
      }
    };
  }

  private static UnaryOperator<Tensor> withPositions(
      Weights loading, PatchEmbeddingPlan plan, LazyWeight positions) {
    if (!plan.positions()) {
      if (positions != null) {
        throw new IllegalArgumentException(
            "patch embedding: positions %s were given, but the plan has none"
                .formatted(positions.name()));
      }
      return UnaryOperator.identity();
    }
    Tensor table = loading.add(positions(loading.device(), plan, positions));
    BinaryArgs add =
        BinaryArgs.builder().dtype(plan.activationDtype()).memory(plan.outputMemory()).build();
    return rows -> {
      try (rows) {
        return Ttnn.add(rows, table, add);
      }
    };
  }

  private static Tensor positions(Device device, PatchEmbeddingPlan plan, LazyWeight positions) {
    if (positions == null) {
      throw new IllegalArgumentException(
          "patch embedding: positions are missing, expected shape [%d, %d]"
              .formatted(plan.outputRows(), plan.hiddenSize()));
    }
    long[] shape = positions.shape();
    int extra = plan.classToken() ? 1 : 0;
    long patches = shape[0] - extra;
    long side = Math.round(Math.sqrt(patches));
    boolean asTrained = shape[0] == plan.outputRows();
    if (shape.length != 2
        || shape[1] != plan.hiddenSize()
        || (!asTrained && (patches < 1 || side * side != patches))) {
      Checks.weight(
          "patch embedding", "positions", positions, plan.outputRows(), plan.hiddenSize());
    }
    if (asTrained) {
      TensorSpec spec =
          TensorSpec.tile(plan.activationDtype(), 1, 1, plan.outputRows(), plan.hiddenSize());
      return positions.load(device, spec, false);
    }
    float[] trained;
    TensorSpec exact = TensorSpec.rowMajor(DataType.FLOAT32, shape);
    try (Tensor table = positions.load(device, exact, false)) {
      trained = table.toFloats();
    }
    float[] values =
        PositionTables.interpolated(
            trained,
            extra,
            (int) side,
            (int) side,
            plan.patchRows(),
            plan.patchColumns(),
            plan.hiddenSize());
    return Tensor.of(
            device,
            plan.activationDtype(),
            Layout.TILE,
            values,
            1,
            1,
            plan.outputRows(),
            plan.hiddenSize())
        .named(positions.name() + ", interpolated");
  }

  /**
   * Embeds images.
   *
   * @param pixels [B, C, height, width], FLOAT32 or BFLOAT16, ROW_MAJOR, of the plan's size
   * @return [B, 1, rows, H], TILE; the class token, then the patches row by row; the caller closes
   *     it
   * @throws IllegalArgumentException if the images are of another size
   */
  public Tensor forward(Tensor pixels) {
    if (pixels.rank() != 4
        || pixels.dim(1) != plan.numChannels()
        || pixels.dim(2) != plan.imageHeight()
        || pixels.dim(3) != plan.imageWidth()) {
      throw new IllegalArgumentException(
          "patch embedding: pixels %s, expected [B, %d, %d, %d]"
              .formatted(pixels, plan.numChannels(), plan.imageHeight(), plan.imageWidth()));
    }
    try (Tensor patches = patches(pixels)) {
      return withPositions.apply(withClassToken.apply(Ttnn.linear(patches, projection, args)));
    }
  }

  private Tensor patches(Tensor pixels) {
    long batch = pixels.dim(0);
    int p = plan.patchSize();
    int rows = plan.patchRows();
    int columns = plan.patchColumns();
    int channels = plan.numChannels();
    long[] origin = {0, 0, 0, 0};
    long[] whole = {batch, channels, (long) rows * p, (long) columns * p};
    try (Tensor cut = Ttnn.slice(pixels, origin, whole);
        Tensor split = Ttnn.reshape(cut, batch, channels, rows, p, columns, p);
        Tensor ordered = Ttnn.permute(split, 0, 2, 4, 1, 3, 5);
        Tensor flat =
            Ttnn.reshape(ordered, batch, 1, (long) rows * columns, (long) channels * p * p)) {
      return Ttnn.toLayout(flat, Layout.TILE, plan.activationDtype());
    }
  }

  /** Returns what the block was made from. */
  public PatchEmbeddingPlan plan() {
    return plan;
  }

  /** Frees the weights. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }
}
