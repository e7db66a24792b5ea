// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The formats of strings that JSON Schema names, as regular expressions. Each matches texts of the
 * format only, though not all of them: what is rare, such as comments in e-mail addresses, is left
 * out.
 */
final class StringFormat {
  private static final String YEAR_OF_LEAP =
      "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:0[048]|[2468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)"
          + "|02-(?:0[1-9]|1\\d|2[0-8]))"
          + "|"
          + YEAR_OF_LEAP
          + "-02-29)";
  private static final String TIME =
      "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:0\\d|1[0-7]):[0-5]\\d)";
  private static final String DURATION_TIME =
      "T(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S)";
  private static final String DURATION_DATE =
      "(?:\\d{1,9}Y(?:\\d{1,9}M(?:\\d{1,9}D)?)?|\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}D)";
  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final String NAME = "[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final String HOST = "(?:" + LABEL + "\\.){0,3}" + NAME;
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String IPV4 = "(?:" + OCTET + "\\.){3}" + OCTET;
  private static final String GROUP = "[0-9a-fA-F]{1,4}";
  private static final String ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,30}";
  private static final String PATH_CHARACTER = "(?:[a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})";

  private static final Map<String, String> PATTERNS = new TreeMap<>();

  static {
    PATTERNS.put("date", DATE);
    PATTERNS.put("time", TIME);
    PATTERNS.put("date-time", DATE + "T" + TIME);
    PATTERNS.put(
        "duration",
        "P(?:" + DURATION_DATE + "(?:" + DURATION_TIME + ")?|" + DURATION_TIME + "|\\d{1,9}W)");
    PATTERNS.put("uuid", "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    PATTERNS.put("email", ATOM + "(?:\\." + ATOM + ")?@(?:" + LABEL + "\\.){1,3}[a-zA-Z]{2,24}");
    PATTERNS.put("hostname", HOST);
    PATTERNS.put("ipv4", IPV4);
    PATTERNS.put("ipv6", ipv6());
    PATTERNS.put(
        "uri",
        "[a-zA-Z][a-zA-Z0-9+.-]{0,15}://"
            + HOST
            + "(?::[1-9]\\d{0,3})?(?:/"
            + PATH_CHARACTER
            + "*)*(?:\\?(?:"
            + PATH_CHARACTER
            + "|[/?])*)?(?:#(?:"
            + PATH_CHARACTER
            + "|[/?])*)?");
  }

  private StringFormat() {}

  /** Finds a format. */
  static Optional<Regex> named(String name) {
    return Optional.ofNullable(PATTERNS.get(name)).map(RegexParser::parse);
  }

  static String names() {
    return String.join(", ", PATTERNS.keySet());
  }

  /** Eight groups, or fewer with one gap (RFC 4291, section 2.2, forms 1 and 2). */
  private static String ipv6() {
    StringBuilder ways = new StringBuilder("(?:" + GROUP + ":){7}" + GROUP);
    for (int before = 0; before <= 7; before++) {
      int after = 7 - before;
      String head = before == 0 ? "" : GROUP + "(?::" + GROUP + "){" + (before - 1) + "}";
      String tail = after == 0 ? "" : "(?:" + GROUP + "(?::" + GROUP + "){0," + (after - 1) + "})?";
      ways.append('|').append(head).append("::").append(tail);
    }
    return "(?:" + ways + ")";
  }
}
