// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the calls on meshes of devices. Shapes are those of one device: of the part that each of
 * them holds.
 */
final class MeshCorpus {
  /** Meshes of one row. */
  private static final List<String> ROWS = List.of("1x2", "1x4", "1x8");

  /** Meshes in which devices lie along both axes. */
  private static final List<String> GRIDS = List.of("2x2", "2x4");

  private final MeshText mesh;
  private final Set<String> calls;

  private MeshCorpus(String mesh, Set<String> calls) {
    this.mesh = MeshText.parse(mesh);
    this.calls = calls;
  }

  static List<String> calls() {
    Set<String> calls = new LinkedHashSet<>();
    for (String mesh : ROWS) {
      MeshCorpus corpus = new MeshCorpus(mesh, calls);
      corpus.tensors();
      corpus.gathering();
      corpus.sharing();
      corpus.adding();
      corpus.norms();
      corpus.operations();
    }
    for (String mesh : GRIDS) {
      MeshCorpus corpus = new MeshCorpus(mesh, calls);
      corpus.grids();
    }
    return List.copyOf(calls);
  }

  /** Descriptions overlap: a call that is there already stays where it is. */
  private void call(String function, String arguments, Object... values) {
    calls.add(function + " mesh=" + mesh + " " + String.format(arguments, values));
  }

  private static String data(String form) {
    return form.matches("(bf|f).*") ? " data=f32" : "";
  }

  private static String dtype(String form) {
    return form.matches("(bf|f).*") ? " dtype=f32" : "";
  }

  private void tensors() {
    for (String form : Corpus.FORMS) {
      call("tensor_create", "out=%s[2,33,12]", form);
      for (String mapping : List.of("[-,-]", "[-,0]", "[-,1]", "[-,2]", "[-,3]")) {
        // of the last dimension less than a tile
        call("tensor_from_host", "out=%s[2,3,33,12] mapping=%s%s", form, mapping, data(form));
        call("aggregate_tensor", "x=%s[2,3,33,12] mapping=%s%s", form, mapping, dtype(form));
      }
      call("tensor_write", "x=%s[3,33,12] mapping=[-,2]%s", form, data(form));
    }
    for (String shape : List.of("[1]", "[1,1]", "[1,1,1,32]", "[1,1,32,64]", "[1,2,3,4,5]")) {
      call("tensor_from_host", "out=bf16:tile%s mapping=[-,-1] data=f32", shape);
      call("tensor_from_host", "out=bf16:rm%s mapping=[-,0] data=bf16", shape);
      call("aggregate_tensor", "x=bf16:tile%s mapping=[-,-1] dtype=bf16", shape);
    }
    for (String mapping :
        List.of("[0,-]", "[0,1]", "[3,2]", "[2,2]", "[-1,3]", "[-,4]", "[-,-5]")) {
      call("tensor_from_host", "out=bf16:tile[1,1,32,12] mapping=%s data=f32", mapping);
      call("tensor_write", "x=bf16:tile[1,1,32,12] mapping=%s data=f32", mapping);
      call("aggregate_tensor", "x=bf16:tile[1,1,32,12] mapping=%s dtype=f32", mapping);
    }
    for (String memory : List.of("l1", "hs(32x64@4x1)", "ws(128x32@2x1)", "bs(64x32@2x2)", "hs")) {
      call("tensor_from_host", "out=bf16:tile:%s[1,1,128,64] mapping=[-,3] data=f32", memory);
      call("aggregate_tensor", "x=bf16:tile:%s[1,1,128,64] mapping=[-,3] dtype=f32", memory);
    }
    // a [out, in] weight for an [in, out] tensor
    for (String mapping : List.of("[-,-]", "[-,0]", "[-,1]")) {
      call("tensor_from_host", "out=bf8:tile[64,96] mapping=%s data=bf16 transposed=on", mapping);
    }
    call("tensor_from_host", "out=bf8:tile[64] mapping=[-,0] data=bf16 transposed=on");
    // what doesn't divide is more or less than the parts have
    for (String bytes : List.of("-4", "4", "128")) {
      call("tensor_from_host", "out=f32:tile[1,1,32,12] mapping=[-,3] more_bytes=%s", bytes);
      call("tensor_write", "x=f32:tile[1,1,32,12] mapping=[-,3] more_bytes=%s", bytes);
      call("aggregate_tensor", "x=f32:tile[1,1,32,12] mapping=[-,3] more_bytes=%s", bytes);
    }
    call("tensor_from_host", "out=bf8:rm[32,32] mapping=[-,0] data=f32");
    call("tensor_from_host", "out=u32:rm[32,32] mapping=[-,0] data=f32");
    call("tensor_from_host", "out=f32:rm[32,32] mapping=[-,0] capture=on");
    call("tensor_write", "x=f32:rm[32,32] mapping=[-,0] capture=on");
    call("tensor_write", "x=f32:rm[32,32]!deallocated mapping=[-,0]");
    call("aggregate_tensor", "x=bf16:tile[32,32] dtype=f32");
    call("aggregate_tensor", "x=u32:rm[32,32] mapping=[-,0] dtype=f32");
    call("aggregate_tensor", "x=f32:rm[32,32] mapping=[-,0] capture=on");
    call("aggregate_tensor", "x=f32:rm[32,32]!deallocated mapping=[-,0]");
    call("aggregate_tensor", "x=f32:rm[32,32]!destroyed mapping=[-,0]");
    call("tensor_read", "x=f32:rm[32,32]");
    call("deallocate", "x=f32:rm[32,32]");
    call("deallocate", "x=f32:rm[32,32]!destroyed");
  }

