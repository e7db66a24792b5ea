// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the calls of one device in which the places of operands decide: what attention and caches
 * read from where, what may be joined, and where a permutation or a conversion leaves its shards.
 */
final class PlaceCorpus {
  /** Shards of a ROW_MAJOR or TILE tensor [1, 4, 32, 64]. */
  private static final List<String> SHARDS =
      List.of(
          "hs(32x64@4x1)",
          "hs(64x64@3x1)",
          "hs(32x64@0.0-2.0+0.1-0.1)",
          "hs(32x64@4x1,col)",
          "ws(128x32@2x1)",
          "bs(64x32@2x2)",
          "bs(64x32@2x2,col)",
          "dram_ws(128x32@2x1)");

  private final Set<String> calls = new LinkedHashSet<>();

  private PlaceCorpus() {}

  static List<String> calls() {
    PlaceCorpus corpus = new PlaceCorpus();
    corpus.permutations();
    corpus.rows();
    corpus.joins();
    corpus.queries();
    corpus.pageTables();
    corpus.cores();
    corpus.caches();
    corpus.lookups();
    corpus.norms();
    corpus.products();
    corpus.broadcasts();
    corpus.scattering();
    corpus.padding();
    corpus.cuts();
    return List.copyOf(corpus.calls);
  }

  private void call(String text, Object... values) {
    calls.add(String.format(text, values).strip());
  }

  private static String wish(String memory) {
    return memory.isEmpty() ? "" : " memory_config=" + memory;
  }

  private void permutations() {
    for (String x : SHARDS) {
      for (String layout : List.of("tile", "rm")) {
        for (String dims :
            List.of(
                "[0,1,3,2]",
                "[0,2,1,3]",
                "[1,0,2,3]",
                "[0,2,3,1]",
                "[0,3,1,2]",
                "[0,3,2,1]",
                "[2,0,1,3]",
                "[3,1,2,0]")) {
          call("permute x=bf16:%s:%s[1,4,32,64] dims=%s", layout, x, dims);
        }
        for (String wish : List.of("", "hs", "ws", "bs", "l1")) {
          call("transpose x=bf16:%s:%s[1,4,32,64] dim1=2 dim2=3%s", layout, x, wish(wish));
        }
        call("transpose x=bf16:%s:%s[1,4,32,64] dim1=1 dim2=3", layout, x);
        call("transpose x=bf16:%s:%s[1,1,4,32,64] dim1=1 dim2=4", layout, x);
      }
    }
    for (String x :
        List.of(
            "tile:hs(32x64@4x1)[1,1,128,64]",
            "rm:hs(32x64@4x1)[1,1,128,64]",
            "tile:hs(64x64@3x1)[1,1,160,64]",
            "tile:bs(64x32@2x2)[1,1,128,64]",
            "tile:ws(32x32@3x1)[1,1,17,70]",
            "tile:bs(32x32@3x1)[1,1,17,70]",
            "rm:hs(17x70@1x1)[1,1,17,70]",
            "rm:hs(17x72@1x1)[1,1,17,70]",
            "rm:ws(17x35@2x1)[1,1,17,70]",
            "rm:bs(33x10@2x4)[1,4,33,20]",
            "rm:hs(33x20@4x1)[1,4,33,20]",
            "tile:hs(32x64@0.0-2.0+0.1-0.1)[1,4,17,40]")) {
      for (String wish : List.of("", "hs", "ws", "bs")) {
        call("transpose x=bf16:%s dim1=2 dim2=3%s", x, wish(wish));
        call("permute x=bf16:%s dims=[2,1,0,3]%s", x, wish(wish));
      }
      call("transpose x=bf16:%s dim1=1 dim2=3", x);
      call("transpose x=bf16:%s dim1=1 dim2=2", x);
      call("transpose x=bf16:%s dim1=2 dim2=2", x);
    }
    for (String wish : List.of("hs", "ws", "bs", "hs(20x33@4x1)", "hs(80x4@4x1)")) {
      call("transpose x=bf16:rm[1,4,33,20] dim1=1 dim2=2 memory_config=%s", wish);
      call("transpose x=bf16:rm[1,4,33,20] dim1=2 dim2=3 memory_config=%s", wish);
      call("permute x=bf16:rm[1,4,33,20] dims=[0,1,3,2] memory_config=%s", wish);
      call("permute x=bf16:tile[1,4,33,20] dims=[2,0,1,3] memory_config=%s", wish);
    }
    for (String wish : List.of("hs", "l1", "hs(64x64@2x1)", "hs(32x64@4x1)")) {
      for (String x : List.of("tile:hs(32x64@4x1)", "tile", "rm")) {
        call("permute x=bf16:%s[1,4,32,64] dims=[0,1,2,3] memory_config=%s", x, wish);
        call("transpose x=bf16:%s[1,4,32,64] dim1=1 dim2=1 memory_config=%s", x, wish);
        call("transpose x=bf16:%s[1,1,4,32,64] dim1=0 dim2=1 memory_config=%s", x, wish);
      }
    }
    for (String dims : List.of("[1,0]", "[0,1]")) {
      call("permute x=bf16:tile:bs(32x32@3x1)[17,70] dims=%s", dims);
      call("permute x=bf16:rm:ws(17x35@2x1)[17,70] dims=%s", dims);
    }
    for (String dims : List.of("[2,0,1]", "[1,2,0]", "[1,0,2]", "[2,1,0]", "[0,2,1]")) {
      call("permute x=bf16:tile:bs(32x32@3x2)[2,17,70] dims=%s", dims);
    }
  }

