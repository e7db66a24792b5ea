// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.SamplingParams;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.StringMapMessage;

/**
 * What the log says of one request: a line of fields when it has been answered. {@code request_id}
 * is in the thread's context, for what others log meanwhile. No field holds what a client has sent,
 * unless prompts are to be logged.
 */
final class RequestLog implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ModelServer.class);

  private static final String REQUEST_ID = "request_id";

  private final StringMapMessage fields = new StringMapMessage();
  private final boolean logPrompts;

  RequestLog(String id, String method, String handler, boolean logPrompts) {
    this.logPrompts = logPrompts;
    ThreadContext.put(REQUEST_ID, id);
    fields.with("method", method).with("path", handler);
  }

  /** Says what is generated. */
  void generation(int promptTokens, SamplingParams sampling, List<String> prompts) {
    fields
        .with("prompt_tokens", promptTokens)
        .with("max_tokens", sampling.maxTokens())
        .with("n", sampling.n());
    if (logPrompts) {
      fields.with("prompts", prompts.toString());
    }
  }

  /** Says which fields of a request have no effect. Their names are the client's words, too. */
  void unknown(Fields request) {
    List<String> names = request.unknown();
    if (names.isEmpty()) {
      return;
    }
    fields.with("unknown_fields", names.size());
    if (logPrompts) {
      fields.with("unknown", names.toString());
    }
  }

  /** Says why there is no answer, or another than was asked for. */
  void refused(ApiException e) {
    fields.with("error", logPrompts ? e.summary() + ": " + e.getMessage() : e.summary());
  }

  void disconnected() {
    fields.with("error", "client has gone");
  }

  /** Reports a defect, or a device that fails. */
  void failed(Throwable e) {
    fields.with("error", e.getClass().getName());
    LOG.error("a request failed", e);
  }

  /** Writes the line. */
  void answered(int status, long nanos) {
    fields.with("status", status).with("milliseconds", nanos / 1_000_000);
    LOG.info(fields);
  }

  @Override
  public void close() {
    ThreadContext.remove(REQUEST_ID);
  }
}
