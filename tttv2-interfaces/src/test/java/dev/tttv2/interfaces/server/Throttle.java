// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.EngineStats;
import dev.tttv2.interfaces.EngineStep;
import dev.tttv2.interfaces.StepListener;
import java.util.concurrent.locks.LockSupport;

/** Makes an engine slow or holds it after its next step, on demand. */
@SuppressWarnings("exports") // of no concern to clients
final class Throttle implements StepListener {
  volatile long millis;
  volatile boolean held;
  private final StepListener next;

  Throttle(StepListener next) {
    this.next = next;
  }

  @Override
  public void step(EngineStep step, EngineStats stats) {
    LockSupport.parkNanos(millis * 1_000_000);
    while (held) {
      LockSupport.parkNanos(1_000_000);
    }
    next.step(step, stats);
  }
}
