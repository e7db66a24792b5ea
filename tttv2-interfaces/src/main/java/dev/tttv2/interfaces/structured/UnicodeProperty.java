// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unicode's general categories by their short names, and scripts as {@code Script=Name}, as the
 * running JVM's version of Unicode has them.
 */
final class UnicodeProperty {
  private static final Map<String, Byte> CATEGORIES = new TreeMap<>();
  private static final Map<Object, CodePoints> KNOWN = new ConcurrentHashMap<>();

  static {
    CATEGORIES.put("Lu", Character.UPPERCASE_LETTER);
    CATEGORIES.put("Ll", Character.LOWERCASE_LETTER);
    CATEGORIES.put("Lt", Character.TITLECASE_LETTER);
    CATEGORIES.put("Lm", Character.MODIFIER_LETTER);
    CATEGORIES.put("Lo", Character.OTHER_LETTER);
    CATEGORIES.put("Mn", Character.NON_SPACING_MARK);
    CATEGORIES.put("Me", Character.ENCLOSING_MARK);
    CATEGORIES.put("Mc", Character.COMBINING_SPACING_MARK);
    CATEGORIES.put("Nd", Character.DECIMAL_DIGIT_NUMBER);
    CATEGORIES.put("Nl", Character.LETTER_NUMBER);
    CATEGORIES.put("No", Character.OTHER_NUMBER);
    CATEGORIES.put("Pc", Character.CONNECTOR_PUNCTUATION);
    CATEGORIES.put("Pd", Character.DASH_PUNCTUATION);
    CATEGORIES.put("Ps", Character.START_PUNCTUATION);
    CATEGORIES.put("Pe", Character.END_PUNCTUATION);
    CATEGORIES.put("Pi", Character.INITIAL_QUOTE_PUNCTUATION);
    CATEGORIES.put("Pf", Character.FINAL_QUOTE_PUNCTUATION);
    CATEGORIES.put("Po", Character.OTHER_PUNCTUATION);
    CATEGORIES.put("Sm", Character.MATH_SYMBOL);
    CATEGORIES.put("Sc", Character.CURRENCY_SYMBOL);
    CATEGORIES.put("Sk", Character.MODIFIER_SYMBOL);
    CATEGORIES.put("So", Character.OTHER_SYMBOL);
    CATEGORIES.put("Zs", Character.SPACE_SEPARATOR);
    CATEGORIES.put("Zl", Character.LINE_SEPARATOR);
    CATEGORIES.put("Zp", Character.PARAGRAPH_SEPARATOR);
    CATEGORIES.put("Cc", Character.CONTROL);
    CATEGORIES.put("Cf", Character.FORMAT);
    CATEGORIES.put("Co", Character.PRIVATE_USE);
    CATEGORIES.put("Cn", Character.UNASSIGNED);
  }

  private UnicodeProperty() {}

  /** Finds a property: {@code L}, {@code Lu}, {@code Script=Greek}, {@code sc=Greek}. */
  static Optional<CodePoints> named(String name) {
    int equals = name.indexOf('=');
    if (equals >= 0) {
      if (!List.of("Script", "sc").contains(name.substring(0, equals))) {
        return Optional.empty();
      }
      try {
        Character.UnicodeScript script =
            Character.UnicodeScript.forName(name.substring(equals + 1));
        return Optional.of(
            KNOWN.computeIfAbsent(
                script, key -> CodePoints.where(c -> Character.UnicodeScript.of(c) == script)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    long types = 0;
    for (Map.Entry<String, Byte> category : CATEGORIES.entrySet()) {
      if (name.equals(category.getKey()) || name.equals(category.getKey().substring(0, 1))) {
        types |= 1L << category.getValue();
      }
    }
    long wanted = types;
    return types == 0
        ? Optional.empty()
        : Optional.of(
            KNOWN.computeIfAbsent(
                wanted, key -> CodePoints.where(c -> (wanted >>> Character.getType(c) & 1) == 1)));
  }
}
