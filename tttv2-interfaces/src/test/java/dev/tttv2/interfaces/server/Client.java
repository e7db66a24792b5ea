// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Talks to a server of the tests. */
@SuppressWarnings("exports") // of no concern to clients
final class Client implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI root;

  Client(int port) {
    root = URI.create("http://127.0.0.1:" + port);
  }

  /** An answer. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    JsonNode json() {
      return parse(response.body());
    }

    JsonNode error() {
      return json().get("error");
    }

    /** The events, the last one checked and left out. */
    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      String[] blocks = response.body().split("\n\n");
      for (int i = 0; i < blocks.length - 1; i++) {
        if (!blocks[i].startsWith("data: ")) {
          throw new AssertionError("no event: " + blocks[i]);
        }
        events.add(parse(blocks[i].substring(6)));
      }
      if (!blocks[blocks.length - 1].equals("data: [DONE]") || !response.body().endsWith("\n\n")) {
        throw new AssertionError("no [DONE] at the end of " + response.body());
      }
      return events;
    }
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path)).header("content-type", "application/json");
  }

  Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** Posts a body in which ' stands for ". */
  Answer post(String path, String body) {
    return postBytes(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  Answer postBytes(String path, byte[] body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  HttpClient http() {
    return http;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
