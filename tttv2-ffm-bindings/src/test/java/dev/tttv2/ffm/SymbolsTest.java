// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tttv2.ffm.generated.ttnn_c_h;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The header, the loaded library and the door have the same functions and constants. */
class SymbolsTest {
  @Test
  void theLibraryExportsEveryFunctionOfTheHeader() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup library = SymbolLookup.libraryLookup(NativeLibrary.path(), arena);
      SortedSet<String> missing = new TreeSet<>(Header.functions());
      missing.removeIf(name -> library.find(name).isPresent());
      assertEquals(new TreeSet<>(), missing);
    }
  }

  @Test
  void theLibraryExportsNothingElse() throws Exception {
    String output =
        Compiler.execute(
            List.of("nm", "-D", "--defined-only", "-P", NativeLibrary.path().toString()));
    SortedSet<String> exported =
        output
            .lines()
            .map(line -> line.split(" ")[0].replaceFirst("@.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    exported.removeAll(Header.functions());
    assertEquals(new TreeSet<>(), exported);
  }

  @Test
  void theDoorHasEveryFunctionOfTheHeader() {
    SortedSet<String> expected =
        Header.functions().stream()
            .filter(name -> !name.equals("ttnn_last_error_message")) // what exceptions say
            .map(Header::camelCase)
            .collect(Collectors.toCollection(TreeSet::new));
    SortedSet<String> methods =
        Arrays.stream(TtnnC.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, methods);
  }

  @Test
  void theConstantsAreTheHeaders() throws Exception {
    SortedSet<String> names = new TreeSet<>();
    for (Field constant : TtnnConstants.class.getFields()) {
      String name = "TTNN_" + constant.getName();
      assertEquals(ttnn_c_h.class.getMethod(name).invoke(null), constant.get(null), name);
      names.add(name);
    }
    assertEquals(Header.constants(), names);
  }
}