  private void gathering() {
    String op = "all_gather";
    for (String form : Corpus.FORMS) {
      for (int dim = 0; dim < 4; dim++) {
        call(op, "x=%s[2,3,32,64] dim=%d", form, dim);
        call(op, "x=%s[1,1,33,12] dim=%d", form, dim);
      }
    }
    for (String x : List.of("[32]", "[12]", "[33,100]", "[3,33,64]", "[1,2,3,33,64]")) {
      for (String dim : List.of("0", "-1", "5", "-6")) {
        call(op, "x=bf16:tile%s dim=%s", x, dim);
        call(op, "x=bf16:rm%s dim=%s", x, dim);
      }
    }
    for (String x : List.of("[1,1,1,576]", "[1,1,128,4096]", "[1,1,32,32]", "[1,1,32,4]")) {
      call(op, "x=bf16:tile%s dim=3", x);
      call(op, "x=bf8:tile%s dim=3", x);
    }
    for (String axis : List.of("axis0", "axis1", "default", "7", "-1")) {
      call(op, "x=bf16:tile[1,1,32,64] dim=3 cluster_axis=%s", axis);
      call(op, "x=bf16:tile[1,1,32,64] dim=2 cluster_axis=%s", axis);
    }
    for (String memory : List.of("dram", "l1", "hs", "ws", "hs(32x64@4x1)")) {
      call(op, "x=bf16:tile[1,1,128,64] dim=3 memory_config=%s", memory);
    }
    for (String x : List.of("l1", "hs(32x64@4x1)", "ws(128x32@2x1)", "bs(64x32@2x2)")) {
      for (String memory : List.of("", " memory_config=dram", " memory_config=l1")) {
        call(op, "x=bf16:tile:%s[1,1,128,64] dim=3%s", x, memory);
      }
    }
    // shards that are enough for what was gathered, and others
    for (String cores : List.of("2x1", "4x1", "8x1", "8x2")) {
      call(op, "x=bf16:tile:hs(32x64@%s)[1,1,64,64] dim=2", cores);
      call(op, "x=bf16:tile:ws(64x32@%s)[1,1,64,64] dim=3", cores);
      call(op, "x=bf16:rm:hs(32x64@%s)[1,1,64,64] dim=2", cores);
      call(op, "x=bf16:tile[1,1,64,64] dim=2 memory_config=hs(32x64@%s)", cores);
      call(op, "x=bf16:tile[1,1,33,64] dim=2 memory_config=hs(32x64@%s)", cores);
      call(op, "x=bf16:tile:hs(32x64@2x1)[1,1,64,64] dim=2 memory_config=hs(32x64@%s)", cores);
      call(op, "x=bf16:tile:hs(32x64@2x1)[1,1,33,64] dim=2 memory_config=hs(32x64@%s)", cores);
    }
    // parts that meet within a tile or within what a board moves at once
    for (String form : Corpus.FORMS) {
      for (String x : List.of("[1,1,33,64] dim=2", "[1,1,32,12] dim=3", "[1,1,32,48] dim=3")) {
        call(op, "x=%s:l1%s", form, x);
        call(op, "x=%s%s memory_config=l1", form, x);
      }
    }
    for (String x : List.of("[12] dim=0", "[64] dim=0", "[33,64] dim=0", "[2,33,64] dim=1")) {
      call(op, "x=bf16:tile:l1%s", x);
      call(op, "x=bf16:rm:l1%s", x);
    }
    call(op, "x=bf16:tile:hs(32x64@4x1)[1,1,33,64] dim=2");
    call(op, "x=bf16:tile:hs(32x64@4x1)[1,1,33,64] dim=2 memory_config=dram");
    call(op, "x=bf16:tile[1,1,32,64]!deallocated dim=3");
    call(op, "x=bf16:tile[1,1,32,64]!destroyed dim=3");
    call(op, "x=bf16:tile[1,1,32,64] dim=3 capture=on");
  }

