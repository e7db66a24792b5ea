// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the calls on one device: for each function a description of what is to be tried. Sizes are
 * awkward ones around a tile's 32.
 */
final class Corpus {
  static final List<String> ALL_DTYPES =
      List.of("f32", "bf16", "bf8", "bf4", "u32", "i32", "u16", "u8");

  /** Every dtype in every layout that can be made of it. */
  static final List<String> FORMS = forms(ALL_DTYPES);

  private static final List<String> SHAPES =
      List.of(
          "[32]",
          "[33]",
          "[1,1]",
          "[31,33]",
          "[2,32,100]",
          "[1,1,33,576]",
          "[2,3,1,100]",
          "[2,1,2,33,32]");

  private static final String SHARDED = "hs(32x64@4x1)";

  /** Shards of a tensor [1, 1, 128, 64] or, for the second half, [1, 1, 32, 256]. */
  private static final List<String> SHARDINGS =
      List.of(
          "hs(32x64@4x1)[1,1,128,64]",
          "hs(32x64@2x2)[1,1,128,64]",
          "hs(64x64@2x1)[1,1,128,64]",
          "hs(32x64@0.0-2.0+0.1-0.1)[1,1,128,64]",
          "ws(32x64@4x1)[1,1,32,256]",
          "ws(32x32@8x1)[1,1,32,256]",
          "bs(64x32@2x2)[1,1,128,64]",
          "bs(64x32@2x2,col)[1,1,128,64]");

  private final Set<String> calls = new LinkedHashSet<>();

  private Corpus() {}

  static List<String> calls() {
    Corpus corpus = new Corpus();
    corpus.tensors();
    corpus.embedding();
    corpus.matmul();
    corpus.matmulPrograms();
    corpus.sparseMatmul();
    corpus.norms();
    corpus.groupNorm();
    corpus.binary();
    corpus.unary();
    corpus.reductions();
    corpus.heads();
    corpus.rotary();
    corpus.sdpa();
    corpus.chunkedSdpa();
    corpus.sdpaDecode();
    corpus.caches();
    corpus.joins();
    corpus.shapes();
    corpus.pads();
    corpus.scatter();
    corpus.conversions();
    corpus.choices();
    corpus.collectives();
    corpus.traces();
    corpus.calls.addAll(ShardCorpus.calls());
    corpus.calls.addAll(PlaceCorpus.calls());
    return List.copyOf(corpus.calls);
  }

  private static List<String> forms(List<String> dtypes) {
    List<String> forms = new ArrayList<>();
    for (String dtype : dtypes) {
      forms.add(dtype + ":tile");
      if (!dtype.equals("bf8") && !dtype.equals("bf4")) {
        forms.add(dtype + ":rm");
      }
    }
    return forms;
  }

  /** Descriptions overlap: a call that is there already stays where it is. */
  private void call(String text, Object... values) {
    calls.add(String.format(text, values));
  }

  private void tensors() {
    for (String form : FORMS) {
      for (String shape : List.of("[1]", "[31,33]", "[2,3,100]", "[1,2,3,4,5]")) {
        call("tensor_create out=%s%s", form, shape);
      }
      call("tensor_create out=%s:l1[1,1,100,100]", form);
      call("tensor_create out=%s:hs(32x64@4x1)[1,1,128,64]", form);
      call("tensor_create out=%s:hs[1,1,128,64]", form);
    }
    call("tensor_create out=bf8:rm[32,32]");
    call("tensor_create out=bf4:rm[1,1,64,64]");
    for (String shape : List.of("[0]", "[0,32]", "[32,0]", "[-1,32]", "[1,1,1,1,1,1,1,32]")) {
      call("tensor_create out=bf16:tile%s", shape);
    }
    for (String memory :
        List.of(
            "l1",
            "ws",
            "bs",
            "dram_hs",
            "ws(128x32@2x1)",
            "bs(64x32@2x2)",
            "bs(64x32@2x2,col)",
            "bs(32x32@2x4)",
            "hs(32x64@2x2,col)",
            "hs(32x64@0.0-2.0+0.1-0.1)",
            "hs(32x64@4.4-7.4)",
            "hs(32x64@8x1)",
            "hs(64x64@2x1)",
            "hs(96x64@2x1)",
            "hs(32x64@3x1)", // more shards than cores
            "hs(32x32@4x1)", // narrower than the tensor
            "hs(32x96@4x1)", // wider
            "ws(64x32@2x1)", // lower than the tensor
            "hs(16x64@8x1)", // not of tiles
            "hs(32x80@4x1)",
            "hs(32x64@9x1)", // outside of 8 x 8 cores
            "hs(32x64@0.0-1.0+1.0-2.0)", // one core twice
            "dram_hs(32x64@4x1)",
            "dram_ws(128x32@2x1)")) {
      call("tensor_create out=bf16:tile:%s[1,1,128,64]", memory);
    }
    for (String memory :
        List.of(
            "hs(16x64@8x1)",
            "hs(1x64@8x8)",
            "hs(32x64@4x1)",
            "ws(128x16@4x1)",
            "bs(32x32@2x4)",
            "hs(32x63@4x1)", // narrower than the tensor
            "hs(32x80@4x1)", // wider
            "ws(128x24@3x1)",
            "ws(128x24@2x1)")) {
      call("tensor_create out=bf16:rm:%s[1,1,128,64]", memory);
    }
    call("tensor_create out=bf16:tile:l1[1,1,8192,8192]");
    call("tensor_create out=bf16:tile:l1[1,1,4096,12288]");
    call("tensor_create out=f32:tile:hs(1024x1024@1x1)[1024,1024]");
    call("tensor_create out=bf16:tile:hs(1024x1024@1x1)[1024,1024]");
    call("tensor_create out=f32:tile[131072,131072]");
    call("tensor_create out=bf16:tile[4,4] capture=on");

    for (String data : List.of("f32", "bf16", "f16")) {
      for (String dtype : List.of("f32", "bf16", "bf8", "bf4", "u32")) {
        call("tensor_from_host out=%s:tile[33,31] data=%s", dtype, data);
      }
    }
    for (String dtype : List.of("u32", "i32", "u16", "u8")) {
      call("tensor_from_host out=%s:rm[1,33]", dtype);
      call("tensor_from_host out=%s:tile[3,33] data=u32", dtype);
      call("tensor_from_host out=%s:rm[3,33] data=i32", dtype);
      call("tensor_from_host out=%s:rm[3,33] data=f32", dtype);
    }
    call("tensor_from_host out=bf16:tile:hs(32x64@4x1)[1,1,128,64] data=f32");
    call("tensor_from_host out=bf16:tile:l1[1,1,128,64] data=f32");
    call("tensor_from_host out=bf16:tile[4,4] data=f32 more_bytes=4");
    call("tensor_from_host out=bf16:tile[4,4] data=f32 more_bytes=-4");
    call("tensor_from_host out=bf8:rm[32,32] data=f32");
    call("tensor_from_host out=f32:rm[4,4] capture=on");
    for (String form : FORMS) {
      call("tensor_read x=%s[31,33]%s", form, form.startsWith("b") ? " dtype=f32" : "");
      call("tensor_write x=%s[31,33]%s", form, form.startsWith("b") ? " data=f32" : "");
    }
    call("tensor_read x=bf16:tile:%s[1,1,128,64]", SHARDED);
    call("tensor_read x=bf16:rm[4] dtype=u32");
    call("tensor_read x=u32:rm[4] dtype=f32");
    call("tensor_read x=f32:rm[4] more_bytes=4");
    call("tensor_read x=f32:rm[4] capture=on");
    call("tensor_read x=f32:rm[4]!deallocated");
    call("tensor_read x=f32:rm[4]!destroyed");
    call("tensor_write x=f32:rm[4] more_bytes=-4");
    call("tensor_write x=f32:rm[4] data=u32");
    call("tensor_write x=f32:rm[4] capture=on");
    call("tensor_write x=f32:rm[4]!deallocated");
    call("deallocate x=f32:rm[4]");
    call("deallocate x=f32:rm[4]!deallocated");
    call("deallocate x=f32:rm[4]!destroyed");
  }

  private void embedding() {
    for (String ids :
        List.of("[1]", "[33]", "[1,32]", "[1,33]", "[1,1,1,100]", "[2,33]", "[1,1,2,32]")) {
      for (String layout : List.of("", " layout=tile")) {
        call("embedding ids=u32:rm%s weight=bf16:rm[100,96]%s", ids, layout);
      }
    }
    for (String weight :
        List.of("[100,33]", "[31,576]", "[1,1,100,96]", "[1,100,96]", "[2,1,100,96]", "[96]")) {
      call("embedding ids=u32:rm[1,33] weight=bf16:rm%s layout=tile", weight);
      call("embedding ids=u32:rm[1,32] weight=bf16:rm%s", weight);
    }
    for (String form : FORMS) {
      call("embedding ids=%s[1,32] weight=bf16:rm[64,64]", form);
      call("embedding ids=u32:rm[1,32] weight=%s[64,96]", form);
    }
    for (String dtype : ALL_DTYPES) {
      call("embedding ids=u32:rm[1,32] weight=bf16:rm[64,64] dtype=%s layout=tile", dtype);
      call("embedding ids=u32:rm[1,32] weight=bf16:rm[64,64] dtype=%s", dtype);
    }
    for (String memory : List.of("dram", "l1", "hs(32x64@2x1)", "ws(64x32@2x1)")) {
      call(
          "embedding ids=u32:rm[1,64] weight=bf16:rm[100,64] layout=tile memory_config=%s", memory);
    }
    call("embedding ids=u32:rm:l1[1,64] weight=bf16:rm:l1[100,64]");
    call("embedding ids=u32:rm[1,64]!deallocated weight=bf16:rm[100,64]");
    call("embedding ids=u32:rm[1,64] weight=bf16:rm[100,64]!destroyed");
    for (String rest :
        List.of(
            "ids=u32:rm[1,2,32] weight=bf16:rm[64,96]",
            "ids=u32:rm[1,32] weight=bf16:rm[64,96] dtype=bf16",
            "ids=u32:rm[1,32] weight=bf16:tile[64,96] dtype=bf8",
            "ids=u32:rm[1,32] weight=bf16:tile[64,96] dtype=f32",
            "ids=u32:rm[1,32] weight=bf16:tile[64,96] layout=rm",
            "ids=u32:rm[1,32] weight=bf16:tile[64,96] layout=rm dtype=f32",
            "ids=u32:rm[1,32] weight=bf8:tile[64,96] dtype=bf8",
            "ids=u32:rm[1,32] weight=bf8:tile[64,96] layout=rm",
            "ids=u32:rm[2,1,1,32] weight=bf16:rm[64,96]",
            "ids=u32:rm[2,1,32] weight=bf16:rm[64,96]",
            "ids=u32:rm[32] weight=bf16:tile[64,96]",
            "ids=u32:tile[1,32] weight=bf16:rm[64,96]")) {
      call("embedding %s", rest);
    }
  }