  /** Rows in shards, which tiles have to be made of or which have to be aligned. */
  private void rows() {
    for (String dtype : List.of("u8", "bf16", "f32")) {
      for (String shards :
          List.of(
              "bs(43x22@3x3)",
              "hs(17x64@2x1)",
              "hs(17x68@2x1)",
              "ws(33x8@8x1)",
              "ws(33x16@4x1)",
              "dram_hs(33x64@1x1)")) {
        call("typecast x=%s:rm:%s[1,1,33,64] dtype=u32", dtype, shards);
        call("typecast x=%s:rm:%s[1,1,33,64] dtype=%s", dtype, shards, dtype);
      }
    }
    for (String x :
        List.of(
            "[2,3,1,100]",
            "[1,1,128,64]",
            "[1,1,33,48]",
            "[33]",
            ":ws(128x16@4x1)[1,1,128,64]",
            ":bs(43x22@3x3)[1,1,128,64]",
            ":hs(17x72@2x1)[1,1,33,64]",
            ":hs(17x8@1x2)[1,1,33,8]",
            ":hs(40x8@2x1)[1,1,80,8]",
            ":ws(33x8@2x1)[1,1,33,8]",
            ":ws(8x40@2x1)[1,1,8,80]",
            ":bs(4x8@2x2)[1,1,8,16]")) {
      for (String wish : List.of("hs", "ws", "bs")) {
        call("gelu x=bf16:rm%s memory_config=%s", x, wish);
        call("tanh x=f32:rm%s memory_config=%s", x, wish);
        call("multiply_scalar a=bf16:rm%s b=2 memory_config=%s", x, wish);
      }
    }
    for (String x :
        List.of(
            "hs(32x64@2x1)[1,1,33,12]",
            "hs(32x96@2x1)[1,1,33,40]",
            "hs(32x64@2x1)[1,1,64,12]",
            "hs(32x96@2x1)[1,1,33,64]",
            "hs(32x12@2x1)[1,1,33,12]",
            "hs(64x64@2x1)[1,1,33,12]",
            "hs(64x64@2x1,col)[1,1,33,12]",
            "hs(96x64@2x1)[1,1,97,12]",
            "hs(32x32@1x1)[1,3,7,12]",
            "hs(32x64@3x1)[1,1,33,12]",
            "hs(32x32@3x1,col)[1,1,33,12]",
            "hs(32x64@2x1)[1,1,8,12]",
            "hs(32x64@2x1)[1,2,17,12]",
            "ws(64x32@2x1)[1,1,64,12]",
            "ws(33x32@2x1)[1,1,33,40]",
            "bs(32x64@1x2)[1,1,33,12]",
            "dram_hs(64x32@2x1)[1,1,33,12]",
            "dram_hs(32x64@2x1)[1,1,33,12]",
            "dram_hs(32x64@2x1)[1,1,64,64]",
            "dram_ws(64x32@2x1)[1,1,64,40]",
            "dram_bs(32x32@2x1)[1,1,32,64]")) {
      call("softmax x=bf16:rm:%s dim=-1", x);
      call("softmax x=bf16:rm:%s dim=-1 memory_config=l1", x);
      call("to_layout x=bf16:rm:%s layout=tile", x);
      call("add_scalar a=bf16:rm:%s b=1", x);
      if (x.startsWith("hs")) {
        call("sum x=bf16:rm:%s dim=3", x);
      }
    }
    for (String x :
        List.of(
            "hs(32x32@2x1)[1,1,33,12]",
            "hs(32x32@2x1)[1,1,64,12]",
            "hs(32x32@2x1)[1,1,64,32]",
            "ws(64x32@2x1)[1,1,33,64]",
            "ws(64x32@2x1)[1,1,64,40]",
            "ws(64x32@2x1)[1,1,64,64]",
            "bs(32x32@2x1)[1,1,17,40]",
            "bs(32x32@2x1)[1,1,32,64]")) {
      for (String memory : List.of("", "dram_")) {
        call("to_layout x=bf16:tile:%s%s layout=rm", memory, x);
        call("to_layout x=bf8:tile:%s%s layout=rm", memory, x);
      }
    }
    for (String x :
        List.of("ws(128x64@2x1)", "hs(32x128@4x1)", "bs(64x64@2x2)", "bs(64x64@2x2,col)")) {
      for (String range :
          List.of(
              "starts=[0,0,0,0] ends=[1,1,32,128] steps=[1,1,2,1]",
              "starts=[0,0,0,0] ends=[2,1,64,128] steps=[1,1,2,1]",
              "starts=[0,0,0,0] ends=[2,1,64,128] steps=[2,1,1,1]",
              "starts=[0,0,0,0] ends=[2,1,64,128] steps=[1,1,1,3]",
              "starts=[0,0,32,0] ends=[2,1,64,128] steps=[1,1,2,1]")) {
        for (String layout : List.of("tile", "rm")) {
          call("slice x=bf16:%s:%s[2,1,64,128] %s", layout, x, range);
          call("slice x=bf16:%s:%s[2,1,64,128] %s memory_config=l1", layout, x, range);
        }
      }
    }
    for (String shape : List.of("[3]", "[1,2,3,4]", "[1,2,3,4,5]")) {
      call("plus_one x=i32:rm%s", shape);
    }
  }

