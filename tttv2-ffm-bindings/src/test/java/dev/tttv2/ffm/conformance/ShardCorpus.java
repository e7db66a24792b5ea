// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the calls of one device in which the place of shards decides: which operand's shards a
 * result takes, how they follow a shape, and which cores an operation wants to have them on.
 */
final class ShardCorpus {
  /** Shards of a TILE tensor [1, 1, 128, 64], on two to eight cores. */
  private static final List<String> SHARDS =
      List.of(
          "hs(32x64@4x1)",
          "hs(64x64@2x1)",
          "hs(32x64@2x2)",
          "hs(32x64@0.0-2.0+0.1-0.1)",
          "ws(128x32@2x1)",
          "bs(64x32@2x2)",
          "bs(32x32@2x4)",
          "bs(64x32@2x2,col)");

  private static final List<String> WISHES = List.of("dram", "l1", "hs", "ws", "bs");

  private final Set<String> calls = new LinkedHashSet<>();

  private ShardCorpus() {}

  static List<String> calls() {
    ShardCorpus corpus = new ShardCorpus();
    corpus.grids();
    corpus.binary();
    corpus.integersByFloats();
    corpus.products();
    corpus.users();
    corpus.norms();
    corpus.rotary();
    corpus.sums();
    corpus.reshapes();
    corpus.slices();
    corpus.pads();
    corpus.layouts();
    corpus.others();
    return List.copyOf(corpus.calls);
  }

  private void call(String text, Object... values) {
    calls.add(String.format(text, values));
  }

  /** A place in a tensor's text, where DRAM is left out. */
  private static String place(String memory) {
    return memory.equals("dram") ? "" : ":" + memory;
  }

  private void grids() {
    for (String memory :
        List.of(
            "bs(32x96@7x1)[2,1,32,48]",
            "bs(32x96@1x7)[2,1,32,48]",
            "bs(32x64@1x2)[2,1,32,48]",
            "bs(32x64@2x1)[2,1,32,48]",
            "bs(32x64@2x1,col)[2,1,32,48]",
            "bs(32x32@4x4)[2,1,32,48]",
            "bs(32x32@2x3,col)[2,1,32,48]",
            "bs(32x32@2.2-5.3)[2,1,32,48]",
            "bs(32x32@0.0-1.0+0.1-0.1)[2,1,32,48]",
            "bs(64x32@4x4)[1,1,32,256]",
            "bs(64x32@8x1)[1,1,32,256]",
            "dram_bs(32x32@2x1)[1,1,32,64]",
            "dram_bs(32x64@2x1)[1,1,64,64]")) {
      call("tensor_create out=bf16:tile:%s", memory);
      call("tensor_create out=i32:rm:%s", memory);
      int shape = memory.indexOf('[');
      call(
          "to_memory_config x=bf16:tile%s memory_config=%s",
          memory.substring(shape), memory.substring(0, shape));
    }
    call("tensor_create out=bf16:rm:hs(1x96@1x1)[96]");
    call("tensor_create out=bf16:rm:hs(32x96@1x1)[96]");
    call("tensor_create out=bf16:rm:bs(32x32@3x1)[96]");
  }

