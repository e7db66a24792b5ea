// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static dev.tttv2.examples.cli.CommandLineTest.assertFails;
import static dev.tttv2.examples.cli.CommandLineTest.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.examples.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code serve}: its options, and the reference's tokens over HTTP. */
class ServeCommandTest {
  private static final Path TINY = Golden.root().resolve("tiny/llama_gqa");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  private static JsonNode post(String address, String path, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + path).toURL().openConnection();
    connection.setRequestProperty("content-type", "application/json");
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    assertEquals(200, connection.getResponseCode());
    try (InputStream in = connection.getInputStream()) {
      return JSON.readTree(in);
    }
  }

  @Test
  void servesTheReferencesTokens() throws IOException, InterruptedException {
    Golden golden = Golden.read(TINY.resolve("golden_ragged.safetensors"));
    try (TinyServer server =
        TinyServer.start(
            "--model",
            TinyServer.model(temporary).toString(),
            "--embedding-model",
            TinyServer.encoder(temporary).toString(),
            "--served-model-name",
            "golden",
            "--preset",
            "float32")) {
      for (int i = 0; i < 3; i++) {
        JsonNode answer =
            post(
                server.address(),
                "/v1/completions",
                """
                {"model": "golden", "prompt": %s, "max_tokens": 16, "temperature": 0,
                 "ignore_eos": true, "return_token_ids": true}\
                """
                    .formatted(Arrays.toString(golden.ints("prompt." + i))));
        assertEquals(
            Arrays.toString(golden.ints("greedy.tokens." + i)).replace(" ", ""),
            answer.at("/choices/0/token_ids").toString());
      }
      JsonNode vectors =
          post(
              server.address(),
              "/v1/embeddings",
              "{\"model\": \"tiny-bert\", \"input\": [\"red\", [2], \"red blue\"]}");
      assertEquals(
          vectors.at("/data/0/embedding").toString(), vectors.at("/data/1/embedding").toString());
      assertEquals(96, vectors.at("/data/2/embedding").size());
      assertEquals(4, vectors.at("/usage/prompt_tokens").intValue());
      assertEquals("", server.err());
    }
  }

  @Test
  void otherMachinesAreAWarning() throws IOException, InterruptedException {
    Path model = TinyServer.model(temporary);
    try (TinyServer server = TinyServer.start("--model", model.toString(), "--host", "0.0.0.0")) {
      assertEquals(
          "tttv2: listening at 0.0.0.0: other machines can reach the server, and there is no API"
              + " key; it speaks plain HTTP\n",
          server.err());
    }
  }

  @Test
  void mistakesAreTold() throws IOException {
    String model = TinyServer.model(temporary).toString();
    assertFails(2, "port is 70000", run("serve", "--model", model, "--port", "70000"));
    assertFails(2, "--max-users is 0", run("serve", "--model", model, "--max-users", "0"));
    assertFails(2, "--max-users is 33", run("serve", "--model", model, "--max-users", "33"));
    assertFails(
        2,
        "--embedding-pooling is \"x\"",
        run("serve", "--model", model, "--embedding-pooling", "x"));
    assertFails(
        2, "--host is \"no such host\"", run("serve", "--model", model, "--host", "no such host"));
    CommandLineTest.Run key = run("serve", "--model", model, "--api-key", "se same");
    assertFails(2, "apiKey has blanks", key);
    assertTrue(!key.err().contains("se same"), key.err());
    assertFails(1, "tokenizer.json", run("serve", "--model", TINY.toString()));
    try (ServerSocket taken = new ServerSocket(0)) {
      assertFails(
          1,
          "cannot listen at 127.0.0.1:" + taken.getLocalPort(),
          run("serve", "--model", model, "--port", Integer.toString(taken.getLocalPort())));
    }
  }
}
