// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code ttnn_c.h} declares, read from its text. */
public final class Header {
  static final Path FILE = Path.of("src/main/native/include/ttnn_c.h").toAbsolutePath();

  private Header() {}

  public static SortedSet<String> functions() {
    return names("TTNN_API\\s+[\\w\\s*]*?\\b(ttnn_\\w+)\\s*\\(");
  }

  static SortedSet<String> structs() {
    return names("typedef\\s+struct\\s+(ttnn_\\w+)\\s*\\{");
  }

  static SortedSet<String> constants() {
    SortedSet<String> names = names("\\b(TTNN_\\w+)\\s*=");
    names.addAll(names("#define\\s+(TTNN_\\w+)\\s+\\d"));
    return names;
  }

  /** {@code ttnn_to_layout} is {@code toLayout}. */
  static String camelCase(String name) {
    return Pattern.compile("_([a-z0-9])")
        .matcher(name.replaceFirst("^ttnn_", ""))
        .replaceAll(match -> match.group(1).toUpperCase(java.util.Locale.ROOT));
  }

  private static SortedSet<String> names(String pattern) {
    String text;
    try {
      text = Files.readString(FILE);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    String code = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL).matcher(text).replaceAll(" ");
    SortedSet<String> names = new TreeSet<>();
    for (Matcher m = Pattern.compile(pattern).matcher(code); m.find(); ) {
      names.add(m.group(1));
    }
    return names;
  }
}