  private void joins() {
    for (String layout : List.of("tile", "rm")) {
      for (String a : List.of("hs(32x64@4x1)", "ws(128x32@2x1)", "bs(64x32@2x2)")) {
        for (String b :
            List.of(
                "",
                ":hs(32x64@4x1)",
                ":hs(32x64@2x2)",
                ":hs(32x64@4x1,col)",
                ":hs(64x64@4x1)",
                ":ws(128x32@2x1)",
                ":bs(64x32@2x2)")) {
          call(
              "concat tensor0=bf16:%s:%s[1,1,128,64] tensor1=bf16:%s%s[1,1,128,64] dim=3",
              layout, a, layout, b);
          call(
              "concat tensor0=bf16:%s%s[1,1,128,64] tensor1=bf16:%s:%s[1,1,128,64] dim=2",
              layout, b, layout, a);
        }
        for (String wish :
            List.of(
                "hs",
                "hs(32x128@4x1)",
                "hs(32x128@2x2)",
                "hs(64x128@2x1)",
                "hs(32x128@4x1,col)",
                "ws(128x64@2x1)",
                "bs(64x64@2x2)")) {
          call(
              "concat tensor0=bf16:%s:%s[1,1,128,64] tensor1=bf16:%s:%s[1,1,128,64] dim=3"
                  + " memory_config=%s",
              layout, a, layout, a, wish);
        }
        for (String wish : List.of("hs(64x64@4x1)", "ws(256x32@2x1)", "bs(128x32@2x2)")) {
          call(
              "concat tensor0=bf16:%s:%s[1,1,128,64] tensor1=bf16:%s:%s[1,1,128,64] dim=2"
                  + " memory_config=%s",
              layout, a, layout, a, wish);
          call(
              "concat tensor0=bf16:%s:%s[1,4,32,64] tensor1=bf16:%s:%s[1,4,32,64] dim=1"
                  + " memory_config=%s",
              layout, a, layout, a, wish);
        }
      }
    }
    for (String a : List.of("hs(32x64@2x1)", "ws(64x32@2x1)", "bs(32x32@2x2)")) {
      for (String b : List.of("tile[1,1,33,64]", "tile:" + a + "[1,1,33,64]")) {
        call("concat tensor0=bf16:tile:%s[1,1,33,64] tensor1=bf16:%s dim=2", a, b);
        for (String wish :
            List.of("hs(96x64@1x1)", "hs(32x64@3x1)", "ws(66x32@2x1)", "bs(32x32@2x3)")) {
          call(
              "concat tensor0=bf16:tile:%s[1,1,33,64] tensor1=bf16:%s dim=2 memory_config=%s",
              a, b, wish);
        }
      }
      call("concat tensor0=bf16:tile:%s[1,1,33,64] tensor1=bf16:tile[1,1,33,12] dim=3", a);
    }
    for (String wish : List.of("hs(96x64@1x1)", "ws(66x32@2x1)", "ws(96x32@2x1)", "hs")) {
      call(
          "concat tensor0=bf16:tile[1,1,33,64] tensor1=bf16:tile[1,1,33,64] dim=2"
              + " memory_config=%s",
          wish);
    }
    for (String shape : List.of("[1,1,128,12] [1,1,128,64]", "[1,1,64,40] [1,1,64,24]")) {
      String[] parts = shape.split(" ");
      for (String wish : List.of("hs(32x64@2x1)", "hs(32x96@4x1)", "bs(32x32@2x2)")) {
        call(
            "concat tensor0=bf16:tile%s tensor1=bf16:tile%s dim=3 memory_config=%s",
            parts[0], parts[1], wish);
      }
    }
    for (String x : List.of("[1,1,33,8]", "[1,1,33,16]", "[1,1,33,12]")) {
      int width = Integer.parseInt(x.substring(x.lastIndexOf(',') + 1, x.length() - 1));
      String wish = "hs(33x" + 2 * width + "@1x1)";
      call("concat tensor0=bf16:rm%s tensor1=bf16:rm%s dim=3 memory_config=%s", x, x, wish);
      String sharded = ":hs(33x" + width + "@1x1)" + x;
      call("concat tensor0=bf16:rm%s tensor1=bf16:rm%s dim=3", sharded, sharded);
      call(
          "concat tensor0=bf16:rm%s tensor1=bf16:rm%s dim=3 memory_config=%s",
          sharded, sharded, wish);
    }
    for (String dtypes : List.of("bf8 bf16", "bf16 bf8", "f32 bf8")) {
      String[] parts = dtypes.split(" ");
      for (String widths : List.of("64 12", "12 64", "64 64", "48 16")) {
        String[] width = widths.split(" ");
        call(
            "concat tensor0=%s:tile[1,1,33,%s] tensor1=%s:tile[1,1,33,%s] dim=3",
            parts[0], width[0], parts[1], width[1]);
      }
      call(
          "concat tensor0=%s:tile[1,1,33,64] tensor1=%s:tile[1,1,33,64] dim=2", parts[0], parts[1]);
      call(
          "concat tensor0=%s:tile[1,1,32,64] tensor1=%s:tile[1,1,32,64] dim=2", parts[0], parts[1]);
      call(
          "concat tensor0=%s:tile[1,1,33,64] tensor1=%s:tile[1,1,33,64] dim=1", parts[0], parts[1]);
    }
    for (String wish : List.of("", "bs", "hs(32x64@4x1)")) {
      call("concat tensor0=bf16:tile:hs(32x64@4x1)[1,1,128,64] dim=2%s", wish(wish));
    }
  }

