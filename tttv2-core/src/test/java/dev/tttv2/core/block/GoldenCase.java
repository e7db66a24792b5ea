// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * One case of an operation's reference data: its tensors, its parameters, a device of its own, and
 * a scope that closes what the test makes.
 */
record GoldenCase(
    String name,
    JsonNode entry,
    Safetensors file,
    Set<String> read,
    Device device,
    TensorScope scope) {
  /** Of rotations: {@link RoPEScalingTest} looks at them. */
  private static final Set<String> OF_OTHER_TESTS = Set.of("inv_freq", "attention_factor");

  interface Body {
    void run(GoldenCase c);
  }

  /** Makes a test of every case of an operation, which has to look at all of its tensors. */
  static Stream<DynamicTest> all(String op, Body body) {
    return tests(Set.of(), op, body, true);
  }

  /** Makes a test of a part of every case of an operation but some, which must exist. */
  static Stream<DynamicTest> partOfAllBut(Set<String> leftOut, String op, Body body) {
    return tests(leftOut, op, body, false);
  }

  private static Stream<DynamicTest> tests(
      Set<String> leftOut, String op, Body body, boolean whole) {
    JsonNode cases = cases(op);
    Safetensors file = Safetensors.read(Goldens.path("blocks", op + ".safetensors"));
    Set<String> unknown = new HashSet<>(leftOut);
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : (Iterable<String>) cases::fieldNames) {
      if (!unknown.remove(name)) {
        tests.add(
            DynamicTest.dynamicTest(
                op + "/" + name, () -> run(name, cases.get(name), file, body, whole)));
      }
    }
    assertEquals(Set.of(), unknown, "cases left out that do not exist");
    assertTrue(!tests.isEmpty(), op + " has no cases");
    return tests.stream();
  }

  /** Runs a case and sees that its blocks leave nothing behind. */
  private static void run(String name, JsonNode entry, Safetensors file, Body body, boolean whole) {
    Set<String> read = new HashSet<>(OF_OTHER_TESTS);
    try (Device device = Device.open()) {
      try (TensorScope scope = new TensorScope()) {
        body.run(new GoldenCase(name, entry, file, read, device, scope));
      }
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors(), "tensors left in DRAM");
      assertEquals(0, device.memory(BufferType.L1).liveTensors(), "tensors left in L1");
    }
    if (whole) {
      Set<String> unread = new TreeSet<>(tensors(file, name));
      unread.removeAll(read);
      assertEquals(Set.of(), unread, "tensors that the test did not look at");
    }
  }

  private static Set<String> tensors(Safetensors file, String name) {
    String prefix = name + "/";
    return file.names().stream()
        .filter(tensor -> tensor.startsWith(prefix))
        .map(tensor -> tensor.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  /** Returns the cases of an operation by name. */
  static JsonNode cases(String op) {
    try {
      return new ObjectMapper()
          .readTree(Goldens.path("blocks", op + ".json").toFile())
          .get("cases");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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

  float number(String key) {
    return (float) param(key).asDouble();
  }

  /** Returns the activation of the case, which names it as Hugging Face does. */
  Activation activation() {
    return switch (param("act").asText()) {
      case "relu" -> Activation.RELU;
      case "silu" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_tanh", "gelu_new" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu2" -> Activation.RELU_SQUARED;
      case "tanh" -> Activation.TANH;
      case "sigmoid" -> Activation.SIGMOID;
      default -> throw new IllegalArgumentException("no activation for " + params());
    };
  }

  boolean has(String tensor) {
    return file.has(name + "/" + tensor);
  }

  /** Returns the name of a tensor whose values are to be read. */
  private String key(String tensor) {
    read.add(tensor);
    return name + "/" + tensor;
  }

  float[] floats(String tensor) {
    return file.floats(key(tensor));
  }

  int[] ints(String tensor) {
    return file.ints(key(tensor));
  }

  long[] shape(String tensor) {
    return file.shape(name + "/" + tensor);
  }

  int dim(String tensor, int i) {
    return Math.toIntExact(shape(tensor)[i]);
  }

  LazyWeight weight(String tensor) {
    return file.weight(key(tensor));
  }

  LazyWeight weightOrNull(String tensor) {
    return has(tensor) ? weight(tensor) : null;
  }

  /** Returns a tensor as a weight of another shape. */
  LazyWeight weight(String tensor, long... shape) {
    return has(tensor) ? LazyWeight.of(name + "/" + tensor, floats(tensor), shape) : null;
  }

  Tensor tile(String tensor) {
    return tile(floats(tensor), shape(tensor));
  }

  Tensor tile(float[] values, long... shape) {
    return add(Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape));
  }

  /** Activations [.., H] as [1, 1, rows, H]. */
  Tensor activations(String tensor) {
    float[] values = floats(tensor);
    long[] shape = shape(tensor);
    long width = shape[shape.length - 1];
    return tile(values, 1, 1, values.length / width, width);
  }

  /** Token ids [B, S]. */
  Tensor ids(String tensor) {
    return add(Tensor.ofInts(device, DataType.UINT32, ints(tensor), shape(tensor)));
  }

  Tensor add(Tensor tensor) {
    return scope.add(tensor);
  }

  void expect(String tensor, Tensor actual) {
    Goldens.assertBlock(floats(tensor), add(actual).toFloats(), noise());
  }
}
