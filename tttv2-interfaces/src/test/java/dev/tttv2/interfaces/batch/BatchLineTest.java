// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.interfaces.Fixtures;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that are requests, lines that are none, and lines that are nearly ones. */
class BatchLineTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String GOOD =
      "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\","
          + "\"body\":{\"prompt\":\"\u00e9\", \"x\" : [1.50, {\"y\":null}]}}";
  private static final int MUTANTS = Fixtures.FULL ? 1_000_000 : 20_000;

  private static Optional<BatchLine> parse(String text) {
    return BatchLine.parse(7, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theBodyIsCutOutAsItStands() {
    assertEquals(
        Optional.of(
            new BatchRequest(
                7,
                "a",
                "/v1/completions",
                "{\"prompt\":\"\u00e9\", \"x\" : [1.50, {\"y\":null}]}")),
        parse(GOOD));
    assertEquals(parse(GOOD), parse("  " + GOOD.replace("{\"cus", "{\"more\":[{}],\"cus") + " \r"));
  }

  @Test
  void aMarkBeforeTheFirstLineIsDropped() {
    byte[] marked = ("\ufeff" + GOOD).getBytes(StandardCharsets.UTF_8);
    assertInstanceOf(BatchRequest.class, BatchLine.parse(1, marked).orElseThrow());
    assertInstanceOf(BatchLineError.class, BatchLine.parse(2, marked).orElseThrow());
    assertEquals(
        Optional.empty(), BatchLine.parse(1, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}));
  }

  @Test
  void blankLinesAreNone() {
    assertEquals(Optional.empty(), parse(""));
    assertEquals(Optional.empty(), parse(" \t\r"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | invalid_json_line | | line 7: is not JSON: 'nonsense' is no value",
        "[1] | invalid_json_line | | line 7: is no JSON object",
        "{\"custom_id\":\"a\" | invalid_json_line | | line 7: is not JSON",
        "{\"custom_id\":\"a\"} {} | invalid_json_line | | line 7: has something behind",
        "{\"custom_id\":\"a\",\"custom_id\":\"b\"} | invalid_json_line | | line 7: has"
            + " \"custom_id\" twice",
        "{} | missing_required_parameter | custom_id | line 7: custom_id is missing",
        "{\"custom_id\":null} | missing_required_parameter | custom_id | line 7: custom_id is"
            + " missing",
        "{\"custom_id\":12} | invalid_value | custom_id | line 7: custom_id is 12, expected a text",
        "{\"custom_id\":\"\"} | invalid_value | custom_id | line 7: custom_id is \"\", expected",
        "{\"custom_id\":\"\\ud800\"} | invalid_value | custom_id | line 7: custom_id has half",
        "{\"custom_id\":\"a\"} | missing_required_parameter | method | line 7: method is missing",
        "{\"custom_id\":\"a\",\"method\":\"GET\"} | invalid_method | method | line 7: method is"
            + " \"GET\", expected POST",
        "{\"custom_id\":\"a\",\"method\":[1]} | invalid_method | method | line 7: method is [1],"
            + " expected POST",
        "{\"custom_id\":\"a\",\"method\":\"POST\"} | missing_required_parameter | url | line 7: url"
            + " is missing",
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/models\"} | invalid_url | url |"
            + " line 7: url is \"/v1/models\", expected one of /v1/completions",
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\"} |"
            + " missing_required_parameter | body | line 7: body is missing",
        "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\",\"body\":3} |"
            + " invalid_value | body | line 7: body is 3, expected an object",
      })
  void whatIsWrongIsSaid(String text, String code, String param, String message) {
    BatchLineError error = assertInstanceOf(BatchLineError.class, parse(text).orElseThrow());
    assertEquals(code, error.code());
    assertEquals(Optional.ofNullable(param), error.param());
    assertTrue(error.message().startsWith(message), error.message());
    assertEquals(
        code.equals("invalid_json_line") || "custom_id".equals(param), error.customId().isEmpty());
  }

  @Test
  void whatIsNotUtf8IsSaidWithItsPlace() {
    byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
    bytes[3] = (byte) 0xc0;
    BatchLineError error =
        assertInstanceOf(BatchLineError.class, BatchLine.parse(7, bytes).orElseThrow());
    assertEquals("line 7: is not UTF-8: byte 3 is 0xc0", error.message());
  }

  @Test
  void endlessNestingIsAnError() {
    String text = GOOD.replace("null", "[".repeat(100_000) + "]".repeat(100_000));
    assertEquals(
        "invalid_json_line",
        assertInstanceOf(BatchLineError.class, parse(text).orElseThrow()).code());
  }

  /** Whatever comes: no exception, and what is taken for a request is what a tree says it is. */
  @Test
  void mutants() throws JsonProcessingException {
    List<byte[]> seeds =
        List.of(
            GOOD.getBytes(StandardCharsets.UTF_8),
            ("{\"body\":{\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\\n"
                 + "\"}]},\"url\":"
                 + "\"/v1/chat/completions\",\"n\":-1.5e3,\"method\":\"POST\",\"custom_id\":\"\u732b\"}")
                .getBytes(StandardCharsets.UTF_8));
    Random random = new Random(6);
    int requests = 0;
    int errors = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutant(random, seeds.get(i % seeds.size()));
      Optional<BatchLine> line = BatchLine.parse(2, mutant);
      if (line.isPresent() && line.get() instanceof BatchRequest request) {
        requests++;
        JsonNode tree = JSON.readTree(new String(mutant, StandardCharsets.UTF_8));
        assertEquals(tree.get("custom_id").textValue(), request.name());
        assertEquals(tree.get("url").textValue(), request.url());
        assertEquals("POST", tree.get("method").textValue());
        assertEquals(tree.get("body"), JSON.readTree(request.body()));
      } else if (line.isPresent()) {
        errors++;
        if (((BatchLineError) line.get()).code().equals("invalid_json_line")) {
          assertTrue(isBroken(mutant), () -> new String(mutant, StandardCharsets.UTF_8));
        }
      }
    }
    assertTrue(requests > MUTANTS / 50, "requests: " + requests);
    assertTrue(errors > MUTANTS / 5, "errors: " + errors);
  }

  /**
   * Tells whether another reader, which refuses members that come twice, takes it for no object.
   */
  private static boolean isBroken(byte[] text) {
    try {
      String decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      return !JSON.reader()
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(decoded)
          .isObject();
    } catch (CharacterCodingException | JsonProcessingException e) {
      return true;
    }
  }

  private static byte[] mutant(Random random, byte[] seed) {
    byte[] bytes = seed.clone();
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "{}[]\",:\\ 0e-ntf".charAt(random.nextInt(15));
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 3 -> {
          int end = at + random.nextInt(bytes.length - at) + 1;
          byte[] part = Arrays.copyOfRange(bytes, at, end);
          byte[] longer = Arrays.copyOf(bytes, bytes.length + part.length);
          System.arraycopy(bytes, at, longer, at + part.length, bytes.length - at);
          System.arraycopy(part, 0, longer, at, part.length);
          bytes = longer;
        }
        default -> {
          byte[] shorter = Arrays.copyOf(bytes, Math.max(1, bytes.length - 1));
          System.arraycopy(
              bytes,
              Math.min(at + 1, bytes.length - 1),
              shorter,
              Math.min(at, shorter.length - 1),
              Math.max(0, shorter.length - at));
          bytes = shorter;
        }
      }
    }
    return bytes;
  }
}
