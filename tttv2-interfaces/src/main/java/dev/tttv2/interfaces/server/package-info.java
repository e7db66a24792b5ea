// SPDX-License-Identifier: Apache-2.0

/**
 * A model behind HTTP, with the interface of OpenAI's API and vLLM's additions to it. Needs Vert.x,
 * Micrometer's Prometheus registry and Log4j's API, which the module leaves to those who serve. One
 * event loop reads and writes; each request is answered on a virtual thread of its own.
 */
package dev.tttv2.interfaces.server;
