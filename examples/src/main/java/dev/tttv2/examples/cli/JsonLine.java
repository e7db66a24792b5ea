// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.MathContext;

/** Prints results as JSON, one object a line. */
final class JsonLine {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final MathContext DIGITS = new MathContext(7);

  /** Writes the fields of an object that has been begun. */
  interface Fields {
    void write(JsonGenerator object) throws IOException;
  }

  private JsonLine() {}

  /** Prints one object. */
  static void print(PrintStream out, Fields fields) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(line)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    out.println(line);
    out.flush();
  }

  /** Writes a measured number with seven digits, or null if there is none: JSON has no NaN. */
  static void number(JsonGenerator object, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      object.writeFieldName(name);
      object.writeNumber(new BigDecimal(value, DIGITS).stripTrailingZeros().toPlainString());
    } else {
      object.writeNullField(name);
    }
  }
}