  /** What attention reads, but its page table. */
  private void queries() {
    String decode = " k_cache=bf16:tile[4,1,128,64] v_cache=bf16:tile[4,1,128,64]";
    String paged =
        " k_cache=bf8:tile[16,2,32,64] v_cache=bf8:tile[16,2,32,64] page_table=i32:rm[%d,4]";
    for (String q :
        List.of(
            "hs(32x64@4x1)",
            "hs(64x64@2x1)",
            "hs(32x64@4x1,col)",
            "ws(128x32@2x1)",
            "bs(64x32@2x2)",
            "dram_hs(32x64@4x1)",
            "l1")) {
      call(
          "scaled_dot_product_attention_decode q=bf16:tile:%s[1,4,8,64]%s cur_pos_tensor=i32:rm[4]",
          q, decode);
      call(
          "chunked_scaled_dot_product_attention q=bf16:tile:%s[1,4,32,64]%s chunk_start=32",
          q, String.format(paged, 1));
    }
    for (String cache : List.of("l1", "hs(256x64@4x1)", "dram_hs(256x64@4x1)")) {
      String caches =
          String.format(
              " k_cache=bf8:tile:%s[16,2,32,64] v_cache=bf8:tile:%s[16,2,32,64]", cache, cache);
      call(
          "paged_scaled_dot_product_attention_decode q=bf16:tile[1,4,8,64]%s"
              + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
          caches);
      call(
          "chunked_scaled_dot_product_attention q=bf16:tile[1,4,32,64]%s page_table=i32:rm[1,4]"
              + " chunk_start=32",
          caches);
    }
    String prefill =
        "scaled_dot_product_attention q=bf16:tile[1,4,128,64] k=bf16:tile[1,4,128,64]"
            + " v=bf16:tile[1,4,128,64]";
    for (String place : List.of("l1", "hs(128x32@1x1)", "dram_hs(128x32@1x1)")) {
      call("%s attention_sink=bf16:tile:%s[1,4,1,1]", prefill, place);
      call(
          "chunked_scaled_dot_product_attention q=bf16:tile[1,4,32,64]%s chunk_start=32"
              + " attention_sink=bf16:tile:%s[1,4,1,1]",
          String.format(paged, 1), place);
    }
    for (String place : List.of("l1", "hs(32x128@4x1)", "dram_hs(128x128@1x1)")) {
      call("%s is_causal=off attn_mask=bf16:tile:%s[1,1,128,128]", prefill, place);
      call(
          "scaled_dot_product_attention_decode q=bf16:tile[1,4,8,64]%s is_causal=off"
              + " attn_mask=bf16:tile:%s[4,1,8,128]",
          decode, place);
    }
    for (String place : List.of("l1", "hs(32x32@1x1)", "dram_hs(32x32@1x1)")) {
      call(
          "paged_scaled_dot_product_attention_decode q=bf16:tile[1,4,8,64]%s"
              + " cur_pos_tensor=i32:rm[4] attention_sink=bf16:tile:%s[8,32]",
          String.format(paged, 4), place);
    }
    for (String place : List.of("l1", "hs(1x4@1x1)", "ws(1x4@1x1)", "bs(1x4@1x1)")) {
      call(
          "paged_scaled_dot_product_attention_decode q=bf16:tile[1,4,8,64]%s"
              + " cur_pos_tensor=i32:rm:%s[4]",
          String.format(paged, 4), place);
      call(
          "paged_update_cache cache=bf8:tile[64,1,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,1,64]"
              + " update_idxs=i32:rm:%s[4] page_table=i32:rm[4,4]",
          place);
    }
  }

