// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link ModelServer} serves.
 *
 * @param host the address to listen at
 * @param port the port; 0: any free one, see {@link ModelServer#port}
 * @param modelName what the model is called in requests and answers
 * @param version what {@code /version} says
 * @param apiKey what clients must send as {@code Authorization: Bearer KEY}; absent: nothing
 * @param defaults sampling parameters that requests leave out
 * @param maxBodyBytes the largest body of a request
 * @param maxRequests requests that are being answered at a time; further ones are refused
 * @param maxChoices texts that one request may ask for: prompts times {@code n}, or {@code best_of}
 * @param maxLogprobs tokens whose log-probabilities may be asked for at each position
 * @param clientTimeout how long a client may take to send a request's body, and to take a part of
 *     its answer that is ready; it is then taken to be gone
 * @param allowedOrigins pages of these origins may use the server from a browser (CORS), "*": all;
 *     empty: none but its own
 * @param logPrompts whether logs hold prompts, texts and messages of errors
 */
public record ServerConfig(
    String host,
    int port,
    String modelName,
    String version,
    Optional<String> apiKey,
    SamplingDefaults defaults,
    int maxBodyBytes,
    int maxRequests,
    int maxChoices,
    int maxLogprobs,
    Duration clientTimeout,
    List<String> allowedOrigins,
    boolean logPrompts) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of range, the model's name or the key is empty,
   *     or the key has characters that no header can have; never tells the key
   * @throws NullPointerException if something is null
   */
  public ServerConfig {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(defaults, "defaults");
    allowedOrigins = List.copyOf(allowedOrigins);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port is %d, expected 0 to 65535".formatted(port));
    }
    if (modelName.isEmpty()) {
      throw new IllegalArgumentException("modelName is empty");
    }
    if (apiKey.isPresent() && !apiKey.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("apiKey has blanks or characters outside of ASCII");
    }
    if (apiKey.isPresent() && apiKey.get().isEmpty()) {
      throw new IllegalArgumentException("apiKey is empty");
    }
    atLeastOne("maxBodyBytes", maxBodyBytes);
    atLeastOne("maxRequests", maxRequests);
    atLeastOne("maxChoices", maxChoices);
    if (maxLogprobs < 0) {
      throw new IllegalArgumentException(
          "maxLogprobs is %d, expected 0 or more".formatted(maxLogprobs));
    }
    if (!clientTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "clientTimeout is %s, expected more".formatted(clientTimeout));
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d, expected at least 1".formatted(name, value));
    }
  }

  /** Starts from 127.0.0.1:8000, no key, 8 MiB a request, 1024 requests, 128 texts. */
  public static Builder builder(String modelName) {
    return new Builder(modelName);
  }

  /** Never tells the key. */
  @Override
  public String toString() {
    return "ServerConfig[%s:%d, %s, %s]"
        .formatted(host, port, modelName, apiKey.isPresent() ? "with key" : "without key");
  }

  /** Collects the settings. */
  public static final class Builder {
    private final String modelName;
    private String host = "127.0.0.1";
    private int port = 8000;
    private String version = "unknown";
    private Optional<String> apiKey = Optional.empty();
    private SamplingDefaults defaults = SamplingDefaults.VLLM;
    private int maxBodyBytes = 8 << 20;
    private int maxRequests = 1024;
    private int maxChoices = 128;
    private int maxLogprobs = 20;
    private Duration clientTimeout = Duration.ofSeconds(30);
    private List<String> allowedOrigins = List.of();
    private boolean logPrompts;

    private Builder(String modelName) {
      this.modelName = modelName;
    }

    /** Sets the address to listen at. */
    public Builder host(String value) {
      host = value;
      return this;
    }

    /** Sets the port; 0: any free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Sets what {@code /version} says. */
    public Builder version(String value) {
      version = value;
      return this;
    }

    /** Sets the key that clients must send. */
    public Builder apiKey(String value) {
      apiKey = Optional.of(value);
      return this;
    }

    /** Sets the sampling parameters that requests leave out. */
    public Builder defaults(SamplingDefaults value) {
      defaults = value;
      return this;
    }

    /** Sets the largest body of a request, in bytes. */
    public Builder maxBodyBytes(int value) {
      maxBodyBytes = value;
      return this;
    }

    /** Sets how many requests are being answered at a time. */
    public Builder maxRequests(int value) {
      maxRequests = value;
      return this;
    }

    /** Sets how many texts one request may ask for. */
    public Builder maxChoices(int value) {
      maxChoices = value;
      return this;
    }

    /** Sets how many log-probabilities may be asked for at each position. */
    public Builder maxLogprobs(int value) {
      maxLogprobs = value;
      return this;
    }

    /** Sets how long a client may take to send a body, and to take a part of its answer. */
    public Builder clientTimeout(Duration value) {
      clientTimeout = value;
      return this;
    }

    /** Sets the origins whose pages may use the server. */
    public Builder allowedOrigins(List<String> value) {
      allowedOrigins = value;
      return this;
    }

    /** Sets whether logs hold prompts and texts. */
    public Builder logPrompts(boolean value) {
      logPrompts = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one is out of range; names it, its value and the range
     */
    public ServerConfig build() {
      return new ServerConfig(
          host,
          port,
          modelName,
          version,
          apiKey,
          defaults,
          maxBodyBytes,
          maxRequests,
          maxChoices,
          maxLogprobs,
          clientTimeout,
          allowedOrigins,
          logPrompts);
    }
  }
}