  private void binary() {
    for (String a : SHARDS) {
      for (String b : SHARDS) {
        call("add a=bf16:tile:%s[1,1,128,64] b=bf16:tile:%s[1,1,128,64]", a, b);
      }
      for (String wish : WISHES) {
        call(
            "multiply a=bf16:tile:%s[1,1,128,64] b=bf8:tile[1,1,128,64] memory_config=%s", a, wish);
        call(
            "subtract a=f32:tile:l1[1,1,128,64] b=bf16:tile:%s[1,1,128,64] memory_config=%s",
            a, wish);
      }
      call("subtract a=bf16:tile:l1[1,1,128,64] b=bf16:tile:%s[1,1,128,64]", a);
      call("subtract a=bf16:tile[1,1,128,64] b=bf16:tile:%s[1,1,128,64]", a);
      call("add a=bf16:rm:%s[1,1,128,64] b=bf16:rm[1,1,128,64]", a);
      call("add a=bf16:rm[1,1,128,64] b=bf16:rm:%s[1,1,128,64] memory_config=l1", a);
      call("add a=bf16:tile[2,1,128,64] b=bf16:tile:%s[1,1,128,64]", a);
      call("add a=bf16:tile:%s[1,1,128,64] b=bf16:tile[2,1,128,1]", a);
      call("multiply_scalar a=bf16:tile:%s[1,1,128,64] b=2 memory_config=hs", a);
      call("gelu x=bf16:tile:%s[1,1,128,64] memory_config=ws", a);
    }
    for (String wish :
        List.of("hs(32x64@4x1)", "ws(128x32@2x1)", "bs(64x32@2x2)", "hs(16x64@8x1)")) {
      call(
          "add a=bf16:tile:hs(64x64@2x1)[1,1,128,64] b=bf16:tile[1,1,128,64] memory_config=%s",
          wish);
      call("add a=f32:rm:hs(64x64@2x1)[1,1,128,64] b=f32:rm[1,1,128,64] memory_config=%s", wish);
      call("add a=f32:rm[1,1,128,64] b=f32:rm[1,1,128,64] memory_config=%s", wish);
    }
    for (String rows :
        List.of("hs(16x64@8x1)", "ws(128x16@4x1)", "bs(43x22@3x3)", "hs(32x64@4x1)")) {
      call("add a=bf16:rm:%s[1,1,128,64] b=bf16:tile[1,1,128,64]", rows);
      call("add_scalar a=bf16:rm:%s[1,1,128,64] b=2", rows);
      call("silu x=bf16:rm:%s[1,1,128,64]", rows);
    }
    call("add a=bf16:tile:ws(32x32@2x1)[64] b=bf16:tile:l1[1,1,128,64] memory_config=bs");
    call("subtract a=bf16:tile:bs(32x32@1x4)[1,1,128,1] b=bf16:tile[1,1,128,64]");
    call("add a=f32:rm[33,64] b=f32:rm[33,64] output_tensor=bf16:rm[33,64]");
    call("multiply_scalar a=f32:rm[33,64] b=2 output_tensor=bf16:rm[33,64]");
    for (String output : List.of("i32", "u32", "u16", "u8")) {
      call("add a=i32:tile[33,64] b=i32:tile[33,64] output_tensor=%s:tile[33,64]", output);
    }
  }

  private void integersByFloats() {
    for (String integers : List.of("i32:tile", "u32:tile", "i32:rm")) {
      for (String floats : List.of("f32:tile", "bf16:tile", "bf8:tile", "bf4:tile", "bf16:rm")) {
        call("multiply a=%s[1,1,33,64] b=%s[1,1,33,64]", integers, floats);
        call("multiply a=%s[1,1,33,64] b=%s[1,1,33,64]", floats, integers);
        call("subtract a=%s[1,1,33,64] b=%s[1,1,33,64]", floats, integers);
      }
      call("multiply a=%s[1,1,33,64] b=u16:tile[1,1,33,64]", integers);
      call("multiply a=bf16:tile[1,1,33,64] b=%s[1,1,33,1] activation_b=gelu", integers);
      call("multiply a=%s[1,1,1,64] b=bf16:tile[1,1,33,64] activation_a=relu", integers);
    }
    for (String rest :
        List.of(
            "dtype=f32",
            "dtype=bf8",
            "dtype=i32",
            "activation=silu",
            "output_tensor=bf16:tile[1,1,33,64]",
            "output_tensor=f32:tile[1,1,33,64]",
            "output_tensor=i32:tile[1,1,33,64]",
            "memory_config=l1")) {
      call("multiply a=i32:tile[1,1,33,64] b=bf16:tile[1,1,33,64] %s", rest);
      call("multiply a=f32:tile[1,1,33,64] b=u32:tile[1,1,33,64] %s", rest);
    }
    call("multiply a=i32:tile:ws(128x32@2x1)[1,1,128,64] b=bf8:tile:hs(32x64@4x1)[1,1,128,64]");
    call("multiply a=i32:tile:hs(32x64@4x1)[1,1,128,64] b=f32:tile[1,1,128,64]");
  }

