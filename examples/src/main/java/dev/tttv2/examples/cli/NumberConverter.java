// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the numbers of options, and says of others what would be one.
 *
 * @param parser throws a {@link NumberFormatException}
 */
record NumberConverter<T>(Function<String, T> parser, String expected)
    implements ITypeConverter<T> {
  /** Makes a command line read its numbers so. */
  static void register(CommandLine line) {
    register(
        line,
        Integer.class,
        int.class,
        Integer::valueOf,
        whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
    register(line, Long.class, long.class, Long::valueOf, whole(Long.MIN_VALUE, Long.MAX_VALUE));
    register(line, Double.class, double.class, Double::valueOf, "a number");
  }

  private static String whole(long min, long max) {
    return "a whole number from %d to %d".formatted(min, max);
  }

  private static <T> void register(
      CommandLine line,
      Class<T> type,
      Class<T> primitive,
      Function<String, T> parser,
      String expected) {
    NumberConverter<T> converter = new NumberConverter<>(parser, expected);
    line.registerConverter(type, converter);
    line.registerConverter(primitive, converter);
  }

  @Override
  public T convert(String value) {
    try {
      return parser.apply(value.strip());
    } catch (NumberFormatException e) {
      throw new TypeConversionException("\"%s\" is not %s".formatted(value, expected));
    }
  }
}