  private void matmul() {
    String[][] shapes = {
      {"[1,1,33,576]", "[576,100]"},
      {"[1,1,1,32]", "[32,31]"},
      {"[1,1,100,33]", "[1,1,33,1]"},
      {"[33,31]", "[31,33]"},
      {"[3,33,64]", "[64,32]"},
      {"[2,3,33,64]", "[64,32]"},
      {"[2,3,33,64]", "[2,3,64,31]"},
      {"[2,3,32,64]", "[1,1,64,32]"},
      {"[1,1,32,64]", "[2,3,64,32]"},
      {"[1,3,32,64]", "[2,3,64,32]"},
      {"[3,32,64]", "[3,64,32]"},
      {"[2,32,64]", "[3,64,32]"},
      {"[9,32,64]", "[3,64,32]"},
      {"[1,1,32,576]", "[512,64]"},
      {"[32]", "[32,64]"},
      {"[32]", "[32]"},
      {"[32,64]", "[64]"},
      {"[1,32]", "[32]"},
      {"[2,1,1,33,64]", "[64,32]"},
      {"[1,1,128,4096]", "[4096,1024]"},
    };
    for (String[] shape : shapes) {
      call("matmul a=bf16:tile%s b=bf16:tile%s", shape[0], shape[1]);
      call("linear a=bf16:tile%s b=bf8:tile%s", shape[0], shape[1]);
    }
    for (String a : FORMS) {
      call("matmul a=%s[1,1,33,64] b=bf16:tile[64,96]", a);
      call("linear a=bf16:tile[1,1,32,64] b=%s[64,96]", a);
    }
    for (String a : List.of("f32", "bf16", "bf8", "bf4")) {
      for (String b : List.of("f32", "bf16", "bf8", "bf4")) {
        call("matmul a=%s:tile[1,1,32,96] b=%s:tile[1,1,96,64]", a, b);
      }
    }
    for (String dtype : ALL_DTYPES) {
      call("matmul a=bf16:tile[1,1,32,64] b=bf8:tile[64,96] dtype=%s", dtype);
      call("linear a=bf8:tile[1,1,32,64] b=bf8:tile[64,96] dtype=%s activation=silu", dtype);
    }
    for (String activation :
        List.of("silu", "gelu", "gelu_tanh", "relu", "tanh", "sigmoid", "17")) {
      call("linear a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] activation=%s", activation);
      call("matmul a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] activation=%s", activation);
    }
    for (String bias :
        List.of(
            "bf16:tile[96]",
            "bf16:tile[1,96]",
            "bf16:tile[1,1,1,96]",
            "bf16:rm[1,96]",
            "bf16:rm[1,1,1,96]",
            "f32:tile[1,96]",
            "bf8:tile[1,96]",
            "bf4:tile[1,96]",
            "i32:tile[1,96]",
            "bf16:tile[1,64]",
            "bf16:tile[95]",
            "bf16:tile[1,1,33,96]",
            "bf16:tile[2,96]",
            "bf16:tile[1,1,1,1]",
            "bf16:tile[2,1,1,96]",
            "bf16:tile:l1[1,96]",
            "bf16:tile[1,96]!deallocated")) {
      call("linear a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] bias=%s", bias);
    }
    call("linear a=bf16:tile[2,3,33,64] b=bf16:tile[64,96] bias=bf16:tile[1,96]");
    call("linear a=bf16:tile[2,3,33,64] b=bf16:tile[2,3,64,96] bias=bf16:tile[1,96]");
    call("matmul a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] bias=bf16:tile[1,96]");
    for (String sides :
        List.of("transpose_a=on", "transpose_b=on", "transpose_a=on transpose_b=on")) {
      String a = sides.contains("_a") ? "[1,1,64,33]" : "[1,1,33,64]";
      String b = sides.contains("_b") ? "[96,64]" : "[64,96]";
      call("matmul a=bf16:tile%s b=bf16:tile%s %s", a, b, sides);
      call("linear a=bf16:tile%s b=bf8:tile%s %s", a, b, sides);
      call("matmul a=bf16:tile[1,1,33,64] b=bf16:tile[32,96] %s", sides);
    }
    for (String memory :
        List.of(
            "dram",
            "l1",
            "hs",
            "ws",
            "bs",
            "hs(32x256@4x1)",
            "ws(128x64@4x1)",
            "bs(64x128@2x2)",
            "ws(128x32@8x1)",
            "hs(64x256@2x1)",
            "dram_hs(32x256@4x1)")) {
      call("matmul a=bf16:tile[1,1,128,64] b=bf16:tile[64,256] memory_config=%s", memory);
    }
    for (String x :
        List.of("l1", "hs(32x256@4x1)", "ws(128x64@4x1)", "bs(64x128@2x2)", "ws(128x32@8x1)")) {
      call("matmul a=bf16:tile:%s[1,1,128,256] b=bf16:tile[256,64]", x);
      call("linear a=bf16:tile:%s[1,1,128,256] b=bf8:tile[256,128] memory_config=dram", x);
    }
    call("matmul a=bf16:tile[1,1,128,64] b=bf16:tile:%s[1,1,64,128]", "ws(64x32@4x1)");
    for (String output :
        List.of(
            "bf16:tile[1,1,33,96]",
            "bf16:tile:l1[1,1,33,96]",
            "f32:tile[1,1,33,96]",
            "bf16:rm[1,1,33,96]",
            "bf16:tile[1,1,32,96]",
            "bf16:tile[33,96]",
            "bf16:tile[1,1,33,96]!deallocated")) {
      call("matmul a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=%s", output);
    }
    call("matmul a=bf16:tile[1,1,33,64]!deallocated b=bf16:tile[64,96]");
    call("linear a=bf16:tile[1,1,33,64] b=bf16:tile[64,96]!destroyed");
    for (String rest :
        List.of(
            "a=bf16:tile[1,1,32,64] b=bf16:tile[2,3,64,96] bias=bf16:tile[1,96]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] bias=u32:tile[1,96]",
            "a=bf16:tile[33,64] b=bf16:tile[1,1,64,32] bias=bf16:tile[1,32]",
            "a=bf16:tile[2,3,33,64] b=bf16:tile[2,3,64,96] bias=bf16:tile[96]")) {
      call("linear %s", rest);
    }
    for (String rest :
        List.of(
            "a=bf16:tile[1,1,1024,512] b=bf16:tile[512,2048] memory_config=bs",
            "a=bf16:tile[1,1,256,64] b=bf16:tile[64,256] memory_config=bs",
            "a=bf16:tile[1,1,32,512] b=bf16:tile[512,2048] memory_config=bs",
            "a=bf16:tile[1,1,32,512] b=bf16:tile[512,4064] memory_config=ws",
            "a=bf16:tile[1,1,32,512] b=bf16:tile[512,4096] memory_config=ws",
            "a=bf16:tile[1,1,32,576] b=bf16:tile[576,1536] memory_config=ws",
            "a=bf16:tile[1,1,32,64] b=bf16:tile[2,1,64,32]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] memory_config=bs",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] memory_config=hs",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] memory_config=ws",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=bf16:tile:l1[1,1,33,96]"
                + " memory_config=dram",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=bf16:tile[1,1,64,96]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=bf16:tile[1,33,1,96]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=bf16:tile[3,33,32]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=f32:tile[1,1,33,96]"
                + " dtype=bf16",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[64,96] output_tensor=u32:tile[1,1,33,96]",
            "a=bf16:tile[1,1,4064,512] b=bf16:tile[512,64] memory_config=hs",
            "a=bf16:tile[1,1,512,512] b=bf16:tile[512,512] memory_config=bs",
            "a=bf16:tile[1,2,33,64] b=bf16:tile[64,96] memory_config=hs",
            "a=bf16:tile[1,3,32,64] b=bf16:tile[2,1,64,32]",
            "a=bf16:tile[1,32,64] b=bf16:tile[3,64,32]",
            "a=bf16:tile[2,3,33,64] b=bf16:tile[2,3,64,96] memory_config=hs",
            "a=bf16:tile[32,64] b=bf16:tile[2,3,64,32]",
            "a=bf16:tile[1,1,32,512] b=bf16:tile[512,2048] memory_config=bs",
            "a=bf16:tile[2,3,33,64] b=bf16:tile[2,3,64,96] memory_config=bs",
            "a=bf16:tile[1,1,64,512] b=bf16:tile[512,2048] memory_config=bs",
            "a=bf16:tile[1,1,2048,512] b=bf16:tile[512,64] memory_config=bs",
            "a=bf16:tile[1,1,1024,512] b=bf16:tile[512,512] memory_config=bs",
            "a=bf16:tile[1,1,512,512] b=bf16:tile[512,1024] memory_config=bs",
            "a=bf16:tile[1,1,1056,512] b=bf16:tile[512,1056] memory_config=bs",
            "a=bf16:tile[1,1,32,64] b=bf16:tile[64,512] memory_config=bs",
            "a=bf16:tile[1,1,32,64] b=bf16:tile[64,544] memory_config=bs",
            "a=bf16:tile[1,1,4096,4096] b=bf16:tile[4096,4096] memory_config=bs",
            "a=bf16:tile[1,1,544,544] b=bf16:tile[544,64] memory_config=bs",
            "a=bf16:tile[2,3,33,64] b=bf16:tile[64,96] memory_config=ws",
            "a=bf16:tile[2,3,32,64] b=bf16:tile[64,96] memory_config=hs",
            "a=bf16:tile[2,33,64] b=bf16:tile[1,2,64,32]",
            "a=bf16:tile[1,2,33,64] b=bf16:tile[2,64,32]",
            "a=bf16:tile[1,1,2,33,64] b=bf16:tile[1,2,64,32]",
            "a=bf16:tile[2,3,33,64] b=bf16:tile[1,2,3,64,32]",
            "a=bf16:tile[33,64] b=bf16:tile[1,1,64,32]",
            "a=bf16:tile[33,64] b=bf16:tile[1,2,64,32]")) {
      call("matmul %s", rest);
    }
  }

  /**
   * Counts of a program: grid, in0_block_w, out_subblock, per_core and out_block, as {@link
   * Arguments#matmulProgram} reads them.
   */
  private void matmulPrograms() {
    String row = "linear a=bf16:tile[1,1,32,1024] b=bf8:tile[1024,2048] program_config=in0:";
    for (String counts :
        List.of(
            "8,8,4,1,1,1,1",
            "8,8,32,1,1,1,1",
            "8,8,3,1,1,1,1",
            "8,8,64,1,1,1,1",
            "8,4,4,1,2,1,2",
            "8,4,4,1,1,1,1",
            "8,8,4,1,2,1,4",
            "8,8,4,1,3,1,4",
            "8,8,4,1,3,1,3",
            "8,8,4,2,1,1,1",
            "8,8,4,1,2,2,2",
            "8,8,4,1,1,1,64",
            "8,8,4,1,1,1,65",
            "1,1,4,1,8,1,64",
            "1,1,4,1,16,1,64",
            "1,1,4,1,8,1,64,1,32",
            "1,1,4,1,8,1,64,1,24",
            "1,1,4,1,8,1,64,2,64",
            "14,8,4,1,1,1,1",
            "8,11,4,1,1,1,1",
            "0,8,4,1,1,1,1",
            "8,8,0,1,1,1,1",
            "8,8,4,0,1,1,1",
            "8,8,4,1,0,1,1",
            "8,8,4,1,1,0,1",
            "8,8,4,1,1,1,0",
            "8,8,4,1,1,1,1,0,1",
            "-8,-8,4,1,1,1,1")) {
      call(row + counts);
    }
    for (String sums : List.of("on", "off")) {
      for (String counts :
          List.of("1,1,4,1,8,1,64", "1,1,4,1,4,1,64", "1,1,8,1,4,1,64", "1,1,16,1,4,1,64")) {
        call(row + counts + " fp32_dest_acc_en=%s", sums);
      }
    }
    for (String rest :
        List.of(
            "dtype=bf8",
            "dtype=f32",
            "activation=silu",
            "activation=gelu",
            "bias=bf16:tile[1,2048]",
            "bias=bf16:tile[1,2048] activation=relu",
            "memory_config=l1",
            "memory_config=ws",
            "memory_config=hs")) {
      call(row + "8,8,4,1,1,1,1 %s", rest);
    }
    for (String operands :
        List.of(
            "a=f32:tile[1,1,32,256] b=bf8:tile[256,1024]",
            "a=f32:tile[1,1,32,256] b=f32:tile[256,1024]",
            "a=bf8:tile[1,1,32,256] b=bf4:tile[256,1024]",
            "a=bf16:tile[1,1,31,250] b=bf4:tile[250,1000]",
            "a=bf16:tile[1,1,32,256] b=bf4:tile[1,1,256,1024]",
            "a=bf16:tile[32,256] b=bf4:tile[256,1024]",
            "a=bf16:tile[1,2,32,256] b=bf16:tile[256,1024]",
            "a=bf16:tile[1,1,32,256] b=bf16:tile[1,2,256,1024]",
            "a=bf16:tile[1,2,32,256] b=bf16:tile[1,2,256,1024]",
            "a=bf16:tile[1,1,64,256] b=bf16:tile[256,1024]",
            "a=bf16:tile[256] b=bf16:tile[256,1024]",
            "a=bf16:tile[1,1,32,256] b=bf16:tile[256]",
            "a=bf16:tile:ws(32x32@8x1)[1,1,32,256] b=bf16:tile[256,1024]",
            "a=bf16:tile[1,1,32,256] b=bf16:tile:ws(256x128@8x1)[256,1024]",
            "a=bf16:tile[1,1,256,32] b=bf16:tile[256,1024] transpose_a=on",
            "a=bf16:tile[1,1,32,256] b=bf16:tile[1024,256] transpose_b=on")) {
      call("matmul %s program_config=in0:8,8,2,1,1,1,1", operands);
      call("matmul %s program_config=in0:8,8,2,1,8,1,8", operands);
      call("matmul %s program_config=2d:8,8,2,1,4,1,4", operands);
      call("matmul %s program_config=2d:8,8,2,1,8,1,8", operands);
    }
    String tall = "linear a=bf16:tile[1,1,2048,256] b=bf8:tile[256,64] program_config=in1:";
    for (String counts :
        List.of(
            "8,8,2,1,2,1,2",
            "8,8,2,1,1,1,1",
            "4,8,2,1,2,1,2",
            "4,8,2,1,2,2,2",
            "8,8,2,3,1,3,2",
            "8,8,2,1,2,3,2",
            "8,8,2,1,2,64,2",
            "8,8,2,1,2,65,2")) {
      call(tall + counts);
    }
    String prompt = "linear a=bf16:tile[1,1,1024,2048] b=bf8:tile[2048,3072] program_config=2d:";
    for (String counts :
        List.of(
            "8,8,4,1,4,4,12",
            "8,8,4,2,4,4,12",
            "8,8,4,4,4,4,12",
            "8,8,4,2,2,4,12",
            "8,8,4,1,5,4,12",
            "8,8,4,3,1,4,12",
            "8,8,4,1,4,3,12",
            "8,8,4,1,4,4,8",
            "8,8,5,1,4,4,12",
            "8,8,4,1,4,5,12",
            "8,8,4,1,4,8,12",
            "8,4,4,1,4,8,12",
            "4,8,4,1,4,4,24",
            "8,8,32,1,4,4,12",
            "8,8,64,1,4,4,12",
            "8,8,4,1,4,4,12,2,12",
            "8,8,4,1,4,4,12,4,4",
            "8,8,4,1,4,4,12,3,4",
            "8,8,4,1,4,4,12,4,5",
            "1,8,4,1,4,4,96",
            "8,1,4,1,4,32,12",
            "1,1,4,1,4,32,96",
            "1,1,4,1,4,32,96,8,8",
            "9,8,4,1,4,4,12",
            "8,9,4,1,4,4,12")) {
      call(prompt + counts);
      call(prompt + counts + " fp32_dest_acc_en=on");
    }
    for (String sums : List.of("on", "off")) {
      // What fits and what does not, a tile's width apart.
      for (int block : new int[] {8, 16, 32, 64}) {
        for (int columns : new int[] {12, 24, 48, 96}) {
          call(
              "linear a=bf16:tile[1,1,256,2048] b=bf8:tile[2048,3072] fp32_dest_acc_en=%s"
                  + " program_config=2d:8,8,%s,1,4,1,%s",
              sums, block, columns);
          call(
              "linear a=bf16:tile[1,1,32,2048] b=bf4:tile[2048,3072] dtype=bf8"
                  + " bias=bf16:tile[1,3072] fp32_dest_acc_en=%s"
                  + " program_config=in0:8,8,%s,1,4,1,%s",
              sums, block, columns);
        }
      }
    }
  }

  private void sparseMatmul() {
    String sparsity = "bf16:rm[2,3,1,4]";
    for (String dtype : List.of("f32", "bf16", "bf8", "bf4", "u32", "i32")) {
      call(
          "sparse_matmul a=%s:tile[2,3,32,64] b=bf16:tile[1,4,64,96] sparsity=%s", dtype, sparsity);
      call(
          "sparse_matmul a=bf16:tile[2,3,32,64] b=%s:tile[1,4,64,96] sparsity=%s", dtype, sparsity);
      call(
          "sparse_matmul a=bf16:tile[2,3,32,64] b=bf8:tile[1,4,64,96] sparsity=%s dtype=%s",
          sparsity, dtype);
    }
    for (String s :
        List.of(
            "bf16:tile[2,3,1,4]",
            "f32:rm[2,3,1,4]",
            "u16:rm[2,3,1,4]",
            "bf16:rm[6,4]",
            "bf16:rm[1,1,1,24]",
            "bf16:rm[2,3,1,5]",
            "bf16:rm[1,1,6,4]")) {
      call("sparse_matmul a=bf16:tile[2,3,32,64] b=bf16:tile[1,4,64,96] sparsity=%s", s);
    }
    for (String a :
        List.of("[2,3,5,64]", "[2,3,33,64]", "[2,3,32,96]", "[3,32,64]", "[2,5,32,64]")) {
      call("sparse_matmul a=bf16:tile%s b=bf16:tile[1,4,64,96] sparsity=%s", a, sparsity);
    }
    for (String b :
        List.of(
            "[2,4,64,96]",
            "[4,64,96]",
            "[1,4,64,31]",
            "[1,4,65,96]",
            "[1,4,64,576]",
            "[1,4,64,1536]",
            "[1,4,64,2144]",
            "[1,4,64,4128]")) {
      call("sparse_matmul a=bf16:tile[2,3,32,64] b=bf16:tile%s sparsity=%s", b, sparsity);
    }
    call("sparse_matmul a=bf16:tile[2,3,32,45] b=bf16:tile[1,4,45,96] sparsity=%s", sparsity);
    call("sparse_matmul a=bf16:rm[2,3,32,64] b=bf16:tile[1,4,64,96] sparsity=%s", sparsity);
    call("sparse_matmul a=bf16:tile[2,3,32,64] b=bf16:rm[1,4,64,96] sparsity=%s", sparsity);
    call(
        "sparse_matmul a=bf16:tile[2,4,32,64] b=bf16:tile[1,4,64,96] sparsity=bf16:rm[1,1,2,4]"
            + " is_input_a_sparse=on is_input_b_sparse=off");
    call(
        "sparse_matmul a=bf16:tile[1,4,32,64] b=bf16:tile[1,4,64,96] sparsity=bf16:rm[1,1,1,4]"
            + " is_input_a_sparse=on is_input_b_sparse=on");
    call(
        "sparse_matmul a=bf16:tile[2,4,32,64] b=bf16:tile[1,4,64,96] sparsity=bf16:rm[1,1,1,4]"
            + " is_input_a_sparse=on is_input_b_sparse=on");
    call(
        "sparse_matmul a=bf16:tile[2,4,32,64] b=bf16:tile[1,4,64,96] sparsity=bf16:rm[1,1,1,4]"
            + " is_input_a_sparse=off is_input_b_sparse=off");
  }

  private void norms() {
    for (String norm : List.of("rms_norm", "layer_norm")) {
      for (String shape : SHAPES) {
        call("%s x=bf16:tile%s", norm, shape);
      }
      for (String form : FORMS) {
        call("%s x=%s[1,1,33,64]", norm, form);
        call("%s x=bf16:tile[1,1,33,64] weight=%s[1,1,2,32]", norm, form);
        call("%s x=bf16:tile[1,1,33,64] weight=%s[1,1,1,64]", norm, form);
      }
      for (String shape :
          List.of(
              "[64]", "[1,64]", "[2,32]", "[1,1,1,64]", "[1,1,2,32]", "[1,1,1,32]", "[1,1,4,32]")) {
        for (String layout : List.of("tile", "rm")) {
          call("%s x=bf16:tile[1,1,32,64] weight=bf16:%s%s", norm, layout, shape);
          call("%s x=bf16:tile[1,1,32,64] bias=bf16:%s%s", norm, layout, shape);
        }
      }
      call("%s x=bf16:tile[1,1,32,64] weight=bf16:rm[1,1,2,32] bias=bf16:rm[1,1,2,32]", norm);
      call("%s x=bf16:tile[1,1,32,64] weight=bf16:tile[64] bias=bf16:tile[64]", norm);
      call("%s x=bf16:tile[1,1,32,64] weight=bf16:rm[1,1,2,32] bias=bf16:tile[64]", norm);
      call("%s x=bf16:tile[1,1,32,100] weight=bf16:tile[100]", norm);
      call("%s x=bf16:tile[1,1,32,100] weight=bf16:rm[1,1,4,32]", norm);
      call("%s x=bf16:tile[2,9,33,64] weight=bf16:rm[1,1,2,32]", norm);
      call("%s x=bf16:rm[33,100]", norm);
      call("%s x=bf16:rm[33,96] weight=bf16:rm[1,1,3,32] bias=bf16:rm[1,1,3,32]", norm);
      for (String residual :
          List.of(
              "bf16:tile[1,1,33,64]",
              "f32:tile[1,1,33,64]",
              "bf8:tile[1,1,33,64]",
              "bf16:rm[1,1,33,64]",
              "bf16:tile[1,1,32,64]",
              "bf16:tile[33,64]",
              "bf16:tile[1,1,33,64]!deallocated")) {
        call("%s x=bf16:tile[1,1,33,64] residual_input_tensor=%s", norm, residual);
      }
      for (String memory : List.of("dram", "l1", "ws(32x64@4x1)", "hs(32x256@1x1)")) {
        call("%s x=bf16:tile[1,1,32,256] memory_config=%s", norm, memory);
        call("%s x=bf16:tile:ws(32x64@4x1)[1,1,32,256] memory_config=%s", norm, memory);
      }
      for (String sharding : SHARDINGS) {
        call("%s x=bf16:tile:%s", norm, sharding);
      }
      call("%s x=bf16:tile[1,1,33,64]!deallocated", norm);
      call("%s x=bf16:tile[1,1,2048,4096] weight=bf16:rm[1,1,128,32]", norm);
    }
    for (String rest :
        List.of(
            "x=bf16:tile[1,1,2048,4096]",
            "x=bf16:tile[1,1,32,2048] weight=bf16:rm[1,1,64,32]",
            "x=bf16:tile[1,1,32,4096] weight=bf16:rm[1,1,128,32]",
            "x=bf16:tile[1,1,32,4096] weight=bf16:tile[1,1,1,4096]")) {
      call("layer_norm %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:tile:ws(32x64@4x1)[1,1,32,256] memory_config=ws",
            "x=bf16:tile:ws(32x64@4x1)[1,1,32,256] memory_config=ws(32x128@2x1)",
            "x=bf16:tile[1,1,32,8192] weight=bf16:rm[1,1,256,32]")) {
      call("rms_norm %s", rest);
    }
  }

  private void groupNorm() {
    for (String form : FORMS) {
      call("group_norm x=%s[1,1,64,64] num_groups=8", form);
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=8 weight=%s[1,1,2,32]", form);
    }
    for (String shape :
        List.of(
            "[1,1,9,64]",
            "[2,1,64,64]",
            "[2,1,33,96]",
            "[1,1,1,32]",
            "[1,1,64,48]",
            "[1,1,64,16]",
            "[1,64,64]",
            "[1,2,64,64]",
            "[1,1,1024,320]")) {
      call("group_norm x=bf16:tile%s num_groups=8", shape);
      call("group_norm x=bf16:rm%s num_groups=8", shape);
    }
    for (String groups : List.of("0", "-1", "1", "2", "5", "32", "64", "128")) {
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=%s", groups);
    }
    for (String weight :
        List.of(
            "bf16:rm[1,1,2,32]",
            "bf16:tile[64]",
            "bf16:rm[1,1,1,64]",
            "bf16:rm[2,32]",
            "bf16:rm[1,1,4,32]")) {
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=4 weight=%s bias=%s", weight, weight);
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=4 bias=%s", weight);
    }
    for (String dtype : ALL_DTYPES) {
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=8 dtype=%s", dtype);
    }
    for (String memory : List.of("dram", "l1", "hs(32x64@2x1)")) {
      call("group_norm x=bf16:tile[1,1,64,64] num_groups=8 memory_config=%s", memory);
    }
    call("group_norm x=bf16:tile[1,1,64,64]!deallocated num_groups=8");
  }

  private void binary() {
    String[][] shapes = {
      {"[1,1,33,64]", "[1,1,33,64]"},
      {"[1,1,33,64]", "[1,1,1,64]"},
      {"[1,1,33,64]", "[1,1,33,1]"},
      {"[1,1,33,64]", "[64]"},
      {"[1,1,33,64]", "[1,1,1,1]"},
      {"[2,3,33,64]", "[1,3,1,64]"},
      {"[2,1,33,64]", "[1,3,33,1]"},
      {"[1,1,1,64]", "[1,1,33,64]"},
      {"[33,1]", "[1,100]"},
      {"[32]", "[32]"},
      {"[1]", "[33]"},
      {"[2,3,4,5,32]", "[5,32]"},
      {"[1,1,33,64]", "[1,1,33,63]"},
      {"[1,1,33,64]", "[1,1,2,64]"},
      {"[3,32,32]", "[2,32,32]"},
      {"[32,64]", "[32]"},
    };
    for (String[] shape : shapes) {
      call("add a=bf16:tile%s b=bf16:tile%s", shape[0], shape[1]);
      call("multiply a=bf16:rm%s b=bf16:rm%s", shape[0], shape[1]);
    }
    for (String op : List.of("add", "subtract", "multiply")) {
      for (String form : FORMS) {
        call("%s a=%s[1,1,31,96] b=%s[1,1,31,96]", op, form, form);
      }
    }
    for (String op : List.of("add_scalar", "multiply_scalar")) {
      for (String form : FORMS) {
        call("%s a=%s[1,1,31,96] b=2", op, form);
      }
      call("%s a=i32:tile[32,32] b=0.5", op);
      call("%s a=bf16:tile[32,32] b=0.5 activation=relu", op);
      call("%s a=bf16:tile[32,32] b=0.5 dtype=f32", op);
      call("%s a=bf16:tile[32,32] b=0.5 memory_config=l1", op);
      call("%s a=bf16:tile:%s[1,1,128,64] b=0.5", op, SHARDED);
      call("%s a=bf16:tile[32,32]!deallocated b=1", op);
    }
    List<String> kinds =
        List.of(
            "f32:tile",
            "bf16:tile",
            "bf8:tile",
            "bf4:tile",
            "bf16:rm",
            "i32:tile",
            "u32:tile",
            "u16:tile");
    for (String a : kinds) {
      for (String b : kinds) {
        if (!a.equals(b)) {
          call("add a=%s[1,1,32,96] b=%s[1,1,32,96]", a, b);
        }
      }
    }
    for (String dtype : ALL_DTYPES) {
      call("add a=bf16:tile[1,1,32,32] b=bf16:tile[1,1,32,32] dtype=%s", dtype);
      call("multiply a=f32:tile[1,1,32,32] b=f32:tile[1,1,32,32] dtype=%s", dtype);
      call("subtract a=i32:tile[1,1,32,32] b=i32:tile[1,1,32,32] dtype=%s", dtype);
    }
    call("add a=bf16:rm[1,1,32,32] b=bf16:rm[1,1,32,32] dtype=bf8");
    for (String activation : List.of("silu", "gelu", "gelu_tanh", "relu", "tanh", "sigmoid", "9")) {
      call("multiply a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] activation_a=%s", activation);
      call("multiply a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] activation_b=%s", activation);
      call("add a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] activation=%s", activation);
      call("add a=i32:tile[1,1,33,64] b=i32:tile[1,1,33,64] activation=%s", activation);
    }
    for (String memory :
        List.of("dram", "l1", "hs", "hs(32x64@4x1)", "bs(64x32@2x2)", "hs(32x32@4x1)")) {
      call("add a=bf16:tile[1,1,128,64] b=bf16:tile[1,1,128,64] memory_config=%s", memory);
      call(
          "add a=bf16:tile:%s[1,1,128,64] b=bf16:tile[1,1,128,64] memory_config=%s",
          SHARDED, memory);
    }
    for (String sharding : SHARDINGS) {
      call("add a=bf16:tile:%s b=bf16:tile:%s", sharding, sharding);
      call(
          "multiply a=bf16:tile:%s b=bf16:tile%s",
          sharding, sharding.substring(sharding.indexOf('[')));
      call(
          "subtract a=bf16:tile%s b=bf16:tile:%s",
          sharding.substring(sharding.indexOf('[')), sharding);
    }
    call("add a=bf16:tile:l1[1,1,33,64] b=bf16:tile[1,1,33,64]");
    call("add a=bf16:tile[1,1,33,64] b=bf16:tile:l1[1,1,33,64]");
    call("add a=bf16:tile:%s[1,1,128,64] b=bf16:tile[1,1,1,64]", SHARDED);
    call("add a=bf16:tile[1,1,1,64] b=bf16:tile:%s[1,1,128,64]", SHARDED);
    for (String output :
        List.of(
            "bf16:tile[1,1,33,64]",
            "bf16:tile:l1[1,1,33,64]",
            "f32:tile[1,1,33,64]",
            "bf16:rm[1,1,33,64]",
            "bf16:tile[1,1,32,64]",
            "bf16:tile[33,64]",
            "bf16:tile[1,1,33,64]!deallocated")) {
      call("add a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=%s", output);
    }
    call("add a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] capture=on");
    for (String op : List.of("add", "subtract", "multiply")) {
      call("%s a=bf16:tile[1,1,33,64]!deallocated b=bf16:tile[1,1,33,64]", op);
      call("%s a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64]!destroyed", op);
    }
    for (String rest :
        List.of(
            "a=bf16:tile:hs(32x64@1x1)[1,1,1,64] b=bf16:tile:hs(32x64@4x1)[1,1,128,64]",
            "a=bf16:tile:hs(32x64@1x1)[1,1,1,64] b=bf16:tile[1,1,128,64]",
            "a=bf16:tile:hs(32x64@4x1)[1,1,128,64] b=bf16:tile:ws(128x32@2x1)[1,1,128,64]",
            "a=bf16:tile[1,1,1,64] b=bf16:tile:l1[1,1,33,64]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=bf16:tile[1,1,64,64]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=bf16:tile[1,33,1,64]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=bf16:tile[2,33,32]",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=f32:tile[1,1,33,64]"
                + " dtype=bf16",
            "a=bf16:tile[1,1,33,64] b=bf16:tile[1,1,33,64] output_tensor=i32:tile[1,1,33,64]",
            "a=bf16:tile[2,1,2,1,2,33,32] b=bf16:tile[1,3,1,2,2,33,32]",
            "a=bf16:tile[2,1,2,1,2,33,32] b=bf16:tile[2,1,2,1,2,33,32]",
            "a=bf16:tile[1,2,1,2,33,32] b=bf16:tile[3,1,2,2,33,32]")) {
      call("add %s", rest);
    }
    for (String rest :
        List.of(
            "a=bf16:tile:hs(32x32@4x1)[1,1,128,1] b=bf16:tile:l1[1,1,128,64]",
            "a=bf16:tile[1,1,128,1] b=bf16:tile:hs(32x64@4x1)[1,1,128,64]")) {
      call("multiply %s", rest);
    }
    for (String rest :
        List.of(
            "a=bf16:tile[1,1,128,64] b=bf16:tile:hs(32x64@4x1)[1,1,128,64] memory_config=dram")) {
      call("subtract %s", rest);
    }
  }

  private void unary() {
    for (String op : List.of("silu", "gelu", "gelu_tanh", "relu", "tanh", "sigmoid")) {
      for (String form : FORMS) {
        call("%s x=%s[1,1,31,96]", op, form);
      }
      call("%s x=bf16:tile[33]", op);
      call("%s x=bf16:rm[2,3,1,100]", op);
      call("%s x=bf16:tile[2,3,1,100] memory_config=l1", op);
      call("%s x=bf16:tile:l1[2,3,1,100]", op);
      call("%s x=bf16:tile:%s[1,1,128,64]", op, SHARDED);
      call("%s x=bf16:tile:%s[1,1,128,64] memory_config=dram", op, SHARDED);
      call("%s x=bf16:tile[32,32]!deallocated", op);
    }
    for (String sharding : SHARDINGS) {
      call("relu x=bf16:tile:%s", sharding);
      call(
          "relu x=bf16:tile%s memory_config=%s",
          sharding.substring(sharding.indexOf('[')), sharding.substring(0, sharding.indexOf('[')));
    }
    call("relu x=bf16:tile[1,1,128,64] memory_config=hs");
    call("relu x=bf16:tile[1,1,32,32] capture=on");
  }

  private void reductions() {
    String[][] shapes = {
      {"[33]", "0"},
      {"[31,33]", "0", "1", "-1", "2", "-3"},
      {"[2,33,100]", "0", "1", "2"},
      {"[1,2,33,64]", "0", "1", "2", "3", "-1", "4", "-5"},
      {"[2,1,2,33,32]", "0", "2", "4"}
    };
    for (String[] shape : shapes) {
      for (int i = 1; i < shape.length; i++) {
        call("softmax x=bf16:tile%s dim=%s", shape[0], shape[i]);
        call("sum x=bf16:tile%s dim=%s", shape[0], shape[i]);
        call("sum x=bf16:tile%s dim=%s keepdim=on", shape[0], shape[i]);
        call("sum x=bf16:rm%s dim=%s keepdim=on", shape[0], shape[i]);
      }
    }
    for (String form : FORMS) {
      call("softmax x=%s[1,1,33,96] dim=-1", form);
      call("sum x=%s[1,1,33,96] dim=-1 keepdim=on", form);
      call("sum x=%s[2,1,33,96] dim=0", form);
      call("plus_one x=%s[33]", form);
    }
    call("softmax x=bf16:rm[2,33,64] dim=1");
    call("plus_one x=i32:rm[1,1,1,32]");
    call("plus_one x=i32:rm[2,3,4,5]");
    call("plus_one x=i32:rm[32]!deallocated");
    for (String memory : List.of("dram", "l1", "hs(32x64@4x1)")) {
      call("softmax x=bf16:tile[1,1,128,64] dim=-1 memory_config=%s", memory);
      call("sum x=bf16:tile[1,1,128,64] dim=-2 keepdim=on memory_config=%s", memory);
    }
    for (String sharding : SHARDINGS) {
      call("softmax x=bf16:tile:%s dim=-1", sharding);
      call("sum x=bf16:tile:%s dim=-1 keepdim=on", sharding);
    }
    call("softmax x=bf16:tile[32,32]!deallocated dim=0");
    call("sum x=bf16:tile[32,32]!deallocated dim=0");
    for (String rest : List.of("x=bf4:tile[1,1,33,96] dim=-2", "x=bf4:tile[1,2,33,96] dim=1")) {
      call("softmax %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:rm[2,1,33,96] dim=1",
            "x=bf16:rm[2,3,33,96] dim=1 keepdim=on",
            "x=bf16:rm[2,3,33,96] dim=2",
            "x=bf16:rm[2,3,33,96] dim=3",
            "x=bf16:rm[3,33,96] dim=0",
            "x=bf16:rm[33,96] dim=0",
            "x=bf16:rm[96] dim=0",
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] dim=-2 keepdim=on",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=-1",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=-2 keepdim=on",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim=-1 keepdim=on",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim=1",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim=1 keepdim=on",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim=2 keepdim=on",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] dim=-2 keepdim=on",
            "x=bf16:tile[1,1,128,64] dim=-1 keepdim=on memory_config=hs(32x32@4x1)",
            "x=bf16:tile[1,1,128,64] dim=-2 keepdim=on memory_config=hs(32x64@1x1)",
            "x=bf16:tile[1,1,128,64] dim=-2 keepdim=on memory_config=ws(32x32@2x1)",
            "x=f32:rm[2,1,33,96] dim=1",
            "x=f32:rm[2,3,33,96] dim=0 keepdim=on",
            "x=f32:rm[2,3,33,96] dim=1 keepdim=on",
            "x=f32:rm[2,3,33,96] dim=2",
            "x=f32:rm[2,3,33,96] dim=3",
            "x=f32:rm[33,96] dim=0")) {
      call("sum %s", rest);
    }
  }

  private void heads() {
    for (String heads :
        List.of(
            "9 3 64", "32 8 128", "4 4 32", "12 1 64", "10 3 64", "4 2 80", "1 1 32", "8 0 64")) {
      String[] n = heads.split(" ");
      int kv = n[1].equals("0") ? Integer.parseInt(n[0]) : Integer.parseInt(n[1]);
      int width = (Integer.parseInt(n[0]) + 2 * kv) * Integer.parseInt(n[2]);
      for (String rows : List.of("1", "33", "128")) {
        call(
            "nlp_create_qkv_heads x=bf16:tile[1,1,%s,%d] num_heads=%s num_kv_heads=%s",
            rows, width, n[0], n[1]);
      }
      call(
          "nlp_create_qkv_heads x=bf16:tile[2,1,32,%d] num_heads=%s num_kv_heads=%s"
              + " transpose_k_heads=off",
          width, n[0], n[1]);
      for (String users : List.of("1", "8", "32")) {
        call(
            "nlp_create_qkv_heads_decode x=bf16:tile[1,1,%s,%d] num_heads=%s num_kv_heads=%s",
            users, width, n[0], n[1]);
      }
    }
    for (String form : FORMS) {
      call(
          "nlp_create_qkv_heads x=%s[1,1,32,256] num_heads=4 num_kv_heads=2 transpose_k_heads=off",
          form);
      call("nlp_create_qkv_heads_decode x=%s[1,1,32,256] num_heads=4 num_kv_heads=2", form);
      call("nlp_concat_heads x=%s[1,4,33,32]", form);
      call(
          "nlp_concat_heads_decode x=%s:hs(32x64@8x1)[1,8,%s,64] num_heads=4",
          form, form.endsWith("rm") ? "32" : "4");
    }
    for (String op : List.of("nlp_create_qkv_heads", "nlp_create_qkv_heads_decode")) {
      for (String x :
          List.of(
              "[1,32,512]",
              "[32,512]",
              "[1,2,32,512]",
              "[1,1,32,500]",
              "[1,1,33,512]",
              "[2,1,32,512]",
              "[1,1,32,512]!deallocated")) {
        call("%s x=bf16:tile%s num_heads=4 num_kv_heads=2", op, x);
      }
      for (String counts : List.of("0 0", "-4 2", "4 -2", "4 8", "3 2")) {
        String[] n = counts.split(" ");
        call("%s x=bf16:tile[1,1,32,768] num_heads=%s num_kv_heads=%s", op, n[0], n[1]);
      }
      for (String memory : List.of("dram", "l1", "hs", "ws")) {
        call("%s x=bf16:tile[1,1,32,768] num_heads=8 num_kv_heads=2 memory_config=%s", op, memory);
      }
      call("%s x=bf16:tile:l1[1,1,32,768] num_heads=8 num_kv_heads=2", op);
      call(
          "%s x=bf16:tile:ws(32x64@8x1+0)[1,1,32,512] num_heads=4 num_kv_heads=2".replace("+0", ""),
          op);
    }
    for (String x :
        List.of(
            "[1,9,33,64]",
            "[2,4,1,32]",
            "[1,1,128,128]",
            "[1,4,32,80]",
            "[4,32,64]",
            "[1,1,2,32,32]",
            "[1,4,32,32]!deallocated")) {
      call("nlp_concat_heads x=bf16:tile%s", x);
    }
    call("nlp_concat_heads x=bf16:tile[1,4,32,64] memory_config=l1");
    call("nlp_concat_heads x=bf16:tile:l1[1,4,32,64]");
    call("nlp_concat_heads x=bf16:tile:hs(32x64@4x1)[1,4,32,64]");
    for (String x :
        List.of(
            "hs(32x64@8x1)[1,8,9,64] num_heads=9", "hs(32x64@8x4)[1,32,32,64] num_heads=32",
            "hs(32x128@8x1)[1,8,32,128] num_heads=32", "hs(64x64@8x1)[1,8,40,64] num_heads=40",
            "hs(32x64@1x1)[1,1,4,64] num_heads=4", "hs(32x64@8x1+0.1-3.1)[1,12,4,64] num_heads=4",
            "hs(32x64@8x1)[1,8,9,64] num_heads=8", "hs(32x64@8x1)[1,8,4,64] num_heads=0",
            "hs(32x64@8x1)[1,8,4,64] num_heads=5", "hs(32x32@8x1)[1,8,4,32] num_heads=4")) {
      call("nlp_concat_heads_decode x=bf16:tile:%s", x.replace("8x1+0.1", "0.0-7.0+0.1"));
    }
    call("nlp_concat_heads_decode x=bf16:tile[1,8,4,64] num_heads=4");
    call("nlp_concat_heads_decode x=bf16:tile:l1[1,8,4,64] num_heads=4");
    call("nlp_concat_heads_decode x=bf16:tile:hs(32x64@8x1)[1,8,4,64]!deallocated num_heads=4");
    for (String rest :
        List.of(
            "x=bf16:tile:hs(32x64@1x1)[1,1,32,64]",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] memory_config=dram",
            "x=bf16:tile:l1[1,4,32,80]")) {
      call("nlp_concat_heads %s", rest);
    }
    for (String rest : List.of("x=bf16:tile:hs(32x96@8x1)[1,8,4,80] num_heads=4")) {
      call("nlp_concat_heads_decode %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:tile:hs(32x768@1x1)[1,1,32,768] num_heads=8 num_kv_heads=2"
                + " transpose_k_heads=off",
            "x=bf16:tile:ws(32x64@8x1)[1,1,32,512] num_heads=4 num_kv_heads=2 memory_config=dram",
            "x=bf16:tile:ws(32x64@8x1)[1,1,32,512] num_heads=4 num_kv_heads=2 memory_config=l1",
            "x=bf16:tile[1,1,32,768] num_heads=8 num_kv_heads=2 memory_config=bs"
                + " transpose_k_heads=off",
            "x=bf16:tile[1,1,32,768] num_heads=8 num_kv_heads=2 memory_config=hs"
                + " transpose_k_heads=off",
            "x=bf16:tile[1,1,32,768] num_heads=8 num_kv_heads=2 memory_config=hs(32x64@8x1)"
                + " transpose_k_heads=off")) {
      call("nlp_create_qkv_heads %s", rest);
    }
  }

  private void rotary() {
    for (String op : List.of("rotary_embedding_hf", "rotary_embedding_llama")) {
      String matrix = op.endsWith("llama") ? " trans_mat=bf16:tile[1,1,32,32]" : "";
      for (String d : List.of("32", "64", "96", "128", "256", "80", "16")) {
        call(
            "%s x=bf16:tile[1,9,33,%s] cos=bf16:tile[1,1,33,%s] sin=bf16:tile[1,1,33,%s]%s",
            op, d, d, d, matrix);
      }
      for (String form : FORMS) {
        call(
            "%s x=%s[1,2,32,64] cos=bf16:tile[1,1,32,64] sin=bf16:tile[1,1,32,64]%s",
            op, form, matrix);
        call(
            "%s x=bf16:tile[1,2,32,64] cos=%s[1,1,32,64] sin=%s[1,1,32,64]%s",
            op, form, form, matrix);
      }
      call(
          "%s x=f32:tile[1,2,32,64] cos=f32:tile[1,1,32,64] sin=f32:tile[1,1,32,64]%s",
          op, matrix.replace("bf16", "f32"));
      for (String cos :
          List.of(
              "[1,1,128,64]",
              "[1,1,31,64]",
              "[1,1,1,64]",
              "[1,1,33,32]",
              "[1,2,33,64]",
              "[2,1,33,64]",
              "[33,64]",
              "[1,1,33,64]!deallocated")) {
        call("%s x=bf16:tile[1,2,33,64] cos=bf16:tile%s sin=bf16:tile%s%s", op, cos, cos, matrix);
      }
      call(
          "%s x=bf16:tile[1,2,33,64] cos=bf16:tile[1,1,33,64] sin=bf16:tile[1,1,64,64]%s",
          op, matrix);
      call(
          "%s x=bf16:tile[2,2,33,64] cos=bf16:tile[1,1,33,64] sin=bf16:tile[1,1,33,64]%s",
          op, matrix);
      call(
          "%s x=bf16:tile[2,33,64] cos=bf16:tile[1,1,33,64] sin=bf16:tile[1,1,33,64]%s",
          op, matrix);
      for (String memory : List.of("dram", "l1")) {
        call(
            "%s x=bf16:tile:l1[1,2,32,64] cos=bf16:tile[1,1,32,64] sin=bf16:tile[1,1,32,64]%s"
                + " memory_config=%s",
            op, matrix, memory);
      }
      for (int users : new int[] {1, 8, 32}) {
        String cores = users == 32 ? "8x4" : users + "x1";
        for (String heads : List.of("4", "32")) {
          call(
              "%s x=bf16:tile:hs(32x64@%s)[1,%d,%s,64] cos=bf16:tile:hs(32x64@%s)[1,%d,1,64]"
                  + " sin=bf16:tile:hs(32x64@%s)[1,%d,1,64]%s is_decode_mode=on",
              op,
              cores,
              users,
              heads,
              cores,
              users,
              cores,
              users,
              matrix.isEmpty()
                  ? ""
                  : String.format(
                      " trans_mat=bf16:tile:hs(32x32@%s)[1,1,%d,32]", cores, 32 * users));
        }
      }
      String decode = matrix.isEmpty() ? "" : " trans_mat=bf16:tile:hs(32x32@8x1)[1,1,256,32]";
      call(
          "%s x=bf16:tile[1,8,4,64] cos=bf16:tile[1,8,1,64] sin=bf16:tile[1,8,1,64]%s"
              + " is_decode_mode=on",
          op, matrix);
      call(
          "%s x=bf16:tile:hs(32x64@8x1)[1,8,4,64] cos=bf16:tile[1,8,1,64] sin=bf16:tile[1,8,1,64]%s"
              + " is_decode_mode=on",
          op, decode);
      call(
          "%s x=bf16:tile:hs(32x64@8x1)[1,8,4,64] cos=bf16:tile:hs(32x64@4x1)[1,4,1,64]"
              + " sin=bf16:tile:hs(32x64@4x1)[1,4,1,64]%s is_decode_mode=on",
          op, decode);
      call(
          "%s x=bf16:tile:hs(32x64@8x1)[1,8,4,64] cos=bf16:tile[1,1,32,64]"
              + " sin=bf16:tile[1,1,32,64]%s",
          op, matrix);
      call(
          "%s x=bf16:tile:hs(32x96@8x1)[1,8,4,96] cos=bf16:tile:hs(32x96@8x1)[1,8,1,96]"
              + " sin=bf16:tile:hs(32x96@8x1)[1,8,1,96]%s is_decode_mode=on",
          op, decode);
    }
    for (String matrix :
        List.of(
            "bf16:tile[1,1,64,32]",
            "bf16:tile[32,32]",
            "f32:tile[1,1,32,32]",
            "bf16:rm[1,1,32,32]",
            "bf16:tile[1,1,64,64]",
            "bf16:tile[1,1,32,32]!deallocated")) {
      call(
          "rotary_embedding_llama x=bf16:tile[1,2,33,64] cos=bf16:tile[1,1,33,64]"
              + " sin=bf16:tile[1,1,33,64] trans_mat=%s",
          matrix);
    }
  }

  private void sdpa() {
    String op = "scaled_dot_product_attention";
    for (String heads : List.of("9 3", "12 3", "14 2", "9 9", "10 3", "3 9", "32 8")) {
      String[] n = heads.split(" ");
      call(
          "%s q=bf16:tile[1,%s,33,64] k=bf16:tile[1,%s,33,64] v=bf16:tile[1,%s,33,64]",
          op, n[0], n[1], n[1]);
    }
    for (String form : FORMS) {
      call("%s q=%s[1,4,32,64] k=%s[1,2,32,64] v=%s[1,2,32,64]", op, form, form, form);
      call("%s q=bf16:tile[1,4,32,64] k=%s[1,2,32,64] v=%s[1,2,32,64]", op, form, form);
      call(
          "%s q=bf16:tile[1,4,32,64] k=bf16:tile[1,2,32,64] v=bf16:tile[1,2,32,64] is_causal=off"
              + " attn_mask=%s[1,1,32,32]",
          op, form);
    }
    for (String d : List.of("32", "80", "96", "128", "256", "16")) {
      call(
          "%s q=bf16:tile[2,4,100,%s] k=bf16:tile[2,2,100,%s] v=bf16:tile[2,2,100,%s]",
          op, d, d, d);
    }
    for (String s : List.of("1", "31", "128", "1024")) {
      call("%s q=bf16:tile[1,4,%s,64] k=bf8:tile[1,2,%s,64] v=bf8:tile[1,2,%s,64]", op, s, s, s);
    }
    String q = op + " q=bf16:tile[2,4,33,64]";
    for (String kv :
        List.of(
            "k=bf16:tile[2,2,64,64] v=bf16:tile[2,2,64,64]",
            "k=bf16:tile[1,2,33,64] v=bf16:tile[1,2,33,64]",
            "k=bf16:tile[2,2,33,32] v=bf16:tile[2,2,33,64]",
            "k=bf16:tile[2,2,33,64] v=bf16:tile[2,2,33,32]",
            "k=bf16:tile[2,2,33,64] v=bf16:tile[2,2,32,64]",
            "k=bf16:tile[2,2,33,64] v=bf16:tile[2,4,33,64]",
            "k=bf16:tile[2,2,33,64] v=bf8:tile[2,2,33,64]",
            "k=bf16:tile[2,33,64] v=bf16:tile[2,33,64]",
            "k=bf16:tile:l1[2,2,33,64] v=bf16:tile:l1[2,2,33,64]",
            "k=bf16:tile[2,2,33,64]!deallocated v=bf16:tile[2,2,33,64]",
            "k=bf16:tile[2,2,33,64] v=bf16:tile[2,2,33,64]!destroyed")) {
      call("%s %s", q, kv);
      call("%s %s is_causal=off", q, kv);
    }
    String qkv = op + " q=bf16:tile[2,4,33,64] k=bf16:tile[2,2,33,64] v=bf16:tile[2,2,33,64]";
    for (String mask :
        List.of(
            "[2,4,33,33]",
            "[1,1,33,33]",
            "[2,1,33,33]",
            "[1,4,33,33]",
            "[3,1,33,33]",
            "[2,2,33,33]",
            "[1,1,33,64]",
            "[1,1,1,33]",
            "[33,33]",
            "[1,1,33,33]!deallocated")) {
      call("%s is_causal=off attn_mask=bf16:tile%s", qkv, mask);
    }
    call("%s attn_mask=bf16:tile[1,1,33,33]", qkv);
    call("%s is_causal=off", qkv);
    for (String window : List.of("1", "16", "100", "-1")) {
      call("%s sliding_window_size=%s", qkv, window);
      call("%s is_causal=off sliding_window_size=%s", qkv, window);
    }
    call("%s is_causal=off sliding_window_size=16 attn_mask=bf16:tile[1,1,33,33]", qkv);
    for (String sink :
        List.of(
            "bf16:tile[1,4,1,1]",
            "bf16:tile[1,2,1,1]",
            "bf16:tile[1,4,2,1]",
            "bf16:rm[1,4,1,1]",
            "f32:tile[1,4,1,1]",
            "bf16:tile[4,1]",
            "bf16:tile[4,32]")) {
      call("%s attention_sink=%s", qkv, sink);
    }
    call("%s logit_softcap=50", qkv);
    call("%s scale=0.5", qkv);
    for (String chunks :
        List.of("32,32", "64,128", "256,256", "96,32", "0,64", "64,0", "33,64", "64,-32")) {
      call("%s q_chunk_size=%s k_chunk_size=%s", qkv, chunks.split(",")[0], chunks.split(",")[1]);
    }
    for (String memory : List.of("dram", "l1", "hs")) {
      call("%s memory_config=%s", qkv, memory);
    }
    call("%s q=bf16:tile:l1[1,4,32,64] k=bf16:tile[1,2,32,64] v=bf16:tile[1,2,32,64]", op);
    call(
        "%s q=bf16:tile:hs(32x64@4x1)[1,4,32,64] k=bf16:tile[1,2,32,64] v=bf16:tile[1,2,32,64]",
        op);
    call("%s q=bf16:tile[4,32,64] k=bf16:tile[2,32,64] v=bf16:tile[2,32,64]", op);
    for (String rest :
        List.of(
            "q=bf16:tile[1,4,32,64] k=bf16:tile:hs(32x64@2x1)[1,2,32,64] v=bf16:tile[1,2,32,64]",
            "q=bf16:tile[1,4,32,64] k=bf16:tile[1,2,32,64] v=bf16:tile[1,2,32,64] memory_config=l1",
            "q=bf16:tile[2,4,33,64] k=bf16:tile[2,2,33,64] v=bf16:tile[2,2,33,64]"
                + " memory_config=hs(32x64@8x2)")) {
      call("scaled_dot_product_attention %s", rest);
    }
  }

  private void chunkedSdpa() {
    String op = "chunked_scaled_dot_product_attention";
    for (String form : FORMS) {
      call(
          "%s q=%s[1,4,32,64] k_cache=%s[8,2,32,64] v_cache=%s[8,2,32,64] page_table=i32:rm[1,4]"
              + " chunk_start=0",
          op, form, form, form);
      call(
          "%s q=bf16:tile[1,4,32,64] k_cache=bf16:tile[8,2,32,64] v_cache=bf16:tile[8,2,32,64]"
              + " page_table=%s[1,4] chunk_start=0",
          op, form);
    }
    for (String start : List.of("0", "32", "96", "64", "-32", "128")) {
      call(
          "%s q=bf16:tile[1,4,32,64] k_cache=bf8:tile[8,2,32,64] v_cache=bf8:tile[8,2,32,64]"
              + " page_table=i32:rm[1,4] chunk_start=%s",
          op, start);
    }
    for (String q :
        List.of(
            "[1,9,64,64]",
            "[1,4,128,64]",
            "[1,4,33,64]",
            "[2,4,32,64]",
            "[1,4,32,32]",
            "[4,32,64]",
            "[1,4,32,80]",
            "[1,4,32,64]!deallocated")) {
      call(
          "%s q=bf16:tile%s k_cache=bf16:tile[8,2,32,64] v_cache=bf16:tile[8,2,32,64]"
              + " page_table=i32:rm[1,8] chunk_start=32",
          op, q);
    }
    call(
        "%s q=bf16:tile[1,4,32,80] k_cache=bf16:tile[8,2,32,80] v_cache=bf16:tile[8,2,32,80]"
            + " page_table=i32:rm[1,8] chunk_start=32",
        op);
    for (String table : List.of("[2,8]", "[8]", "[1,1]", "[1,1,1,8]")) {
      call(
          "%s q=bf16:tile[1,4,32,64] k_cache=bf16:tile[8,2,32,64] v_cache=bf16:tile[8,2,32,64]"
              + " page_table=i32:rm%s chunk_start=32",
          op, table);
    }
    for (String v : List.of("[8,2,64,64]", "[8,4,32,64]", "[4,2,32,64]", "[8,2,32,32]")) {
      call(
          "%s q=bf16:tile[1,4,32,64] k_cache=bf16:tile[8,2,32,64] v_cache=bf16:tile%s"
              + " page_table=i32:rm[1,8] chunk_start=0",
          op, v);
    }
    String base =
        op
            + " q=bf16:tile[1,4,32,64] k_cache=bf16:tile[8,2,32,64] v_cache=bf16:tile[8,2,32,64]"
            + " page_table=i32:rm[1,8] chunk_start=32";
    for (String option :
        List.of(
            "sliding_window_size=16",
            "attention_sink=bf16:tile[1,4,1,1]",
            "logit_softcap=50",
            "memory_config=l1",
            "is_causal=off attn_mask=bf16:tile[1,1,32,256]",
            "attn_mask=bf16:tile[1,1,32,256]",
            "is_causal=off",
            "scale=0.5",
            "q_chunk_size=32 k_chunk_size=32",
            "q_chunk_size=64 k_chunk_size=32",
            "q_chunk_size=32 k_chunk_size=64",
            "q_chunk_size=16 k_chunk_size=32")) {
      call("%s %s", base, option);
    }
  }

  private void sdpaDecode() {
    String plain = "scaled_dot_product_attention_decode";
    String paged = "paged_scaled_dot_product_attention_decode";
    for (String heads : List.of("9 3", "12 3", "16 4", "9 9", "10 3", "32 8", "40 8")) {
      String[] n = heads.split(" ");
      for (String users : List.of("1", "8", "32")) {
        call(
            "%s q=bf16:tile[1,%s,%s,64] k_cache=bf16:tile[%s,%s,128,64]"
                + " v_cache=bf16:tile[%s,%s,128,64] cur_pos_tensor=i32:rm[%s]",
            plain, users, n[0], users, n[1], users, n[1], users);
        call(
            "%s q=bf16:tile[1,%s,%s,64] k_cache=bf8:tile[64,%s,32,64] v_cache=bf8:tile[64,%s,32,64]"
                + " page_table=i32:rm[%s,4] cur_pos_tensor=i32:rm[%s]",
            paged, users, n[0], n[1], n[1], users, users);
      }
    }
    for (String form : FORMS) {
      call(
          "%s q=%s[1,4,8,64] k_cache=bf16:tile[4,2,128,64] v_cache=bf16:tile[4,2,128,64]"
              + " cur_pos_tensor=i32:rm[4]",
          plain, form);
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=%s[4,2,128,64] v_cache=%s[4,2,128,64]"
              + " cur_pos_tensor=i32:rm[4]",
          plain, form, form);
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile[4,2,128,64] v_cache=bf16:tile[4,2,128,64]"
              + " cur_pos_tensor=%s[4]",
          plain, form);
      call(
          "%s q=%s[1,4,8,64] k_cache=bf16:tile[16,2,32,64] v_cache=bf16:tile[16,2,32,64]"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          paged, form);
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=%s[16,2,32,64] v_cache=%s[16,2,32,64]"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          paged, form, form);
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile[16,2,32,64] v_cache=bf16:tile[16,2,32,64]"
              + " page_table=%s[4,4] cur_pos_tensor=i32:rm[4]",
          paged, form);
    }
    call(
        "%s q=f32:tile[1,4,8,64] k_cache=f32:tile[4,2,128,64] v_cache=f32:tile[4,2,128,64]"
            + " cur_pos_tensor=i32:rm[4]",
        plain);
    call(
        "%s q=f32:tile[1,4,8,64] k_cache=f32:tile[16,2,32,64] v_cache=f32:tile[16,2,32,64]"
            + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
        paged);
    for (String d : List.of("32", "128", "80", "16")) {
      call(
          "%s q=bf16:tile[1,4,8,%s] k_cache=bf16:tile[4,2,128,%s] v_cache=bf16:tile[4,2,128,%s]"
              + " cur_pos_tensor=i32:rm[4]",
          plain, d, d, d);
      call(
          "%s q=bf16:tile[1,4,8,%s] k_cache=bf16:tile[16,2,32,%s] v_cache=bf16:tile[16,2,32,%s]"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          paged, d, d, d);
    }
    for (String length : List.of("32", "96", "100", "1000", "1024")) {
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile[4,2,%s,64] v_cache=bf16:tile[4,2,%s,64]"
              + " cur_pos_tensor=i32:rm[4]",
          plain, length, length);
    }
    for (String kv : List.of("[4,2,128,32]", "[3,2,128,64]", "[8,2,128,64]", "[2,128,64]")) {
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile%s v_cache=bf16:tile%s"
              + " cur_pos_tensor=i32:rm[4]",
          plain, kv, kv);
    }
    for (String q : List.of("[2,4,8,64]", "[4,8,64]", "[1,4,8,64]!deallocated")) {
      call(
          "%s q=bf16:tile%s k_cache=bf16:tile[4,2,128,64] v_cache=bf16:tile[4,2,128,64]"
              + " cur_pos_tensor=i32:rm[4]",
          plain, q);
      call(
          "%s q=bf16:tile%s k_cache=bf16:tile[16,2,32,64] v_cache=bf16:tile[16,2,32,64]"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          paged, q);
    }
    for (String table : List.of("[4,3]", "[4,5]", "[3,4]", "[5,4]", "[4]", "[1,1,4,4]")) {
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile[16,2,32,64] v_cache=bf16:tile[16,2,32,64]"
              + " page_table=i32:rm%s cur_pos_tensor=i32:rm[4]",
          paged, table);
    }
    for (String block : List.of("16", "48", "64", "128")) {
      call(
          "%s q=bf16:tile[1,4,8,64] k_cache=bf16:tile[16,2,%s,64] v_cache=bf16:tile[16,2,%s,64]"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          paged, block, block);
    }
    for (String op : List.of(plain, paged)) {
      String cache = op.equals(plain) ? "[4,2,128,64]" : "[16,2,32,64]";
      String base =
          op
              + " q=bf16:tile[1,4,8,64] k_cache=bf16:tile"
              + cache
              + " v_cache=bf16:tile"
              + cache
              + (op.equals(plain) ? "" : " page_table=i32:rm[4,4]");
      for (String option :
          List.of(
              "",
              "is_causal=off",
              "cur_pos_tensor=i32:rm[3]",
              "cur_pos_tensor=i32:rm[5]",
              "cur_pos_tensor=i32:rm[1,4]",
              "cur_pos_tensor=i32:rm[4]!deallocated",
              "cur_pos_tensor=i32:rm[4] sliding_window_size=16",
              "cur_pos_tensor=i32:rm[4] q_chunk_size=32 k_chunk_size=32",
              "is_causal=off sliding_window_size=16",
              "cur_pos_tensor=i32:rm[4] attention_sink=bf16:tile[8,32]",
              "cur_pos_tensor=i32:rm[4] attention_sink=bf16:tile[8,1]",
              "cur_pos_tensor=i32:rm[4] attention_sink=bf16:rm[8,32]",
              "cur_pos_tensor=i32:rm[4] attention_sink=bf16:tile[4,32]",
              "cur_pos_tensor=i32:rm[4] logit_softcap=50",
              "cur_pos_tensor=i32:rm[4] scale=0.5",
              "cur_pos_tensor=i32:rm[4] memory_config=l1",
              "cur_pos_tensor=i32:rm[4] memory_config=hs",
              "cur_pos_tensor=i32:rm[4] memory_config=hs(32x64@4x1)",
              "is_causal=off attn_mask=bf16:tile[4,1,8,128]",
              "is_causal=off attn_mask=bf16:tile[1,1,8,128]",
              "is_causal=off attn_mask=bf16:tile[4,8,1,128]",
              "is_causal=off attn_mask=bf16:tile[4,1,8,64]",
              "is_causal=off attn_mask=bf16:tile[4,1,4,128]",
              "is_causal=off attn_mask=bf16:rm[4,1,8,128]",
              "is_causal=off attn_mask=f32:tile[4,1,8,128]",
              "is_causal=off attn_mask=bf16:tile[4,1,8,128] cur_pos_tensor=i32:rm[4]",
              "attn_mask=bf16:tile[4,1,8,128] cur_pos_tensor=i32:rm[4]")) {
        call("%s %s", base, option.isEmpty() ? "is_causal=default" : option);
      }
      call(
          "%s cur_pos_tensor=i32:rm[4]",
          base.replace("q=bf16:tile[", "q=bf16:tile:hs(32x64@4x1)["));
      call(
          "%s cur_pos_tensor=i32:rm[4] memory_config=l1",
          base.replace("q=bf16:tile[", "q=bf16:tile:hs(32x64@4x1)["));
      call("%s cur_pos_tensor=i32:rm[4]", base.replace("q=bf16:tile[", "q=bf16:tile:l1["));
    }
    for (String rest :
        List.of(
            "q=bf8:tile[1,4,8,64] k_cache=bf16:tile[4,8,128,64] v_cache=bf16:tile[4,8,128,64]"
                + " cur_pos_tensor=i32:rm[4]",
            "q=bf8:tile[1,4,8,64] k_cache=bf8:tile[4,1,128,64] v_cache=bf8:tile[4,1,128,64]"
                + " cur_pos_tensor=i32:rm[4]")) {
      call("scaled_dot_product_attention_decode %s", rest);
    }
  }

  private void caches() {
    for (String form : FORMS) {
      call(
          "paged_fill_cache cache=%s[16,2,32,64] x=%s[1,2,64,64] page_table=i32:rm[4,4]"
              + " batch_idx=1",
          form, form);
      call(
          "paged_fill_cache cache=bf8:tile[16,2,32,64] x=%s[1,2,64,64] page_table=i32:rm[4,4]"
              + " batch_idx=2",
          form);
      call(
          "paged_fill_cache cache=bf16:tile[16,2,32,64] x=bf16:tile[1,2,64,64] page_table=%s[4,4]"
              + " batch_idx=3",
          form);
      call(
          "paged_update_cache cache=%s[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm[4] page_table=i32:rm[4,4]",
          form);
      call(
          "paged_update_cache cache=bf16:tile[16,2,32,64] x=%s:hs(32x64@4x1)[1,4,%s,64]"
              + " update_idxs=i32:rm[4] page_table=i32:rm[4,4]",
          form, form.endsWith("rm") ? "32" : "2");
      call(
          "paged_update_cache cache=bf16:tile[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=%s[4] page_table=i32:rm[4,4]",
          form);
      call(
          "paged_update_cache cache=bf16:tile[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm[4] page_table=%s[4,4]",
          form);
      call("fill_cache cache=%s[4,2,128,64] x=%s[1,2,64,64] batch_idx=1 update_idx=0", form, form);
      call("fill_cache cache=bf16:tile[4,2,128,64] x=%s[1,2,96,64] batch_idx=1 update_idx=0", form);
    }
    for (String x :
        List.of(
            "[1,2,1,64]",
            "[1,2,100,64]",
            "[1,2,128,64]",
            "[1,2,129,64]",
            "[1,2,160,64]",
            "[1,3,64,64]",
            "[1,2,64,32]",
            "[2,2,64,64]",
            "[2,64,64]",
            "[1,2,64,64]!deallocated")) {
      call(
          "paged_fill_cache cache=bf16:tile[16,2,32,64] x=bf16:tile%s page_table=i32:rm[4,4]"
              + " batch_idx=0",
          x);
      call("fill_cache cache=bf16:tile[4,2,128,64] x=bf16:tile%s batch_idx=0 update_idx=0", x);
    }
    for (String batch : List.of("-1", "4", "100")) {
      call(
          "paged_fill_cache cache=bf16:tile[16,2,32,64] x=bf16:tile[1,2,64,64]"
              + " page_table=i32:rm[4,4] batch_idx=%s",
          batch);
      call(
          "fill_cache cache=bf16:tile[4,2,128,64] x=bf16:tile[1,2,64,64] batch_idx=%s update_idx=0",
          batch);
    }
    for (String update : List.of("1", "32", "64", "96", "-32", "128")) {
      call(
          "fill_cache cache=bf16:tile[4,2,128,64] x=bf16:tile[1,2,64,64] batch_idx=0 update_idx=%s",
          update);
    }
    for (String table : List.of("[4]", "[1,1]", "[4,1,4]", "[4,4]!deallocated")) {
      call(
          "paged_fill_cache cache=bf16:tile[16,2,32,64] x=bf16:tile[1,2,64,64] page_table=i32:rm%s"
              + " batch_idx=0",
          table);
      call(
          "paged_update_cache cache=bf16:tile[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm[4] page_table=i32:rm%s",
          table);
    }
    for (String x :
        List.of(
            "bf16:tile[1,4,2,64]",
            "bf16:tile:l1[1,4,2,64]",
            "bf16:tile:hs(32x64@3x1)[1,3,2,64]",
            "bf16:tile:hs(32x64@5x1)[1,5,2,64]",
            "bf16:tile:hs(32x64@4x1)[1,4,3,64]",
            "bf16:tile:hs(32x32@4x1)[1,4,2,32]",
            "bf16:tile:hs(32x64@2x2)[1,4,2,64]",
            "f32:tile:hs(32x64@4x1)[1,4,2,64]",
            "bf16:tile:ws(128x32@2x1)[1,4,2,64]",
            "bf16:tile:hs(32x64@4x1)[1,4,2,64]!deallocated")) {
      call(
          "paged_update_cache cache=bf8:tile[16,2,32,64] x=%s update_idxs=i32:rm[4]"
              + " page_table=i32:rm[4,4]",
          x);
      call("paged_update_cache cache=bf16:tile[4,2,128,64] x=%s update_idxs=i32:rm[4]", x);
    }
    for (String idxs : List.of("[3]", "[5]", "[1,4]", "[4]!deallocated")) {
      call(
          "paged_update_cache cache=bf16:tile[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm%s page_table=i32:rm[4,4]",
          idxs);
      call(
          "paged_update_cache cache=bf16:tile[4,2,128,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm%s",
          idxs);
    }
    for (String rest :
        List.of(
            "cache=bf16:tile[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
                + " update_idxs=i32:rm[4,1] page_table=i32:rm[4,4]",
            "cache=bf16:tile[4,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
                + " update_idxs=i32:rm[4] page_table=i32:rm[4,4]",
            "cache=bf16:tile[3,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
                + " update_idxs=i32:rm[4] page_table=i32:rm[4,4]")) {
      call("paged_update_cache %s", rest);
    }
  }

  private void joins() {
    for (String form : FORMS) {
      call("concat tensor0=%s[1,1,32,64] tensor1=%s[1,1,32,64] dim=3", form, form);
      call("concat tensor0=%s[1,1,33,64] tensor1=%s[1,1,31,64] dim=2", form, form);
    }
    for (String dim : List.of("0", "1", "-1", "-4", "4", "-5")) {
      call("concat tensor0=bf16:tile[1,2,32,64] tensor1=bf16:tile[1,2,32,64] dim=%s", dim);
    }
    call("concat dim=0");
    call("concat tensor0=bf16:tile[32,32] dim=0");
    call("concat tensor0=bf16:rm[5] tensor1=bf16:rm[3] dim=0");
    call("concat tensor0=bf16:tile[5] tensor1=bf16:tile[3] dim=0");
    call(
        "concat tensor0=bf16:tile[2,3,33,31] tensor1=bf16:tile[2,3,33,1]"
            + " tensor2=bf16:tile[2,3,33,100] dim=3");
    call("concat tensor0=bf16:tile[32,32] tensor1=f32:tile[32,32] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:rm[32,32] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:tile[32,33] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:tile[1,32,32] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:tile[32,32]!deallocated dim=0");
    call("concat tensor0=bf16:tile:l1[32,32] tensor1=bf16:tile[32,32] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:tile:l1[32,32] dim=0");
    call("concat tensor0=bf16:tile[32,32] tensor1=bf16:tile[32,32] dim=0 memory_config=l1");
    call(
        "concat tensor0=bf16:tile[1,1,64,64] tensor1=bf16:tile[1,1,64,64] dim=2"
            + " memory_config=hs(32x64@4x1)");
    call(
        "concat tensor0=bf16:tile:hs(32x64@4x1)[1,1,128,64]"
            + " tensor1=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=3");
    call(
        "concat tensor0=bf16:tile:hs(32x64@4x1)[1,1,128,64]"
            + " tensor1=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=3 memory_config=hs(32x128@4x1)");
    call("concat tensor0=bf16:tile:hs(32x64@4x1)[1,1,128,64] tensor1=bf16:tile[1,1,128,64] dim=3");
    for (String rest :
        List.of(
            "tensor0=bf16:rm:l1[32,32] tensor1=bf16:rm:l1[32,32] dim=0",
            "tensor0=bf16:tile:hs(32x64@4x1)[1,1,128,64]"
                + " tensor1=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=2",
            "tensor0=bf16:tile:l1[32,32] tensor1=bf16:tile:l1[32,32] dim=0",
            "tensor0=bf16:tile:l1[33,32] tensor1=bf16:tile:l1[31,32] dim=0",
            "tensor0=bf8:tile[2,31,33] tensor1=bf8:tile[3,31,33] dim=0",
            "tensor0=bf8:tile[2,32,32] tensor1=bf8:tile[2,31,32] dim=1",
            "tensor0=bf8:tile[31,32] tensor1=bf8:tile[31,31] dim=1",
            "tensor0=bf8:tile[31,32] tensor1=bf8:tile[31,32] dim=1",
            "tensor0=bf8:tile[31,33] tensor1=bf8:tile[31,31] dim=1",
            "tensor0=bf8:tile[33,32] tensor1=bf8:tile[31,32] dim=1")) {
      call("concat %s", rest);
    }
  }

  private void shapes() {
    for (String form : FORMS) {
      call("slice x=%s[1,2,64,96] starts=[0,0,0,0] ends=[1,1,32,64]", form);
      call("slice x=%s[1,2,64,96] starts=[0,1,3,5] ends=[1,2,33,70]", form);
      call("reshape x=%s[1,2,64,96] shape=[2,32,192]", form);
      call("reshape x=%s[1,2,64,96] shape=[1,1,128,96]", form);
      call("reshape x=%s[31,33] shape=[33,31]", form);
      call("permute x=%s[2,3,33,64] dims=[0,2,1,3]", form);
      call("permute x=%s[2,3,33,64] dims=[0,1,3,2]", form);
      call("transpose x=%s[2,3,33,64] dim1=1 dim2=2", form);
      call("transpose x=%s[2,3,33,64] dim1=-2 dim2=-1", form);
    }
    String x = "slice x=bf16:tile[1,2,64,96]";
    for (String range :
        List.of(
            "starts=[0,0,31,0] ends=[1,2,32,96]",
            "starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,2,3]",
            "starts=[0,0,0,0] ends=[1,2,64,97]",
            "starts=[0,0,0,0] ends=[1,2,160,96]",
            "starts=[0,0,-32,0] ends=[1,2,64,96]",
            "starts=[0,0,0,0] ends=[1,2,-1,96]",
            "starts=[0,0,32,0] ends=[1,2,32,96]",
            "starts=[0,0,33,0] ends=[1,2,32,96]",
            "starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,0,1]",
            "starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,-1,1]",
            "starts=[0,0] ends=[1,2]",
            "starts=[0,0,0,0,0] ends=[1,2,64,96,1]",
            "starts=[0,0,0,0] ends=[1,2,32,96] memory_config=l1",
            "starts=[0,0,0,0] ends=[1,2,64,96] memory_config=hs(32x96@4x1)")) {
      call("%s %s", x, range);
      call("%s %s", x.replace("tile", "rm"), range);
    }
    for (String s :
        List.of(
            "[33] starts=[1] ends=[32]",
            "[100,100] starts=[32,32] ends=[64,64]",
            "[2,3,4,33,32] starts=[0,0,0,0,0] ends=[1,2,3,32,32]")) {
      call("slice x=bf16:tile%s", s);
      call("slice x=bf16:rm%s", s);
    }
    call("slice x=bf16:tile:hs(32x64@4x1)[1,1,128,64] starts=[0,0,0,0] ends=[1,1,64,64]");
    call("slice x=bf16:tile:l1[1,1,128,64] starts=[0,0,0,0] ends=[1,1,64,64]");
    call("slice x=bf16:tile[32,32]!deallocated starts=[0,0] ends=[1,1]");
    for (String shape :
        List.of(
            "[-1]",
            "[-1,96]",
            "[1,2,64,96]",
            "[64,-1,2]",
            "[2,64,95]",
            "[-1,-1]",
            "[0,12288]",
            "[]",
            "[12288]",
            "[1,1,1,1,128,96]",
            "[96,2,64]")) {
      call("reshape x=bf16:tile[1,2,64,96] shape=%s", shape);
      call("reshape x=bf16:rm[1,2,64,96] shape=%s", shape);
    }
    call("reshape x=bf16:tile[1,1,1,32] shape=[32,1]");
    call("reshape x=bf16:tile[33] shape=[1,1,1,33]");
    call("reshape x=bf16:tile:l1[1,2,64,96] shape=[128,96]");
    call("reshape x=bf16:tile:l1[1,2,64,96] shape=[64,192]");
    call("reshape x=bf16:tile:hs(32x64@4x1)[1,1,128,64] shape=[1,4,32,64]");
    call("reshape x=bf16:tile:hs(32x64@4x1)[1,1,128,64] shape=[64,128]");
    call("reshape x=bf16:tile[32,32]!deallocated shape=[1024]");
    for (String dims :
        List.of(
            "[3,2,1,0]",
            "[1,0,2,3]",
            "[0,3,1,2]",
            "[0,1,2,3]",
            "[-4,-2,-3,-1]",
            "[0,1,2]",
            "[0,1,2,3,4]",
            "[0,1,1,3]",
            "[0,1,2,4]")) {
      call("permute x=bf16:tile[2,3,33,64] dims=%s", dims);
      call("permute x=bf16:rm[2,3,33,64] dims=%s", dims);
    }
    for (String p :
        List.of(
            "[33] dims=[0]",
            "[31,33] dims=[1,0]",
            "[2,31,33] dims=[2,0,1]",
            "[2,3,4,5,32] dims=[4,0,3,1,2]")) {
      call("permute x=bf16:tile%s", p);
    }
    call("permute x=bf16:tile[2,3,33,64] dims=[0,2,1,3] memory_config=l1");
    call("permute x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dims=[0,2,1,3]");
    call("permute x=bf16:tile[32,32]!deallocated dims=[1,0]");
    for (String dims : List.of("0 1", "0 2", "0 3", "1 3", "2 2", "0 4", "-5 0")) {
      String[] d = dims.split(" ");
      call("transpose x=bf16:tile[2,3,33,64] dim1=%s dim2=%s", d[0], d[1]);
      call("transpose x=bf16:rm[2,3,33,64] dim1=%s dim2=%s", d[0], d[1]);
    }
    call("transpose x=bf16:tile[31,33] dim1=0 dim2=1");
    call("transpose x=bf16:tile[33] dim1=0 dim2=0");
    call("transpose x=bf16:tile[2,3,33,64] dim1=1 dim2=2 memory_config=l1");
    call("transpose x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim1=2 dim2=3");
    call("transpose x=bf16:tile[32,32]!deallocated dim1=0 dim2=1");
    for (String rest :
        List.of(
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] dims=[0,1,3,2]",
            "x=bf16:tile:bs(64x32@2x2)[1,4,32,64] dims=[0,2,1,3]",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dims=[0,1,2,3]",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dims=[0,1,3,2]",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] dims=[0,2,1,3]",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] dims=[0,1,3,2]",
            "x=bf16:tile:ws(128x32@2x1)[1,4,32,64] dims=[0,2,1,3]")) {
      call("permute %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:rm:hs(32x64@4x1)[1,1,128,64] shape=[1,1,64,128]",
            "x=bf16:rm:hs(32x64@4x1)[1,1,128,64] shape=[1,4,32,64]",
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] shape=[1,1,64,128]",
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] shape=[1,2,64,64]",
            "x=bf16:tile:hs(32x64@8x1)[1,8,32,64] shape=[1,1,256,64]",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] shape=[1,1,32,64]",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] shape=[1,1,8,256]",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] shape=[8,4,64]",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] shape=[1,1,64,128]",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] shape=[1,2,64,64]",
            "x=bf4:tile[1,2,33,96] shape=[33,192]",
            "x=bf4:tile[1,2,33,96] shape=[66,96]",
            "x=bf8:tile[1,2,33,96] shape=[66,32,3]",
            "x=bf8:tile[1,2,33,96] shape=[66,96]",
            "x=u16:rm[1,2,33,96] shape=[1,1,33,192]",
            "x=u16:rm[1,2,33,96] shape=[66,96]",
            "x=u16:tile[1,2,33,96] shape=[66,96]",
            "x=u16:tile[1,2,64,96] shape=[128,96]",
            "x=u16:tile[1,2,64,96] shape=[2,64,96]",
            "x=u8:rm[1,2,33,96] shape=[66,96]")) {
      call("reshape %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] starts=[0,0,0,0] ends=[1,1,128,32]",
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] starts=[0,0,0,0] ends=[1,1,64,64]",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] starts=[0,0,0,0] ends=[1,1,128,32]",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] starts=[0,0,3,0] ends=[1,1,64,64]",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] starts=[0,0,32,0] ends=[1,1,64,64]",
            "x=bf16:tile:ws(32x64@4x1)[1,1,32,256] starts=[0,0,0,0] ends=[1,1,32,128]",
            "x=bf16:tile:ws(32x64@4x1)[1,1,32,256] starts=[0,0,0,0] ends=[1,1,8,256]",
            "x=bf4:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,33,33]",
            "x=bf4:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,2,1]",
            "x=bf8:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,2,1]",
            "x=u8:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,33,96]",
            "x=u8:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,64,33]",
            "x=u8:tile[1,2,64,96] starts=[0,0,0,0] ends=[1,2,64,96] steps=[1,1,2,1]")) {
      call("slice %s", rest);
    }
    for (String rest :
        List.of(
            "x=bf16:rm[33] dim1=0 dim2=0",
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] dim1=2 dim2=3",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim1=1 dim2=2",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim1=0 dim2=1",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim1=1 dim2=2",
            "x=bf16:tile:hs(32x64@4x1)[1,4,32,64] dim1=2 dim2=3",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] dim1=1 dim2=2",
            "x=bf16:tile:hs(64x64@2x1)[1,1,128,64] dim1=2 dim2=3",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] dim1=2 dim2=3")) {
      call("transpose %s", rest);
    }
  }

  private void pads() {
    for (String form : FORMS) {
      call("pad x=%s[1,2,31,33] low=[0,0,0,0] high=[0,0,1,31] value=0", form);
      call("pad x=%s[1,2,32,64] low=[0,0,0,0] high=[0,1,32,0] value=1", form);
      call("pad x=%s[1,1,32,32] low=[0,0,1,0] high=[0,0,0,0] value=0", form);
    }
    for (String p :
        List.of(
            "low=[0,0] high=[0,0]",
            "low=[0,0] high=[-1,0]",
            "low=[-1,0] high=[0,0]",
            "low=[0] high=[1]",
            "low=[0,0,0] high=[0,0,1]",
            "low=[0,0] high=[33,100]",
            "low=[2,3] high=[0,0]",
            "low=[32,32] high=[0,0]")) {
      call("pad x=bf16:tile[31,33] %s value=0", p);
      call("pad x=bf16:rm[31,33] %s value=0", p);
    }
    call("pad x=bf16:tile[33] low=[0] high=[31] value=0");
    call("pad x=bf16:tile[2,3,4,5,32] low=[0,0,0,0,0] high=[1,0,0,0,0] value=0");
    call("pad x=bf16:tile[32,32] low=[0,0] high=[32,32] value=0 memory_config=l1");
    call("pad x=bf16:tile:l1[32,32] low=[0,0] high=[32,32] value=0");
    call("pad x=bf16:tile:hs(32x64@4x1)[1,1,128,64] low=[0,0,0,0] high=[0,0,0,32] value=0");
    call("pad x=bf16:tile[32,32]!deallocated low=[0,0] high=[1,1] value=0");
    for (String rest :
        List.of(
            "x=bf16:tile:bs(64x32@2x2)[1,1,128,64] low=[0,0,0,0] high=[0,0,32,32] value=0",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] low=[0,0,0,0] high=[0,0,0,0] value=0",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] low=[0,0,0,0] high=[0,0,32,0] value=0",
            "x=bf16:tile:hs(32x64@8x1)[1,8,4,64] low=[0,0,0,0] high=[0,0,4,0] value=0",
            "x=bf16:tile:ws(128x32@2x1)[1,1,128,64] low=[0,0,0,0] high=[0,0,0,32] value=0",
            "x=bf4:tile[1,2,31,33] low=[0,0,0,0] high=[0,0,1,31] value=1",
            "x=u8:rm[31,33] low=[0,0] high=[0,0] value=1",
            "x=u8:tile[1,2,31,33] low=[0,0,0,0] high=[0,0,1,31] value=1",
            "x=u8:tile[31,33] low=[0,0] high=[0,0] value=1")) {
      call("pad %s", rest);
    }
  }

  private void scatter() {
    for (String form : FORMS) {
      call(
          "scatter x=%s[2,33,64] dim=2 index=u32:%s[2,33,8] src=%s[2,33,8]",
          form, form.substring(form.indexOf(':') + 1), form);
      call("scatter x=bf16:tile[2,33,64] dim=-1 index=%s[2,33,8] src=bf16:tile[2,33,8]", form);
    }
    for (String dim : List.of("0", "1", "-2", "3", "-4")) {
      call("scatter x=bf16:rm[2,33,64] dim=%s index=i32:rm[2,33,64] src=bf16:rm[2,33,64]", dim);
    }
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,33,8] src=f32:tile[2,33,8]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,33,8] src=bf16:tile[2,33,4]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,33,8] src=bf16:tile[2,33,16]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,32,8] src=bf16:tile[2,32,8]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,34,8] src=bf16:tile[2,34,8]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[33,8] src=bf16:tile[33,8]");
    call("scatter x=bf16:tile[64] dim=0 index=u32:tile[8] src=bf16:tile[8]");
    call("scatter x=bf16:tile[2,33,64] dim=2 index=u32:rm[2,33,8] src=bf16:rm[2,33,8]");
    call(
        "scatter x=bf16:tile[2,33,64] dim=2 index=u32:tile[2,33,8] src=bf16:tile[2,33,8]"
            + " memory_config=l1");
    call(
        "scatter x=bf16:tile[2,33,64]!deallocated dim=2 index=u32:tile[2,33,8]"
            + " src=bf16:tile[2,33,8]");
  }

  private void conversions() {
    for (String form : FORMS) {
      for (String dtype : ALL_DTYPES) {
        call("typecast x=%s[1,1,33,64] dtype=%s", form, dtype);
      }
      for (String layout : List.of("tile", "rm")) {
        call("to_layout x=%s[1,1,33,100] layout=%s", form, layout);
      }
    }
    for (String dtype : ALL_DTYPES) {
      call("to_layout x=bf16:rm[31,33] layout=tile dtype=%s", dtype);
      call("to_layout x=bf16:tile[31,33] layout=rm dtype=%s", dtype);
      call("to_layout x=f32:tile[31,33] layout=tile dtype=%s", dtype);
    }
    call("typecast x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dtype=bf8");
    call("typecast x=bf16:tile:l1[1,1,128,64] dtype=f32");
    call("typecast x=bf16:tile[33] dtype=f32");
    call("typecast x=bf16:tile[32,32] dtype=99");
    call("typecast x=bf16:tile[32,32]!deallocated dtype=f32");
    call("to_layout x=bf16:rm[33] layout=tile");
    call("to_layout x=bf16:tile[33] layout=rm");
    call("to_layout x=bf16:rm[2,1,2,33,32] layout=tile");
    call("to_layout x=bf16:rm:l1[64,64] layout=tile");
    call("to_layout x=bf16:tile:hs(32x64@4x1)[1,1,128,64] layout=rm");
    call("to_layout x=bf16:rm:hs(32x64@4x1)[1,1,128,64] layout=tile");
    call("to_layout x=bf16:rm[32,32]!deallocated layout=tile");
    call("to_layout x=bf16:rm[32,32] layout=7");

    for (String form : FORMS) {
      for (String memory : List.of("dram", "l1", "hs(32x64@4x1)")) {
        call("to_memory_config x=%s[1,1,128,64] memory_config=%s", form, memory);
      }
    }
    List<String> memories =
        List.of(
            "dram",
            "l1",
            "hs(32x64@4x1)",
            "hs(64x64@2x1)",
            "ws(128x32@2x1)",
            "bs(64x32@2x2)",
            "bs(32x32@2x4)",
            "hs(32x64@2x2,col)");
    for (String from : memories) {
      String place = from.equals("dram") ? "" : ":" + from;
      for (String to : memories) {
        call("to_memory_config x=bf16:tile%s[4,32,64] memory_config=%s", place, to);
      }
    }
    for (String memory :
        List.of(
            "hs",
            "ws",
            "bs",
            "hs(32x64@3x1)",
            "hs(32x32@4x1)",
            "hs(32x80@4x1)",
            "hs(16x64@8x1)",
            "hs(32x64@9x1)",
            "ws(64x32@2x1)",
            "dram_hs(32x64@4x1)")) {
      call("to_memory_config x=bf16:tile[1,1,128,64] memory_config=%s", memory);
    }
    call("to_memory_config x=bf16:tile[1,1,33,64] memory_config=hs(32x64@2x1)");
    call("to_memory_config x=bf16:tile[1,8,9,64] memory_config=hs(32x64@8x1)");
    call("to_memory_config x=bf16:tile[1,1,8192,8192] memory_config=l1");
    call("to_memory_config x=f32:tile[1024,1024] memory_config=hs(1024x1024@1x1)");
    call("to_memory_config x=bf16:tile[32,32]!deallocated memory_config=l1");

    for (String form : FORMS) {
      call("copy src=%s[1,1,33,64] dst=%s[1,1,33,64]", form, form);
      call("copy src=bf16:tile[1,1,33,64] dst=%s[1,1,33,64]", form);
    }
    call("copy src=bf16:tile[1,1,33,64] dst=bf16:tile:l1[1,1,33,64]");
    call("copy src=bf16:tile[1,1,33,64] dst=bf16:tile[33,64]");
    call("copy src=bf16:tile[1,1,33,64] dst=bf16:tile[1,1,32,64]");
    call("copy src=bf16:tile:hs(32x64@4x1)[1,1,128,64] dst=bf16:tile:hs(32x64@4x1)[1,1,128,64]");
    call("copy src=bf16:tile[1,1,128,64] dst=bf16:tile:hs(32x64@4x1)[1,1,128,64]");
    call("copy src=bf16:tile[32,32] dst=bf16:tile[32,32]!deallocated");
    call("copy src=bf16:tile[32,32]!deallocated dst=bf16:tile[32,32]");
    for (String rest : List.of("x=bf4:tile[32,32] layout=rm", "x=u8:rm[32,32] layout=tile")) {
      call("to_layout %s", rest);
    }
  }

  private void choices() {
    for (String form : FORMS) {
      call("argmax x=%s[1,1,33,64] dim=-1 keepdim=on", form);
      call("argmax x=%s[1,1,32,100] dim=3", form);
      call("topk x=%s[1,1,32,64] k=32", form);
    }
    for (String x :
        List.of(
            "[100] dim=0",
            "[33,100] dim=0",
            "[33,100] dim=1",
            "[2,33,100] dim=1",
            "[2,2,33,100] dim=0",
            "[2,2,33,100] dim=2",
            "[2,33,100] dim=3",
            "[33,100] dim=-3",
            "[1,1,1,49152] dim=-1",
            "[32,32]!deallocated dim=1")) {
      call("argmax x=bf16:rm%s", x);
      call("argmax x=bf16:tile%s", x);
      call("argmax x=bf16:rm%s keepdim=on", x);
    }
    call("argmax x=bf16:rm:l1[1,1,33,64] dim=-1");
    call("argmax x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=-1");
    for (String k : List.of("1", "31", "50", "64", "65", "0", "-1", "128")) {
      call("topk x=bf16:tile[1,1,32,64] k=%s", k);
    }
    for (String x :
        List.of(
            "[1,1,1,1000]",
            "[33,100]",
            "[100]",
            "[2,3,33,128]",
            "[1,1,32,65536]",
            "[1,1,32,65568]",
            "[1,1,32,49152]",
            "[2,1,2,33,64]",
            "[1,1,32,64]!deallocated")) {
      call("topk x=bf16:tile%s k=8", x);
    }
    call("topk x=bf8:tile[1,1,33,100] k=8");
    call("topk x=f32:tile[1,1,33,100] k=8");
    call("topk x=bf16:tile:l1[1,1,32,64] k=8");
    call("topk x=bf16:tile:hs(32x64@4x1)[1,1,128,64] k=8");
    for (String rest :
        List.of(
            "x=bf16:rm:hs(32x64@4x1)[1,1,128,64] dim=-1",
            "x=bf16:rm:hs(32x64@4x1)[1,1,128,64] dim=-1 keepdim=on",
            "x=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=-1 keepdim=on",
            "x=bf16:tile:l1[1,1,128,64] dim=-1",
            "x=bf16:tile:ws(32x64@4x1)[1,1,32,256] dim=-1 keepdim=on")) {
      call("argmax %s", rest);
    }
    for (String rest : List.of("x=bf16:tile:ws(32x64@4x1)[1,1,32,256] k=8")) {
      call("topk %s", rest);
    }
  }

  /** What meshes are for; {@link MeshCorpus} has more. */
  private void collectives() {
    for (String axis : List.of("", " cluster_axis=axis0", " cluster_axis=axis1")) {
      call("all_gather x=bf16:tile[1,1,33,64] dim=3%s", axis);
      call("reduce_scatter x=bf16:tile[1,1,33,64] dim=3%s", axis);
      call("all_reduce x=bf16:tile[1,1,33,64]%s", axis);
      call("mesh_partition x=bf16:tile[1,1,33,12] dim=3%s", axis);
    }
    call("all_gather x=bf16:rm[1,1,33,12] dim=3");
    call("all_reduce x=bf16:rm[1,1,33,25]");
    call("mesh_partition x=bf16:tile[32] dim=0");
    call("rms_norm_pre_all_gather x=bf16:tile[1,1,33,64]");
    call("rms_norm_post_all_gather x=bf16:tile[1,1,33,64] stats=bf16:tile[1,1,33,32]");
    call("layer_norm_pre_all_gather x=bf16:tile[1,1,33,64]");
    call("layer_norm_post_all_gather x=bf16:tile[1,1,33,64] stats=bf16:tile[1,1,33,64]");
    for (String mapping : List.of("[-,-]", "[0,3]", "[3,3]", "[-,4]")) {
      call("tensor_from_host out=bf16:tile[1,1,33,64] mapping=%s data=f32", mapping);
      call("aggregate_tensor x=bf16:tile[1,1,33,64] mapping=%s dtype=f32", mapping);
    }
  }

  private void traces() {
    call("begin_trace_capture");
    call("begin_trace_capture capture=on");
    for (String call : List.of("end_trace_capture", "execute_trace", "release_trace")) {
      for (String state : List.of("unknown", "capturing", "ended", "released")) {
        call("%s trace=%s", call, state);
      }
    }
    for (String op :
        List.of(
            "matmul a=bf16:tile[32,64] b=bf16:tile[64,96]",
            "softmax x=bf16:tile[32,64] dim=-1",
            "to_layout x=bf16:tile[33,64] layout=rm",
            "copy src=bf16:tile[32,64] dst=bf16:tile[32,64]",
            "plus_one x=i32:rm[32]",
            "typecast x=bf16:tile[33,64] dtype=bf8",
            "slice x=bf16:tile[64,64] starts=[1,1] ends=[33,33]",
            "argmax x=bf16:rm[1,1,32,64] dim=-1 keepdim=on",
            "deallocate x=bf16:tile[32,32]")) {
      call("%s capture=on", op);
    }
  }
}