  private void products() {
    List<String> inputs =
        List.of(
            "l1[1,1,64,128] [128,256]",
            "hs(32x128@2x1)[1,1,64,128] [128,256]",
            "hs(64x128@1x1)[1,1,64,128] [128,256]",
            "ws(64x32@4x1)[1,1,64,128] [128,256]",
            "ws(64x64@1x3)[1,1,64,128] [128,96]",
            "bs(32x64@2x2)[1,1,64,128] [128,256]",
            "bs(32x64@2x2,col)[1,1,64,128] [128,96]",
            "bs(64x64@2x1)[1,1,64,128] [128,256]",
            "bs(32x128@1x2)[1,1,64,128] [128,48]",
            "bs(64x64@2x2)[1,1,64,128] [128,256]");
    for (String input : inputs) {
      String[] shapes = input.split(" ");
      String operands = String.format("a=bf16:tile:%s b=bf8:tile%s", shapes[0], shapes[1]);
      call("matmul %s", operands);
      call("matmul %s activation=silu", operands);
      call("linear %s activation=gelu", operands);
      for (String wish : WISHES) {
        call("linear %s memory_config=%s", operands, wish);
      }
      for (String wish :
          List.of(
              "hs(32x256@2x1)",
              "ws(64x128@2x1)",
              "ws(64x32@8x1)",
              "bs(64x32@2x1)",
              "bs(64x256@1x1)")) {
        call("matmul %s memory_config=%s", operands, wish);
      }
    }
    for (String orientation : List.of("hs(32x128@2x1,col)", "ws(64x64@2x1,col)", "bs(32x64@3x2)")) {
      call("matmul a=bf16:tile:%s[1,1,64,128] b=bf16:tile[128,64]", orientation);
    }
    call("matmul a=bf16:tile:hs(32x64@4x1)[2,1,64,64] b=bf16:tile[64,32]");
    call("matmul a=bf16:tile:hs(32x64@4x1)[2,1,64,64] b=bf16:tile[64,32] memory_config=hs");
    call("matmul a=bf16:tile:hs(32x64@4x1)[2,1,64,64] b=bf16:tile[2,1,64,32]");
    call("matmul a=bf16:tile:hs(32x64@2x1)[1,1,64,64] b=bf16:tile[64,32] transpose_a=on");
    for (String wish :
        List.of(
            "bs", "hs", "ws", "bs(32x32@3x3)", "bs(96x32@1x1)", "bs(96x32@2x1)", "bs(32x32@1x3)")) {
      call("linear a=bf4:tile[3,1,17,160] b=f32:tile[160,32] memory_config=%s", wish);
      call("matmul a=bf16:tile[3,1,17,160] b=bf16:tile[3,1,160,32] memory_config=%s", wish);
      call("matmul a=bf16:tile[1,1,96,160] b=bf16:tile[160,64] memory_config=%s", wish);
    }
    for (String output :
        List.of(
            "hs(32x128@2x1)",
            "ws(64x32@4x1)",
            "bs(64x64@2x1)",
            "bs(32x64@2x2)",
            "bs(64x128@1x1)")) {
      call(
          "matmul a=bf16:tile[1,1,64,96] b=bf16:tile[96,128]"
              + " output_tensor=bf16:tile:%s[1,1,64,128]",
          output);
      call(
          "matmul a=bf16:tile:ws(64x32@3x1)[1,1,64,96] b=bf16:tile[96,128]"
              + " output_tensor=bf16:tile:%s[1,1,64,128]",
          output);
    }
  }

