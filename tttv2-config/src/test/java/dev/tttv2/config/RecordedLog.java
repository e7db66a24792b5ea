// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Catches what a class logs, from INFO up, and keeps it out of the tests' output. */
final class RecordedLog extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> messages = new ArrayList<>();

  RecordedLog(Class<?> source) {
    logger = Logger.getLogger(source.getName());
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** Returns "LEVEL message" of everything logged since the last call. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }

  @Override
  public synchronized void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.INFO.intValue()) {
      messages.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
      // Log4j prints the trace of an exception that is the last parameter.
      Object[] parameters = record.getParameters();
      if (parameters != null && parameters[parameters.length - 1] instanceof Throwable) {
        messages.add("a stack trace of " + parameters[parameters.length - 1]);
      }
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