  private void pageTables() {
    for (String place :
        List.of(
            "l1",
            "hs(4x4@1x1)",
            "hs(1x4@4x1)",
            "ws(4x4@1x1)",
            "bs(4x4@1x1)",
            "hs(32x32@1x1)",
            "bs(32x32@2x3)",
            "dram_hs(4x4@1x1)")) {
      call(
          "paged_scaled_dot_product_attention_decode q=bf16:tile[1,4,8,64]"
              + " k_cache=bf8:tile[16,2,32,64] v_cache=bf8:tile[16,2,32,64]"
              + " page_table=i32:rm:%s[4,4] cur_pos_tensor=i32:rm[4]",
          place);
      call(
          "paged_fill_cache cache=bf8:tile[64,2,32,64] x=bf8:tile[1,2,100,64]"
              + " page_table=i32:rm:%s[4,4] batch_idx=3",
          place);
      call(
          "paged_update_cache cache=bf8:tile[64,1,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,1,64]"
              + " update_idxs=i32:rm[4] page_table=i32:rm:%s[4,4]",
          place);
    }
    for (String table :
        List.of(
            "l1[1,4]",
            "l1[1,8]",
            "hs(1x4@1x1)[1,4]",
            "hs(1x8@1x1)[1,8]",
            "ws(1x8@1x1)[1,4]",
            "bs(32x32@2x3)[1,4]",
            "dram_hs(1x4@1x1)[1,4]")) {
      call(
          "chunked_scaled_dot_product_attention q=bf16:tile[1,4,32,64]"
              + " k_cache=bf8:tile[16,2,32,64] v_cache=bf8:tile[16,2,32,64] page_table=i32:rm:%s"
              + " chunk_start=32",
          table);
    }
    for (String width : List.of("7", "8", "12", "16")) {
      call(
          "paged_fill_cache cache=bf8:tile[64,2,32,64] x=bf8:tile[1,2,100,64]"
              + " page_table=i32:rm:l1[4,%s] batch_idx=3",
          width);
    }
  }

  /** Users and heads of decode, as many as the cores and the registers hold. */
  private void cores() {
    for (int users : new int[] {33, 63, 64, 111}) {
      call(
          "scaled_dot_product_attention_decode q=bf16:tile[1,%d,8,64]"
              + " k_cache=bf16:tile[%d,2,128,64] v_cache=bf16:tile[%d,2,128,64]"
              + " cur_pos_tensor=i32:rm[%d]",
          users, users, users, users);
      call(
          "paged_scaled_dot_product_attention_decode q=bf16:tile[1,%d,8,64]"
              + " k_cache=bf8:tile[16,2,32,64] v_cache=bf8:tile[16,2,32,64]"
              + " page_table=i32:rm[%d,4] cur_pos_tensor=i32:rm[%d]",
          users, users, users);
    }
    for (int heads : new int[] {33, 64, 72, 96, 100, 128, 160, 192, 256, 320}) {
      for (int block : new int[] {16, 32, 64, 128}) {
        call(
            "paged_scaled_dot_product_attention_decode q=bf16:tile[1,4,%d,64]"
                + " k_cache=bf8:tile[16,1,%d,64] v_cache=bf8:tile[16,1,%d,64]"
                + " page_table=i32:rm[4,4] cur_pos_tensor=i32:rm[4]",
            heads, block, block);
      }
    }
    for (int heads : new int[] {72, 160}) {
      for (int keys : new int[] {32, 64, 96, 128, 192, 320}) {
        call(
            "scaled_dot_product_attention_decode q=bf16:tile[1,4,%d,64]"
                + " k_cache=bf16:tile[4,1,%d,64] v_cache=bf16:tile[4,1,%d,64]"
                + " cur_pos_tensor=i32:rm[4]",
            heads, keys, keys);
      }
    }
  }

