/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded before TTNN 0.81.1 on a mocked board, where programs have no memory for kernels and command queues none for
 * commands. Trace capture, trace replay and waits for events would read or write that memory and crash. The four functions
 * of libtt_metal.so below are called instead of the library's own (C++ names, as the linker sees them): two that write to a
 * queue do nothing, two go around what isn't there. What TTNN checks before it comes to them is its own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *original(const char *name) {
  void *library = dlopen("libtt_metal.so", RTLD_LAZY | RTLD_NOLOAD);
  void *symbol = library == NULL ? NULL : dlsym(library, name);
  if (symbol == NULL) {
    fprintf(stderr, "ttnn-mock: libtt_metal.so has no %s; this harness is for TTNN 0.81.1\n", name);
    abort();
  }
  return symbol;
}

/* tt::tt_metal::Buffer::address() const. Capturing a program asks for the address of its kernels, whose buffer is null. */
uint64_t _ZNK2tt8tt_metal6Buffer7addressEv(const void *buffer) {
  static uint64_t (*address)(const void *);
  if (address == NULL) address = (uint64_t(*)(const void *))original(__func__);
  return buffer == NULL ? 0 : address(buffer);
}

/* tt::tt_metal::distributed::MeshWorkloadImpl::load_binaries(MeshCommandQueue&). Within a capture a program may come again
 * only after its kernels are on the device, a state that a board reaches by running it and a mock never does: it is set
 * here. The second word of a queue is its device. */
void _ZN2tt8tt_metal11distributed16MeshWorkloadImpl13load_binariesERNS1_16MeshCommandQueueE(void *workload,
                                                                                           void **queue) {
  static void (*load)(void *, void **);
  static int (*device_id)(const void *);
  static void (*set_status)(void *, uint64_t, uint8_t);
  enum { kCommitted = 2 };
  if (load == NULL) {
    device_id = (int (*)(const void *))original("_ZNK2tt8tt_metal11distributed10MeshDevice2idEv");
    set_status = (void (*)(void *, uint64_t, uint8_t))original(
        "_ZN2tt8tt_metal11distributed16MeshWorkloadImpl25set_program_binary_statusEmNS0_19ProgramBinaryStatusE");
    load = (void (*)(void *, void **))original(__func__);
  }
  load(workload, queue);
  set_status(workload, (uint64_t)device_id(queue[1]), kCommitted);
}

/* tt::tt_metal::trace_dispatch::issue_trace_commands(...): writes a replay to the queue. */
void _ZN2tt8tt_metal14trace_dispatch20issue_trace_commandsEPNS0_11distributed10MeshDeviceERNS0_19SystemMemoryManagerERKNS1_21TraceDispatchMetadataEhRKSt5arrayIjLm8EENS_7xy_pairE(
    void) {}

/* tt::tt_metal::event_dispatch::issue_wait_for_event_commands(...): writes a wait to the queue. */
void _ZN2tt8tt_metal14event_dispatch29issue_wait_for_event_commandsEhhRNS0_19SystemMemoryManagerEj(void) {}
