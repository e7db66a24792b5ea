// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An answer as server-sent events, as vLLM sends them. It begins with its first event, so that what
 * goes wrong before has a status of its own.
 */
final class EventStream {
  private final Exchange exchange;
  private final Lock lock = new ReentrantLock();
  private boolean begun; // guarded by the lock

  EventStream(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Sends an event. Waits while the client is slow.
   *
   * @throws DisconnectedException if the client has gone
   */
  void send(JsonNode json) {
    lock.lock();
    try {
      if (!begun) {
        exchange.beginEvents();
        begun = true;
      }
      exchange.event(json.toString());
    } finally {
      lock.unlock();
    }
  }

  /** Sends the last event. */
  void end() {
    exchange.endEvents();
  }

  /**
   * Does what makes the events. If it fails after the first one, an event says so, and it is the
   * last.
   *
   * @throws ApiException if it failed
   */
  <T> T run(Supplier<T> work) {
    try {
      return work.get();
    } catch (DisconnectedException e) {
      throw e;
    } catch (ApiException e) {
      tell(e);
      throw e;
    } catch (RuntimeException | Error e) {
      tell(ApiException.internal("the request failed; the server's log says why"));
      throw e;
    }
  }

  private void tell(ApiException e) {
    lock.lock();
    try {
      if (begun) {
        send(e.body());
        end();
      }
    } finally {
      lock.unlock();
    }
  }
}