  /** Operations that leave each device a part of a dimension. */
  private void sharing() {
    int n = mesh.columns();
    for (String op : List.of("reduce_scatter", "mesh_partition")) {
      for (String form : Corpus.FORMS) {
        for (int dim = 0; dim < 4; dim++) {
          call(op, "x=%s[%d,%d,%d,%d] dim=%d", form, n, n, 32 * n, 32 * n, dim);
        }
        // parts that are no whole tiles
        call(op, "x=%s[1,1,33,%d] dim=3", form, 12 * n);
        call(op, "x=%s[1,1,%d,64] dim=2", form, 12 * n);
        call(op, "x=%s[1,%d,33,64] dim=1", form, 2 * n);
        call(op, "x=%s[1,1,33,100] dim=2", form);
      }
      for (int dim = 0; dim < 4; dim++) {
        // nothing that divides
        call(op, "x=bf16:tile[3,3,33,65] dim=%d", dim);
        call(op, "x=bf16:rm[3,3,33,65] dim=%d", dim);
      }
      for (String layout : List.of("tile", "rm")) {
        call(op, "x=bf16:%s[%d] dim=0", layout, 32 * n);
        call(op, "x=bf16:%s[%d,64] dim=0", layout, 32 * n);
        call(op, "x=bf16:%s[64,%d] dim=1", layout, 32 * n);
        call(op, "x=bf16:%s[3,33,%d] dim=-1", layout, 32 * n);
        call(op, "x=bf16:%s[%d,33,64] dim=0", layout, n);
        call(op, "x=bf16:%s[1,2,3,33,%d] dim=-1", layout, 32 * n);
        call(op, "x=bf16:%s[%d,2,3,33,64] dim=0", layout, n);
        call(op, "x=bf16:%s[1,1,32,%d] dim=4", layout, 32 * n);
        call(op, "x=bf16:%s[1,1,32,%d] dim=-5", layout, 32 * n);
      }
      for (String width : List.of("64", "576", "1536", "4096")) {
        call(op, "x=bf16:tile[1,1,32,%s] dim=3", width);
        call(op, "x=bf8:tile[1,1,1,%s] dim=3", width);
      }
      for (String axis : List.of("axis0", "axis1", "default", "7")) {
        call(op, "x=bf16:tile[1,1,32,%d] dim=3 cluster_axis=%s", 32 * n, axis);
      }
      for (String memory : List.of("dram", "l1", "hs", "ws")) {
        call(op, "x=bf16:tile[1,1,128,%d] dim=3 memory_config=%s", 64 * n, memory);
      }
      for (String shards : List.of("l1", "hs(32x256@4x1)", "ws(128x64@4x1)", "bs(64x128@2x2)")) {
        for (String memory : List.of("", " memory_config=dram")) {
          call(op, "x=bf16:tile:%s[1,1,128,256] dim=3%s", shards, memory);
        }
      }
      for (String cores : List.of("1x1", "2x1")) {
        String shards = "hs(32x" + 64 * n + "@" + cores + ")";
        call(op, "x=bf16:tile:%s[1,1,32,%d] dim=3 memory_config=hs(32x64@1x1)", shards, 64 * n);
        call(op, "x=bf16:rm:%s[1,1,32,%d] dim=3", shards, 64 * n);
        call(op, "x=bf16:tile[1,1,%d,64] dim=2 memory_config=hs(32x64@%s)", 32 * n, cores);
      }
      for (String form : List.of("bf16:tile", "bf16:rm", "bf8:tile")) {
        call(op, "x=%s:l1[1,1,33,%d] dim=3", form, 64 * n);
        call(op, "x=%s:l1[1,%d,33,64] dim=1", form, n);
      }
      call(op, "x=bf16:tile[1,1,32,256]!deallocated dim=3");
      call(op, "x=bf16:tile[1,1,32,256] dim=3 capture=on");
    }
  }

