// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code strftime} in the C locale. */
final class TimeFormat {
  private TimeFormat() {}

  static String format(String format, Clock clock) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean unpadded = i + 1 < format.length() && format.charAt(i + 1) == '-';
      i += unpadded ? 2 : 1;
      if (i >= format.length()) {
        throw new EvaluationError("strftime_now: the format ends inside a directive");
      }
      String field = field(format.charAt(i), now);
      out.append(unpadded ? field.replaceFirst("^0+(?=.)", "") : field);
    }
    return out.toString();
  }

  private static String field(char directive, ZonedDateTime now) {
    String pattern =
        switch (directive) {
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b', 'h' -> "MMM";
          case 'B' -> "MMMM";
          case 'd' -> "dd";
          case 'D' -> "MM/dd/yy";
          case 'e' -> "ppd";
          case 'f' -> "SSSSSS";
          case 'F' -> "uuuu-MM-dd";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'j' -> "DDD";
          case 'm' -> "MM";
          case 'M' -> "mm";
          case 'p' -> "a";
          case 'S' -> "ss";
          case 'T' -> "HH:mm:ss";
          case 'y' -> "yy";
          case 'Y' -> "uuuu";
          case 'z' -> "xx";
          case 'Z' -> "zzz";
          case '%' -> "'%'";
          default ->
              throw new EvaluationError(
                  "strftime_now: directive %" + directive + " is not supported");
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
  }
}
