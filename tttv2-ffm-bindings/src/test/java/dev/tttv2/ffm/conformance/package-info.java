// SPDX-License-Identifier: Apache-2.0
/**
 * One truth about TTNN's rules: tables of calls of {@code ttnn_c.h} with the outcomes that the
 * official TTNN gave, to which every backend is held. One is of calls on a device, one of calls on
 * meshes of devices.
 *
 * <p>A call is a line of text, {@link dev.tttv2.ffm.conformance.Call}: the function's name without
 * {@code ttnn_}, then {@code name=value} for each argument and option that is given.
 *
 * <pre>
 * linear a=bf16:tile[1,1,33,576] b=bf8:tile[576,100] activation=silu memory_config=l1
 * </pre>
 *
 * <p>A tensor is {@code DTYPE:LAYOUT[:MEMORY][SHAPE]}, {@link
 * dev.tttv2.ffm.conformance.TensorText}:
 *
 * <ul>
 *   <li>{@code DTYPE}: {@code f32 bf16 bf8 bf4 u32 i32 u16 u8};
 *   <li>{@code LAYOUT}: {@code tile} or {@code rm};
 *   <li>{@code MEMORY}, {@link dev.tttv2.ffm.conformance.MemoryText}: {@code dram} (left out in
 *       tensors), {@code l1}, or height, width or block sharded in L1, {@code hs ws bs}, in which
 *       the operation chooses the shards; {@code hs(32x64@8x4)} says that they have 32 rows and 64
 *       columns and lie on the 8 x 4 cores from the first on. Other cores are rectangles such as
 *       {@code 0.0-7.2+0.3-4.3} (x before y), and {@code ,col} before the bracket ends means column
 *       by column. {@code dram_hs} and so on are shards in DRAM;
 *   <li>what was done to it before the call: {@code !deallocated} or {@code !destroyed};
 *   <li>in outcomes, {@code /[PADDED]} where the padded shape is not the shape with, for {@code
 *       tile}, the last two extents rounded up to 32.
 * </ul>
 *
 * <p>{@code mesh=2x4} is the mesh of devices, in rows and columns, that the call is made on; shapes
 * are those of one device. {@code mapping=[-,3]} says how the host's tensor lies on it: replicated
 * over its rows, and shared out along dimension 3 over its columns. {@code cluster_axis=axis1} is
 * the axis of a collective.
 *
 * <p>Tensors hold zeros, but {@code trans_mat}, which holds the rotation. Argument {@code
 * capture=on} makes the call within a trace capture; {@code trace} is the state of the trace that a
 * call is given.
 *
 * <p>An outcome, {@link dev.tttv2.ffm.conformance.Outcome}, is {@code ok} with the outputs'
 * tensors, or the class of the status: {@code refused} stands for the four that say no to the
 * arguments, between which TTNN's errors don't tell. {@link dev.tttv2.ffm.conformance.Corpus} and
 * {@link dev.tttv2.ffm.conformance.MeshCorpus} make the calls, {@link
 * dev.tttv2.ffm.conformance.Runner} makes them happen, {@link dev.tttv2.ffm.conformance.Table} is a
 * file that holds calls and outcomes, and {@code ConformanceTest} compares.
 */
package dev.tttv2.ffm.conformance;
