// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.SparseMatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.TopK;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Mixture of experts: each token goes through the gated MLPs of the K experts whose router logits
 * are the largest, and their results are summed by shares; beside them, a shared expert may take
 * every token.
 *
 * <pre>
 * prefill and decode, in groups of G tokens
 *   x T [1, 1, S, H]
 *   logits = linear(x, router)                                            [1, 1, S, E]
 *   normalized:  values, experts = topk(logits, K), shares = softmax(values)
 *   otherwise:   shares, experts = topk(softmax(logits), K)               [1, 1, S, K]
 *   all = scatter(zeros, experts, shares)                                 [1, 1, S, E]
 *   active R bf16 = sum(all, over a group's tokens)                       [1, S/G, 1, E]
 *   gate, up = sparse_matmul(x [1, S/G, G, H], w [1, E, H, F], active)    [1, S/G, 1, E, G, F]
 *   h = multiply(gate, up), the activation fused to gate -&gt; reshape      [S/G, E, G, F]
 *   y = sparse_matmul(h, w2 [1, E, F, H], active [1, 1, S/G, E])          [S/G, E, G, H]
 *   sum(multiply(y, all [S/G, E, G, 1]), over E) -&gt; reshape              [1, 1, S, H]
 *   with a shared expert: add(., shared(x)), gated by sigmoid(x g)
 * </pre>
 *
 * <p>On a mesh, x has H / devices columns and is gathered first; the devices share F; what w2 gives
 * is added up over them, and each keeps its columns (reduce_scatter).
 *
 * <p>G is 1 where products of single rows cost no more than their share of a tile, as on the host,
 * and a tile's 32 rows elsewhere. Long prompts are taken in parts, so that what all experts give
 * fits into 16 million values.
 */
public final class MixtureOfExperts implements Block {
  private static final int TILE = 32;

  private final MixtureOfExpertsPlan plan;
  private final TensorParallel parallel;
  private final UnaryOperator<Tensor> summed;
  private final UnaryOperator<Tensor> gather;
  private final UnaryOperator<Tensor> mixed;
  private final TensorScope weights;
  private final Tensor router;
  private final Tensor gate;
  private final Tensor up;
  private final Tensor down;
  private final MatmulArgs routerArgs;
  private final SparseMatmulArgs gateUpArgs;
  private final SparseMatmulArgs downArgs;
  private final GatedActivation activation;
  private final UnaryOperator<Tensor> scaled;
  private final Routing routing;
  private final Block sharedExpert;
  private final Join join;
  private final int partRows;

  /**
   * Loads the weights.
   *
   * @throws IllegalArgumentException if a weight is missing or of another shape than the plan says;
   *     gives both shapes
   */
  public MixtureOfExperts(Device device, MixtureOfExpertsPlan plan, MixtureOfExpertsWeights given) {
    this(device, plan, given, null, null);
  }

  /**
   * Loads the weights.
   *
   * @param sharedExpert takes every token; closed with this block
   * @param sharedGate [1, H]: its result is multiplied by sigmoid(x g); or null
   * @throws IllegalArgumentException if a weight is missing or of another shape than the plan says,
   *     or there is a shared gate but no shared expert; the shared expert then stays the caller's
   */
  public MixtureOfExperts(
      Device device,
      MixtureOfExpertsPlan plan,
      MixtureOfExpertsWeights given,
      Block sharedExpert,
      LazyWeight sharedGate) {
    check(plan, given);
    this.plan = plan;
    parallel = TensorParallel.of(device, plan.devices());
    summed = parallel.summed(plan.outputMemory());
    gather = parallel.gather(null);
    mixed = parallel.isShared() ? this::ofWhole : x -> mixed(x, x);
    this.sharedExpert = sharedExpert;
    routerArgs =
        MatmulArgs.builder().dtype(plan.activationDtype()).compute(plan.routerCompute()).build();
    try (Weights loading = new Weights(device)) {
      router = loading.projection(given.router(), plan.routerDtype(), plan.weightMemory());
      gate = experts(loading, given.gate(), plan.gateUpDtype(), -1);
      up = experts(loading, given.up(), plan.gateUpDtype(), -1);
      down = experts(loading, given.down(), plan.downDtype(), -2);
      join = join(loading, sharedExpert, sharedGate);
      weights = loading.keep();
    }
    gateUpArgs = sparse(false, plan.gateUpCompute());
    downArgs = sparse(true, plan.downCompute());
    activation = GatedActivation.of(plan.activation(), plan.activationDtype(), plan.outputMemory());
    routing = plan.normalized() ? this::shareOfChosen : this::shareOfAll;
    scaled = plan.routedScale() == 1 ? UnaryOperator.identity() : this::scaled;
    partRows = plan.partRows();
  }

  private static void check(MixtureOfExpertsPlan plan, MixtureOfExpertsWeights given) {
    String block = "mixture of experts";
    long e = plan.numExperts();
    long h = plan.hiddenSize();
    long f = plan.expertSize();
    Checks.weight(block, "router", given.router(), e, h);
    Checks.weight(block, "gate", given.gate(), e, f, h);
    Checks.weight(block, "up", given.up(), e, f, h);
    Checks.weight(block, "down", given.down(), e, h, f);
  }

  /** Loads [E, out, in] as [1, E, in, out], whose columns (-1) or rows (-2) the devices share. */
  private Tensor experts(Weights loading, LazyWeight weight, DataType dtype, int sharedDim) {
    long[] shape = weight.shape();
    long[] part = {1, shape[0], shape[2], shape[1]};
    part[part.length + sharedDim] /= plan.devices();
    TensorSpec spec = new TensorSpec(dtype, Layout.TILE, plan.weightMemory(), part);
    return loading.shared(spec, weight, true, parallel.along(sharedDim));
  }

  private SparseMatmulArgs sparse(boolean ofExperts, ComputeConfig compute) {
    return SparseMatmulArgs.builder()
        .inputASparse(ofExperts)
        .inputBSparse(!ofExperts)
        .dtype(plan.activationDtype())
        .memory(plan.outputMemory())
        .compute(compute)
        .build();
  }

  /**
   * Applies the experts.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, H], TILE
   */
  @Override
  public Tensor forward(Tensor x) {
    return Tensor.composed("mixture of experts", () -> mixed.apply(x));
  }

  private Tensor ofWhole(Tensor x) {
    try (Tensor whole = gather.apply(x)) {
      return mixed(x, whole);
    }
  }

  private Tensor mixed(Tensor x, Tensor whole) {
    long rows = whole.dim(2);
    Tensor partial = rows <= partRows ? routed(whole) : inParts(whole, rows);
    return join.apply(x, whole, summed.apply(partial));
  }

  private Tensor inParts(Tensor x, long rows) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> parts = new ArrayList<>();
      for (long from = 0; from < rows; from += partRows) {
        Tensor part = scope.add(rows(x, from, Math.min(rows, from + partRows)));
        parts.add(scope.add(routed(part)));
      }
      return Ttnn.concat(parts, 2, plan.outputMemory());
    }
  }

  private static Tensor rows(Tensor x, long from, long to) {
    return Ttnn.slice(x, new long[] {0, 0, from, 0}, new long[] {1, 1, to, x.dim(3)});
  }

  /** Fills the last group with rows of zeros, and leaves theirs out of the result. */
  private Tensor routed(Tensor x) {
    long missing = Math.floorMod(-x.dim(2), (long) plan.groupSize());
    if (missing == 0) {
      return throughExperts(x);
    }
    try (Tensor whole = Ttnn.pad(x, new long[4], new long[] {0, 0, missing, 0}, 0);
        Tensor result = throughExperts(whole)) {
      return rows(result, 0, x.dim(2));
    }
  }

  private Tensor throughExperts(Tensor x) {
    long g = plan.groupSize();
    long groups = x.dim(2) / g;
    long e = plan.numExperts();
    try (Tensor shares = shares(x);
        Tensor byGroup = Ttnn.reshape(shares, groups, g, e);
        Tensor active = active(byGroup, groups);
        Tensor h = inner(x, active, groups);
        Tensor y = Ttnn.sparseMatmul(h, down, active, downArgs);
        Tensor byExpert = Ttnn.permute(byGroup, 0, 2, 1);
        Tensor factors = Ttnn.reshape(byExpert, groups, e, g, 1);
        Tensor weighted = Ttnn.multiply(y, factors);
        Tensor sum = Ttnn.sum(weighted, 1, true)) {
      return Ttnn.reshape(sum, 1, 1, groups * g, plan.hiddenSize());
    }
  }

  /** The share of every expert in every token, zero for those that were not chosen. */
  private Tensor shares(Tensor x) {
    try (Tensor logits = Ttnn.linear(x, router, routerArgs);
        Tensor zeros = Ttnn.multiply(logits, 0)) {
      return scaled.apply(routing.shares(logits, zeros));
    }
  }

  /** How logits become shares. */
  private interface Routing {
    Tensor shares(Tensor logits, Tensor zeros);
  }

  /** Softmax of the chosen alone: the same as softmax of all, divided by the sum of the chosen. */
  private Tensor shareOfChosen(Tensor logits, Tensor zeros) {
    try (TopK chosen = Ttnn.topk(logits, plan.expertsPerToken());
        Tensor shares = Ttnn.softmax(chosen.values(), -1)) {
      return Ttnn.scatter(zeros, -1, chosen.indices(), shares);
    }
  }

  private Tensor shareOfAll(Tensor logits, Tensor zeros) {
    try (Tensor all = Ttnn.softmax(logits, -1);
        TopK chosen = Ttnn.topk(all, plan.expertsPerToken())) {
      return Ttnn.scatter(zeros, -1, chosen.indices(), chosen.values());
    }
  }

  /** Takes the shares over. */
  private Tensor scaled(Tensor shares) {
    try (shares) {
      return Ttnn.multiply(shares, plan.routedScale());
    }
  }

  /** Which experts a group's tokens have chosen: shares are positive, so their sum tells. */
  private Tensor active(Tensor byGroup, long groups) {
    try (Tensor sum = Ttnn.sum(byGroup, 1, true);
        Tensor rounded = Ttnn.typecast(sum, DataType.BFLOAT16);
        Tensor rowMajor = Ttnn.toLayout(rounded, Layout.ROW_MAJOR)) {
      return Ttnn.reshape(rowMajor, 1, groups, 1, plan.numExperts());
    }
  }

  private Tensor inner(Tensor x, Tensor active, long groups) {
    long g = plan.groupSize();
    try (Tensor tokens = Ttnn.reshape(x, 1, groups, g, plan.hiddenSize());
        Tensor gated = Ttnn.sparseMatmul(tokens, gate, active, gateUpArgs);
        Tensor upped = Ttnn.sparseMatmul(tokens, up, active, gateUpArgs);
        Tensor h = activation.apply(gated, upped)) {
      return Ttnn.reshape(h, groups, plan.numExperts(), g, plan.expertSize() / plan.devices());
    }
  }

  /**
   * Adds what every token is given to; takes over what the routed experts gave.
   *
   * <p>x has each device's columns, whole all of them.
   */
  private interface Join {
    Tensor apply(Tensor x, Tensor whole, Tensor routed);
  }

  private Join join(Weights loading, Block expert, LazyWeight sharedGate) {
    if (expert == null) {
      if (sharedGate != null) {
        throw new IllegalArgumentException(
            "mixture of experts: shared gate %s was given, but no shared expert"
                .formatted(sharedGate.name()));
      }
      return (x, whole, routed) -> routed;
    }
    if (sharedGate == null) {
      return (x, whole, routed) -> {
        try (routed;
            Tensor own = expert.forward(x)) {
          return Ttnn.add(routed, own);
        }
      };
    }
    Checks.weight("mixture of experts", "shared gate", sharedGate, 1, plan.hiddenSize());
    Tensor g = loading.projection(sharedGate, plan.routerDtype(), plan.weightMemory());
    BinaryArgs opened = BinaryArgs.builder().activationB(UnaryOp.SIGMOID).build();
    return (x, whole, routed) -> {
      try (routed;
          Tensor own = expert.forward(x);
          Tensor logit = Ttnn.linear(whole, g, routerArgs);
          Tensor share = Ttnn.multiply(own, logit, opened)) {
        return Ttnn.add(routed, share);
      }
    };
  }

  /** Returns what the block was made from. */
  public MixtureOfExpertsPlan plan() {
    return plan;
  }

  /** Frees the weights and closes the shared expert. Idempotent. */
  @Override
  public void close() {
    weights.close();
    if (sharedExpert != null) {
      sharedExpert.close();
    }
  }
}