  private void adding() {
    String op = "all_reduce";
    for (String form : Corpus.FORMS) {
      for (String shape : List.of("[1,1,32,64]", "[1,1,33,100]", "[2,3,32,512]")) {
        call(op, "x=%s%s", form, shape);
      }
    }
    for (String shape :
        List.of(
            "[32]",
            "[33,100]",
            "[3,33,64]",
            "[1,2,3,33,64]",
            "[1,1,1,32]",
            "[1,1,32,576]",
            "[1,1,128,4096]",
            "[1,8,32,64]")) {
      call(op, "x=bf16:tile%s", shape);
      call(op, "x=bf16:rm%s", shape);
      call(op, "x=bf8:tile%s", shape);
      call(op, "x=i32:rm%s", shape);
    }
    for (String axis : List.of("axis0", "axis1", "default", "7")) {
      call(op, "x=bf16:tile[1,1,32,256] cluster_axis=%s", axis);
    }
    for (String memory : List.of("dram", "l1", "hs", "ws")) {
      call(op, "x=bf16:tile[1,1,128,256] memory_config=%s", memory);
    }
    for (String shards : List.of("l1", "hs(32x256@4x1)", "ws(128x64@4x1)", "bs(64x128@2x2)")) {
      for (String memory : List.of("", " memory_config=dram")) {
        call(op, "x=bf16:tile:%s[1,1,128,256]%s", shards, memory);
      }
    }
    // devices share out the width, the height or nothing; what is in between has to fit the shards
    for (String shape : List.of("[1,1,256,32]", "[1,1,32,96]", "[1,1,96,96]", "[1,2,32,32]")) {
      String[] extents = shape.substring(1, shape.length() - 1).split(",");
      String height = Integer.toString(Integer.parseInt(extents[1]) * Integer.parseInt(extents[2]));
      String hs = "hs(32x" + extents[3] + "@8x1)";
      String ws = "ws(" + height + "x32@8x1)";
      for (String layout : List.of("tile", "rm")) {
        for (String shards : List.of(hs, ws)) {
          call(op, "x=bf16:%s:%s%s", layout, shards, shape);
          call(op, "x=bf16:%s%s memory_config=%s", layout, shape, shards);
          call(op, "x=bf16:%s:%s%s memory_config=dram", layout, shards, shape);
        }
      }
    }
    call(op, "x=bf16:tile[1,1,32,64]!deallocated");
    call(op, "x=bf16:tile[1,1,32,64] capture=on");
  }

  private void norms() {
    int n = mesh.columns();
    for (String norm : List.of("rms_norm", "layer_norm")) {
      String pre = norm + "_pre_all_gather";
      String post = norm + "_post_all_gather";
      int width = norm.equals("rms_norm") ? 32 : 64;
      for (String form : Corpus.FORMS) {
        call(pre, "x=%s[1,1,33,64]", form);
        call(pre, "x=%s[1,1,33,64] fp32_dest_acc_en=on", form);
        call(post, "x=%s[1,1,33,64] stats=bf16:tile[1,1,33,%d]", form, width * n);
        call(
            post,
            "x=%s[1,1,33,64] stats=bf16:tile[1,1,33,%d] fp32_dest_acc_en=on",
            form,
            width * n);
        call(post, "x=bf16:tile[1,1,33,64] stats=%s[1,1,33,%d]", form, width * n);
        call(
            post,
            "x=bf16:tile[1,1,33,64] stats=%s[1,1,33,%d] fp32_dest_acc_en=on",
            form,
            width * n);
        call(
            post,
            "x=bf16:tile[1,1,33,64] stats=bf16:tile[1,1,33,%d] weight=%s",
            width * n,
            form + (form.endsWith("rm") ? "[1,1,2,32]" : "[1,1,1,64]"));
      }
      for (String dtype : Corpus.ALL_DTYPES) {
        call(pre, "x=bf16:tile[1,1,32,64] dtype=%s", dtype);
        call(pre, "x=bf8:tile[1,1,32,64] dtype=%s fp32_dest_acc_en=on", dtype);
      }
      for (String x : List.of("[64]", "[33,64]", "[3,33,64]", "[2,3,33,64]", "[1,2,3,33,64]")) {
        call(pre, "x=bf16:tile%s", x);
        String stats = x.replace("64]", width * n + "]");
        call(post, "x=bf16:tile%s stats=bf16:tile%s", x, stats);
      }
      for (String x : List.of("[1,1,1,20]", "[1,1,32,576]", "[1,1,128,1024]")) {
        call(pre, "x=bf16:tile%s", x);
        String stats = x.replaceAll("\\d+]", width * n + "]");
        call(post, "x=bf16:tile%s stats=bf16:tile%s", x, stats);
      }
      for (String stats :
          List.of(
              "[1,1,33,16]",
              "[1,1,33,32]",
              "[1,1,33,96]",
              "[1,1,32," + width * n + "]",
              "[1,2,33," + width * n + "]",
              "[33," + width * n + "]",
              "[1,1,33," + width * n + "]!deallocated")) {
        call(post, "x=bf16:tile[1,1,33,64] stats=bf16:tile%s", stats);
      }
      String base = "x=bf16:tile[1,1,33,64] stats=bf16:tile[1,1,33," + width * n + "]";
      for (String weight :
          List.of(
              "bf16:tile[1,1,1,64]",
              "bf16:tile[64]",
              "bf16:tile[1,64]",
              "bf16:tile[1,1,33,64]",
              "bf16:tile[1,1,1,96]",
              "bf16:rm[1,1,2,32]",
              "bf16:rm[1,1,1,64]",
              "bf16:rm[2,32]",
              "bf16:tile[1,1,1,64]!deallocated")) {
        call(post, base + " weight=%s", weight);
        call(post, base + " weight=bf16:tile[1,1,1,64] bias=%s", weight);
        call(post, base + " weight=bf16:rm[1,1,2,32] bias=%s", weight);
      }
      call(post, base + " bias=bf16:tile[1,1,1,64]");
      call(post, base + " residual_input_tensor=bf16:tile[1,1,33,64]");
      call(post, base + " epsilon=0.00001");
      call(post, base + " capture=on");
      for (String memory : List.of("dram", "l1", "hs", "ws")) {
        call(pre, "x=bf16:tile[1,1,33,64] memory_config=%s", memory);
        call(post, base + " memory_config=%s", memory);
      }
      for (String x : List.of("l1", "ws(32x32@4x1)", "hs(32x128@1x1)", "bs(32x64@2x1)")) {
        for (String memory : List.of("", " memory_config=dram", " memory_config=ws(32x32@4x1)")) {
          call(pre, "x=bf16:tile:%s[1,1,32,128]%s", x, memory);
          call(
              post,
              "x=bf16:tile:%s[1,1,32,128] stats=bf16:tile[1,1,32,%d]%s",
              x,
              width * n,
              memory);
        }
      }
      for (String memory : List.of("l1", "hs(32x" + width * n + "@1x1)")) {
        call(post, "x=bf16:tile[1,1,32,64] stats=bf16:tile:%s[1,1,32,%d]", memory, width * n);
      }
      call(pre, "x=bf16:tile[1,1,33,64]!deallocated");
      call(post, "x=bf16:tile[1,1,33,64]!deallocated stats=bf16:tile[1,1,33,%d]", width * n);
    }
  }