  private void caches() {
    for (String cache : List.of("l1", "hs(256x64@4x1)", "dram_hs(256x64@4x1)")) {
      call(
          "paged_fill_cache cache=bf8:tile:%s[16,2,32,64] x=bf8:tile[1,2,100,64]"
              + " page_table=i32:rm[4,4] batch_idx=3",
          cache);
      call(
          "paged_update_cache cache=bf8:tile:%s[16,2,32,64] x=bf16:tile:hs(32x64@4x1)[1,4,2,64]"
              + " update_idxs=i32:rm[4] page_table=i32:rm[4,4]",
          cache);
      call(
          "fill_cache cache=bf8:tile:%s[16,2,32,64] x=bf8:tile[1,2,32,64] batch_idx=3 update_idx=0",
          cache);
    }
    for (String x :
        List.of(
            "l1",
            "hs(32x64@4x1)",
            "hs(32x64@2x2)",
            "hs(32x64@1x4)",
            "hs(32x64@5x1)",
            "hs(32x64@4x1,col)",
            "hs(32x64@0.0-2.0+0.1-0.1)",
            "hs(32x64@0.0-0.0+2.0-4.0)",
            "hs(32x64@1.0-4.0)",
            "hs(32x64@0.1-3.1)",
            "hs(64x64@2x1)",
            "hs(128x64@1x1)",
            "ws(128x32@2x1)",
            "bs(64x32@2x2)",
            "bs(32x64@1x4)",
            "dram_hs(32x64@4x1)")) {
      call("fill_cache cache=bf16:tile[8,4,128,64] x=bf16:tile:%s[1,4,32,64] batch_idx=3", x);
      call("fill_cache cache=bf16:tile[8,2,128,64] x=bf16:tile:%s[1,2,64,64] batch_idx=3", x);
      call(
          "paged_fill_cache cache=bf16:tile[16,4,32,64] x=bf16:tile:%s[1,4,32,64]"
              + " page_table=i32:rm[4,4] batch_idx=3",
          x);
    }
    for (String filled :
        List.of(
            "8 8 0",
            "12 12 0",
            "12 13 0",
            "12 1 32",
            "40 8 32",
            "40 9 32",
            "40 41 0",
            "40 8 64",
            "64 32 32",
            "64 33 32")) {
      String[] rows = filled.split(" ");
      call(
          "fill_cache cache=bf16:tile[8,4,%s,64] x=bf16:tile[1,4,%s,64] batch_idx=3 update_idx=%s",
          rows[0], rows[1], rows[2]);
    }
  }

  private void lookups() {
    for (String table :
        List.of("rm:ws(64x48@2x1)", "rm:hs(64x96@1x1)", "tile:ws(64x32@3x1)", "rm:l1")) {
      call("embedding ids=u32:rm[1,32] weight=bf16:%s[64,96]", table);
      call("embedding ids=u32:rm[1,32] weight=bf16:%s[64,96] layout=tile", table);
    }
    for (String ids : List.of("[1,33]", "[2,32]", "[1,63]")) {
      int count = ids.equals("[1,33]") ? 33 : ids.equals("[2,32]") ? 64 : 63;
      for (int width : new int[] {7, 8, 16, 32, 33, 48, 63, 64}) {
        int wide = width > 32 ? 64 : 32;
        for (String layout : List.of("rm", "tile")) {
          for (String wish :
              List.of(
                  "hs(64x" + wide + "@1x1)",
                  "hs(32x" + wide + "@2x1)",
                  "hs(" + count + "x" + width + "@1x1)")) {
            call(
                "embedding ids=u32:rm%s weight=bf16:rm[100,%d] layout=%s memory_config=%s",
                ids, width, layout, wish);
          }
        }
      }
    }
  }

  private void norms() {
    for (String dtype : Corpus.ALL_DTYPES) {
      call("rms_norm x=bf16:tile[1,1,33,64] residual_input_tensor=%s:tile[1,1,33,64]", dtype);
    }
    for (String weight : List.of("[2,32]", "[32]", "[1,17]", "[1,16]", "[1,15]", "[1,33]")) {
      call("rms_norm x=bf16:tile[1,1,32,16] weight=bf16:tile%s", weight);
      call("layer_norm x=bf16:tile[1,1,32,16] bias=bf16:tile%s", weight);
    }
    for (String place :
        List.of("l1", "hs(32x64@2x1)", "hs(2x32@1x1)", "ws(2x16@2x1)", "bs(1x16@2x2)")) {
      call("layer_norm x=bf16:tile[1,1,32,64] weight=bf16:rm:%s[1,1,2,32]", place);
      call("group_norm x=bf16:tile[1,1,32,64] num_groups=2 weight=bf16:rm:%s[1,1,2,32]", place);
    }
    for (String place : List.of("hs(32x64@1x1)", "ws(32x32@2x1)", "bs(32x32@2x1)")) {
      call("rms_norm x=bf16:tile[1,1,32,64] weight=bf16:tile:%s[1,1,1,64]", place);
    }
    for (String weight : List.of("[2,32]", "[1,2,32]", "[1,1,2,32]", "[1,1,1,2,32]")) {
      for (String argument : List.of("weight", "bias")) {
        call("group_norm x=bf16:tile[1,1,32,64] num_groups=2 %s=bf16:rm%s", argument, weight);
        call("rms_norm x=bf16:tile[1,1,32,64] %s=bf16:rm%s", argument, weight);
      }
    }
  }

