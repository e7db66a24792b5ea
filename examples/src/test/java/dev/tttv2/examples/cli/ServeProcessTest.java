// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.examples.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: what its log holds, and how a signal ends it. */
class ServeProcessTest {
  private static final Pattern ADDRESS = Pattern.compile("tiny is served at (http://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** 128 + SIGTERM, as shells report it. */
  private static final int TERMINATED = 143;

  @TempDir Path temporary;

  private Path log;
  private Process process;
  private String address;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Starts it as the launcher does. */
  private void start(String... options) throws IOException {
    List<String> command =
        ChildJvm.command(
            Tttv2.class, "-Dlog4j2.configurationFile=classpath:tttv2-serve-log4j2.xml");
    command.addAll(
        List.of("serve", "--model", TinyServer.model(temporary).toString(), "--port", "0"));
    command.addAll(List.of(options));
    log = temporary.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().put("TTTV2_API_KEY", "sesame");
    process = builder.start();
    BufferedReader out = process.inputReader();
    Matcher matcher = ADDRESS.matcher(String.valueOf(out.readLine()));
    assertTrue(matcher.find(), Files.readString(log));
    address = matcher.group(1);
  }

  private HttpURLConnection post(String key, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + "/v1/completions").toURL().openConnection();
    connection.setRequestProperty("authorization", "Bearer " + key);
    connection.setRequestProperty("content-type", "application/json");
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    return connection;
  }

  private int status(String key, String body) throws IOException {
    return post(key, body).getResponseCode();
  }

  private List<JsonNode> logLines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private void terminate() throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(TERMINATED, process.exitValue());
  }

  private void ask() throws IOException {
    assertEquals(200, status("sesame", "{\"prompt\": \"topsecret\", \"max_tokens\": 2}"));
    assertEquals(400, status("sesame", "{\"prompt\": \"topsecret\", \"topsecret\": 1, \"n\": 0}"));
    assertEquals(400, status("sesame", "{\"prompt\": {\"topsecret\": 1}}"));
    assertEquals(400, status("sesame", "topsecret"));
    assertEquals(404, status("sesame", "{\"model\": \"topsecret\", \"prompt\": \"topsecret\"}"));
    assertEquals(401, status("topsecret", "{\"prompt\": \"topsecret\"}"));
    assertNoHttp("topsecret topsecret\r\ntopsecret\r\n\r\n");
    assertNoHttp(
        "POST /v1/completions HTTP/1.1\r\nAuthorization: Bearer sesame\r\nContent-Type:"
            + " application/json\r\nTransfer-Encoding: chunked\r\n\r\ntopsecret\r\n");
  }

  private void assertNoHttp(String bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", URI.create(address).getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.contains("malformed_request"), answer);
    }
  }

  @Test
  void theLogHoldsNeitherKeysNorPrompts() throws Exception {
    start();
    ask();
    terminate();
    List<JsonNode> lines = logLines();
    // A line is written after its answer: the next one's may be faster.
    List<Integer> statuses =
        lines.stream().map(line -> line.at("/message/status").asInt()).sorted().toList();
    assertEquals(List.of(200, 400, 400, 400, 400, 400, 401, 404), statuses, lines.toString());
    assertTrue(lines.stream().allMatch(l -> l.hasNonNull("request_id")), lines.toString());
    String text = Files.readString(log);
    assertFalse(text.contains("topsecret"), text);
    assertFalse(text.contains("sesame"), text);
  }

  @Test
  void promptsAreInTheLogIfThatIsAskedForAndKeysAreNot() throws Exception {
    start("--log-prompts");
    ask();
    terminate();
    String text = Files.readString(log);
    assertTrue(
        logLines().stream()
            .anyMatch(line -> line.at("/message/prompts").asText().contains("topsecret")),
        text);
    assertFalse(text.contains("sesame"), text);
    assertFalse(text.contains("Bearer"), text);
  }

  @Test
  void aSignalLetsWhatRunsComeToItsEnd() throws Exception {
    start();
    HttpURLConnection answer =
        post(
            "sesame",
            "{\"prompt\": \"a\", \"max_tokens\": 400, \"ignore_eos\": true, \"stream\": true}");
    assertEquals(200, answer.getResponseCode());
    List<String> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(answer.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          events.add(line);
        }
        if (events.size() == 1) {
          process.destroy();
        }
      }
    }
    assertEquals("data: [DONE]", events.getLast());
    assertTrue(
        events.get(events.size() - 2).contains("\"finish_reason\":\"length\""),
        events.get(events.size() - 2));
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(TERMINATED, process.exitValue());
    assertEquals(200, logLines().getLast().at("/message/status").asInt());
  }
}
