// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Hands over many requests, so many at a time, and waits for all. For one thread and once. */
final class BulkRun {
  private final Function<EngineRequest, RequestHandle> submit;
  private final Semaphore places;
  private final List<RequestHandle> handles = new ArrayList<>();
  private boolean interrupted;
  private RuntimeException failure;

  BulkRun(Function<EngineRequest, RequestHandle> submit, int atATime) {
    this.submit = submit;
    this.places = new Semaphore(atATime);
  }

  List<RequestOutput> run(List<EngineRequest> requests) {
    try {
      for (EngineRequest request : requests) {
        takePlace();
        request.promise.whenComplete((output, e) -> places.release());
        RequestHandle handle = submit.apply(request);
        handles.add(handle);
        if (interrupted) {
          handle.cancel();
        }
      }
    } catch (RuntimeException e) {
      fail(e);
    }
    List<RequestOutput> outputs = new ArrayList<>();
    for (RequestHandle handle : handles) {
      try {
        outputs.add(await(handle));
      } catch (RuntimeException e) {
        fail(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
    return outputs;
  }

  private void takePlace() {
    while (true) {
      try {
        places.acquire();
        return;
      } catch (InterruptedException e) {
        interrupt();
      }
    }
  }

  private RequestOutput await(RequestHandle handle) {
    while (true) {
      try {
        return handle.await();
      } catch (InterruptedException e) {
        interrupt();
      }
    }
  }

  private void interrupt() {
    interrupted = true;
    handles.forEach(RequestHandle::cancel);
  }

  private void fail(RuntimeException e) {
    if (failure == null) {
      failure = e;
      handles.forEach(RequestHandle::cancel);
    }
  }
}
