// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Python client drives every endpoint. Skipped where PyPI cannot be reached. */
class OpenAiClientTest {
  @TempDir Path temporary;

  @Test
  void everyEndpoint() throws IOException, InterruptedException {
    PythonEnvironment python = PythonEnvironment.get();
    try (TinyServer server =
        TinyServer.start(
            "--model",
            TinyServer.model(temporary).toString(),
            "--embedding-model",
            TinyServer.encoder(temporary).toString(),
            "--preset",
            "float32",
            "--api-key",
            "sesame")) {
      String output = python.run("openai_client.py", server.address(), "sesame");
      assertEquals(11, output.lines().count(), output);
      assertFalse(server.err().contains("sesame"), server.err());
    }
  }
}