  /** What runs on each device by itself: some of each kind, as {@link Corpus} has them. */
  private void operations() {
    for (String call :
        List.of(
            "embedding ids=u32:rm[1,33] weight=bf16:rm[100,96] layout=tile",
            "embedding ids=u32:rm[1,33] weight=bf16:rm[100,12]",
            "embedding ids=i32:rm[1,33] weight=bf16:rm[100,96]",
            "matmul a=bf16:tile[1,1,33,576] b=bf16:tile[576,100]",
            "matmul a=bf16:tile[1,1,32,64] b=bf8:tile[64,12] dtype=f32",
            "matmul a=bf16:tile[1,1,128,64] b=bf16:tile[64,256] memory_config=l1",
            "matmul a=bf16:tile[1,1,32,576] b=bf16:tile[512,64]",
            "matmul a=bf16:rm[1,1,32,64] b=bf16:tile[64,96]",
            "linear a=bf16:tile[1,1,32,64] b=bf4:tile[64,96] activation=silu",
            "linear a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] bias=bf16:tile[1,96]",
            "linear a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] bias=bf16:tile[2,96]",
            "linear a=bf16:tile[1,1,32,64] b=bf16:tile[64,96]!destroyed",
            "sparse_matmul a=bf16:tile[2,3,32,64] b=bf8:tile[1,4,64,96] sparsity=bf16:rm[2,3,1,4]",
            "sparse_matmul a=bf16:tile[2,3,32,64] b=bf8:tile[1,4,64,96] sparsity=u16:rm[2,3,1,4]",
            "rms_norm x=bf16:tile[1,1,33,64] weight=bf16:rm[1,1,2,32]",
            "rms_norm x=bf16:tile[1,1,33,64] weight=bf16:rm[1,1,1,64]",
            "layer_norm x=bf16:tile[2,33,100] weight=bf16:tile[100] bias=bf16:tile[100]",
            "layer_norm x=bf4:tile[1,1,32,64]",
            "add a=bf16:tile[1,1,33,64] b=bf8:tile[1,1,1,64]",
            "add a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,32,64]",
            "subtract a=i32:rm[3,33] b=i32:rm[3,33]",
            "multiply a=bf16:tile[1,1,32,96] b=bf16:tile[1,1,32,96] activation_a=silu",
            "multiply a=bf16:tile[1,1,32,96]!deallocated b=bf16:tile[1,1,32,96]",
            "add_scalar a=f32:tile[33,64] b=0.5",
            "multiply_scalar a=bf16:tile[33,64] b=2 output_tensor=bf16:tile[33,64]",
            "silu x=bf16:tile[1,1,33,64]",
            "gelu x=u32:tile[1,1,33,64]",
            "softmax x=bf16:tile[1,1,33,100] dim=-1",
            "softmax x=bf16:tile[1,1,33,100] dim=4",
            "sum x=bf16:tile[1,2,33,96] dim=1 keepdim=on",
            "plus_one x=i32:rm[32]",
            "plus_one x=i32:tile[32]",
            "nlp_create_qkv_heads x=bf16:tile[1,1,33,384] num_heads=4 num_kv_heads=1"
                + " transpose_k_heads=off",
            "nlp_create_qkv_heads x=bf16:tile[1,1,33,384] num_heads=4 num_kv_heads=3",
            "nlp_create_qkv_heads_decode x=bf16:tile[1,1,8,384] num_heads=4 num_kv_heads=1",
            "nlp_create_qkv_heads_decode x=bf16:tile[1,1,32,384] num_heads=4 num_kv_heads=1"
                + " memory_config=hs",
            "nlp_create_qkv_heads_decode x=bf8:tile[1,1,8,384] num_heads=4 num_kv_heads=1",
            "nlp_concat_heads x=bf16:tile[1,4,33,64]",
            "nlp_concat_heads x=bf16:rm[1,4,32,64]",
            "nlp_concat_heads_decode x=bf16:tile:hs(32x64@8x1)[1,8,4,64] num_heads=4",
            "nlp_concat_heads_decode x=bf16:tile[1,8,4,64] num_heads=4",
            "rotary_embedding_hf x=bf16:tile[1,4,33,64] cos=bf16:tile[1,1,33,64]"
                + " sin=bf16:tile[1,1,33,64]",
            "rotary_embedding_hf x=bf16:tile:hs(32x64@8x1)[1,8,4,64]"
                + " cos=bf16:tile:hs(32x64@8x1)[1,8,1,64] sin=bf16:tile:hs(32x64@8x1)[1,8,1,64]"
                + " is_decode_mode=on",
            "rotary_embedding_hf x=bf16:tile[1,8,4,64] cos=bf16:tile[1,8,1,64]"
                + " sin=bf16:tile[1,8,1,64] is_decode_mode=on",
            "rotary_embedding_llama x=bf16:tile[1,4,33,64] cos=bf16:tile[1,1,33,64]"
                + " sin=bf16:tile[1,1,33,64] trans_mat=bf16:tile[1,1,32,32]",
            "rotary_embedding_llama x=bf16:tile[1,4,33,64] cos=bf16:tile[1,1,31,64]"
                + " sin=bf16:tile[1,1,31,64] trans_mat=bf16:tile[1,1,32,32]",
            "scaled_dot_product_attention q=bf16:tile[1,4,33,64] k=bf8:tile[1,1,33,64]"
                + " v=bf8:tile[1,1,33,64]",
            "scaled_dot_product_attention q=bf16:tile[1,4,33,64] k=bf16:tile[1,3,33,64]"
                + " v=bf16:tile[1,3,33,64]",
            "scaled_dot_product_attention q=f32:tile[1,4,33,64] k=f32:tile[1,1,33,64]"
                + " v=f32:tile[1,1,33,64]",
            "chunked_scaled_dot_product_attention q=bf16:tile[1,4,32,64]"
                + " k_cache=bf8:tile[8,1,32,64] v_cache=bf8:tile[8,1,32,64] page_table=i32:rm[1,8]"
                + " chunk_start=32",
            "chunked_scaled_dot_product_attention q=bf16:tile[1,4,32,64]"
                + " k_cache=bf16:tile[8,1,32,64] v_cache=bf16:tile[8,1,32,64]"
                + " page_table=i32:rm[1,1] chunk_start=32",
            "scaled_dot_product_attention_decode q=bf16:tile[1,8,4,64]"
                + " k_cache=bf16:tile[8,1,128,64] v_cache=bf16:tile[8,1,128,64]"
                + " cur_pos_tensor=i32:rm[8]",
            "scaled_dot_product_attention_decode q=bf16:tile[1,8,4,64]"
                + " k_cache=bf16:tile[8,3,128,64] v_cache=bf16:tile[8,3,128,64]"
                + " cur_pos_tensor=i32:rm[8]",
            "paged_scaled_dot_product_attention_decode q=bf16:tile[1,32,4,64]"
                + " k_cache=bf8:tile[64,1,32,64] v_cache=bf8:tile[64,1,32,64]"
                + " page_table=i32:rm[32,4] cur_pos_tensor=i32:rm[32]",
            "paged_scaled_dot_product_attention_decode q=bf16:tile:hs(32x64@8x1)[1,8,4,64]"
                + " k_cache=bf16:tile[64,1,32,64] v_cache=bf16:tile[64,1,32,64]"
                + " page_table=i32:rm[8,4] cur_pos_tensor=i32:rm[8]",
            "paged_scaled_dot_product_attention_decode q=bf16:tile[1,8,4,64]"
                + " k_cache=bf16:tile[64,1,32,64] v_cache=bf16:tile[64,1,32,64]"
                + " page_table=u32:tile[8,4] cur_pos_tensor=i32:rm[8]",
            "paged_fill_cache cache=bf8:tile[64,1,32,64] x=bf8:tile[1,1,100,64]"
                + " page_table=i32:rm[8,4] batch_idx=3",
            "paged_fill_cache cache=bf8:tile[64,1,32,64] x=bf16:tile[1,1,100,64]"
                + " page_table=i32:rm[8,4] batch_idx=3",
            "paged_update_cache cache=bf8:tile[64,1,32,64] x=bf16:tile:hs(32x64@8x1)[1,8,1,64]"
                + " update_idxs=i32:rm[8] page_table=i32:rm[8,4]",
            "paged_update_cache cache=bf8:tile[64,1,32,64] x=bf16:tile[1,8,1,64]"
                + " update_idxs=i32:rm[8] page_table=i32:rm[8,4]",
            "fill_cache cache=bf16:tile[8,1,128,64] x=bf16:tile[1,1,33,64] batch_idx=3"
                + " update_idx=32",
            "fill_cache cache=bf16:tile[8,1,128,64] x=bf8:tile[1,1,33,64] batch_idx=3"
                + " update_idx=32",
            "concat tensor0=bf16:tile[1,1,33,64] tensor1=bf16:tile[1,1,33,12] dim=3",
            "concat tensor0=bf16:tile[1,1,33,64] tensor1=bf8:tile[1,1,33,64] dim=3",
            "slice x=bf16:tile[1,1,64,96] starts=[0,0,31,0] ends=[1,1,32,96]",
            "slice x=bf8:tile[1,1,64,96] starts=[0,0,0,12] ends=[1,1,64,96]",
            "slice x=bf16:tile[1,1,64,96] starts=[0,0,0,0] ends=[1,1,65,96]",
            "reshape x=bf16:tile[1,8,4,64] shape=[1,1,8,-1]",
            "reshape x=bf16:tile[1,8,4,64] shape=[1,1,8,255]",
            "permute x=bf16:tile[1,8,4,64] dims=[0,2,1,3]",
            "permute x=bf16:tile[1,8,4,64] dims=[0,2,1,4]",
            "transpose x=bf16:rm[1,8,4,64] dim1=1 dim2=2",
            "transpose x=bf16:rm[1,8,4,64] dim1=1 dim2=4",
            "transpose x=bf16:rm:bs(32x64@2x1)[1,8,4,64] dim1=1 dim2=2",
            "transpose x=bf16:tile:bs(64x32@2x2)[1,1,128,64] dim1=2 dim2=3",
            "concat tensor0=bf16:tile:ws(64x32@2x1)[1,1,33,64] tensor1=bf16:tile[1,1,33,12] dim=3",
            "concat tensor0=bf8:tile[1,1,33,64] tensor1=bf16:tile[1,1,33,12] dim=3",
            "fill_cache cache=bf16:tile[8,1,128,64] x=bf16:tile:ws(64x32@2x1)[1,1,33,64]"
                + " batch_idx=3",
            "paged_fill_cache cache=bf8:tile[64,1,32,64] x=bf8:tile[1,1,100,64]"
                + " page_table=i32:rm:hs(32x64@1x1)[8,4] batch_idx=3",
            "pad x=bf16:tile[1,1,33,12] low=[0,0,0,0] high=[0,0,31,20] value=0",
            "pad x=bf16:tile[1,1,33,12] low=[0,0,1,0] high=[0,0,0,0] value=0",
            "scatter x=bf16:rm[2,33,64] dim=2 index=u32:rm[2,33,8] src=bf16:rm[2,33,8]",
            "scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,33,8] src=f32:tile[2,33,8]",
            "typecast x=bf16:tile[1,1,33,12] dtype=bf8",
            "typecast x=bf16:rm[1,1,33,12] dtype=bf8",
            "to_layout x=bf8:tile[1,1,33,12] layout=rm",
            "to_layout x=bf16:rm[1,1,33,12] layout=7",
            "to_memory_config x=bf16:tile[1,8,4,64] memory_config=hs(32x64@8x1)",
            "to_memory_config x=bf16:tile:hs(32x64@8x1)[1,8,4,64] memory_config=dram",
            "to_memory_config x=bf16:tile[1,1,128,64] memory_config=hs(16x64@8x1)",
            "to_memory_config x=bf16:tile[1,1,8192,8192] memory_config=l1",
            "copy src=bf16:tile[1,1,33,12] dst=bf16:tile[1,1,33,12]",
            "copy src=bf16:tile[1,1,33,12] dst=bf16:tile[1,1,32,12]",
            "argmax x=bf16:rm[1,1,8,100] dim=-1 keepdim=on",
            "argmax x=bf8:tile[1,1,32,96] dim=-1",
            "topk x=bf16:tile[1,1,32,1000] k=32",
            "topk x=bf16:rm[1,1,32,1024] k=32",
            "begin_trace_capture",
            "begin_trace_capture capture=on",
            "end_trace_capture trace=capturing",
            "end_trace_capture trace=ended",
            "execute_trace trace=ended",
            "execute_trace trace=released",
            "release_trace trace=ended",
            "release_trace trace=unknown",
            "linear a=bf16:tile[1,1,32,64] b=bf8:tile[64,96] capture=on")) {
      String[] words = call.split(" ", 2);
      calls.add(words[0] + " mesh=" + mesh + (words.length > 1 ? " " + words[1] : ""));
    }
  }