  private void users() {
    for (String grid :
        List.of("7x1", "8x1", "1x7", "0.0-3.0+0.1-2.1", "8x1,col", "7x1,col", "7x2")) {
      for (int heads : new int[] {1, 3, 33}) {
        int height = heads > 32 ? 64 : 32;
        call(
            "paged_update_cache cache=bf8:tile[14,%d,32,64] x=bf16:tile:hs(%dx64@%s)[1,7,%d,64]"
                + " update_idxs=i32:rm[7] page_table=i32:rm[7,2]",
            heads, height, grid, heads);
        call(
            "nlp_concat_heads_decode x=bf16:tile:hs(%dx64@%s)[1,7,%d,64] num_heads=%d",
            height, grid, heads, heads);
      }
      call(
          "paged_update_cache cache=bf16:tile[7,3,96,64] x=f32:tile:hs(32x64@%s)[1,7,3,64]"
              + " update_idxs=i32:rm[7]",
          grid);
      call(
          "nlp_create_qkv_heads_decode x=bf16:tile[1,1,7,768] num_heads=8 num_kv_heads=2"
              + " memory_config=hs(32x64@%s)",
          grid);
    }
    call("nlp_concat_heads_decode x=bf16:tile:hs(64x64@7x1)[1,7,8,64] num_heads=8");
    for (String cores :
        List.of("2x2", "3x3", "1.1-4.4", "0.0-2.0+0.1-7.1", "4.0-7.3+0.0-3.1", "8x8")) {
      call(
          "nlp_create_qkv_heads_decode x=bf16:tile[1,1,9,768] num_heads=8 num_kv_heads=2"
              + " memory_config=hs(32x64@%s)",
          cores);
    }
    for (String x :
        List.of("hs(32x768@1x1)", "ws(32x64@6x2)", "ws(32x64@6x2,col)", "bs(32x128@6x2)", "l1")) {
      call("nlp_create_qkv_heads_decode x=bf16:tile:%s[1,1,9,768] num_heads=8 num_kv_heads=2", x);
      call("nlp_create_qkv_heads x=bf16:tile:%s[1,1,9,768] num_heads=8 num_kv_heads=2", x);
    }
    for (String wish : List.of("l1", "hs", "ws", "bs", "hs(64x512@1x1)", "bs(64x64@8x1)")) {
      call("nlp_concat_heads x=bf16:tile[2,8,17,64] memory_config=%s", wish);
      call(
          "nlp_create_qkv_heads x=bf16:tile[1,1,33,768] num_heads=8 num_kv_heads=2"
              + " memory_config=%s",
          wish);
    }
    call("nlp_concat_heads x=bf16:tile:hs(32x64@8x1)[1,8,17,64]");
  }

  private void norms() {
    for (String operation : List.of("rms_norm", "layer_norm")) {
      for (String x :
          List.of(
              "ws(64x64@3x1)[1,1,64,192]",
              "ws(64x96@2x1)[1,1,64,192]",
              "ws(64x96@3x1)[1,1,64,192]",
              "bs(32x64@3x2)[1,1,64,192]",
              "bs(32x96@3x2)[1,1,64,192]",
              "hs(32x192@2x1)[1,1,64,192]")) {
        String shape = x.substring(x.indexOf('['));
        call("%s x=bf8:tile:%s weight=bf16:tile[1,1,32,192]", operation, x);
        call("%s x=bf16:tile:%s weight=bf16:rm[1,1,6,32]", operation, x);
        call("%s x=bf16:tile:%s residual_input_tensor=bf16:tile:%s", operation, x, x);
        call("%s x=bf16:tile:%s residual_input_tensor=bf16:tile%s", operation, x, shape);
        call(
            "%s x=bf16:tile:%s residual_input_tensor=bf16:tile:ws(64x32@6x1)%s",
            operation, x, shape);
        for (String wish :
            List.of("l1", "ws", "bs", "ws(64x32@6x1)", "ws(64x96@2x1)", "bs(32x64@3x2)")) {
          call("%s x=bf16:tile:%s memory_config=%s", operation, x, wish);
        }
      }
      for (String wish : List.of("hs", "ws", "bs", "hs(32x192@2x1)", "ws(64x96@2x1)")) {
        call("%s x=bf16:tile[1,1,64,192] memory_config=%s", operation, wish);
      }
      for (String weight :
          List.of(
              "[2,192]",
              "[32,192]",
              "[1,1,2,192]",
              "[1,1,33,192]",
              "[1,1,64,192]",
              "[2,1,192]",
              "[2,1,1,192]")) {
        call("%s x=bf16:tile[1,1,64,192] weight=bf16:tile%s", operation, weight);
      }
    }
    for (String residual : List.of("bf16:tile", "f32:tile", "bf16:rm")) {
      call("layer_norm x=bf16:rm[1,32] residual_input_tensor=%s[1,32]", residual);
      call("layer_norm x=bf16:rm[1,1,64,96] residual_input_tensor=%s[1,1,64,96]", residual);
    }
    call("layer_norm x=bf16:rm:ws(64x96@1x1)[1,1,64,96]");
    call("layer_norm x=bf16:rm:hs(32x96@2x1)[1,1,64,96]");
    for (String layout : List.of("tile", "rm")) {
      for (String place : List.of("dram", "l1")) {
        for (String rest :
            List.of("", " memory_config=l1", " memory_config=dram", " memory_config=hs")) {
          call("group_norm x=bf16:%s%s[2,1,96,32] num_groups=2%s", layout, place(place), rest);
        }
        call(
            "group_norm x=f32:%s%s[2,1,96,32] num_groups=2 memory_config=hs(64x32@3x1)",
            layout, place(place));
      }
    }
    for (String x :
        List.of(
            "l1[1,1,33,64]",
            "hs(32x64@2x1)[1,1,33,64]",
            "ws(64x32@2x1)[1,1,33,64]",
            "ws(32x32@4x1)[1,1,7,100]")) {
      for (String wish :
          List.of("", " memory_config=l1", " memory_config=ws", " memory_config=hs(64x64@1x1)")) {
        call("softmax x=bf16:tile:%s dim=-1%s", x, wish);
      }
      call("softmax x=bf16:tile:%s dim=2", x);
    }
    call("softmax x=bf16:rm:hs(17x64@2x1)[1,1,33,64] dim=-1");
    call("softmax x=bf16:rm:hs(32x64@2x1)[1,1,33,64] dim=-1");
  }

