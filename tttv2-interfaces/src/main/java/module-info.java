// SPDX-License-Identifier: Apache-2.0

/**
 * Text in, text out: generation, tokenizer, chat template, demos. Texts and images in, vectors out.
 */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.interfaces {
  requires transitive dev.tttv2.config;
  requires transitive dev.tttv2.core;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires transitive jdk.jfr;
  // What DJL needs: being automatic modules, its jars cannot say so.
  requires com.google.gson;
  requires org.slf4j;
  // The package server's alone, and there only if somebody serves.
  requires static io.netty.buffer;
  requires static io.netty.codec;
  requires static io.netty.codec.http;
  requires static io.vertx.core;
  requires static micrometer.core;
  requires static micrometer.registry.prometheus;
  requires static io.prometheus.metrics.model;
  requires static org.apache.logging.log4j;

  exports dev.tttv2.interfaces;
  exports dev.tttv2.interfaces.batch;
  exports dev.tttv2.interfaces.jinja;
  exports dev.tttv2.interfaces.server;
  exports dev.tttv2.interfaces.structured;

  uses dev.tttv2.interfaces.EncoderFamily;
  uses dev.tttv2.interfaces.ModelFamily;
}