  /** As blocks share it: rows first where it is joined, columns first where it is added up. */
  private void oneDimensionOverBothAxes() {
    for (String mapping :
        List.of("[0,0]", "[1,1]", "[2,2]", "[3,3]", "[-1,-1]", "[3,-1]", "[4,4]", "[-5,-5]")) {
      for (String form : List.of("bf16:tile", "bf16:rm", "bf8:tile", "f32:rm", "u32:rm")) {
        call("tensor_from_host", "out=%s[1,2,33,12] mapping=%s%s", form, mapping, data(form));
        call("tensor_write", "x=%s[1,2,33,12] mapping=%s%s", form, mapping, data(form));
        call("aggregate_tensor", "x=%s[1,2,33,12] mapping=%s%s", form, mapping, dtype(form));
      }
    }
    // a [out, in] weight for an [in, out] tensor
    for (String mapping : List.of("[0,0]", "[1,1]")) {
      call("tensor_from_host", "out=bf8:tile[64,96] mapping=%s data=bf16 transposed=on", mapping);
    }
    for (String bytes : List.of("-4", "4")) {
      call("tensor_from_host", "out=f32:tile[1,1,32,12] mapping=[3,3] more_bytes=%s", bytes);
      call("aggregate_tensor", "x=f32:tile[1,1,32,12] mapping=[3,3] more_bytes=%s", bytes);
    }
    // The sums of a norm, and residual streams whose parts are whole tiles and others.
    for (String x : List.of("f32:tile[1,1,33,32]", "bf16:tile[1,1,32,64]", "bf16:tile[1,1,1,72]")) {
      int width = Integer.parseInt(x.replaceAll(".*,|]", ""));
      String rest = x.substring(0, x.lastIndexOf(',') + 1);
      String ofRow = rest + width * mesh.columns() + "]";
      String whole = rest + width * mesh.size() + "]";
      call("all_gather", "x=%s dim=-1 cluster_axis=axis1", x);
      call("all_gather", "x=%s dim=-1 cluster_axis=axis0", ofRow);
      call("reduce_scatter", "x=%s dim=-1 cluster_axis=axis0", whole);
      call("reduce_scatter", "x=%s dim=-1 cluster_axis=axis1", ofRow);
    }
  }