  private void rotary() {
    List<String> wishes =
        List.of(
            "",
            "dram",
            "l1",
            "hs",
            "ws",
            "bs",
            "hs(32x64@3x1)",
            "hs(32x64@1x3)",
            "hs(64x64@2x1)",
            "ws(96x32@2x1)");
    for (String wish : wishes) {
      String memory = wish.isEmpty() ? "" : " memory_config=" + wish;
      call(
          "rotary_embedding_hf x=bf16:tile:hs(32x64@3x1)[1,3,8,64]"
              + " cos=bf16:tile:hs(32x64@3x1)[1,3,1,64] sin=bf16:tile:hs(32x64@3x1)[1,3,1,64]"
              + " is_decode_mode=on%s",
          memory);
      call(
          "rotary_embedding_hf x=bf16:tile:hs(32x32@3x1)[1,3,8,32]"
              + " cos=bf16:tile:hs(32x32@3x1)[1,3,1,32] sin=bf16:tile:hs(32x32@3x1)[1,3,1,32]"
              + " is_decode_mode=on%s",
          memory);
      call(
          "rotary_embedding_llama x=bf16:tile:hs(32x64@3x1)[1,3,8,64]"
              + " cos=bf16:tile:hs(32x64@3x1)[1,3,1,64] sin=bf16:tile:hs(32x64@3x1)[1,3,1,64]"
              + " trans_mat=bf16:tile:hs(32x32@3x1)[1,1,96,32] is_decode_mode=on%s",
          memory);
      for (String x : List.of("l1", "hs(32x64@3x1)", "bs(32x32@2x3)", "ws(96x32@2x1)")) {
        call(
            "rotary_embedding_hf x=bf16:tile:%s[1,3,17,64] cos=bf16:tile[1,1,17,64]"
                + " sin=bf16:tile[1,1,17,64]%s",
            x, memory);
      }
      call(
          "rotary_embedding_llama x=bf16:tile:l1[1,3,17,64] cos=bf16:tile[1,1,17,64]"
              + " sin=bf16:tile[1,1,17,64] trans_mat=bf16:tile[1,1,32,32]%s",
          memory);
    }
    for (String cos : List.of("hs(32x64@1x1)", "ws(32x32@2x1)", "bs(32x32@2x1)")) {
      call(
          "rotary_embedding_llama x=bf16:tile[1,3,17,64] cos=bf16:tile:%s[1,1,17,64]"
              + " sin=bf16:tile:%s[1,1,17,64] trans_mat=bf16:tile[1,1,32,32]",
          cos, cos);
    }
    call(
        "rotary_embedding_llama x=bf16:tile[1,3,17,64] cos=bf16:tile:hs(32x64@1x1)[1,1,17,64]"
            + " sin=bf16:tile[1,1,17,64] trans_mat=bf16:tile[1,1,32,32]");
  }

