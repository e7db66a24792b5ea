// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load generator against a server that answers what a test says. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServeBenchmarkTest {
  private static final String TOKENS = "{\"tokens\": [1, 2, 3, 4]}";
  private static final String EVENTS =
      """
      data: {"choices": [{"text": "a"}]}

      data: {"choices": [{"text": "b"}]}

      data: {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 2}}

      data: [DONE]

      """;

  private final List<String> ids = Collections.synchronizedList(new ArrayList<>());
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Runs it; the answers are "200 BODY", by path and by how many requests came before. */
  private int run(BiFunction<String, Integer, String> answers, String... arguments)
      throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(server, answers));
      List<String> all =
          new ArrayList<>(List.of("--url", "http://127.0.0.1:" + server.getLocalPort()));
      all.addAll(List.of("--requests", "4", "--input-len", "2", "--concurrency", "1"));
      all.addAll(List.of(arguments));
      return ServeBenchmark.run(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          all.toArray(String[]::new));
    }
  }

  private void serve(ServerSocket server, BiFunction<String, Integer, String> answers) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          serve(socket, answers);
        }
      }
    } catch (SocketException e) {
      // The test has ended.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(Socket socket, BiFunction<String, Integer, String> answers)
      throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    String path = in.readLine().split(" ")[1];
    int length = 0;
    String id = "";
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      String[] header = line.split(": ", 2);
      if (header[0].equalsIgnoreCase("content-length")) {
        length = Integer.parseInt(header[1]);
      } else if (header[0].equalsIgnoreCase("x-request-id")) {
        id = header[1];
      }
    }
    char[] body = new char[length];
    for (int read = 0; read < length; ) {
      read += in.read(body, read, length - read);
    }
    if (path.endsWith("completions")) {
      ids.add(id);
      bodies.add(new String(body));
    }
    String[] answer = answers.apply(path, ids.size()).split(" ", 2);
    socket
        .getOutputStream()
        .write(
            "HTTP/1.1 %s x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(answer[0], answer[1].length(), answer[1])
                .getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String answer(String path) {
    return switch (path) {
      case "/v1/models" -> "200 {\"data\": [{\"id\": \"m\"}]}";
      case "/tokenize" -> "200 " + TOKENS;
      case "/detokenize" -> "200 {\"prompt\": \"text\"}";
      default -> "200 " + EVENTS;
    };
  }

  private void assertReported(int successful, int failed) {
    String report = out.toString(StandardCharsets.UTF_8).replaceAll(" +", " ");
    assertTrue(report.contains("successful requests " + successful + "\n"), report);
    assertTrue(report.contains("failed requests " + failed + "\n"), report);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void everyRequestHasAName() throws Exception {
    assertEquals(0, run((path, before) -> answer(path)));
    assertReported(4, 0);
    assertEquals(4, new HashSet<>(ids).size());
    assertTrue(ids.stream().allMatch(id -> id.matches("bench-[0-9a-f]{8}-[0-3]")), ids.toString());
    assertTrue(bodies.stream().noneMatch(body -> body.contains("logprobs")));
  }

  @Test
  void logprobsAreAskedForInTheEndpointsOwnForm() throws Exception {
    assertEquals(0, run((path, before) -> answer(path), "--logprobs", "3"));
    assertReported(4, 0);
    JsonNode body = new ObjectMapper().readTree(bodies.getFirst());
    assertEquals("3", body.get("logprobs").toString());
    bodies.clear();
    run((path, before) -> answer(path), "--logprobs", "3", "--endpoint", "chat");
    body = new ObjectMapper().readTree(bodies.getFirst());
    assertEquals("true", body.get("logprobs").toString());
    assertEquals("3", body.get("top_logprobs").toString());
  }

  @Test
  void whatTheServerRefusesHasFailed() throws Exception {
    assertEquals(
        0,
        run(
            (path, before) ->
                !path.endsWith("completions") || before == 2
                    ? answer(path)
                    : before == 1 ? "429 too many" : "503 the server ends"));
    assertReported(1, 3);
    String report = out.toString(StandardCharsets.UTF_8);
    assertTrue(report.contains("1 failed: 429: too many"), report);
    assertTrue(report.contains("2 failed: 503: the server ends"), report);
  }

  @Test
  void promptsThatCannotBeMadeHaveFailed() throws Exception {
    assertEquals(
        0, run((path, before) -> path.equals("/tokenize") ? "503 the server ends" : answer(path)));
    assertReported(0, 4);
  }

  @Test
  void aServerThatCannotBeAskedIsOneLine() throws Exception {
    assertEquals(1, run((path, before) -> "503 the server ends"));
    assertEquals("503: the server ends\n", err.toString(StandardCharsets.UTF_8));
  }
}
