// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Blocks in FLOAT32 against the reference of single operations. */
class BlockGoldensTest {
  /** Weight formats and samplers are read further right, pooling belongs to encoders. */
  private static final Set<String> OF_OTHER_MODULES = Set.of("gguf_dequant", "samplers", "pooling");

  /** Every case of every file is somebody's, whether a file describes it or has its tensors. */
  @Test
  void nothingIsLeftOut() throws IOException {
    Set<String> left = new TreeSet<>();
    for (String op : operations()) {
      if (!OF_OTHER_MODULES.contains(op)) {
        GoldenCase.cases(op).fieldNames().forEachRemaining(name -> left.add(op + "/" + name));
        for (String tensor :
            Safetensors.read(Goldens.path("blocks", op + ".safetensors")).names()) {
          left.add(op + "/" + tensor.substring(0, tensor.indexOf('/')));
        }
      }
    }
    Stream.of(
            rmsNorm(),
            layerNorm(),
            groupNorm(),
            linear(),
            gatedMlp(),
            mlp(),
            embedding(),
            lmHead(),
            patchEmbedding(),
            activation(),
            softmax(),
            new RoPEGoldensTest().prefill(),
            new SdpaGoldensTest().sdpa())
        .flatMap(tests -> tests)
        .forEach(test -> left.remove(test.getDisplayName()));
    assertEquals(Set.of(), left, "cases that no test runs");
  }

  private static Set<String> operations() throws IOException {
    Set<String> operations = new TreeSet<>();
    try (Stream<Path> files = Files.list(Goldens.path("blocks"))) {
      files.forEach(
          file ->
              operations.add(
                  file.getFileName().toString().replaceFirst("\\.(json|safetensors)$", "")));
    }
    return operations;
  }