  private void sums() {
    for (String x : SHARDS) {
      for (int dim = 1; dim < 4; dim++) {
        for (String rest :
            List.of(
                "",
                " keepdim=on",
                " keepdim=on memory_config=hs",
                " memory_config=ws(64x32@1x1)")) {
          call("sum x=bf16:tile:%s[1,1,128,64] dim=%d%s", x, dim, rest);
        }
      }
    }
    for (String wish :
        List.of("hs", "hs(96x96@1x1)", "hs(32x32@2x2)", "ws(32x32@3x1)", "bs(32x32@2x2)")) {
      call("sum x=bf16:tile[2,2,1,31] dim=-2 keepdim=on memory_config=%s", wish);
      call("sum x=bf16:rm[2,3,33,100] dim=-1 memory_config=%s", wish);
      call("sum x=f32:tile[1,1,128,64] dim=1 memory_config=%s", wish);
    }
    call("sum x=bf16:rm:hs(17x64@2x1)[1,1,33,64] dim=-1");
    call("sum x=bf16:tile:hs(32x64@3x1)[3,17,64] dim=-1");
  }

  private void reshapes() {
    for (String shape :
        List.of(
            "[128,64]",
            "[1,4,32,64]",
            "[1,8,16,64]",
            "[1,1,64,128]",
            "[1,1,256,32]",
            "[1,1,32,256]",
            "[1,1,512,16]",
            "[1,8192]")) {
      for (String x : SHARDS) {
        call("reshape x=bf16:tile:%s[1,1,128,64] shape=%s", x, shape);
        call("reshape x=i32:rm:%s[1,1,128,64] shape=%s", x, shape);
      }
      call("reshape x=bf16:rm:bs(43x22@3x3)[1,1,128,64] shape=%s", shape);
    }
    call("reshape x=i32:rm:bs(32x32@3x5)[1,1,160,96] shape=[1,1,96,160]");
    call("reshape x=bf16:tile:bs(160x32@1x3,col)[1,1,160,96] shape=[1,1,96,160]");
    call("reshape x=bf16:tile:hs(64x96@3x1)[1,1,160,96] shape=[1,1,96,160]");
    call("reshape x=f32:rm:hs(7x100@1x1)[1,1,7,100] shape=[1,350,2]");
    call("reshape x=f32:rm:ws(7x34@3x1)[1,1,7,100] shape=[7,100]");
    call("reshape x=f32:rm:ws(7x104@1x1)[1,1,7,100] shape=[7,100]");
    call("reshape x=f32:rm:ws(7x104@1x1)[1,1,7,100] shape=[1,1,7,100]");
  }

  private void slices() {
    for (String range :
        List.of(
            "starts=[0,0,0,0] ends=[1,1,128,64]",
            "starts=[0,0,32,0] ends=[1,1,128,64]",
            "starts=[0,0,64,32] ends=[1,1,96,64]",
            "starts=[0,0,3,0] ends=[1,1,64,64]",
            "starts=[0,0,0,32] ends=[1,1,128,33]")) {
      for (String x : SHARDS) {
        call("slice x=bf16:tile:%s[1,1,128,64] %s", x, range);
        call("slice x=i32:rm:%s[1,1,128,64] %s", x, range);
      }
      for (String wish : List.of("l1", "hs", "bs(32x32@2x4)")) {
        call("slice x=bf16:tile:hs(32x64@4x1)[1,1,128,64] %s memory_config=%s", range, wish);
      }
    }
    call("slice x=i32:rm:bs(64x32@3x3)[1,1,160,96] starts=[0,0,32,0] ends=[1,1,160,96]");
    call("slice x=bf16:tile:ws(128x128@1x2)[2,1,64,128] starts=[0,0,0,0] ends=[1,1,32,128]");
  }

