// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.core.CoreRange;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.GroupNormArgs;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.NormArgs;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.SdpaArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorMemoryLayout;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Blocks and operations in FLOAT32 against the reference of single operations. */
class BlockGoldensTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** One case: its tensors, its parameters, and a scope that closes what the test makes. */
  private record Case(String name, JsonNode entry, Safetensors file, TensorScope scope) {
    double noise() {
      return entry.get("noise").asDouble();
    }

    JsonNode params() {
      return entry.get("params");
    }

    JsonNode param(String key) {
      return params().get(key);
    }

    boolean flag(String key) {
      return param(key) != null && param(key).asBoolean();
    }

    boolean has(String tensor) {
      return file.has(name + "/" + tensor);
    }

    float[] floats(String tensor) {
      return file.floats(name + "/" + tensor);
    }

    int[] ints(String tensor) {
      return file.ints(name + "/" + tensor);
    }

    long[] shape(String tensor) {
      return file.shape(name + "/" + tensor);
    }

    LazyWeight weight(String tensor) {
      return file.weight(name + "/" + tensor);
    }

    LazyWeight weightOrNull(String tensor) {
      return has(tensor) ? weight(tensor) : null;
    }

    Tensor tile(String tensor) {
      return add(Tensor.of(device, DataType.FLOAT32, Layout.TILE, floats(tensor), shape(tensor)));
    }

    /** Activations [.., H] as [1, 1, rows, H]. */
    Tensor activations(String tensor) {
      float[] values = floats(tensor);
      long[] shape = shape(tensor);
      long width = shape[shape.length - 1];
      return add(
          Tensor.of(
              device, DataType.FLOAT32, Layout.TILE, values, 1, 1, values.length / width, width));
    }

    Tensor add(Tensor tensor) {
      return scope.add(tensor);
    }

    void expect(String tensor, Tensor actual) {
      Goldens.assertBlock(floats(tensor), add(actual).toFloats(), noise());
    }
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Body {
    void run(Case c);
  }

  /** Makes a test of every case of an operation; what is left out is named and must exist. */
  private static Stream<DynamicTest> cases(String op, Set<String> leftOut, Body body) {
    JsonNode cases = json(Goldens.path("blocks", op + ".json")).get("cases");
    Safetensors file = Safetensors.read(Goldens.path("blocks", op + ".safetensors"));
    Set<String> unknown = new HashSet<>(leftOut);
    List<DynamicTest> tests = new ArrayList<>();
    cases
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (unknown.remove(name)) {
                return;
              }
              tests.add(
                  DynamicTest.dynamicTest(
                      op + " " + name,
                      () -> {
                        try (TensorScope scope = new TensorScope()) {
                          body.run(new Case(name, cases.get(name), file, scope));
                        }
                      }));
            });
    assertEquals(Set.of(), unknown, "cases left out that do not exist");
    assertTrue(!tests.isEmpty(), op + " has no cases");
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> rmsNorm() {
    return cases(
        "rms_norm",
        Set.of(),
        c -> {
          long[] shape = c.shape("x");
          RMSNormPlan plan =
              RMSNormConfig.builder((int) shape[shape.length - 1])
                  .epsilon((float) c.param("eps").asDouble())
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          try (RMSNorm norm =
              c.has("weight") ? new RMSNorm(device, plan, normWeight(c)) : new RMSNorm(plan)) {
            c.expect("out", norm.forward(c.tile("x")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> layerNorm() {
    return cases(
        "layer_norm",
        Set.of(),
        c -> {
          NormArgs.Builder args = NormArgs.builder().epsilon((float) c.param("eps").asDouble());
          if (c.has("weight")) {
            args.weight(row(c, "weight"));
          }
          if (c.has("bias")) {
            args.bias(row(c, "bias"));
          }
          c.expect("out", Ttnn.layerNorm(c.tile("x"), args.build()));
        });
  }

  @TestFactory
  Stream<DynamicTest> groupNorm() {
    return cases(
        "group_norm",
        Set.of(),
        c -> {
          GroupNormArgs.Builder args =
              GroupNormArgs.builder(c.param("groups").asInt())
                  .epsilon((float) c.param("eps").asDouble());
          if (c.has("weight")) {
            args.weight(channels(c, "weight"));
          }
          if (c.has("bias")) {
            args.bias(channels(c, "bias"));
          }
          // To [N, H, W, C], and the result back to where the channels were.
          boolean first = c.param("layout").asText().equals("NCHW");
          Tensor x = first ? c.add(Ttnn.permute(c.tile("x"), 0, 2, 3, 1)) : c.tile("x");
          long[] shape = x.shape();
          Tensor rows = c.add(Ttnn.reshape(x, shape[0], 1, shape[1] * shape[2], shape[3]));
          Tensor y = c.add(Ttnn.groupNorm(rows, args.build()));
          Tensor out = c.add(Ttnn.reshape(y, shape));
          c.expect("out", first ? Ttnn.permute(out, 0, 3, 1, 2) : out);
        });
  }

  private static Tensor channels(Case c, String tensor) {
    float[] values = c.floats(tensor);
    return values.length % 32 == 0
        ? c.add(
            Tensor.of(
                device, DataType.FLOAT32, Layout.ROW_MAJOR, values, 1, 1, values.length / 32, 32))
        : row(c, tensor);
  }

  private static Tensor row(Case c, String tensor) {
    float[] values = c.floats(tensor);
    return c.add(Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, 1, 1, 1, values.length));
  }

  @Test
  void rmsNormUsesThePlansEpsilon() {
    RMSNormPlan plan = RMSNormConfig.builder(2).epsilon(3).build().resolve(device.target());
    try (RMSNorm norm = new RMSNorm(plan);
        Tensor x = Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[] {1, -1}, 1, 2);
        Tensor y = norm.forward(x)) {
      Goldens.assertClose(new float[] {0.5f, -0.5f}, y.toFloats(), 1e-6);
    }
  }

  /** Gemma stores its norm weights minus one, which is the family's to undo. */
  private static LazyWeight normWeight(Case c) {
    float[] values = c.floats("weight");
    if (c.flag("one_plus_weight")) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 1;
      }
    }
    return LazyWeight.of("weight", values, values.length);
  }

  @TestFactory
  Stream<DynamicTest> linear() {
    return cases(
        "linear",
        Set.of(),
        c -> {
          boolean transposed = c.param("weight_layout").asText().equals("[out, in]");
          long[] shape = c.shape("weight");
          long in = shape[transposed ? 1 : 0];
          long out = shape[transposed ? 0 : 1];
          Tensor weight =
              c.add(
                  c.weight("weight")
                      .load(device, TensorSpec.tile(DataType.FLOAT32, in, out), transposed));
          MatmulArgs.Builder args = MatmulArgs.builder();
          if (c.has("bias")) {
            args.bias(
                c.add(
                    c.weight("bias")
                        .load(device, TensorSpec.tile(DataType.FLOAT32, 1, 1, 1, out), false)));
          }
          c.expect("out", Ttnn.linear(c.activations("x"), weight, args.build()));
        });
  }

  @TestFactory
  Stream<DynamicTest> gatedMlp() {
    return cases(
        "gated_mlp",
        Set.of(),
        c -> {
          long[] down = c.shape("down");
          int inner = (int) down[1];
          MLPPlan plan =
              MLPConfig.builder((int) down[0], inner)
                  .activation(Activation.valueOf(c.param("act").asText().toUpperCase()))
                  .bias(c.has("gate_bias"))
                  .gateUpDtype(DataType.FLOAT32)
                  .downDtype(DataType.FLOAT32)
                  .activationDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          boolean fused = c.has("gate_up");
          MLPWeights weights =
              new MLPWeights(
                  fused ? c.weight("gate_up").rows(0, inner) : c.weight("gate"),
                  fused ? c.weight("gate_up").rows(inner, 2L * inner) : c.weight("up"),
                  c.weight("down"),
                  c.weightOrNull("gate_bias"),
                  c.weightOrNull("up_bias"),
                  c.weightOrNull("down_bias"));
          try (MLP mlp = new MLP(device, plan, weights)) {
            c.expect("out", mlp.forward(c.activations("x")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> embedding() {
    // Scales, positions and token types belong to other blocks.
    return cases(
        "embedding",
        Set.of("scaled", "learned_positions", "positions_offset_2", "bert_types"),
        c -> {
          long[] table = c.shape("table");
          EmbeddingPlan plan =
              EmbeddingConfig.builder((int) table[0], (int) table[1])
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          int[] ids = c.ints("ids");
          try (Embedding embedding = new Embedding(device, plan, c.weight("table"))) {
            c.expect(
                "out",
                embedding.forward(
                    c.add(Tensor.ofInts(device, DataType.UINT32, ids, 1, ids.length))));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> lmHead() {
    return heads(1);
  }

  @TestFactory
  Stream<DynamicTest> lmHeadInParts() {
    return heads(3);
  }

  /** Caps and divisors of logits belong to other families. */
  private static Stream<DynamicTest> heads(int splits) {
    return cases(
        "lm_head",
        Set.of("softcap_3", "divisor_8"),
        c -> {
          long[] shape = c.shape("weight");
          LMHeadPlan plan =
              LMHeadConfig.builder((int) shape[1], (int) shape[0])
                  .bias(c.has("bias"))
                  .splits(splits)
                  .weightDtype(DataType.FLOAT32)
                  .outputDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          try (LMHead head = new LMHead(device, plan, c.weight("weight"), c.weightOrNull("bias"))) {
            c.expect("out", head.forward(c.activations("hidden")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> activation() {
    return cases(
        "activation",
        Set.of("quick_gelu", "relu2", "softcap_30"),
        c -> {
          float[] values = c.floats("x");
          Tensor x =
              c.add(
                  Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, 1, 1, 1, values.length));
          c.expect(
              "out",
              switch (c.name()) {
                case "relu" -> Ttnn.relu(x);
                case "silu" -> Ttnn.silu(x);
                case "gelu" -> Ttnn.gelu(x);
                case "gelu_tanh", "gelu_new" -> Ttnn.geluTanh(x);
                case "tanh" -> Ttnn.tanh(x);
                case "sigmoid" -> Ttnn.sigmoid(x);
                default -> throw new IllegalArgumentException("no operation for " + c.name());
              });
        });
  }

  @TestFactory
  Stream<DynamicTest> softmax() {
    return cases("softmax", Set.of(), c -> c.expect("out", Ttnn.softmax(c.tile("x"), -1)));
  }

  /** Heads rotated in part, and frequencies that depend on the length. */
  private static final Set<String> OTHER_ROPE =
      Set.of(
          "partial_half",
          "partial_quarter_80",
          "interleaved_partial",
          "dynamic_inside",
          "dynamic_beyond",
          "longrope_short",
          "longrope_long");

  private static RoPEPlan ropePlan(Case c) {
    return RoPEConfig.builder(c.param("head_dim").asInt(), c.param("seq_len").asInt())
        .theta(c.param("theta").asDouble())
        .dtype(DataType.FLOAT32)
        .style(c.flag("interleaved") ? RoPEStyle.INTERLEAVED : RoPEStyle.HALF)
        .scaling(RoPEScalingTest.of(c.params()))
        .build()
        .resolve(device.target());
  }

  @TestFactory
  Stream<DynamicTest> ropePrefill() {
    return cases(
        "rope",
        OTHER_ROPE,
        c -> {
          int[] positions = c.ints("positions");
          try (RoPE rope = new RoPE(device, ropePlan(c))) {
            for (int i = 0; i < positions.length; i++) {
              int length = 1;
              while (i + length < positions.length
                  && positions[i + length] == positions[i] + length) {
                length++;
              }
              try (Rotation rotation = rope.prefill(positions[i], length)) {
                for (String x : List.of("q", "k")) {
                  Tensor whole = c.tile(x);
                  long heads = whole.dim(1);
                  long width = whole.dim(3);
                  long[] from = {0, 0, i, 0};
                  long[] to = {1, heads, i + length, width};
                  Tensor rotated =
                      c.add(
                          rotate(
                              c.add(Ttnn.slice(whole, from, to)), rotation, RotaryArgs.DEFAULTS));
                  Tensor expected = c.add(Ttnn.slice(c.tile(x + "_out"), from, to));
                  Goldens.assertBlock(expected.toFloats(), rotated.toFloats(), c.noise());
                }
              }
              i += length - 1;
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> ropeDecode() {
    return cases(
        "rope",
        OTHER_ROPE,
        c -> {
          int[] positions = c.ints("positions");
          int users = positions.length;
          Tensor ids = c.add(Tensor.ofInts(device, DataType.UINT32, positions, 1, users));
          RotaryArgs args = RotaryArgs.builder().decodeMode(true).build();
          try (RoPE rope = new RoPE(device, ropePlan(c));
              Rotation rotation = rope.decode(ids)) {
            for (String x : List.of("q", "k")) {
              // [1, heads, users, D] -> [1, users, heads, D]
              Tensor perUser = c.add(Ttnn.permute(c.tile(x), 0, 2, 1, 3));
              Tensor sharded =
                  c.add(Ttnn.toMemoryConfig(perUser, heightSharded(users, perUser.dim(3))));
              Tensor rotated = c.add(rotate(sharded, rotation, args));
              c.expect(
                  x + "_out",
                  Ttnn.permute(
                      c.add(Ttnn.toMemoryConfig(rotated, MemoryConfig.DRAM_INTERLEAVED)),
                      0,
                      2,
                      1,
                      3));
            }
          }
        });
  }

  private static Tensor rotate(Tensor x, Rotation rotation, RotaryArgs args) {
    return rotation.transMat() == null
        ? Ttnn.rotaryEmbeddingHf(x, rotation.cos(), rotation.sin(), args)
        : Ttnn.rotaryEmbeddingLlama(x, rotation.cos(), rotation.sin(), rotation.transMat(), args);
  }

  private static MemoryConfig heightSharded(int users, long width) {
    return MemoryConfig.sharded(
        TensorMemoryLayout.HEIGHT_SHARDED,
        32,
        (int) (width + 31) / 32 * 32,
        CoreRange.rowByRow(users, device.info().gridX(), device.info().gridY()));
  }

  @TestFactory
  Stream<DynamicTest> sdpa() {
    return cases(
        "sdpa",
        Set.of(),
        c -> {
          int queries = (int) c.shape("q")[2];
          int keys = (int) c.shape("k")[2];
          boolean causal = c.flag("causal");
          if (c.has("mask") || c.has("bias") || (!causal && c.param("window") != null)) {
            c.expect(
                "out",
                Ttnn.scaledDotProductAttention(
                    c.tile("q"), c.tile("k"), c.tile("v"), mask(c), sdpaArgs(c, false, false)));
          }
          if (c.has("mask") || c.has("bias")) {
            return;
          }
          if (queries == keys || !causal) {
            c.expect(
                "out",
                Ttnn.scaledDotProductAttention(
                    c.tile("q"), c.tile("k"), c.tile("v"), sdpaArgs(c, causal, true)));
          } else if (queries == 1) {
            decode(c, keys);
          } else {
            chunk(c, keys, queries);
          }
        });
  }

  private static SdpaArgs sdpaArgs(Case c, boolean causal, boolean window) {
    SdpaArgs.Builder args = SdpaArgs.builder().causal(causal);
    if (c.param("scale") != null) {
      args.scale((float) c.param("scale").asDouble());
    }
    if (window && c.param("window") != null) {
      int size = c.param("window").asInt();
      // The reference sees distances below the window to both sides, the operation up to half of
      // it.
      args.slidingWindow(causal ? size : 2 * (size - 1));
    }
    if (c.param("softcap") != null) {
      args.logitSoftcap((float) c.param("softcap").asDouble());
    }
    if (c.has("sink")) {
      float[] sink = c.floats("sink");
      args.attentionSink(
          c.add(Tensor.of(device, DataType.FLOAT32, Layout.TILE, sink, 1, sink.length, 1, 1)));
    }
    return args.build();
  }

  /** Causality, window, key mask and bias as one additive mask [B, 1 | NH, Q, K]. */
  private static Tensor mask(Case c) {
    long[] q = c.shape("q");
    int queries = (int) q[2];
    int keys = (int) c.shape("k")[2];
    long[] masks = c.has("mask") ? c.shape("mask") : new long[] {1, 1, 1, 1};
    int[] allowed = c.has("mask") ? c.ints("mask") : new int[] {1};
    long[] biases = c.has("bias") ? c.shape("bias") : new long[] {1, 1, 1, 1};
    float[] bias = c.has("bias") ? c.floats("bias") : new float[] {0};
    int users = (int) q[0];
    int heads = (int) biases[1];
    int window = c.param("window") == null ? keys : c.param("window").asInt();
    float[] values = new float[users * heads * queries * keys];
    int at = 0;
    for (int b = 0; b < users; b++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < queries; i++) {
          for (int j = 0; j < keys; j++) {
            int distance = keys - queries + i - j;
            boolean seen =
                allowed[index(masks, b, h, i, j)] != 0
                    && (!c.flag("causal") || distance >= 0)
                    && Math.abs(distance) < window;
            values[at++] = seen ? bias[index(biases, b, h, i, j)] : -1e30f;
          }
        }
      }
    }
    return c.add(
        Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, users, heads, queries, keys));
  }

  private static int index(long[] shape, int... at) {
    int index = 0;
    for (int d = 0; d < shape.length; d++) {
      index = index * (int) shape[d] + (shape[d] == 1 ? 0 : at[d]);
    }
    return index;
  }

  /** One query: over a contiguous cache of whole tiles. */
  private static void decode(Case c, int keys) {
    long[] k = c.shape("k");
    long room = (keys + 31) / 32 * 32;
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, k[0], k[1], room, k[3]);
    Tensor keyCache = c.add(Tensor.zeros(device, spec));
    Tensor valueCache = c.add(Tensor.zeros(device, spec));
    for (int user = 0; user < k[0]; user++) {
      long[] from = {user, 0, 0, 0};
      long[] to = {user + 1, k[1], keys, k[3]};
      Ttnn.fillCache(keyCache, c.add(Ttnn.slice(c.tile("k"), from, to)), user, 0);
      Ttnn.fillCache(valueCache, c.add(Ttnn.slice(c.tile("v"), from, to)), user, 0);
    }
    int[] positions = new int[(int) k[0]];
    java.util.Arrays.fill(positions, keys - 1);
    Tensor at = c.add(Tensor.ofInts(device, DataType.INT32, positions, k[0]));
    // [B, NH, 1, D] -> [1, B, NH, D]
    Tensor q = c.add(Ttnn.permute(c.tile("q"), 2, 0, 1, 3));
    c.expect(
        "out",
        Ttnn.scaledDotProductAttentionDecode(q, keyCache, valueCache, at, sdpaArgs(c, true, true)));
  }

  /** Some queries after others: over a paged cache with its pages in reverse order. */
  private static void chunk(Case c, int keys, int queries) {
    long[] k = c.shape("k");
    int pages = (keys + 31) / 32;
    int[] table = new int[pages];
    for (int i = 0; i < pages; i++) {
      table[i] = pages - 1 - i;
    }
    Tensor pageTable = c.add(Tensor.ofInts(device, DataType.INT32, table, 1, pages));
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, pages, k[1], 32, k[3]);
    Tensor keyCache = c.add(Tensor.zeros(device, spec));
    Tensor valueCache = c.add(Tensor.zeros(device, spec));
    Ttnn.pagedFillCache(keyCache, c.tile("k"), pageTable, 0);
    Ttnn.pagedFillCache(valueCache, c.tile("v"), pageTable, 0);
    c.expect(
        "out",
        Ttnn.chunkedScaledDotProductAttention(
            c.tile("q"), keyCache, valueCache, pageTable, keys - queries, sdpaArgs(c, true, true)));
  }
}
