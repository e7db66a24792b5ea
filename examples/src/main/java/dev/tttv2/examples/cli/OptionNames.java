// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Says of the library's parameters by which options the user has given them. */
final class OptionNames {
  private static final Map<String, String> OTHERS =
      Map.of("returned", "n", "numTokens", "prompt-lookup");

  /** What stands before its value, or alone if it cannot be a word of English. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?<=^|: )[a-z][A-Za-z]*(?= is )|(?<![\\w-])[a-z]+[A-Z][A-Za-z]*");

  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  private OptionNames() {}

  /** Turns the message of an exception into a failure of usage. */
  static CommandFailure usage(IllegalArgumentException e) {
    return CommandFailure.usage(
        PARAMETER.matcher(e.getMessage()).replaceAll(match -> option(match.group())));
  }

  private static String option(String parameter) {
    String kebab =
        CAPITAL
            .matcher(parameter)
            .replaceAll(letter -> "-" + letter.group().toLowerCase(Locale.ROOT));
    return "--" + OTHERS.getOrDefault(parameter, kebab);
  }
}
