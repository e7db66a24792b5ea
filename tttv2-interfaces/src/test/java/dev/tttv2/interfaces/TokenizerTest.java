// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.config.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static Tokenizer smollm2;

  @BeforeAll
  static void load() {
    smollm2 = Tokenizer.fromJson(TokenizerJson.of(Fixtures.smollm2()));
  }

  @AfterAll
  static void close() {
    smollm2.close();
  }

  private static String streamed(Tokenizer tokenizer, int[] ids, boolean skipSpecial) {
    TokenDecoder decoder = tokenizer.decoder(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    return text.append(decoder.finish()).toString();
  }

  @Test
  void everyGoldenStringHasTheGoldenIdsAndTexts() {
    int strings = 0;
    for (JsonNode golden : Fixtures.golden("smollm2/strings.json")) {
      String text = golden.get("text").textValue();
      int[] ids = Fixtures.ints(golden.get("ids"));
      assertArrayEquals(ids, smollm2.encode(text, false), text);
      assertEquals(golden.get("decoded").textValue(), smollm2.decode(ids, false), text);
      String skipped = golden.get("decoded_skip_special").textValue();
      assertEquals(skipped, smollm2.decode(ids, true), text);
      assertEquals(golden.get("decoded").textValue(), streamed(smollm2, ids, false), text);
      assertEquals(skipped, streamed(smollm2, ids, true), text);
      strings++;
    }
    assertEquals(269, strings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma"})
  void scoresGiveTheIdsOfSentencePiece(String manner) {
    JsonNode fixture = Fixtures.resource("sentencepiece-" + manner + ".json");
    int begin = fixture.get("bos").intValue();
    try (Tokenizer tokenizer = Fixtures.sentencePiece(manner)) {
      for (JsonNode item : fixture.get("cases")) {
        String text = item.get("text").textValue();
        int[] ids = Fixtures.ints(item.get("ids"));
        assertArrayEquals(ids, tokenizer.encode(text, false), text);
        assertEquals(item.get("decoded").textValue(), tokenizer.decode(ids, false), text);
        assertEquals(item.get("decoded").textValue(), streamed(tokenizer, ids, false), text);
        int[] special = tokenizer.encode(text, true);
        assertEquals(begin, special[0]);
        assertArrayEquals(ids, Arrays.copyOfRange(special, 1, special.length), text);
      }
      int[] bytes = {begin + 20, begin + 3 + 0xe2, begin + 3 + 0x82, begin + 3 + 0xac, begin + 30};
      assertEquals(tokenizer.decode(bytes, true), streamed(tokenizer, bytes, true));
    }
  }

  @Test
  void streamsWholeCharactersAsSoonAsTheyAreThere() {
    int[] ids = smollm2.encode("a🙂b", false);
    TokenDecoder decoder = smollm2.decoder(false);
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(decoder.push(id));
    }
    assertTrue(ids.length > 3, "the emoji takes several tokens");
    assertEquals("a", pieces.getFirst());
    assertEquals("b", pieces.getLast());
    assertEquals("a🙂b", String.join("", pieces));
    assertEquals("", decoder.finish());
    for (String piece : pieces) {
      assertFalse(piece.contains("\ufffd"), piece);
    }
  }

  @Test
  void incompleteCharactersComeOutAtTheEnd() {
    int[] ids = smollm2.encode("🙂", false);
    TokenDecoder decoder = smollm2.decoder(false);
    assertEquals("", decoder.push(ids[0]));
    assertEquals(smollm2.decode(new int[] {ids[0]}, false), decoder.finish());
    // The decoder begins anew.
    assertEquals("x", decoder.push(smollm2.encode("x", false)[0]));
  }

  @Test
  void streamedTextEqualsTheWholeOfAnyIds() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      int[] ids = random.ints(1 + random.nextInt(40), 0, 49152).toArray();
      for (int j = 0; j < ids.length; j++) {
        // Half of them single bytes and special tokens.
        ids[j] = random.nextBoolean() ? ids[j] : ids[j] % 300;
      }
      boolean skip = random.nextBoolean();
      assertEquals(smollm2.decode(ids, skip), streamed(smollm2, ids, skip));
    }
  }

  @Test
  void textsOfAnyKindAndLength() {
    String text = "word ".repeat(20_000);
    assertEquals(text, smollm2.decode(smollm2.encode(text, true), true));
    assertEquals("a\u0000b", smollm2.decode(smollm2.encode("a\u0000b", false), false));
    assertEquals("a\ufffdb", smollm2.decode(smollm2.encode("a\ud83db", false), false));
    assertEquals("", smollm2.decode(new int[0], false));
    assertArrayEquals(new int[0], smollm2.encode("", true));
  }

  /**
   * A vocabulary of all bytes, letters joined in pairs, and all numbers of up to four digits that
   * begin 1, 2, 3.
   */
  private static GgufVocabulary small(String pre) {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > 32 && b < 127) || (b > 160 && b != 173);
      tokens.add(Character.toString(printable ? b : 0x400 + b));
    }
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      if (tokens.get(b).charAt(0) >= 0x400) {
        tokens.set(b, Character.toString(next++));
      }
    }
    List<String> merges = List.of("1 2", "12 3", "123 4", "a B", "A b", "' s", "n '", "' S");
    merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
    int[] types = new int[tokens.size()];
    Arrays.fill(types, GgufVocabulary.NORMAL);
    return new GgufVocabulary(
        "gpt2", pre, tokens, types, new float[0], merges, -1, List.of(), List.of(), false);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-2,     1234, 1",
    "phi-2,     1234, 1",
    "smollm,    1234, 4",
    "starcoder, 1234, 4",
    "refact,    1234, 4",
    "llama-bpe, 1234, 2",
    "qwen2,     1234, 4",
    "deepseek-r1-qwen, 1234, 4",
    "tekken,    1234, 4",
    "gpt-4o,    1234, 2",
    "default,   1234, 2",
    "gpt-2,     aB, 1",
    "llama-bpe, aB, 1",
    "tekken,    aB, 2",
    "tekken,    Ab, 1",
    "gpt-4o,    aB, 2",
    "gpt-2,     'n''s', 2",
    "gpt-2,     'n''S', 3",
    "qwen2,     'n''S', 2",
    "tekken,    'n''s', 2",
  })
  void preTokenizersCutWords(String pre, String text, int tokens) {
    try (Tokenizer tokenizer = Tokenizer.fromJson(TokenizerJson.of(small(pre)))) {
      int[] ids = tokenizer.encode(text, false);
      assertEquals(tokens, ids.length, () -> Arrays.toString(ids));
      assertEquals(text, tokenizer.decode(ids, false));
    }
  }

  @Test
  void everyPreTokenizerMakesATokenizer() {
    for (String pre : PreTokenizer.names()) {
      try (Tokenizer tokenizer = Tokenizer.fromJson(TokenizerJson.of(small(pre)))) {
        String text = "It's 12345 naïve  words,\n\n\tand \"quotes\" — 東京 🙂 don'T /* x */  ";
        assertEquals(text, tokenizer.decode(tokenizer.encode(text, false), false), pre);
      }
    }
  }

  @Test
  void unknownPreTokenizersAreRefusedByName() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TokenizerJson.of(small("klingon")))
            .getMessage();
    assertTrue(message.startsWith("tokenizer.ggml.pre is \"klingon\", an unknown"), message);
    assertTrue(message.contains("smollm"), message);
  }

  @Test
  void contradictoryVocabulariesAreRefused() {
    GgufVocabulary good = small("gpt-2");
    List<String> twice = new ArrayList<>(good.tokens());
    twice.set(5, "a");
    assertEquals(
        "tokenizer.ggml.tokens: \"a\" is token 5 and 97",
        assertThrows(
                IllegalArgumentException.class,
                () -> TokenizerJson.of(with(good, twice, good.merges())))
            .getMessage());
    for (String merge : List.of("x y", "xy", "", " ")) {
      assertEquals(
          "tokenizer.ggml.merges[0] \"" + merge + "\" makes no token of the vocabulary",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> TokenizerJson.of(with(good, good.tokens(), List.of(merge))))
              .getMessage());
    }
  }

  private static GgufVocabulary with(GgufVocabulary v, List<String> tokens, List<String> merges) {
    return new GgufVocabulary(
        v.model(),
        v.pre(),
        tokens,
        v.types(),
        v.scores(),
        merges,
        -1,
        v.prefix(),
        v.suffix(),
        false);
  }

  @Test
  void filesThatAreNoTokenizerAreNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    CheckpointException missing = assertThrows(CheckpointException.class, () -> Tokenizer.of(file));
    assertTrue(missing.getMessage().startsWith(file + ": does not exist"), missing.getMessage());
    String json = TokenizerJson.of(small("gpt-2"));
    for (String broken :
        List.of("", "{", "[]", "{}", json.substring(0, json.length() / 2), json + "}", "\u0000")) {
      Files.writeString(file, broken);
      CheckpointException e = assertThrows(CheckpointException.class, () -> Tokenizer.of(file));
      assertTrue(e.getMessage().startsWith(file + ": is not a tokenizer: "), e.getMessage());
    }
    Files.writeString(file, json);
    try (Tokenizer tokenizer = Tokenizer.of(file)) {
      assertEquals("ok", tokenizer.decode(tokenizer.encode("ok", true), true));
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThrows(CheckpointException.class, () -> Tokenizer.of(file));
  }

  /**
   * Tells whether a file was accepted. In the full form nine of ten inputs go through our own
   * reader alone: to make a tokenizer takes the library milliseconds.
   */
  private static boolean survives(String json, int input) throws IOException {
    if (Fixtures.FULL && input % 10 != 0) {
      try {
        TokenizerScan.of(json);
        return true;
      } catch (IOException | IllegalArgumentException e) {
        assertFalse(e.getMessage().isBlank());
        return false;
      }
    }
    try (Tokenizer tokenizer = Tokenizer.fromJson(json)) {
      tokenizer.decode(tokenizer.encode("It's 12345 aB", true), true);
      return true;
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isBlank());
      return false;
    }
  }

  @Test
  void survivesMutatedFiles() throws IOException {
    String json = TokenizerJson.of(small("llama-bpe"));
    Random random = new Random(5);
    int accepted = 0;
    int inputs = Fixtures.FULL ? 1_000_000 : 1_000;
    for (int i = 0; i < inputs; i++) {
      StringBuilder text = new StringBuilder(json);
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(50)));
      }
      accepted += survives(text.toString(), i) ? 1 : 0;
    }
    assertTrue(
        accepted > inputs / 20, accepted + " of " + inputs + " mutated files made a tokenizer");
  }

  /** The native library ends the process over such files, so they must not reach it. */
  @Test
  void filesThatTheLibraryCannotBearAreRefusedBefore() {
    String json = TokenizerJson.of(small("gpt-2"));
    String deep = "[".repeat(200) + "]".repeat(200);
    Map<String, String> broken =
        Map.of(
            json.replace("\"version\":\"1.0\"", "\"version\":1e999"),
            "the number 1e999 is out of range",
            json.replace("\"version\":\"1.0\"", "\"version\":\"\\ud800\""),
            "a string holds half of a surrogate pair",
            json.replace("\"version\":\"1.0\"", "\"version\":" + deep),
            "JSON is nested more than 100 deep",
            json.replace("\"post_processor\":null", "\"post_processor\":" + deep),
            "JSON is nested more than 100 deep",
            json.replace(
                "\"continuing_subword_prefix\":null", "\"continuing_subword_prefix\":\"##\""),
            "model: continuing_subword_prefix is not supported with merges",
            json.replace(
                "\"post_processor\":null",
                "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":"
                    + "{\"id\":\"<s>\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}"),
            "post_processor: single puts in \"<s>\", which special_tokens lacks",
            json + "{}",
            "goes on after its JSON object",
            "[" + json + "]",
            "is not a JSON object");
    assertEquals(8, broken.size());
    broken.forEach(
        (text, message) ->
            assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Tokenizer.fromJson(text))
                    .getMessage()));
  }

  /** The native library ends the process where a pattern goes back too often. */
  @Test
  void patternsThatCouldTakeForeverAreRefused() {
    String json = TokenizerJson.of(small("llama-bpe"));
    String pattern = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    assertTrue(json.contains(pattern), json);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Tokenizer.fromJson(json.replace(pattern, "(a+)+$|")))
            .getMessage();
    assertTrue(message.startsWith("the pattern (a+)+$|"), message);
    assertTrue(message.contains("exponentially many steps"), message);
  }

  @Test
  void textsThatAreTooLongAreRefused() {
    try (Tokenizer tokenizer = Tokenizer.fromJson(TokenizerJson.of(small("llama-bpe")))) {
      int most = tokenizer.maxChars();
      assertTrue(most > 1_000_000 && most < 4_000_000, () -> "longest text " + most);
      assertEquals(most, tokenizer.encode(" ".repeat(most - 1) + "a", false).length);
      String tooLong = " ".repeat(12_000_000) + "x";
      assertEquals(
          "text has 12000001 characters, expected at most %d, the longest that this tokenizer takes"
              .formatted(most),
          refusal(() -> tokenizer.encode(tooLong, false)));
      assertEquals(
          "text has 12000001 characters, expected at most 40, 10 tokens of at most 4",
          refusal(() -> tokenizer.encode(tooLong, false, 10)));
      String many = "ab ".repeat(10);
      int tokens = tokenizer.encode(many, false).length;
      assertEquals(tokens, tokenizer.encode(many, false, tokens).length);
      assertEquals(
          "text has %d tokens, expected at most %d".formatted(tokens, tokens - 1),
          refusal(() -> tokenizer.encode(many, false, tokens - 1)));
    }
  }

  @Test
  void saysWhyTheLibraryCannotBeLoaded(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("a file"), "in the way");
    String unpacked = tokenizerProcess("--enable-native-access=ALL-UNNAMED", file.resolve("cache"));
    assertTrue(
        unpacked.matches(
            "the tokenizer library cannot be unpacked to \\Q%s/cache\\E: .*; name a writable .*\\R"
                .formatted(file)),
        unpacked);
    assertEquals(
        "the tokenizer library needs --enable-native-access=ai.djl.tokenizers"
            + " (ALL-UNNAMED on the class path)\n",
        tokenizerProcess("--illegal-native-access=deny", directory.resolve("cache")));
  }

  /** Where bytes are free and files cannot be made, or not as large ones. */
  @Test
  void saysWhyTheLibraryCannotBeUnpacked(@TempDir Path directory) throws Exception {
    String option = "--enable-native-access=ALL-UNNAMED";
    Path small = directory.resolve("small files");
    String message = "the tokenizer library cannot be unpacked to %s: %s; name a writable ";
    String output =
        tokenizerProcess(List.of("sh", "-c", "ulimit -f 8192 && exec \"$@\"", "sh"), option, small);
    assertTrue(
        output.startsWith(
            message.formatted(small, "writing a file of 16777216 bytes: File too large")),
        output);
    assertEquals(1, output.lines().count(), output);
    try (Stream<Path> left = Files.walk(small)) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }

    Path few = Files.createDirectory(directory.resolve("few files"));
    String mount = "mount -t tmpfs -o size=64m,nr_inodes=4 none '%s'".formatted(few);
    assumeTrue(
        new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).start().waitFor() == 0,
        "no file system can be mounted here");
    output =
        tokenizerProcess(
            List.of("unshare", "-rm", "sh", "-c", mount + " && exec \"$@\"", "sh"), option, few);
    assertTrue(
        output.startsWith(message.formatted(few, "making 4 files: No space left on device")),
        output);
    assertEquals(1, output.lines().count(), output);
  }

  @Test
  void aDamagedLibraryIsUnpackedAgain(@TempDir Path cache) throws Exception {
    String option = "--enable-native-access=ALL-UNNAMED";
    assertEquals("loaded\n", tokenizerProcess(option, cache));
    Path library;
    try (Stream<Path> files = Files.walk(cache)) {
      library = files.filter(file -> file.endsWith("libtokenizers.so")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(library);
    Files.write(library, Arrays.copyOf(whole, 1000));
    String output = tokenizerProcess(option, cache);
    assertTrue(output.contains(library + " is damaged and unpacked again"), output);
    assertTrue(output.endsWith("loaded\n"), output);
    assertArrayEquals(whole, Files.readAllBytes(library));
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(library, flipped);
    assertTrue(tokenizerProcess(option, cache).endsWith("loaded\n"));
    assertArrayEquals(whole, Files.readAllBytes(library));
    Files.delete(library);
    Files.createDirectories(library.resolve("full"));
    output = tokenizerProcess(option, cache);
    assertTrue(output.contains(library + " is in the way; name a writable directory"), output);
  }

  /** The native tokenizer is freed when the last call has ended. */
  @Test
  void closingWaitsForCallsOfOtherThreads() throws Exception {
    String json = TokenizerJson.of(small("llama-bpe"));
    String text = "It's 12345 aB ".repeat(2000);
    for (int round = 0; round < 5; round++) {
      Tokenizer tokenizer = Tokenizer.fromJson(json);
      int expected = tokenizer.encode(text, false).length;
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        List<Future<?>> calls = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
          calls.add(
              threads.submit(
                  () -> {
                    while (true) {
                      assertEquals(expected, tokenizer.encode(text, false).length);
                    }
                  }));
        }
        Thread.sleep(30);
        tokenizer.close();
        for (Future<?> call : calls) {
          Throwable end = assertThrows(ExecutionException.class, call::get).getCause();
          assertEquals("the tokenizer is closed", end.getMessage());
        }
      }
      assertThrows(IllegalStateException.class, () -> tokenizer.decode(new int[] {1}, false));
    }
  }

  @Test
  void namesIdsAndBytesThatAreNone(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
         "post_processor": null, "decoder": null,
         "model": {"type": "BPE", "vocab": {"a": 0, "h": 4000000000}, "merges": []}}
        """);
    assertEquals(
        file + ": is not a tokenizer: token h has the id 4000000000, expected 0 to 2147483647",
        refusal(() -> Tokenizer.of(file)));
    Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
    assertEquals(file + ": is no text in UTF-8", refusal(() -> Tokenizer.of(file)));
    Files.writeString(file, "{\"model\": ");
    String message = refusal(() -> Tokenizer.of(file));
    assertTrue(message.startsWith(file + ": is not a tokenizer: is not valid JSON: "), message);
    assertFalse(message.contains("Source"), message);
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(file + ": is a directory, expected a file", refusal(() -> Tokenizer.of(file)));
  }

  private static String tokenizerProcess(String option, Path cache) throws Exception {
    return tokenizerProcess(List.of(), option, cache);
  }

  /**
   * Returns all that a process prints that makes a tokenizer.
   *
   * @param starter a command that runs another one, its last arguments
   */
  private static String tokenizerProcess(List<String> starter, String option, Path cache)
      throws Exception {
    String classes =
        String.join(
            ":",
            "target/classes",
            "target/test-classes",
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>(starter);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlog4j2.loggerContextFactory="
                + "org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
            option,
            "-cp",
            classes,
            TokenizerProbe.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DJL_CACHE_DIR", cache.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private static String refusal(Executable code) {
    return assertThrows(IllegalArgumentException.class, code).getMessage();
  }

  /** Found by rearranging files: the model is taken, and fails on the first text. */
  @Test
  void contradictionsThatATextMeetsAreNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
         "post_processor": null, "decoder": null,
         "model": {"type": "BPE", "unk_token": "WordPiece", "vocab": {"a": 0}, "merges": []}}
        """);
    try (Tokenizer tokenizer = Tokenizer.of(file)) {
      String message = refusal(() -> tokenizer.encode("ab", true));
      assertTrue(message.startsWith(file + ": the tokenizer contradicts itself: "), message);
      assertTrue(message.contains("WordPiece"), message);
    }
  }

  /** Well-formed JSON of another structure. */
  @Test
  void survivesRearrangedFiles() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode whole = mapper.readTree(TokenizerJson.of(small("llama-bpe")));
    Random random = new Random(6);
    int inputs = Fixtures.FULL ? 1_000_000 : 1_000;
    int accepted = 0;
    for (int i = 0; i < inputs; i++) {
      JsonNode copy = whole.deepCopy();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        rearrange(copy, random, mapper);
      }
      accepted += survives(copy.toString(), i) ? 1 : 0;
    }
    assertTrue(accepted > inputs / 50, accepted + " of " + inputs + " files made a tokenizer");
  }

  private static void rearrange(JsonNode root, Random random, ObjectMapper mapper) {
    JsonNode node = root;
    while (true) {
      List<JsonNode> inner = new ArrayList<>();
      node.forEach(child -> inner.addAll(child.isEmpty() ? List.of() : List.of(child)));
      if (inner.isEmpty() || random.nextInt(4) == 0) {
        break;
      }
      node = inner.get(random.nextInt(inner.size()));
    }
    String[] words = {"", "Sequence", "Split", "NFC", "Unigram", "WordPiece", "Strip", "(", "BPE"};
    JsonNode other =
        switch (random.nextInt(6)) {
          case 0 -> mapper.nullNode();
          case 1 -> mapper.createArrayNode();
          case 2 -> mapper.createObjectNode();
          case 3 -> mapper.getNodeFactory().booleanNode(random.nextBoolean());
          case 4 -> mapper.getNodeFactory().numberNode(random.nextInt(600) - 100);
          default -> mapper.getNodeFactory().textNode(words[random.nextInt(words.length)]);
        };
    int at = random.nextInt(Math.max(1, node.size()));
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      String name = object.properties().stream().skip(at).findFirst().orElseThrow().getKey();
      if (random.nextBoolean()) {
        object.remove(name);
      } else {
        object.set(name, other);
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      if (random.nextBoolean()) {
        array.remove(at);
      } else {
        array.set(at, other);
      }
    }
  }

  @Test
  void survivesAnyVocabulary() throws IOException {
    Random random = new Random(8);
    String[] texts = {
      "", "a", "B", "aB", "<0x41>", "<s>", " ", "\u2581", "\u0000", "\u0120", "é", "東", "{", "\"",
      "\\"
    };
    int inputs = Fixtures.FULL ? 1_000_000 : 2_000;
    int accepted = 0;
    for (int i = 0; i < inputs; i++) {
      int size = 1 + random.nextInt(8);
      List<String> tokens = new ArrayList<>();
      int[] types = new int[size];
      float[] scores = new float[size];
      for (int id = 0; id < size; id++) {
        tokens.add(texts[random.nextInt(texts.length)] + (random.nextInt(3) == 0 ? "" : id));
        types[id] = random.nextInt(8);
        scores[id] = random.nextInt(4) == 0 ? Float.NaN : random.nextFloat();
      }
      List<String> merges = new ArrayList<>();
      for (int left = random.nextInt(3); left > 0; left--) {
        merges.add(tokens.get(random.nextInt(size)) + " " + tokens.get(random.nextInt(size)));
      }
      boolean scored = random.nextBoolean();
      GgufVocabulary vocabulary =
          new GgufVocabulary(
              scored ? "llama" : "gpt2",
              PreTokenizer.names().get(random.nextInt(PreTokenizer.names().size())),
              tokens,
              types,
              scores,
              scored ? List.of() : merges,
              random.nextInt(size + 1) - 1,
              random.nextBoolean() ? List.of(random.nextInt(size)) : List.of(),
              random.nextBoolean() ? List.of(random.nextInt(size), 0) : List.of(),
              random.nextBoolean());
      String json;
      try {
        json = TokenizerJson.of(vocabulary);
        if (Fixtures.FULL && i % 10 != 0) {
          TokenizerScan.of(json);
          accepted++;
          continue;
        }
      } catch (IllegalArgumentException e) {
        assertFalse(e.getMessage().isBlank());
        continue;
      }
      try (Tokenizer tokenizer = Tokenizer.fromJson(json)) {
        tokenizer.decode(tokenizer.encode("aB <s> 東x y1", true), random.nextBoolean());
        tokenizer.decode(new int[] {0, -1, Integer.MAX_VALUE, size}, true);
        accepted++;
      } catch (IllegalArgumentException e) {
        assertFalse(e.getMessage().isBlank());
      }
    }
    assertTrue(accepted > inputs / 10, accepted + " of " + inputs + " made a tokenizer");
  }

  @Test
  void closingTwiceIsFine() {
    Tokenizer tokenizer = Tokenizer.fromJson(TokenizerJson.of(small("gpt-2")));
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("x", false));
  }
}