  /** Shards that are higher than a. */
  private void products() {
    for (String a :
        List.of(
            "bs(64x64@2x1)[1,1,12,128]",
            "bs(64x128@1x2)[1,1,12,128]",
            "bs(64x64@2x2)[1,1,12,128]",
            "bs(64x64@1x2,col)[1,1,12,128]",
            "bs(96x64@2x1)[1,1,64,128]",
            "hs(64x128@2x1)[1,1,12,128]",
            "hs(64x128@1x1)[1,1,33,128]")) {
      for (String wish : List.of("", "dram", "bs", "hs", "bs(64x32@2x1)")) {
        call("matmul a=bf16:tile:%s b=bf8:tile[128,256]%s", a, wish(wish));
      }
    }
  }

  /** Ranks beyond six, and biases of more dimensions than the product. */
  private void broadcasts() {
    for (String shapes :
        List.of(
            "[33,64] [1,1,1,96]",
            "[33,64] [1,1,96]",
            "[64] [1,96]",
            "[1,33,64] [1,1,1,1,96]",
            "[2,3,33,64] [1,1,1,1,1,96]")) {
      String[] shape = shapes.split(" ");
      call("linear a=bf16:tile%s b=bf16:tile[64,96] bias=bf16:tile%s", shape[0], shape[1]);
      call(
          "linear a=bf16:tile%s b=bf8:tile[64,96] bias=bf16:rm%s activation=silu",
          shape[0], shape[1]);
    }
    for (String bias : List.of("[1]", "[1,1]", "[1,1,1]", "[64]")) {
      call("linear a=bf16:tile[64] b=bf16:tile[64] bias=bf16:tile%s", bias);
      call("linear a=bf16:tile[33,64] b=bf16:tile[64] bias=bf16:tile%s", bias);
      call("linear a=bf16:tile[33,64] b=bf16:tile[64,1] bias=bf16:tile%s", bias);
    }
    for (String other :
        List.of(
            "output_tensor=bf16:tile[33,96]",
            "output_tensor=bf16:tile[1,1,33,96]",
            "memory_config=ws(64x32@3x1)",
            "memory_config=hs",
            "dtype=f32")) {
      call("linear a=bf16:tile[33,64] b=bf16:tile[64,96] bias=bf16:tile[1,1,1,96] %s", other);
    }
    for (String program : List.of("in0:8,8,4,1,1,1,1", "2d:8,8,2,1,8,1,8")) {
      call(
          "linear a=bf16:tile[32,1024] b=bf8:tile[1024,2048] bias=bf16:tile[1,1,1,2048]"
              + " program_config=%s",
          program);
    }
    for (String shapes :
        List.of(
            "[1,3,1,2,2,3,32] [1,3,1,2,2,3,32]",
            "[1,2,1,2,3,32] [1,3,1,2,2,3,32]",
            "[1,3,1,2,2,3,1] [1,3,1,2,2,3,32]",
            "[2,3,1,2,2,3,32] [1,3,1,2,2,3,32]",
            "[2,3,1,2,2,3,32] [2,1,1,2,2,3,32]",
            "[2,3,1,2,2,3,32] [32]",
            "[2,2,3,1,2,2,3,32] [2,2,3,1,2,2,1,32]",
            "[2,2,3,1,2,2,3,32] [1,2,3,1,2,2,3,32]")) {
      String[] shape = shapes.split(" ");
      call("add a=bf16:tile%s b=bf16:tile%s", shape[0], shape[1]);
      call("multiply a=bf16:tile%s b=f32:tile%s activation=silu", shape[1], shape[0]);
      call("subtract a=bf16:rm%s b=bf16:rm%s", shape[0], shape[1]);
    }
  }

  /** Long rows of integers in tiles. */
  private void scattering() {
    for (String dtype : List.of("u32", "i32", "u16")) {
      for (String layout : List.of("tile", "rm")) {
        for (int length : new int[] {256, 257}) {
          call(
              "scatter x=bf16:tile[2,33,12] dim=2 index=%s:%s[2,33,%d] src=bf16:tile[2,33,%d]",
              dtype, layout, length, length);
          call(
              "scatter x=%s:%s[2,%d,12] dim=1 index=u16:%s[2,5,12] src=%s:%s[2,5,12]",
              dtype, layout, length, layout, dtype, layout);
          call(
              "scatter x=%s:%s[2,33,12] dim=2 index=u16:%s[2,33,12] src=%s:%s[2,33,%d]",
              dtype, layout, layout, dtype, layout, length);
        }
      }
      call(
          "scatter x=%s:tile[2,257,33] dim=2 index=u16:tile[2,5,33] src=%s:tile[2,5,33]",
          dtype, dtype);
      call("scatter x=%s:tile[257] dim=0 index=u16:tile[5] src=%s:tile[5]", dtype, dtype);
    }
  }

