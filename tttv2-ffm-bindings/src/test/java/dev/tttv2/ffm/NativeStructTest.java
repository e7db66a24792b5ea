// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setter and getter of every struct reaches the field that it is named after. */
class NativeStructTest {
  /** Fields whose C names do not read well in Java. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "a_activation", "activationA",
          "b_activation", "activationB",
          "is_causal", "causal",
          "is_decode_mode", "decodeMode",
          "is_input_a_sparse", "inputASparse",
          "is_input_b_sparse", "inputBSparse");

  static Stream<Class<?>> structs() {
    return Stream.of(NativeStruct.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("structs")
  void fieldsAreTheHeaders(Class<?> type) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      byte[] dirt = new byte[1024];
      java.util.Arrays.fill(dirt, (byte) 0x5a);
      MemorySegment memory = arena.allocate(dirt.length, 8);
      memory.copyFrom(MemorySegment.ofArray(dirt));
      NativeStruct struct =
          (NativeStruct)
              type.getMethod("allocate", SegmentAllocator.class)
                  .invoke(null, SegmentAllocator.slicingAllocator(memory));
      GroupLayout layout = layout(type);
      assertEquals(layout.byteSize(), struct.segment().byteSize());
      assertEquals(layout.byteSize(), struct.segment().get(ValueLayout.JAVA_INT, 0));

      long value = 2; // not 1, which is what a switch setter writes
      for (MemoryLayout member : layout.memberLayouts()) {
        String field = member.name().orElse("");
        if (member instanceof PaddingLayout
            || member instanceof GroupLayout
            || field.equals("struct_size")
            || field.equals("reserved")) {
          continue;
        }
        String name = RENAMED.getOrDefault(field, Header.camelCase(field));
        MemorySegment part =
            struct
                .segment()
                .asSlice(layout.byteOffset(PathElement.groupElement(field)), member.byteSize());
        value++;
        if (member instanceof SequenceLayout array) {
          if (array.elementLayout() instanceof ValueLayout.OfByte) {
            part.setString(0, field);
            assertEquals(field, type.getMethod(name).invoke(struct), name);
          }
        } else {
          check(type, struct, name, part, member, value, arena);
        }
      }
    }
  }

  private static void check(
      Class<?> type,
      NativeStruct struct,
      String name,
      MemorySegment part,
      MemoryLayout member,
      long value,
      Arena arena)
      throws Exception {
    Class<?> carrier = type.getMethod(name).getReturnType();
    Object expected =
        switch (carrier.getSimpleName()) {
          case "int" -> (int) value;
          case "long" -> value << 40;
          case "float" -> value + 0.5f;
          case "boolean" -> true;
          case "String" -> "text of " + name;
          case "MemorySegment" -> MemorySegment.ofAddress(value << 40);
          default -> throw new AssertionError(name + " is a " + carrier);
        };
    if (setter(type, name, carrier) instanceof Method setter) {
      assertEquals(struct, setter.invoke(struct, expected), name);
      switch (expected) {
        case Integer i -> assertEquals(i, part.get(ValueLayout.JAVA_INT, 0), name);
        case Long l -> assertEquals(l, part.get(ValueLayout.JAVA_LONG, 0), name);
        case Float f -> assertEquals(f, part.get(ValueLayout.JAVA_FLOAT, 0), name);
        case Boolean _ -> assertEquals(1, part.get(ValueLayout.JAVA_INT, 0), name);
        case MemorySegment s -> assertEquals(s, part.get(ValueLayout.ADDRESS, 0), name);
        default -> throw new AssertionError(name + " cannot be set to " + expected);
      }
    } else {
      switch (expected) {
        case Integer i -> part.set(ValueLayout.JAVA_INT, 0, i);
        case Long l -> part.set(ValueLayout.JAVA_LONG, 0, l);
        case String s -> part.set(ValueLayout.ADDRESS, 0, arena.allocateFrom(s));
        default -> throw new AssertionError(name + " cannot be got as " + expected);
      }
    }
    Object actual = type.getMethod(name).invoke(struct);
    if (expected instanceof MemorySegment s) {
      assertEquals(s.address(), ((MemorySegment) actual).address(), name);
    } else {
      assertEquals(expected, actual, name);
    }
    assertTrue(member.byteSize() <= 8, name);
  }

  private static Method setter(Class<?> type, String name, Class<?> carrier) {
    try {
      return type.getMethod(name, carrier);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** The struct's class in the generated package has its C name. */
  private static GroupLayout layout(Class<?> type) throws Exception {
    String name =
        type.getSimpleName()
            .replaceFirst("Struct$", "")
            .replaceAll("([a-z])([A-Z])", "$1_$2")
            .toLowerCase(java.util.Locale.ROOT);
    return (GroupLayout)
        Class.forName("dev.tttv2.ffm.generated.ttnn_" + name).getMethod("layout").invoke(null);
  }

  @Test
  void aSpecHoldsShapeAndMemoryConfig() {
    try (Arena arena = Arena.ofConfined()) {
      TensorSpecStruct spec = TensorSpecStruct.allocate(arena).shape(1, 2, 3);
      assertEquals(3, spec.rank());
      assertArrayEquals(new long[] {1, 2, 3}, spec.shape());
      assertArrayEquals(new long[] {0, 0, 0}, spec.paddedShape());
      spec.memoryConfig().bufferType(TtnnConstants.BUFFER_TYPE_L1).coreRange(7, 1, 2, 3, 4);
      MemoryConfigStruct alone = MemoryConfigStruct.allocate(arena);
      long offset =
          dev.tttv2
              .ffm
              .generated
              .ttnn_tensor_spec
              .layout()
              .byteOffset(PathElement.groupElement("memory_config"));
      alone.segment().copyFrom(spec.segment().asSlice(offset, alone.segment().byteSize()));
      assertEquals(alone.segment().byteSize(), alone.segment().get(ValueLayout.JAVA_INT, 0));
      assertEquals(TtnnConstants.BUFFER_TYPE_L1, alone.bufferType());
      assertArrayEquals(new int[] {1, 2, 3, 4}, alone.coreRange(7));
      assertThrows(IndexOutOfBoundsException.class, () -> alone.coreRange(8, 0, 0, 0, 0));
      assertEquals(
          "tensor spec: rank 9, expected 1 to 8",
          assertThrows(IllegalArgumentException.class, () -> spec.shape(new long[9])).getMessage());
    }
  }

  @Test
  void stringsMayBeUtf8() {
    try (Arena arena = Arena.ofConfined()) {
      DeviceInfoStruct info = DeviceInfoStruct.allocate(arena);
      long offset =
          dev.tttv2
              .ffm
              .generated
              .ttnn_device_info
              .layout()
              .byteOffset(PathElement.groupElement("name"));
      byte[] name = "Größe".getBytes(StandardCharsets.UTF_8);
      info.segment().asSlice(offset).copyFrom(MemorySegment.ofArray(name));
      assertEquals("Größe", info.name());
    }
  }
}
