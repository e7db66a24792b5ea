// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.generated.ttnn_c_h;
import java.io.Reader;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed output of jextract is that of the header as it stands. */
class GeneratedBindingsTest {
  private static final Path GENERATED = Path.of("src/main/java/dev/tttv2/ffm/generated");
  private static final Path SYMBOLS = Path.of("src/main/jextract/ttnn_c.symbols");

  @Test
  void theHeaderIsTheOneTheBindingsWereGeneratedFrom() throws Exception {
    Properties made = new Properties();
    try (Reader in = Files.newBufferedReader(GENERATED.resolve("GENERATED.properties"))) {
      made.load(in);
    }
    assertEquals(
        made.getProperty("header.sha256"), sha256(Header.FILE), "run regenerate.sh: ttnn_c.h");
    assertEquals(
        made.getProperty("symbols.sha256"), sha256(SYMBOLS), "run regenerate.sh: " + SYMBOLS);
    assertEquals(
        made.getProperty("output.sha256"),
        sha256(Files.newDirectoryStream(GENERATED, "*.java")),
        "run regenerate.sh: nobody edits what jextract has made");
    assertFalse(made.getProperty("jextract.version").isBlank());
    assertTrue(made.getProperty("jextract.arguments").contains("@" + SYMBOLS));
  }

  @Test
  void everyDeclarationOfTheHeaderIsBound() throws Exception {
    assertEquals(Header.functions(), symbols("function"));
    assertEquals(Header.structs(), symbols("struct"));
    assertEquals(Header.constants(), symbols("constant"));
  }

  /** What a C++ compiler makes of the header, and what jextract made of it, line by line. */
  @Test
  void sizesOffsetsValuesAndSignaturesAreTheCompilers(@TempDir Path folder) throws Exception {
    NativeLibrary.load(); // a generated descriptor exists only together with its symbol
    StringBuilder probe =
        new StringBuilder(
            """
            #include <cstddef>
            #include <cstdio>
            #include <type_traits>
            #include "ttnn_c.h"

            template <typename T>
            const char *kind() {
              if (std::is_void_v<T>) return "void";
              if (std::is_pointer_v<T>) return "pointer";
              if (std::is_same_v<T, float>) return "float";
              if (std::is_integral_v<T> && alignof(T) == 4) return "int";
              if (std::is_integral_v<T> && alignof(T) == 8) return "long";
              return "?";
            }

            template <typename>
            struct signature;
            template <typename Result, typename... Parameters>
            struct signature<Result(Parameters...)> {
              static void print(const char *name) {
                printf("function %s %s", name, kind<Result>());
                ((printf(" %s", kind<Parameters>())), ...);
                printf("\\n");
              }
            };

            int main() {
            """);
    StringBuilder expected = new StringBuilder();
    for (String name : symbols("constant")) {
      probe.append(
          "printf(\"constant %s %%ld\\n\", static_cast<long>(%s));\n".formatted(name, name));
      expected.append(
          "constant %s %s\n".formatted(name, ttnn_c_h.class.getMethod(name).invoke(null)));
    }
    for (String name : symbols("struct")) {
      GroupLayout layout =
          (GroupLayout)
              Class.forName("dev.tttv2.ffm.generated." + name).getMethod("layout").invoke(null);
      probe.append(
          "printf(\"struct %s %%zu %%zu\\n\", sizeof(%s), alignof(%s));\n"
              .formatted(name, name, name));
      expected.append(
          "struct %s %d %d\n".formatted(name, layout.byteSize(), layout.byteAlignment()));
      for (MemoryLayout member : layout.memberLayouts()) {
        if (!(member instanceof PaddingLayout)) {
          String field = member.name().orElseThrow();
          probe.append(
              "printf(\"field %s.%s %%zu %%zu\\n\", offsetof(%s, %s), sizeof(%s::%s));\n"
                  .formatted(name, field, name, field, name, field));
          expected.append(
              "field %s.%s %d %d\n"
                  .formatted(
                      name,
                      field,
                      layout.byteOffset(MemoryLayout.PathElement.groupElement(field)),
                      member.byteSize()));
        }
      }
    }
    for (String name : symbols("function")) {
      FunctionDescriptor descriptor =
          (FunctionDescriptor) ttnn_c_h.class.getMethod(name + "$descriptor").invoke(null);
      probe.append("signature<decltype(%s)>::print(\"%s\");\n".formatted(name, name));
      expected.append(
          "function %s %s%s\n"
              .formatted(
                  name,
                  descriptor.returnLayout().map(GeneratedBindingsTest::kind).orElse("void"),
                  descriptor.argumentLayouts().stream()
                      .map(layout -> " " + kind(layout))
                      .collect(Collectors.joining())));
    }
    probe.append("}\n");

    List<String> actual = Compiler.run(folder, probe.toString());
    assertEquals(expected.toString(), String.join("\n", actual) + "\n");
  }

  private static String kind(MemoryLayout layout) {
    return layout instanceof AddressLayout
        ? "pointer"
        : ((ValueLayout) layout).carrier().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static SortedSet<String> symbols(String kind) throws Exception {
    String prefix = "--include-" + kind + " ";
    return Files.readAllLines(SYMBOLS).stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Hashes the files one behind the other, in the order of their names. */
  private static String sha256(DirectoryStream<Path> files) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (files) {
      for (Path file : StreamSupport.stream(files.spliterator(), false).sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