  /** One dimension that grows within its tile, and beyond it. */
  private void padding() {
    for (String x : List.of("bf16:tile", "f32:tile", "bf8:tile", "u32:tile", "bf16:rm")) {
      call("pad x=%s[3] low=[0] high=[29] value=0", x);
      call("pad x=%s[3] low=[0] high=[30] value=0", x);
      call("pad x=%s[33] low=[0] high=[32] value=0 memory_config=l1", x);
      call("pad x=%s[1,33] low=[0,0] high=[0,32] value=0", x);
    }
  }

  /** Rows that are cut out and put in wider shards; a row that loses its dimension. */
  private void cuts() {
    for (String height : List.of("61", "62", "64")) {
      for (String shards :
          List.of(
              "hs(32x64@2x1)",
              "hs(32x90@2x1)",
              "hs(32x96@2x1)",
              "dram_hs(32x96@2x1)",
              "ws(" + height + "x32@2x1)",
              "ws(" + height + "x48@2x1)",
              "ws(" + height + "x96@1x1)",
              "bs(32x32@2x2)",
              "bs(32x48@2x2)",
              "bs(32x96@1x2)")) {
        call(
            "slice x=bf16:rm[1,1,128,64] starts=[0,0,0,0] ends=[1,1,%s,64] memory_config=%s",
            height, shards);
      }
    }
    for (String shards :
        List.of(
            "hs(32x44@2x1)",
            "ws(64x22@2x1)",
            "ws(64x24@2x1)",
            "dram_ws(64x24@2x1)",
            "dram_ws(64x32@2x1)",
            "bs(32x22@2x2)",
            "bs(32x24@2x2)")) {
      call(
          "slice x=bf16:rm[1,1,128,64] starts=[0,0,0,0] ends=[1,1,64,43] memory_config=%s", shards);
    }
    // Rows in some columns of the cores.
    for (String shards :
        List.of(
            "bs(64x32@2x2)", "bs(64x32@1x2)", "bs(32x32@2x4)", "bs(64x48@2x2)", "bs(128x32@2x1)")) {
      for (String ends : List.of("1,8", "33,16", "61,8", "64,32", "128,24")) {
        call(
            "slice x=bf16:rm[1,1,128,64] starts=[0,0,0,0] ends=[1,1,%s] memory_config=%s",
            ends, shards);
      }
      call("slice x=f32:rm[128,16] starts=[0,0] ends=[128,16] memory_config=%s", shards);
      call(
          "slice x=i32:rm[128,64] starts=[0,0] ends=[128,64] steps=[1,4] memory_config=%s", shards);
    }
    // Rows from shards to others of the same kind and of another, in all columns of the cores and
    // in some.
    for (String from : List.of("ws(64x20@5x1)", "bs(16x20@5x4)", "hs(16x100@4x1)")) {
      for (String to :
          List.of(
              "ws(64x24@5x1)",
              "ws(64x24@8x1)",
              "ws(64x20@5x1)",
              "bs(32x24@5x2)",
              "bs(32x24@6x2)",
              "bs(64x32@8x1)",
              "bs(16x20@6x4)")) {
        call("to_memory_config x=f32:rm:%s[64,100] memory_config=%s", from, to);
        call("slice x=f32:rm:%s[64,100] starts=[0,0] ends=[64,100] memory_config=%s", from, to);
      }
    }
    for (String shards : List.of("hs(64x90@2x1)", "ws(128x48@2x1)", "bs(64x48@2x2)")) {
      call(
          "slice x=bf16:rm[1,1,128,64] starts=[0,0,0,0] ends=[1,1,128,64] memory_config=%s",
          shards);
    }
    for (String steps : List.of("123", "124", "128")) {
      for (String shards : List.of("hs(32x96@2x1)", "ws(64x48@2x1)")) {
        call(
            "slice x=i32:rm[128,64] starts=[0,0] ends=[%s,64] steps=[2,1] memory_config=%s",
            steps, shards);
      }
    }
    for (String shards :
        List.of("ws(32x32@2x1)", "ws(32x64@1x1)", "bs(32x32@2x1)", "hs(32x64@1x1)")) {
      for (int width : new int[] {33, 64}) {
        call("reshape x=bf16:tile:%s[1,%d] shape=[%d]", shards, width, width);
        call("reshape x=bf16:tile:%s[1,1,%d] shape=[1,%d]", shards, width, width);
        call("reshape x=bf16:tile:%s[1,1,%d] shape=[%d]", shards, width, width);
        call("sum x=bf16:tile:%s[12,%d] dim=0", shards, width);
        call("sum x=bf16:tile:%s[12,%d] dim=0 keepdim=on", shards, width);
      }
    }
  }
}