  @TestFactory
  Stream<DynamicTest> rmsNorm() {
    return GoldenCase.all(
        "rms_norm",
        c -> {
          long[] shape = c.shape("x");
          RMSNormPlan plan =
              RMSNormConfig.builder((int) shape[shape.length - 1])
                  .epsilon(c.number("eps"))
                  .unitOffset(c.flag("one_plus_weight"))
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(c.device().target());
          try (RMSNorm norm =
              c.has("weight")
                  ? new RMSNorm(c.device(), plan, c.weight("weight"))
                  : new RMSNorm(c.device(), plan)) {
            c.expect("out", norm.forward(c.tile("x")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> groupNorm() {
    return GoldenCase.all(
        "group_norm",
        c -> {
          // To [N, H, W, C], and the result back to where the channels were.
          boolean first = c.param("layout").asText().equals("NCHW");
          Tensor x = first ? c.add(Ttnn.permute(c.tile("x"), 0, 2, 3, 1)) : c.tile("x");
          long[] shape = x.shape();
          GroupNormPlan plan =
              GroupNormConfig.builder((int) shape[3], (int) c.number("groups"))
                  .epsilon(c.number("eps"))
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(c.device().target());
          Tensor rows = c.add(Ttnn.reshape(x, shape[0], 1, shape[1] * shape[2], shape[3]));
          try (GroupNorm norm =
              new GroupNorm(c.device(), plan, c.weightOrNull("weight"), c.weightOrNull("bias"))) {
            Tensor y = c.add(Ttnn.reshape(c.add(norm.forward(rows)), shape));
            c.expect("out", first ? Ttnn.permute(y, 0, 3, 1, 2) : y);
          }
        });
  }

  @Test
  void rmsNormUsesThePlansEpsilon() {
    try (Device device = Device.open();
        RMSNorm norm =
            new RMSNorm(
                device, RMSNormConfig.builder(2).epsilon(3).build().resolve(device.target()));
        Tensor x = Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[] {1, -1}, 1, 2);
        Tensor y = norm.forward(x)) {
      Goldens.assertClose(new float[] {0.5f, -0.5f}, y.toFloats(), 1e-6);
    }
  }

  @TestFactory
  Stream<DynamicTest> layerNorm() {
    return GoldenCase.all(
        "layer_norm",
        c -> {
          long[] shape = c.shape("x");
          LayerNormPlan plan =
              LayerNormConfig.builder((int) shape[shape.length - 1])
                  .epsilon(c.number("eps"))
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(c.device().target());
          try (LayerNorm norm =
              new LayerNorm(c.device(), plan, c.weightOrNull("weight"), c.weightOrNull("bias"))) {
            c.expect("out", norm.forward(c.tile("x")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> linear() {
    return GoldenCase.all(
        "linear",
        c -> {
          boolean transposed = c.param("weight_layout").asText().equals("[out, in]");
          long in = c.dim("weight", transposed ? 1 : 0);
          long out = c.dim("weight", transposed ? 0 : 1);
          Tensor weight =
              c.add(
                  c.weight("weight")
                      .load(c.device(), TensorSpec.tile(DataType.FLOAT32, in, out), transposed));
          MatmulArgs.Builder args = MatmulArgs.builder();
          if (c.has("bias")) {
            args.bias(c.tile(c.floats("bias"), 1, 1, 1, out));
          }
          c.expect("out", Ttnn.linear(c.activations("x"), weight, args.build()));
          if (transposed) {
            LinearPlan plan =
                LinearConfig.builder((int) in, (int) out)
                    .bias(c.has("bias"))
                    .weightDtype(DataType.FLOAT32)
                    .outputDtype(DataType.FLOAT32)
                    .build()
                    .resolve(c.device().target());
            try (Linear linear =
                new Linear(c.device(), plan, c.weight("weight"), c.weightOrNull("bias"))) {
              c.expect("out", linear.forward(c.activations("x")));
            }
          }
        });
  }

  private static MLPConfig.Builder mlp(int hidden, int inner, GoldenCase c) {
    return MLPConfig.builder(hidden, inner)
        .activation(c.activation())
        .gateUpDtype(DataType.FLOAT32)
        .downDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32);
  }

  @TestFactory
  Stream<DynamicTest> gatedMlp() {
    return GoldenCase.all(
        "gated_mlp",
        c -> {
          int inner = c.dim("down", 1);
          MLPPlan plan =
              mlp(c.dim("down", 0), inner, c)
                  .bias(c.has("gate_bias"))
                  .build()
                  .resolve(c.device().target());
          MLPWeights weights =
              c.has("gate_up")
                  ? MLPWeights.stacked(c.weight("gate_up"), c.weight("down"))
                  : new MLPWeights(
                      c.weight("gate"),
                      c.weight("up"),
                      c.weight("down"),
                      c.weightOrNull("gate_bias"),
                      c.weightOrNull("up_bias"),
                      c.weightOrNull("down_bias"));
          try (MLP mlp = new MLP(c.device(), plan, weights)) {
            c.expect("out", mlp.forward(c.activations("x")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> mlp() {
    return GoldenCase.all(
        "mlp",
        c -> {
          MLPPlan plan =
              mlp(c.dim("fc2", 0), c.dim("fc1", 0), c)
                  .gated(false)
                  .bias(c.has("fc1_bias"))
                  .build()
                  .resolve(c.device().target());
          MLPWeights weights =
              c.has("fc1_bias")
                  ? MLPWeights.standard(
                      c.weight("fc1"), c.weight("fc1_bias"), c.weight("fc2"), c.weight("fc2_bias"))
                  : MLPWeights.standard(c.weight("fc1"), c.weight("fc2"));
          try (MLP mlp = new MLP(c.device(), plan, weights)) {
            c.expect("out", mlp.forward(c.activations("x")));
          }
        });
  }

  /** The activation of a gate, multiplied with ones; and fused to a product with a unit matrix. */
  @TestFactory
  Stream<DynamicTest> activation() {
    return GoldenCase.all(
        "activation",
        c -> {
          float[] values = c.floats("x");
          int n = values.length;
          Tensor x = c.tile(values, 1, 1, 1, n);
          if (c.name().equals("softcap_30")) {
            LMHeadPlan plan =
                LMHeadConfig.builder(n, n)
                    .softcap(c.number("cap"))
                    .weightDtype(DataType.FLOAT32)
                    .outputDtype(DataType.FLOAT32)
                    .build()
                    .resolve(c.device().target());
            try (LMHead head = new LMHead(c.device(), plan, unit(n))) {
              c.expect("out", head.forward(x));
            }
            return;
          }
          float[] ones = new float[n];
          Arrays.fill(ones, 1);
          c.expect(
              "out",
              GatedActivation.of(c.activation(), DataType.FLOAT32, MemoryConfig.DRAM_INTERLEAVED)
                  .apply(x, c.tile(ones, 1, 1, 1, n)));
          MLPPlan plan = mlp(n, n, c).gated(false).build().resolve(c.device().target());
          try (MLP mlp = new MLP(c.device(), plan, MLPWeights.standard(unit(n), unit(n)))) {
            c.expect("out", mlp.forward(x));
          }
        });
  }

  private static LazyWeight unit(int n) {
    float[] values = new float[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return LazyWeight.of("unit", values, n, n);
  }

  @TestFactory
  Stream<DynamicTest> softmax() {
    return GoldenCase.all(
        "softmax",
        c -> {
          float[] probabilities = c.add(Ttnn.softmax(c.tile("x"), -1)).toFloats();
          Goldens.assertBlock(c.floats("out"), probabilities, c.noise());
          float[] logarithms = c.floats("log");
          for (int i = 0; i < logarithms.length; i++) {
            logarithms[i] = (float) Math.exp(logarithms[i]);
          }
          Goldens.assertBlock(logarithms, probabilities, c.noise());
        });
  }

  /** Tokens, and where there are any, positions and kinds of tokens, each from a table. */
  @TestFactory
  Stream<DynamicTest> embedding() {
    return GoldenCase.all(
        "embedding",
        c -> {
          try (Embedding tokens = table(c, "table")) {
            Tensor sum = c.add(tokens.forward(c.ids("ids")));
            if (c.has("positions")) {
              int first =
                  c.param("position_offset") == null ? 0 : (int) c.number("position_offset");
              try (Embedding positions = table(c, "positions")) {
                sum = c.add(Ttnn.add(sum, c.add(positions.range(first, c.dim("ids", 1)))));
              }
            }
            if (c.has("types")) {
              try (Embedding types = table(c, "types")) {
                sum = c.add(Ttnn.add(sum, c.add(types.forward(c.ids("type_ids")))));
              }
            }
            Goldens.assertBlock(c.floats("out"), sum.toFloats(), c.noise());
          }
        });
  }

  private static Embedding table(GoldenCase c, String tensor) {
    EmbeddingConfig.Builder config =
        EmbeddingConfig.builder(c.dim(tensor, 0), c.dim(tensor, 1)).weightDtype(DataType.FLOAT32);
    if (c.param("scale") != null) {
      config.scale(c.number("scale"));
    }
    return new Embedding(c.device(), config.build().resolve(c.device().target()), c.weight(tensor));
  }

  @TestFactory
  Stream<DynamicTest> lmHead() {
    return heads(1);
  }

  @TestFactory
  Stream<DynamicTest> lmHeadInParts() {
    return heads(3);
  }

  private static Stream<DynamicTest> heads(int splits) {
    return GoldenCase.all(
        "lm_head",
        c -> {
          LMHeadConfig.Builder config =
              LMHeadConfig.builder(c.dim("weight", 1), c.dim("weight", 0))
                  .bias(c.has("bias"))
                  .splits(splits)
                  .weightDtype(DataType.FLOAT32)
                  .outputDtype(DataType.FLOAT32);
          if (c.param("softcap") != null) {
            config.softcap(c.number("softcap"));
          }
          if (c.param("logits_divisor") != null) {
            config.logitsScale(1 / c.number("logits_divisor"));
          }
          try (LMHead head =
              new LMHead(
                  c.device(),
                  config.build().resolve(c.device().target()),
                  c.weight("weight"),
                  c.weightOrNull("bias"))) {
            c.expect("out", head.forward(c.activations("hidden")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> patchEmbedding() {
    return GoldenCase.all(
        "patch_embedding",
        c -> {
          int hidden = c.dim("weight", 0);
          int channels = c.dim("weight", 1);
          int patch = c.dim("weight", 2);
          PatchEmbeddingPlan plan =
              PatchEmbeddingConfig.builder(
                      c.dim("pixel_values", 2), c.dim("pixel_values", 3), patch, channels, hidden)
                  .bias(c.has("bias"))
                  .classToken(c.has("cls"))
                  .positions(c.has("position"))
                  .weightDtype(DataType.FLOAT32)
                  .activationDtype(DataType.FLOAT32)
                  .build()
                  .resolve(c.device().target());
          Tensor pixels =
              c.add(
                  Tensor.of(
                      c.device(),
                      DataType.FLOAT32,
                      Layout.ROW_MAJOR,
                      c.floats("pixel_values"),
                      c.shape("pixel_values")));
          try (PatchEmbedding embedding =
              new PatchEmbedding(
                  c.device(),
                  plan,
                  c.weight("weight", hidden, (long) channels * patch * patch),
                  c.weightOrNull("bias"),
                  c.weight("cls", hidden),
                  c.weight("position", plan.outputRows(), hidden))) {
            c.expect("out", embedding.forward(pixels));
          }
        });
  }
}
