// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.TtnnException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That every operation passes its arguments on and gives its results back. */
class TtnnTest {
  private static Device device;
  private TensorScope scope;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @BeforeEach
  void openScope() {
    scope = new TensorScope();
  }

  @AfterEach
  void nothingIsLeft() {
    scope.close();
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
  }

  private Tensor add(Tensor tensor) {
    return scope.add(tensor);
  }

  private Tensor tile(float[] values, long... shape) {
    return add(Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape));
  }

  private Tensor ints(DataType dtype, int[] values, long... shape) {
    return add(Tensor.ofInts(device, dtype, values, shape));
  }

  private static float[] counting(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  private void gives(float[] expected, Tensor actual) {
    assertArrayEquals(expected, add(actual).toFloats());
  }

  @Test
  void matmulTransposesAndWritesInPlace() {
    Tensor a = tile(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor b = tile(new float[] {1, 0, 2, 0, 1, 1}, 3, 2);
    float[] product = {1 + 4 + 3, 3, 4 + 10 + 6, 6};
    gives(product, Ttnn.matmul(a, b));
    Tensor at = add(Ttnn.transpose(a, 0, 1));
    Tensor bt = add(Ttnn.transpose(b, -1, -2));
    gives(product, Ttnn.matmul(at, b, MatmulArgs.builder().transposeA(true).build()));
    gives(product, Ttnn.matmul(a, bt, MatmulArgs.builder().transposeB(true).build()));
    Tensor out = tile(new float[4], 2, 2);
    Tensor same = add(Ttnn.matmul(a, b, MatmulArgs.builder().output(out).build()));
    assertArrayEquals(product, out.toFloats());
    assertArrayEquals(product, same.toFloats());
  }

  @Test
  void linearAddsTheBiasThenTheActivation() {
    Tensor x = tile(new float[] {1, -1}, 1, 2);
    Tensor w = tile(new float[] {1, 2, 3, 5}, 2, 2);
    Tensor bias = tile(new float[] {1, 1}, 1, 2);
    MatmulArgs args =
        MatmulArgs.builder()
            .bias(bias)
            .activation(UnaryOp.RELU)
            .dtype(DataType.BFLOAT16)
            .compute(ComputeConfig.HIFI4)
            .memory(MemoryConfig.L1_INTERLEAVED)
            .build();
    Tensor y = add(Ttnn.linear(x, w, args));
    assertArrayEquals(new float[] {0, 0}, y.toFloats());
    assertEquals(DataType.BFLOAT16, y.dtype());
    assertEquals(MemoryConfig.L1_INTERLEAVED, y.spec().memory());
    gives(new float[] {-1, -2}, Ttnn.linear(x, w, MatmulArgs.builder().bias(bias).build()));
    gives(new float[] {-2, -3}, Ttnn.linear(x, w));
  }

  @Test
  void binaryOperationsBroadcastAndFuse() {
    Tensor a = tile(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor b = tile(new float[] {10, -20}, 1, 2);
    gives(new float[] {11, -18, 13, -16}, Ttnn.add(a, b));
    gives(new float[] {-9, 22, -7, 24}, Ttnn.subtract(a, b));
    gives(new float[] {10, -40, 30, -80}, Ttnn.multiply(a, b));
    gives(new float[] {1.5f, 2.5f, 3.5f, 4.5f}, Ttnn.add(a, 0.5f));
    gives(new float[] {-1, -2, -3, -4}, Ttnn.multiply(a, -1));
    BinaryArgs relus =
        BinaryArgs.builder()
            .activationA(UnaryOp.NONE)
            .activationB(UnaryOp.RELU)
            .activation(UnaryOp.RELU)
            .build();
    gives(new float[] {11, 2, 13, 4}, Ttnn.add(a, b, relus));
    gives(
        new float[] {0, 22, 0, 24},
        Ttnn.subtract(a, b, BinaryArgs.builder().activation(UnaryOp.RELU).build()));
    Tensor negative = tile(new float[] {-1, 1}, 1, 2);
    gives(
        new float[] {0, -20},
        Ttnn.multiply(negative, b, BinaryArgs.builder().activationA(UnaryOp.RELU).build()));
    add(Ttnn.add(a, b, BinaryArgs.builder().output(a).build()));
    assertArrayEquals(new float[] {11, -18, 13, -16}, a.toFloats());
    assertEquals(
        DataType.BFLOAT16,
        add(Ttnn.add(a, b, BinaryArgs.builder().dtype(DataType.BFLOAT16).build())).dtype());
  }

  @Test
  void rmsNormAddsAResidual() {
    Tensor x = tile(new float[] {1, 1}, 1, 2);
    Tensor residual = tile(new float[] {2, 3}, 1, 2);
    Tensor weight = tile(new float[] {2, 1}, 1, 1, 1, 2);
    NormArgs args = NormArgs.builder().epsilon(0.5f).weight(weight).build();
    float root = (float) Math.sqrt((9 + 16) / 2.0 + 0.5);
    Goldens.assertClose(
        new float[] {2 * 3 / root, 4 / root},
        add(Ttnn.rmsNorm(x, residual, args)).toFloats(),
        1e-6);
    root = (float) Math.sqrt(1.5);
    Goldens.assertClose(
        new float[] {2 / root, 1 / root}, add(Ttnn.rmsNorm(x, args)).toFloats(), 1e-6);
  }

  @Test
  void layerNormAddsAResidual() {
    Tensor x = tile(new float[] {1, 1}, 1, 2);
    Tensor residual = tile(new float[] {2, 5}, 1, 2);
    Tensor weight = tile(new float[] {2, 1}, 1, 1, 1, 2);
    Tensor bias = tile(new float[] {10, 20}, 1, 1, 1, 2);
    NormArgs args = NormArgs.builder().epsilon(0.75f).weight(weight).bias(bias).build();
    // 3 and 6: mean 4.5, variance 2.25.
    float root = (float) Math.sqrt(3);
    Goldens.assertClose(
        new float[] {10 - 2 * 1.5f / root, 20 + 1.5f / root},
        add(Ttnn.layerNorm(x, residual, args)).toFloats(),
        1e-6);
    gives(new float[] {10, 20}, Ttnn.layerNorm(x, args));
  }

  @Test
  void groupNormTakesItsArguments() {
    // Groups {1, 3} and {0, 4} of two channels: means 2, variances 1 and 4.
    Tensor x = tile(new float[] {1, 3, 0, 4}, 1, 1, 1, 4);
    Tensor weight = tile(new float[] {1, 1, 2, 2}, 1, 1, 1, 4);
    Tensor bias = tile(new float[] {10, 20, 30, 40}, 1, 1, 1, 4);
    GroupNormArgs args =
        GroupNormArgs.builder(2)
            .epsilon(5)
            .weight(weight)
            .bias(bias)
            .compute(ComputeConfig.HIFI4)
            .memory(MemoryConfig.L1_INTERLEAVED)
            .build();
    Tensor y = add(Ttnn.groupNorm(x, args));
    float root = (float) Math.sqrt(6);
    Goldens.assertClose(
        new float[] {10 - 1 / root, 20 + 1 / root, 30 - 4f / 3, 40 + 4f / 3}, y.toFloats(), 1e-5);
    assertEquals(MemoryConfig.L1_INTERLEAVED, y.spec().memory());
    gives(new float[] {-1, 1, -1, 1}, Ttnn.groupNorm(x, GroupNormArgs.builder(2).build()));
    GroupNormArgs three = GroupNormArgs.builder(3).build();
    assertThrows(TtnnException.Shape.class, () -> Ttnn.groupNorm(x, three));
  }

  @Test
  void sumsGoOverADimension() {
    Tensor x = tile(counting(6), 1, 2, 3);
    Tensor kept = add(Ttnn.sum(x, -1, true));
    assertArrayEquals(new float[] {3, 12}, kept.toFloats());
    assertArrayEquals(new long[] {1, 2, 1}, kept.shape());
    assertArrayEquals(new long[] {1, 2}, add(Ttnn.sum(x, 2, false)).shape());
    OpArgs args = OpArgs.builder().memory(MemoryConfig.L1_INTERLEAVED).build();
    Tensor columns = add(Ttnn.sum(x, 1, false, args));
    assertArrayEquals(new float[] {3, 5, 7}, columns.toFloats());
    assertEquals(MemoryConfig.L1_INTERLEAVED, columns.spec().memory());
  }

  @Test
  void elementsAreScattered() {
    Tensor x = tile(new float[8], 2, 4);
    Tensor index = ints(DataType.UINT32, new int[] {2, 0, 3, 1}, 2, 2);
    Tensor src = tile(new float[] {1, 2, 3, 4}, 2, 2);
    gives(new float[] {2, 0, 1, 0, 0, 4, 0, 3}, Ttnn.scatter(x, 1, index, src));
    Tensor moved = add(Ttnn.scatter(x, -1, index, src, MemoryConfig.L1_INTERLEAVED));
    assertEquals(MemoryConfig.L1_INTERLEAVED, moved.spec().memory());
    assertArrayEquals(new float[8], x.toFloats());
    Tensor far = ints(DataType.INT32, new int[] {4}, 1, 1);
    TtnnException.InvalidArgument e =
        assertThrows(TtnnException.InvalidArgument.class, () -> Ttnn.scatter(x, 1, far, src));
    assertTrue(e.getMessage().contains("index 4"), e.getMessage());
  }

  @Test
  void expertsMultiplyWhatIsTheirs() {
    Tensor experts = tile(new float[] {1, 10, 100}, 1, 3, 1, 1);
    Tensor users = tile(new float[] {2, 3}, 1, 2, 1, 1);
    Tensor sparsity =
        add(
            Tensor.of(
                device,
                DataType.BFLOAT16,
                Layout.ROW_MAJOR,
                new float[] {0.5f, 0, 1, 0, 0, 1},
                1,
                2,
                1,
                3));
    Tensor products = add(Ttnn.sparseMatmul(users, experts, sparsity));
    assertArrayEquals(new long[] {1, 2, 1, 3, 1, 1}, products.shape());
    assertArrayEquals(new float[] {2, 0, 200, 0, 0, 300}, products.toFloats());
    SparseMatmulArgs each =
        SparseMatmulArgs.builder()
            .inputASparse(true)
            .inputBSparse(false)
            .dtype(DataType.BFLOAT16)
            .memory(MemoryConfig.L1_INTERLEAVED)
            .compute(ComputeConfig.HIFI4)
            .build();
    Tensor again =
        add(
            Ttnn.sparseMatmul(
                add(Ttnn.reshape(products, 2, 3, 1, 1)),
                experts,
                add(Ttnn.reshape(sparsity, 1, 1, 2, 3)),
                each));
    assertArrayEquals(new float[] {2, 0, 20000, 0, 0, 30000}, again.toFloats(), 100);
    assertEquals(DataType.BFLOAT16, again.dtype());
    assertEquals(MemoryConfig.L1_INTERLEAVED, again.spec().memory());
    assertThrows(
        TtnnException.InvalidArgument.class,
        () ->
            Ttnn.sparseMatmul(
                users, experts, sparsity, SparseMatmulArgs.builder().inputBSparse(false).build()));
  }

  @Test
  void attentionIsMaskedAndCapped() {
    // Scores 0 and ln 3; with the cap c, c tanh(ln 3 / c).
    float ln3 = (float) Math.log(3);
    Tensor q = tile(new float[] {1}, 1, 1, 1, 1);
    Tensor k = tile(new float[] {0, ln3}, 1, 1, 2, 1);
    Tensor v = tile(new float[] {1, 5}, 1, 1, 2, 1);
    SdpaArgs plain = SdpaArgs.builder().causal(false).scale(1).build();
    SdpaArgs capped = SdpaArgs.builder().causal(false).scale(1).logitSoftcap(0.5f).build();
    close(4, Ttnn.scaledDotProductAttention(q, k, v, plain));
    double odds = Math.exp(0.5 * Math.tanh(ln3 / 0.5));
    close((1 + 5 * odds) / (1 + odds), Ttnn.scaledDotProductAttention(q, k, v, capped));
    Tensor mask = tile(new float[] {ln3, 0}, 1, 1, 1, 2);
    close(3, Ttnn.scaledDotProductAttention(q, k, v, mask, plain));
    close((3 + 5 * odds) / (3 + odds), Ttnn.scaledDotProductAttention(q, k, v, mask, capped));

    // The same keys in the second block of a cache, and as the second position of a decode step.
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, 2, 1, 32, 1);
    Tensor keys = add(Tensor.zeros(device, spec));
    Tensor values = add(Tensor.zeros(device, spec));
    Tensor pages = ints(DataType.INT32, new int[] {1, -1}, 1, 2);
    Ttnn.pagedFillCache(keys, k, pages, 0);
    Ttnn.pagedFillCache(values, v, pages, 0);
    float[] wide = new float[64];
    wide[0] = ln3;
    Tensor wideMask = tile(wide, 1, 1, 1, 64);
    close(3, Ttnn.chunkedScaledDotProductAttention(q, keys, values, pages, 1, wideMask, plain));
    Tensor positions = ints(DataType.INT32, new int[] {1}, 1);
    close(
        3,
        Ttnn.pagedScaledDotProductAttentionDecode(
            q, keys, values, pages, positions, wideMask, plain));
    Tensor both = ints(DataType.INT32, new int[] {-1, 1}, 2);
    Tensor queries = tile(new float[] {1, 1}, 1, 2, 1, 1);
    Tensor half = tile(java.util.Arrays.copyOf(wide, 32), 1, 1, 1, 32);
    Goldens.assertClose(
        new float[] {0, 3},
        add(Ttnn.scaledDotProductAttentionDecode(queries, keys, values, both, half, plain))
            .toFloats(),
        1e-5);
    TtnnException e =
        assertThrows(
            TtnnException.InvalidArgument.class,
            () -> Ttnn.scaledDotProductAttention(q, k, v, mask, SdpaArgs.DEFAULTS));
    assertTrue(e.getMessage().contains("is_causal and attn_mask"), e.getMessage());
  }

  private void close(double expected, Tensor actual) {
    Goldens.assertClose(new float[] {(float) expected}, add(actual).toFloats(), 1e-5);
  }

  @Test
  void embeddingTakesLayoutAndDtype() {
    Tensor table = add(Tensor.of(device, DataType.BFLOAT16, Layout.ROW_MAJOR, counting(12), 4, 3));
    Tensor ids = ints(DataType.UINT32, new int[] {3, 0}, 1, 2);
    Tensor rows = add(Ttnn.embedding(ids, table));
    assertArrayEquals(new float[] {9, 10, 11, 0, 1, 2}, rows.toFloats());
    assertArrayEquals(new long[] {1, 2, 3}, rows.shape());
    assertEquals(Layout.ROW_MAJOR, rows.layout());
    Tensor tiles =
        add(Ttnn.embedding(ids, table, EmbeddingArgs.builder().layout(Layout.TILE).build()));
    assertEquals(Layout.TILE, tiles.layout());
    Tensor far = ints(DataType.UINT32, new int[] {4}, 1, 1);
    TtnnException.InvalidArgument e =
        assertThrows(TtnnException.InvalidArgument.class, () -> Ttnn.embedding(far, table));
    assertTrue(e.getMessage().contains("4"), e.getMessage());
  }

  @Test
  void headsAreSplitAndJoined() {
    int heads = 3;
    int kv = 1;
    int dim = 32;
    int width = (heads + 2 * kv) * dim;
    Tensor x = tile(counting(2 * width), 1, 1, 2, width);
    HeadsArgs args =
        HeadsArgs.builder().numHeads(heads).numKvHeads(kv).transposeKHeads(false).build();
    try (QkvHeads split = Ttnn.nlpCreateQkvHeads(x, args)) {
      assertArrayEquals(new long[] {1, 3, 2, 32}, split.q().shape());
      assertArrayEquals(new long[] {1, 1, 2, 32}, split.k().shape());
      assertEquals(width + dim, split.q().toFloats()[(1 * 2 + 1) * dim]);
      assertEquals(heads * dim, split.k().toFloats()[0]);
      assertEquals((heads + kv) * dim, split.v().toFloats()[0]);
      Tensor joined = add(Ttnn.nlpConcatHeads(split.q()));
      assertArrayEquals(new long[] {1, 1, 2, 96}, joined.shape());
      assertEquals(width + 95, joined.toFloats()[2 * 96 - 1]);
    }
    try (QkvHeads split =
        Ttnn.nlpCreateQkvHeads(x, HeadsArgs.builder().numHeads(heads).numKvHeads(kv).build())) {
      assertArrayEquals(new long[] {1, 1, 32, 2}, split.k().shape());
    }
    HeadsArgs decode =
        HeadsArgs.builder()
            .numHeads(heads)
            .numKvHeads(kv)
            .memory(MemoryConfig.L1_HEIGHT_SHARDED)
            .build();
    try (QkvHeads split = Ttnn.nlpCreateQkvHeadsDecode(x, decode)) {
      assertArrayEquals(new long[] {1, 2, 3, 32}, split.q().shape());
      assertTrue(split.q().spec().memory().isSharded());
      assertEquals(width + dim, split.q().toFloats()[(1 * 3 + 1) * dim]);
      Tensor joined = add(Ttnn.nlpConcatHeadsDecode(split.q(), heads, OpArgs.DEFAULTS));
      assertArrayEquals(new long[] {1, 1, 32, 96}, joined.shape());
      assertEquals(width + 95, joined.toFloats()[2 * 96 - 1]);
    }
  }

  @Test
  void contiguousCachesAreUpdated() {
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, 2, 1, 64, 32);
    Tensor cache = add(Tensor.zeros(device, spec));
    Tensor rows = tile(counting(3 * 32), 1, 1, 3, 32);
    Ttnn.fillCache(cache, rows, 1, 32);
    float[] values = cache.toFloats();
    assertEquals(0, values[(64 + 31) * 32 + 5]);
    assertEquals(2 * 32 + 31, values[(64 + 34) * 32 + 31]);
    Tensor update = tile(counting(2 * 32), 1, 2, 1, 32);
    Tensor sharded =
        add(
            Ttnn.toMemoryConfig(
                update,
                MemoryConfig.sharded(
                    TensorMemoryLayout.HEIGHT_SHARDED,
                    32,
                    32,
                    CoreRange.rowByRow(2, device.info().gridX(), device.info().gridY()))));
    Ttnn.pagedUpdateCache(cache, sharded, ints(DataType.INT32, new int[] {-1, 7}, 2));
    values = cache.toFloats();
    assertEquals(0, values[7 * 32 + 1]);
    assertEquals(33, values[(64 + 7) * 32 + 1]);
  }

  @Test
  void tensorsAreJoinedAndCut() {
    Tensor a = tile(new float[] {1, 2}, 1, 2);
    Tensor b = tile(new float[] {3, 4}, 1, 2);
    gives(new float[] {1, 2, 3, 4}, Ttnn.concat(List.of(a, b), 0));
    Tensor wide = add(Ttnn.concat(List.of(a, b, a), -1, MemoryConfig.L1_INTERLEAVED));
    assertArrayEquals(new float[] {1, 2, 3, 4, 1, 2}, wide.toFloats());
    assertEquals(BufferType.L1, wide.spec().memory().bufferType());
    List<Tensor> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(i % 2 == 0 ? a : b);
    }
    Tensor tall = add(Ttnn.concat(many, 0));
    assertArrayEquals(new long[] {100, 2}, tall.shape());
    assertEquals(4, tall.toFloats()[199]);
    assertThrows(IllegalArgumentException.class, () -> Ttnn.concat(List.of(), 0));

    Tensor grid = tile(counting(12), 3, 4);
    gives(new float[] {5, 6}, Ttnn.slice(grid, new long[] {1, 1}, new long[] {2, 3}));
    gives(
        new float[] {0, 3, 8, 11},
        Ttnn.slice(grid, new long[] {0, 0}, new long[] {3, 4}, new long[] {2, 3}, null));
    TtnnException e =
        assertThrows(
            TtnnException.class, () -> Ttnn.slice(grid, new long[] {0, 0}, new long[] {3, 5}));
    assertTrue(e.getMessage().contains("5") && e.getMessage().contains("4"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Ttnn.slice(grid, new long[] {0, 0}, new long[] {3}));
  }

  @Test
  void shapesChange() {
    Tensor grid = tile(counting(6), 2, 3);
    Tensor reshaped = add(Ttnn.reshape(grid, 3, -1));
    assertArrayEquals(new long[] {3, 2}, reshaped.shape());
    assertArrayEquals(counting(6), reshaped.toFloats());
    assertArrayEquals(new long[] {1, 6, 1, 1}, add(Ttnn.reshape(grid, 1, 6, 1, 1)).shape());
    gives(new float[] {0, 3, 1, 4, 2, 5}, Ttnn.permute(grid, 1, 0));
    gives(new float[] {0, 3, 1, 4, 2, 5}, Ttnn.transpose(grid, 0, 1));
    gives(
        new float[] {0, 1, 2, -1, 3, 4, 5, -1, -1, -1, -1, -1},
        Ttnn.pad(grid, new long[] {0, 0}, new long[] {1, 1}, -1));
    assertThrows(IllegalArgumentException.class, () -> Ttnn.permute(grid));
    assertThrows(
        IllegalArgumentException.class, () -> Ttnn.reshape(grid, 1, 1, 1, 1, 1, 1, 1, 2, 3));
    TtnnException.Shape e = assertThrows(TtnnException.Shape.class, () -> Ttnn.reshape(grid, 7));
    assertTrue(e.getMessage().contains("7"), e.getMessage());
  }

  @Test
  void aViewOutlivesWhatItWasMadeFrom() {
    Tensor x = Tensor.of(device, DataType.FLOAT32, Layout.ROW_MAJOR, counting(6), 2, 3);
    Tensor view = add(Ttnn.reshape(x, 6));
    x.close();
    assertArrayEquals(counting(6), view.toFloats());
  }

  @Test
  void typesLayoutsAndPlacesAreConverted() {
    Tensor x = tile(new float[] {1.001f, -2.5f}, 1, 2);
    Tensor rounded = add(Ttnn.typecast(x, DataType.BFLOAT16));
    assertArrayEquals(new float[] {1, -2.5f}, rounded.toFloats());
    Tensor packed = add(Ttnn.typecast(x, DataType.BFLOAT8_B));
    assertEquals(DataType.BFLOAT8_B, packed.dtype());
    Tensor rows = add(Ttnn.toLayout(packed, Layout.ROW_MAJOR));
    assertEquals(Layout.ROW_MAJOR, rows.layout());
    assertEquals(DataType.BFLOAT16, rows.dtype());
    Tensor both = add(Ttnn.toLayout(rows, Layout.TILE, DataType.BFLOAT8_B));
    assertEquals(DataType.BFLOAT8_B, both.dtype());
    Tensor moved = add(Ttnn.toMemoryConfig(x, MemoryConfig.L1_INTERLEAVED));
    assertEquals(BufferType.L1, moved.spec().memory().bufferType());
    assertArrayEquals(x.toFloats(), moved.toFloats());
  }

  @Test
  void elementsAreChosen() {
    Tensor x = tile(new float[] {1, 7, 7, 0, -1, -3, -2, -1}, 1, 1, 2, 4);
    Tensor best = add(Ttnn.argmax(x, -1, true));
    assertArrayEquals(new int[] {1, 0}, best.toInts());
    assertArrayEquals(new long[] {1, 1, 2, 1}, best.shape());
    assertEquals(DataType.UINT32, best.dtype());
    assertArrayEquals(new long[] {1, 1, 2}, add(Ttnn.argmax(x, -1, false)).shape());
    try (TopK top = Ttnn.topk(x, 2)) {
      assertArrayEquals(new float[] {7, 7, -1, -1}, top.values().toFloats());
      assertArrayEquals(new int[] {1, 2, 0, 3}, top.indices().toInts());
    }
  }

  @Test
  void positionsAdvanceAndValuesAreCopied() {
    Tensor positions = ints(DataType.INT32, new int[] {4, -1, 9}, 3);
    Ttnn.plusOne(positions);
    assertArrayEquals(new int[] {5, 0, 10}, positions.toInts());
    Tensor target = ints(DataType.INT32, new int[3], 3);
    Ttnn.copy(positions, target);
    assertArrayEquals(new int[] {5, 0, 10}, target.toInts());
  }

  @Test
  void supportIsAsked() {
    assertTrue(Ttnn.supports("linear", DataType.BFLOAT16, Layout.TILE));
    assertFalse(Ttnn.supports("linear", DataType.BFLOAT16, Layout.ROW_MAJOR));
    assertThrows(
        TtnnException.InvalidArgument.class,
        () -> Ttnn.supports("lineal", DataType.BFLOAT16, Layout.TILE));
  }

  @Test
  void refusalsCarryTheNumbers() {
    Tensor a = tile(new float[6], 2, 3);
    Tensor b = tile(new float[8], 4, 2);
    TtnnException.Shape e = assertThrows(TtnnException.Shape.class, () -> Ttnn.matmul(a, b));
    assertEquals("matmul", e.operation());
    assertTrue(e.getMessage().contains("3") && e.getMessage().contains("4"), e.getMessage());
    Tensor rows = add(Tensor.of(device, DataType.FLOAT32, Layout.ROW_MAJOR, new float[6], 3, 2));
    assertThrows(TtnnException.Dtype.class, () -> Ttnn.matmul(a, rows));
  }
}
