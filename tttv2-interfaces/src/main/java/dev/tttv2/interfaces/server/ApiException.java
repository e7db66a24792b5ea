// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;

/** An answer that says what is wrong, in OpenAI's form. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String INVALID = "invalid_request_error";
  private static final Map<String, String> RETRY = Map.of("retry-after", "1"); // seconds

  private final int status;
  private final String type;
  private final String param; // null: none in particular
  private final String code; // null: none
  private final transient Map<String, String> headers;

  private ApiException(int status, String type, String param, String code, String message) {
    this(status, type, param, code, Map.of(), message);
  }

  private ApiException(
      int status,
      String type,
      String param,
      String code,
      Map<String, String> headers,
      String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.headers = headers;
  }

  /** A field has a value that it cannot have. */
  static ApiException invalid(String param, String message) {
    return new ApiException(400, INVALID, param, "invalid_value", message);
  }

  /** Prompt and new tokens are more than the model takes. */
  static ApiException contextLength(String param, String message) {
    return new ApiException(400, INVALID, param, "context_length_exceeded", message);
  }

  /** The field asks for something that this server cannot do. */
  static ApiException unsupported(String param, String message) {
    return new ApiException(400, INVALID, param, "unsupported_parameter", message);
  }

  /** The body is no JSON object. */
  static ApiException invalidJson(String message) {
    return new ApiException(400, INVALID, null, "invalid_json", message);
  }

  /** What has come is no request of HTTP/1.1. */
  static ApiException malformed(String message) {
    return new ApiException(400, INVALID, null, "malformed_request", message);
  }

  static ApiException targetTooLong(int limit) {
    return new ApiException(
        414,
        INVALID,
        null,
        "uri_too_long",
        "the request line is longer than %d bytes".formatted(limit));
  }

  static ApiException headersTooLong(int limit) {
    return new ApiException(
        431,
        INVALID,
        null,
        "headers_too_large",
        "the headers are longer than %d bytes".formatted(limit));
  }

  static ApiException unauthorized(String message) {
    return new ApiException(
        401,
        "authentication_error",
        null,
        "invalid_api_key",
        Map.of("www-authenticate", "Bearer"),
        message);
  }

  static ApiException modelNotFound(String model, String served) {
    return new ApiException(
        404,
        INVALID,
        "model",
        "model_not_found",
        "the model \"%s\" does not exist, %s".formatted(Fields.excerpt(model), served));
  }

  static ApiException notFound(String path) {
    return new ApiException(
        404, INVALID, null, "not_found", "nothing is at " + Fields.excerpt(path));
  }

  /** The path has other methods. */
  static ApiException method(String method, String path, Collection<String> allowed) {
    return new ApiException(
        405,
        INVALID,
        null,
        "method_not_allowed",
        Map.of("allow", String.join(", ", allowed)),
        "%s of %s, expected %s"
            .formatted(Fields.excerpt(method), Fields.excerpt(path), String.join(" or ", allowed)));
  }

  static ApiException timeout(long seconds) {
    return new ApiException(
        408,
        INVALID,
        null,
        "request_timeout",
        "the body has not come within %d s".formatted(seconds));
  }

  static ApiException tooLarge(String size, long limit) {
    return new ApiException(
        413,
        INVALID,
        null,
        "request_too_large",
        "the body has %s bytes, expected at most %d".formatted(size, limit));
  }

  static ApiException mediaType(String type) {
    return new ApiException(
        415,
        INVALID,
        null,
        "unsupported_media_type",
        "Content-Type is %s, expected application/json"
            .formatted(type == null ? "missing" : Fields.excerpt(type)));
  }

  /** Too many requests wait; another one may do better later. */
  static ApiException overloaded(String message) {
    return new ApiException(429, "rate_limit_error", null, "server_overloaded", RETRY, message);
  }

  /** The server ends, or its engine has. */
  static ApiException unavailable(String message) {
    return new ApiException(503, "server_error", null, "service_unavailable", RETRY, message);
  }

  /** Something is wrong here. */
  static ApiException internal(String message) {
    return new ApiException(500, "server_error", null, "internal_error", message);
  }

  /** Returns the HTTP status. */
  int status() {
    return status;
  }

  /** Returns what the head of the answer says of it. */
  Map<String, String> headers() {
    return headers;
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
