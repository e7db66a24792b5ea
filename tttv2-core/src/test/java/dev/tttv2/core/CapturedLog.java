// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the module has logged while this is open. */
final class CapturedLog implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.tttv2.core");
  private final boolean parents = logger.getUseParentHandlers();
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  CapturedLog() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  /** Returns the record whose text contains all of the parts, or null. */
  LogRecord find(String... parts) {
    for (LogRecord record : records) {
      boolean all = true;
      for (String part : parts) {
        all &= record.getMessage().contains(part);
      }
      if (all) {
        return record;
      }
    }
    return null;
  }

  /** Collects garbage until there is such a record, for ten seconds at most; null if none came. */
  LogRecord await(String... parts) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      LogRecord record = find(parts);
      if (record != null) {
        return record;
      }
      System.gc();
      Thread.sleep(50);
    }
    return null;
  }

  List<String> texts() {
    return records.stream().map(LogRecord::getMessage).toList();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(parents);
  }
}