  /** Along one axis of two. */
  private void grids() {
    for (String mapping :
        List.of("[-,-]", "[0,-]", "[-,1]", "[0,1]", "[1,0]", "[3,2]", "[2,3]", "[2,2]", "[-1,3]")) {
      for (String form : List.of("bf16:tile", "bf8:tile", "u32:rm")) {
        call("tensor_from_host", "out=%s[1,2,33,12] mapping=%s%s", form, mapping, data(form));
        call("aggregate_tensor", "x=%s[1,2,33,12] mapping=%s%s", form, mapping, dtype(form));
      }
    }
    oneDimensionOverBothAxes();
    call("tensor_read", "x=f32:rm[32,32]");
    for (String axis : List.of("axis0", "axis1", "default", "7")) {
      for (int dim = 0; dim < 4; dim++) {
        for (String form : List.of("bf16:tile", "bf8:tile", "u32:rm")) {
          call("all_gather", "x=%s[2,3,33,12] dim=%d cluster_axis=%s", form, dim, axis);
          call("reduce_scatter", "x=%s[4,4,128,128] dim=%d cluster_axis=%s", form, dim, axis);
          call("mesh_partition", "x=%s[4,4,128,128] dim=%d cluster_axis=%s", form, dim, axis);
        }
        call("reduce_scatter", "x=bf16:tile[3,3,33,65] dim=%d cluster_axis=%s", dim, axis);
        call("mesh_partition", "x=bf16:tile[3,3,33,65] dim=%d cluster_axis=%s", dim, axis);
      }
      for (String form : List.of("bf16:tile", "bf8:tile", "bf16:rm", "i32:rm")) {
        call("all_reduce", "x=%s[1,1,33,64] cluster_axis=%s", form, axis);
      }
    }
    for (String norm : List.of("rms_norm", "layer_norm")) {
      call(norm + "_pre_all_gather", "x=bf16:tile[1,1,33,64]");
      call(norm + "_post_all_gather", "x=bf16:tile[1,1,33,64] stats=bf16:tile[1,1,33,128]");
    }
  }
}
