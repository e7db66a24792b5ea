// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer that says what is wrong, in OpenAI's form. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String INVALID = "invalid_request_error";

  private final int status;
  private final String type;
  private final String param; // null: none in particular
  private final String code; // null: none
  private final boolean retry;

  private ApiException(
      int status, String type, String param, String code, boolean retry, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.retry = retry;
  }

  /** A field has a value that it cannot have. */
  static ApiException invalid(String param, String message) {
    return new ApiException(400, INVALID, param, "invalid_value", false, message);
  }

  /** Prompt and new tokens are more than the model takes. */
  static ApiException contextLength(String param, String message) {
    return new ApiException(400, INVALID, param, "context_length_exceeded", false, message);
  }

  /** The field asks for something that this server cannot do. */
  static ApiException unsupported(String param, String message) {
    return new ApiException(400, INVALID, param, "unsupported_parameter", false, message);
  }

  /** The body is no JSON object. */
  static ApiException invalidJson(String message) {
    return new ApiException(400, INVALID, null, "invalid_json", false, message);
  }

  static ApiException unauthorized(String message) {
    return new ApiException(401, "authentication_error", null, "invalid_api_key", false, message);
  }

  static ApiException modelNotFound(String model, String served) {
    return new ApiException(
        404,
        INVALID,
        "model",
        "model_not_found",
        false,
        "the model \"%s\" does not exist, %s".formatted(Fields.excerpt(model), served));
  }

  static ApiException notFound(String path) {
    return new ApiException(
        404, INVALID, null, "not_found", false, "nothing is at " + Fields.excerpt(path));
  }

  static ApiException method(String method, String path, String allowed) {
    return new ApiException(
        405,
        INVALID,
        null,
        "method_not_allowed",
        false,
        "%s of %s, expected %s".formatted(method, path, allowed));
  }

  static ApiException timeout(long seconds) {
    return new ApiException(
        408,
        INVALID,
        null,
        "request_timeout",
        false,
        "the body has not come within %d s".formatted(seconds));
  }

  static ApiException tooLarge(String size, long limit) {
    return new ApiException(
        413,
        INVALID,
        null,
        "request_too_large",
        false,
        "the body has %s bytes, expected at most %d".formatted(size, limit));
  }

  static ApiException mediaType(String type) {
    return new ApiException(
        415,
        INVALID,
        null,
        "unsupported_media_type",
        false,
        "Content-Type is %s, expected application/json"
            .formatted(type == null ? "missing" : Fields.excerpt(type)));
  }

  /** Too many requests wait; another one may do better later. */
  static ApiException overloaded(String message) {
    return new ApiException(429, "rate_limit_error", null, "server_overloaded", true, message);
  }

  /** The server ends, or its engine has. */
  static ApiException unavailable(String message) {
    return new ApiException(503, "server_error", null, "service_unavailable", true, message);
  }

  /** Something is wrong here. */
  static ApiException internal(String message) {
    return new ApiException(500, "server_error", null, "internal_error", false, message);
  }

  /** Returns the HTTP status. */
  int status() {
    return status;
  }

  /** Tells whether the same request may be tried again later. */
  boolean mayRetry() {
    return retry;
  }

  /** Returns what may be logged: it holds nothing that the client has sent. */
  String summary() {
    return param == null ? code : code + " " + param;
  }

  /** Returns {@code {"error": {...}}}. */
  ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", getMessage())
        .put("type", type)
        .put("param", param)
        .put("code", code);
    return body;
  }
}