  private void pads() {
    for (String high :
        List.of("[0,0,32,0]", "[0,0,0,32]", "[0,0,32,32]", "[1,0,0,0]", "[0,0,1,0]")) {
      for (String layout : List.of("tile", "rm")) {
        for (String x :
            List.of(
                "dram",
                "hs(32x64@4x1)",
                "hs(32x64@6x1)",
                "hs(64x64@4x1)",
                "ws(128x32@2x1)",
                "bs(64x32@3x3)")) {
          for (String wish :
              List.of(
                  "",
                  " memory_config=dram",
                  " memory_config=hs",
                  " memory_config=hs(128x96@2x1)")) {
            call(
                "pad x=bf16:%s%s[1,1,128,64] low=[0,0,0,0] high=%s value=0%s",
                layout, place(x), high, wish);
          }
        }
      }
      call("pad x=bf16:tile:hs(64x64@3x1)[1,1,33,64] low=[0,0,0,0] high=%s value=0", high);
      call("pad x=bf16:tile:hs(32x128@1x1)[1,1,7,100] low=[0,0,0,0] high=%s value=0", high);
    }
    for (String wish : List.of("dram", "l1", "hs", "ws(64x32@2x1)")) {
      call(
          "pad x=bf16:tile[1,1,33,64] low=[0,0,0,0] high=[0,0,3,0] value=0 memory_config=%s", wish);
      call(
          "pad x=bf16:tile:hs(32x64@2x1)[1,1,33,64] low=[0,0,0,0] high=[0,0,3,0] value=0"
              + " memory_config=%s",
          wish);
    }
    call("pad x=bf16:tile:hs(32x64@3x1)[3,17,64] low=[0,0,0] high=[0,0,32] value=0");
    call("pad x=bf16:rm:hs(3x100@3x1)[1,1,7,100] low=[0,0,0,0] high=[0,0,1,0] value=0");
  }

  private void layouts() {
    for (String x :
        List.of(
            "hs(32x64@2x1)[1,1,33,64]",
            "hs(64x64@4x1)[1,1,33,64]",
            "hs(32x64@3x1)[3,17,64]",
            "hs(64x64@2x1)[3,17,64]",
            "bs(32x32@2x2)[1,1,33,64]",
            "bs(64x64@4x6)[1,1,33,64]",
            "bs(32x32@2x3)[3,17,64]")) {
      call("to_layout x=bf16:rm:%s layout=tile", x);
      call("to_layout x=bf16:tile:%s layout=rm", x);
      call("to_layout x=bf8:tile:%s layout=rm", x);
    }
    call("to_layout x=bf16:tile:ws(64x32@2x1)[1,1,33,64] layout=rm");
    call("to_layout x=bf16:tile:ws(32x64@4x1)[96] layout=rm");
    call("to_layout x=bf16:tile:ws(32x32@4x1)[96] layout=rm");
    call("to_layout x=bf16:rm:ws(33x32@2x1)[1,1,33,64] layout=tile");
    call("to_layout x=bf16:rm:hs(17x64@2x1)[1,1,33,64] layout=tile");
    call("to_layout x=bf16:rm:hs(32x64@2x1)[3,17,64] layout=tile");
  }

  private void others() {
    for (String ids : List.of("[1,64]", "[1,33]", "[2,32]")) {
      for (String layout : List.of("tile", "rm")) {
        for (String wish :
            List.of(
                "hs", "bs", "hs(32x64@2x1)", "hs(64x64@1x1)", "ws(64x32@2x1)", "bs(32x32@2x2)")) {
          call(
              "embedding ids=u32:rm%s weight=bf16:rm[100,64] layout=%s memory_config=%s",
              ids, layout, wish);
        }
      }
    }
    for (String ids : List.of("hs(1x64@1x1)[1,64]", "ws(1x32@2x1)[1,64]", "bs(1x32@2x1)[1,64]")) {
      call("embedding ids=u32:rm:%s weight=bf16:rm[100,64]", ids);
      call("embedding ids=u32:rm:%s weight=bf16:rm[100,64] layout=tile memory_config=l1", ids);
    }
  }
}
