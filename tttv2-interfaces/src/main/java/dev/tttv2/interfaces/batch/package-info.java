// SPDX-License-Identifier: Apache-2.0

/**
 * Files of requests, in OpenAI's batch format: answered many at a time, resumable after a kill.
 * {@link dev.tttv2.interfaces.batch.BatchJob} does a file to a file, {@link
 * dev.tttv2.interfaces.batch.BatchAnswers} lines from anywhere. Needs none of the server's
 * libraries.
 */
package dev.tttv2.interfaces.batch;
