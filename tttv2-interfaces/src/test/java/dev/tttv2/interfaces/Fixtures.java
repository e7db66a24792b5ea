// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Reference data of the tests. */
@SuppressWarnings("exports") // of no concern to clients
public final class Fixtures {
  /** Whether tests run their full form. */
  public static final boolean FULL = Boolean.getBoolean("tttv2.full");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Fixtures() {}

  /** Reads a golden file. */
  public static JsonNode golden(String path) {
    try {
      return JSON.readTree(goldens().resolve(path).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory of the goldens. */
  public static Path goldens() {
    return Path.of(System.getProperty("tttv2.goldens"));
  }

  /** Reads a JSON resource, gzipped if its name says so. */
  public static JsonNode resource(String name) {
    try (InputStream plain = Fixtures.class.getResourceAsStream("/" + name);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(plain) : plain) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plain maps, lists and values of a JSON object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(JsonNode object) {
    return JSON.convertValue(object, Map.class);
  }

  static int[] ints(JsonNode list) {
    int[] result = new int[list.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = list.get(i).intValue();
    }
    return result;
  }

  static List<String> strings(JsonNode list) {
    List<String> result = new ArrayList<>();
    list.forEach(item -> result.add(item.textValue()));
    return result;
  }

  static float[] floats(JsonNode list) {
    float[] result = new float[list.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = list.get(i).floatValue();
    }
    return result;
  }

  /** The vocabulary of SmolLM2's GGUF. */
  static GgufVocabulary smollm2() {
    JsonNode fields = resource("smollm2-vocabulary.json.gz");
    return new GgufVocabulary(
        fields.get("tokenizer.ggml.model").textValue(),
        fields.get("tokenizer.ggml.pre").textValue(),
        strings(fields.get("tokenizer.ggml.tokens")),
        ints(fields.get("tokenizer.ggml.token_type")),
        new float[0],
        strings(fields.get("tokenizer.ggml.merges")),
        fields.get("tokenizer.ggml.unknown_token_id").intValue(),
        List.of(),
        List.of(),
        false);
  }

  /** SmolLM2's tokenizer: byte-level. */
  public static Tokenizer smollm2Tokenizer() {
    return Tokenizer.fromJson(TokenizerJson.of(smollm2()));
  }

  /** The tokenizer of a SentencePiece vocabulary: "llama" or "gemma". */
  public static Tokenizer sentencePiece(String manner) {
    JsonNode fixture = resource("sentencepiece-" + manner + ".json");
    return Tokenizer.fromJson(
        TokenizerJson.of(
            new GgufVocabulary(
                "llama",
                "default",
                strings(fixture.get("tokens")),
                ints(fixture.get("types")),
                floats(fixture.get("scores")),
                List.of(),
                fixture.get("unknown").intValue(),
                List.of(fixture.get("bos").intValue()),
                List.of(),
                fixture.get("spacePrefix").booleanValue())));
  }
}
