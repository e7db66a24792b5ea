/* SPDX-License-Identifier: Apache-2.0
 *
 * ttnn_c.h: a C interface to TTNN, Tenstorrent's library of tensor operations.
 *
 * Operations carry TTNN's own names and semantics: dtypes, layouts, memory configs, shapes, padding to
 * 32x32 tiles, error conditions. Two libraries export exactly these symbols: libttnn_c_host.so computes
 * on the CPU, libttnn_c_ttnn.so calls the official TTNN. One of them is loaded per process.
 *
 * Threads. Any thread may call any function. Calls that touch one device, or tensors on it, are
 * serialised by the library in the order of arrival. The last error belongs to the thread whose call
 * failed: read it on that thread before its next call.
 *
 * Status. Every function that can fail returns a ttnn_status. On failure no out-parameter is written,
 * and ttnn_last_error_message() holds a text with the offending numbers. No C++ exception, abort or
 * exit crosses this interface.
 *
 * Handles. ttnn_device* and ttnn_tensor* are opaque values and never valid addresses. A handle that was
 * destroyed, closed or never made is recognised and refused with TTNN_STATUS_INVALID_ARGUMENT.
 * Destroy functions accept NULL. What an out-parameter named `out` (or out_...) receives is owned by the
 * caller and released with the matching destroy function. Inputs stay the caller's: no operation takes
 * ownership of an argument, and a tensor may be destroyed as soon as the call that uses it has returned.
 *
 * Structs. Option and info structs begin with struct_size, which the caller sets to sizeof the struct it
 * was compiled with; fields the caller does not know take their defaults. In options zero means
 * "default" for every field, and a NULL options pointer means all defaults. Structs grow at the end only.
 *
 * Meshes. A device may be a mesh of devices in rows and columns. A tensor on it is on all of them: its spec is
 * what each device holds, of values of its own. Operations run on every device at once, each on its own values;
 * collectives exchange them.
 *
 * Shapes. A shape is `rank` extents (1 to TTNN_MAX_RANK), outermost first, each at least 1 and with a
 * product below 2^40. Row-major host data has no padding.
 */
#ifndef TTNN_C_H
#define TTNN_C_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TTNN_API __attribute__((visibility("default")))
#else
#define TTNN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The interface version this header describes. Same major: functions and trailing struct fields were
 * only added. */
#define TTNN_ABI_MAJOR 0
#define TTNN_ABI_MINOR 3
#define TTNN_MAX_RANK 8
#define TTNN_MAX_CORE_RANGES 8
#define TTNN_MESH_AXES 2
#define TTNN_MAX_MESH_DEVICES 64
#define TTNN_TILE_SIZE 32

typedef int32_t ttnn_status;
enum {
  TTNN_STATUS_OK = 0,
  TTNN_STATUS_INVALID_ARGUMENT = -1, /* a value out of range, a NULL, a stale handle */
  TTNN_STATUS_SHAPE = -2,            /* shapes do not fit each other or the operation */
  TTNN_STATUS_DTYPE = -3,            /* a dtype or layout the operation does not take */
  TTNN_STATUS_UNSUPPORTED = -4,      /* valid, but not in this backend */
  TTNN_STATUS_OUT_OF_MEMORY = -5,    /* device or host memory */
  TTNN_STATUS_DEVICE = -6,           /* the device is missing, closed, busy or broken */
  TTNN_STATUS_INTERNAL = -7          /* a defect of the library */
};

typedef struct ttnn_device ttnn_device;
typedef struct ttnn_tensor ttnn_tensor;
typedef struct ttnn_read ttnn_read; /* values on their way to the host */

enum ttnn_dtype {
  TTNN_DTYPE_DEFAULT = 0, /* in options: what TTNN would choose, usually the first input's */
  TTNN_DTYPE_FLOAT32 = 1,
  TTNN_DTYPE_BFLOAT16 = 2,
  TTNN_DTYPE_BFLOAT8_B = 3, /* 16 values along the last dimension share an exponent; 1.0625 bytes a value; TILE only */
  TTNN_DTYPE_BFLOAT4_B = 4, /* likewise; 0.5625 bytes a value; TILE only */
  TTNN_DTYPE_UINT32 = 5,
  TTNN_DTYPE_INT32 = 6,
  TTNN_DTYPE_UINT16 = 7,
  TTNN_DTYPE_UINT8 = 8,
  TTNN_DTYPE_FLOAT16 = 100 /* host data given to or read from a tensor; never a tensor's own dtype */
};

enum ttnn_layout { TTNN_LAYOUT_DEFAULT = 0, TTNN_LAYOUT_ROW_MAJOR = 1, TTNN_LAYOUT_TILE = 2 };

enum ttnn_memory_layout {
  TTNN_MEMORY_LAYOUT_INTERLEAVED = 0,
  TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED = 1,
  TTNN_MEMORY_LAYOUT_WIDTH_SHARDED = 2,
  TTNN_MEMORY_LAYOUT_BLOCK_SHARDED = 3
};

enum ttnn_buffer_type { TTNN_BUFFER_TYPE_DRAM = 0, TTNN_BUFFER_TYPE_L1 = 1 };

enum ttnn_shard_orientation { TTNN_SHARD_ORIENTATION_ROW_MAJOR = 0, TTNN_SHARD_ORIENTATION_COL_MAJOR = 1 };

/* Unary operations that can be fused into another. GELU is exact (erf), GELU_TANH the tanh formula. */
enum ttnn_unary_op {
  TTNN_UNARY_NONE = 0,
  TTNN_UNARY_SILU = 1,
  TTNN_UNARY_GELU = 2,
  TTNN_UNARY_GELU_TANH = 3,
  TTNN_UNARY_RELU = 4,
  TTNN_UNARY_TANH = 5,
  TTNN_UNARY_SIGMOID = 6
};

enum ttnn_math_fidelity {
  TTNN_MATH_FIDELITY_DEFAULT = 0,
  TTNN_MATH_FIDELITY_LOFI = 1,
  TTNN_MATH_FIDELITY_HIFI2 = 2,
  TTNN_MATH_FIDELITY_HIFI3 = 3,
  TTNN_MATH_FIDELITY_HIFI4 = 4
};

/* Three-valued switch of an option whose TTNN default is not "off". */
enum ttnn_switch { TTNN_SWITCH_DEFAULT = 0, TTNN_SWITCH_ON = 1, TTNN_SWITCH_OFF = 2 };

/* A rectangle of cores, both corners included. */
typedef struct ttnn_core_range {
  int32_t start_x, start_y, end_x, end_y;
} ttnn_core_range;

/* Where a tensor lies. All zero: DRAM, interleaved. Sharded without core ranges: the operation chooses
 * the shards (as TTNN's L1_HEIGHT_SHARDED_MEMORY_CONFIG). Shard sides are in elements. */
typedef struct ttnn_memory_config {
  uint32_t struct_size;
  int32_t memory_layout;     /* enum ttnn_memory_layout */
  int32_t buffer_type;       /* enum ttnn_buffer_type */
  int32_t shard_orientation; /* enum ttnn_shard_orientation */
  int32_t shard_height;
  int32_t shard_width;
  int32_t num_core_ranges; /* 0 to TTNN_MAX_CORE_RANGES */
  ttnn_core_range core_ranges[TTNN_MAX_CORE_RANGES];
} ttnn_memory_config;

/* How a Tensix core computes. The host library checks the values and computes in float32 whatever they are. */
typedef struct ttnn_compute_config {
  uint32_t struct_size;
  int32_t math_fidelity; /* enum ttnn_math_fidelity */
  int32_t math_approx_mode;  /* enum ttnn_switch */
  int32_t fp32_dest_acc_en;  /* enum ttnn_switch */
  int32_t packer_l1_acc;     /* enum ttnn_switch */
} ttnn_compute_config;

/* What a tensor is. In a request padded_shape is ignored. */
typedef struct ttnn_tensor_spec {
  uint32_t struct_size;
  int32_t dtype;  /* enum ttnn_dtype */
  int32_t layout; /* enum ttnn_layout; default: ROW_MAJOR */
  int32_t rank;
  int64_t shape[TTNN_MAX_RANK];
  int64_t padded_shape[TTNN_MAX_RANK]; /* TILE: the last two rounded up to 32 */
  ttnn_memory_config memory_config;
} ttnn_tensor_spec;

/* ---- Library ------------------------------------------------------------------------------------- */

/* TTNN_ABI_MAJOR * 1000 + TTNN_ABI_MINOR of the loaded library. To be compared before anything else. */
TTNN_API uint32_t ttnn_abi_version(void);

/* "host" or "ttnn". Static. */
TTNN_API const char *ttnn_backend_name(void);

/* The backend's own version, such as "0.1.0" or TTNN's "0.81.1". Static. */
TTNN_API const char *ttnn_backend_version(void);

/* Names the form of the bytes of ttnn_tensor_read_storage: bytes of another form are refused. Static. */
TTNN_API const char *ttnn_storage_format(void);

/* The text of this thread's last failure, UTF-8, never NULL; owned by the library and valid until this
 * thread's next call. */
TTNN_API const char *ttnn_last_error_message(void);

/* out: 1 if the operation (a function's name without "ttnn_", such as "linear") takes a first input of this
 * dtype and layout, else 0. An unknown name is INVALID_ARGUMENT. */
TTNN_API ttnn_status ttnn_supports(const char *operation, int32_t dtype, int32_t layout, int32_t *out);

/* A rule of TTNN that this backend deliberately does not enforce. The strings are static. */
typedef struct ttnn_extension_info {
  uint32_t struct_size;
  const char *operation; /* as in ttnn_supports */
  const char *rule;      /* what TTNN refuses and this backend takes */
  const char *reason;
} ttnn_extension_info;

/* The number of extensions. The ttnn backend has none. */
TTNN_API int32_t ttnn_extension_count(void);

/* out: extension number index, 0 <= index < ttnn_extension_count(). */
TTNN_API ttnn_status ttnn_extension(int32_t index, ttnn_extension_info *out);

/* ---- Packing (no device) ------------------------------------------------------------------------- */

/* out: the bytes of `rows` x `cols` values of dtype in TTNN's tiled form: both sides rounded up to 32. */
TTNN_API ttnn_status ttnn_tiled_size(int32_t dtype, int64_t rows, int64_t cols, uint64_t *out);

/* Converts row-major float32 to TTNN's tiled bytes, bit for bit as TTNN's own host conversion does: FLOAT32,
 * BFLOAT16, BFLOAT8_B, BFLOAT4_B. Padding is zero. dst: dst_size bytes, at least ttnn_tiled_size. */
TTNN_API ttnn_status ttnn_pack_tiles(int32_t dtype, int64_t rows, int64_t cols, const float *src, void *dst,
                                     uint64_t dst_size);

/* The reverse of ttnn_pack_tiles, without the padding. dst: rows * cols values. */
TTNN_API ttnn_status ttnn_unpack_tiles(int32_t dtype, int64_t rows, int64_t cols, const void *src, uint64_t src_size,
                                       float *dst);

/* ---- Device -------------------------------------------------------------------------------------- */

typedef struct ttnn_device_options {
  uint32_t struct_size;
  int32_t device_id;
  int32_t num_threads;        /* host: worker threads; 0: the processors this process may use; at most 1024 */
  int32_t num_command_queues; /* 0: 1; at most 2 */
  uint64_t dram_bytes;        /* host: the size of each device's DRAM; 0: its share of three quarters of the machine's memory */
  uint64_t l1_small_size;
  uint64_t trace_region_size;
  int32_t mesh_rows, mesh_cols; /* a mesh of this shape; 0: 1. At most TTNN_MAX_MESH_DEVICES devices */
  int32_t pin_threads;        /* host: 1: each worker thread keeps to a processor of its own, of those this process may use, of
                               * which the first is left to the thread that calls; so num_threads may not exceed them */
  int32_t reserved;
} ttnn_device_options;

typedef struct ttnn_device_info {
  uint32_t struct_size;
  int32_t device_id;
  char arch[32];  /* "host", "wormhole_b0", "blackhole" */
  char name[128]; /* for people: the processor's or the board's name */
  char isa[64];   /* host: the kernels in use, such as "avx512" */
  int32_t num_threads;
  int32_t grid_x, grid_y; /* usable cores */
  int32_t dram_banks;
  int32_t mesh_rows, mesh_cols;
  int32_t num_command_queues;
  int32_t reserved;
  uint64_t dram_bytes; /* of each device of the mesh, as the other numbers */
  uint64_t l1_bytes_per_core;
} ttnn_device_info;

/* Of one device; in a mesh all hold the same. */
typedef struct ttnn_memory_stats {
  uint32_t struct_size;
  int32_t live_tensors; /* handles on the device, whatever the buffer type */
  uint64_t total_bytes;
  uint64_t allocated_bytes;
  uint64_t peak_allocated_bytes; /* since the device was opened */
  uint64_t largest_free_bytes;
  uint64_t borrowed_bytes; /* used by tensors made from the caller's memory; not in allocated_bytes */
} ttnn_memory_stats;

/* Opens a device. out: close it with ttnn_device_close. */
TTNN_API ttnn_status ttnn_device_open(const ttnn_device_options *options, ttnn_device **out);

/* Opens the mesh of the options in groups of rows by cols devices, into which it must divide: each group is a device (or a
 * mesh) by itself, for copies of a model that work side by side. out: room for `count` handles, as many as there are
 * groups; they come row by row, each is closed with ttnn_device_close, in any order. A group's device_id is the number of
 * its first device, counted row by row. All or none are opened. */
TTNN_API ttnn_status ttnn_device_open_groups(const ttnn_device_options *options, int32_t rows, int32_t cols, ttnn_device **out,
                                             int32_t count);

/* Waits for all work, frees every tensor and trace of the device and closes it. Handles of its tensors may and
 * should still be destroyed; any other use of them is refused. A closed device is INVALID_ARGUMENT. NULL is fine. */
TTNN_API ttnn_status ttnn_device_close(ttnn_device *device);

TTNN_API ttnn_status ttnn_device_get_info(ttnn_device *device, ttnn_device_info *out);

TTNN_API ttnn_status ttnn_device_get_memory_stats(ttnn_device *device, int32_t buffer_type, ttnn_memory_stats *out);

/* Returns when everything enqueued on the device has been done. */
TTNN_API ttnn_status ttnn_synchronize_device(ttnn_device *device);

/* ---- Tensors ------------------------------------------------------------------------------------- */

/* Allocates a device tensor filled with zeros. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_tensor_create(ttnn_device *device, const ttnn_tensor_spec *spec, ttnn_tensor **out);

enum ttnn_placement {
  TTNN_PLACEMENT_REPLICATE = 0, /* the devices along the axis hold the same */
  TTNN_PLACEMENT_SHARD = 1      /* they hold the parts of a dimension, in order */
};

/* How one tensor of the host lies on a mesh. All zero: each device has all of it. */
typedef struct ttnn_mesh_mapping {
  uint32_t struct_size;
  int32_t placements[TTNN_MESH_AXES]; /* enum ttnn_placement: over the rows of the mesh, over its columns */
  int32_t dims[TTNN_MESH_AXES];       /* SHARD: the dimension, negative counts from the end; the same one twice: row by row */
} ttnn_mesh_mapping;

/* Data in host memory: row-major values of `dtype` (FLOAT32, BFLOAT16, FLOAT16 for float tensors; the tensor's own
 * dtype, UINT32 or INT32 for integer tensors). Its shape is the tensor's, a sharded dimension times the devices along the
 * axis. Borrowed for the duration of the call. */
typedef struct ttnn_host_data {
  uint32_t struct_size;
  int32_t dtype;
  const void *data;
  uint64_t size; /* bytes; must be exactly what the shape needs */
  int32_t transposed; /* 1: data has the tensor's last two dimensions swapped, as a [out, in] weight for an [in, out] tensor */
  int32_t reserved;
  const ttnn_mesh_mapping *mapping; /* NULL: each device has all of it */
} ttnn_host_data;

/* Makes a device tensor from host data, converting to the spec's dtype (to nearest even, block floats as TTNN packs
 * them). out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_tensor_from_host(ttnn_device *device, const ttnn_tensor_spec *spec, const ttnn_host_data *data,
                                           ttnn_tensor **out);

/* Overwrites a tensor's values in place; its shape, dtype and address stay. Used to feed captured traces. */
TTNN_API ttnn_status ttnn_tensor_write(ttnn_tensor *tensor, const ttnn_host_data *data);

/* Waits for the tensor and copies its values, row-major without padding, converted to dtype (FLOAT32, BFLOAT16 or
 * FLOAT16 from float tensors; the tensor's own dtype, UINT32 or INT32 from integer ones). dst is the caller's;
 * dst_size must be exactly what the shape needs. Refused during trace capture, and for a mesh of several devices. */
TTNN_API ttnn_status ttnn_tensor_read(ttnn_tensor *tensor, int32_t dtype, void *dst, uint64_t dst_size);

/* The same for a mesh: the parts of sharded dimensions put together, and of what is replicated the first device's.
 * NULL mapping: the first device's values. */
TTNN_API ttnn_status ttnn_aggregate_tensor(ttnn_tensor *tensor, const ttnn_mesh_mapping *mapping, int32_t dtype, void *dst,
                                           uint64_t dst_size);

/* Begins to read as ttnn_aggregate_tensor does, and waits for nothing where the backend can do so: the values are those
 * that the tensor has after what has been enqueued before, whatever is done with it afterwards. Refused during trace
 * capture. out: destroy with ttnn_read_destroy. */
TTNN_API ttnn_status ttnn_tensor_read_begin(ttnn_tensor *tensor, const ttnn_mesh_mapping *mapping, int32_t dtype,
                                            ttnn_read **out);

/* Waits for the values and copies them; dst_size must be exactly what they need. May be called again. Refused once the
 * device is closed. */
TTNN_API ttnn_status ttnn_read_finish(ttnn_read *read, void *dst, uint64_t dst_size);

/* Releases the handle and the values, finished or not. NULL is fine. */
TTNN_API ttnn_status ttnn_read_destroy(ttnn_read *read);

TTNN_API ttnn_status ttnn_tensor_get_spec(ttnn_tensor *tensor, ttnn_tensor_spec *out);

/* 1 if the handle is valid, its device open and its buffer not deallocated, else 0. Never fails. */
TTNN_API int32_t ttnn_tensor_is_allocated(ttnn_tensor *tensor);

/* Frees the tensor's buffer, unless another tensor (a view) or a trace still uses it; the handle stays. Idempotent. */
TTNN_API ttnn_status ttnn_deallocate(ttnn_tensor *tensor);

/* Deallocates and releases the handle. NULL is fine. */
TTNN_API ttnn_status ttnn_tensor_destroy(ttnn_tensor *tensor);

/* out: bytes of the tensor in the backend's own form (ttnn_storage_format); of a mesh: of all devices, row by row. */
TTNN_API ttnn_status ttnn_tensor_storage_size(ttnn_tensor *tensor, uint64_t *out);

/* Copies the tensor in the backend's own form, to be kept and given to ttnn_tensor_from_storage later. */
TTNN_API ttnn_status ttnn_tensor_read_storage(ttnn_tensor *tensor, void *dst, uint64_t dst_size);

/* Makes a tensor from bytes in the backend's own form. borrow 1: the backend may use the bytes in place, so they must
 * stay unchanged and readable until the tensor is destroyed (a mapped file serves); such a tensor is read-only: an
 * operation that would write to it is refused. Bytes in place should be 64-byte aligned. borrow 0: copied.
 * out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_tensor_from_storage(ttnn_device *device, const ttnn_tensor_spec *spec, const void *data,
                                              uint64_t size, int32_t borrow, ttnn_tensor **out);

/* ---- Options shared by many operations ----------------------------------------------------------- */

/* For operations without options of their own. */
typedef struct ttnn_op_options {
  uint32_t struct_size;
  int32_t dtype; /* of the output, where the operation can choose it */
  const ttnn_memory_config *memory_config;   /* of the output; default: as TTNN chooses */
  const ttnn_compute_config *compute_config; /* where the operation computes on tiles */
} ttnn_op_options;

/* ---- Embedding and matmul ------------------------------------------------------------------------ */

typedef struct ttnn_embedding_options {
  uint32_t struct_size;
  int32_t layout; /* default ROW_MAJOR */
  int32_t dtype;
  const ttnn_memory_config *memory_config;
} ttnn_embedding_options;

/* ids [S] or [B, 1.., S] UINT32, weight [V, H] -> [S, H] or [B, S, H]. dtype is for TILE; ROW_MAJOR rows are those of the
 * weight, BFLOAT16 where it is a block float. An id >= V is INVALID_ARGUMENT on the host backend. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_embedding(ttnn_tensor *ids, ttnn_tensor *weight, const ttnn_embedding_options *options,
                                    ttnn_tensor **out);

enum ttnn_matmul_program {
  TTNN_MATMUL_PROGRAM_DEFAULT = 0,       /* TTNN's choice; no other field is set */
  TTNN_MATMUL_PROGRAM_MULTICAST_IN0 = 1, /* every core has all rows of the output and some columns; all are sent the same of a */
  TTNN_MATMUL_PROGRAM_MULTICAST_IN1 = 2, /* every core has some rows of the output and all columns; all are sent the same of b */
  TTNN_MATMUL_PROGRAM_MULTICAST_2D = 3   /* a row of cores has the same rows of the output, a column of them the same columns */
};

/* How the cores share a product of an interleaved a with one interleaved matrix b, and what each computes at a time. In tiles
 * of 32; a's matrices count as one tall one, of M tiles by K; b has K by N. The output is interleaved. */
typedef struct ttnn_matmul_program_config {
  uint32_t struct_size;
  int32_t program;                        /* enum ttnn_matmul_program */
  int32_t grid_x, grid_y;                 /* cores that may take part, columns and rows */
  int32_t in0_block_w;                    /* of K at a time; divides K */
  int32_t out_subblock_h, out_subblock_w; /* of the output in registers; at most 8 in all, 4 where sums are FLOAT32 */
  int32_t out_block_h, out_block_w;       /* of the output in L1, multiples of the subblock; 0: per_core_m, per_core_n */
  int32_t per_core_m, per_core_n;         /* of the output on a core, multiples of the block; at most M and N */
} ttnn_matmul_program_config;

typedef struct ttnn_matmul_options {
  uint32_t struct_size;
  int32_t transpose_a;
  int32_t transpose_b;
  int32_t dtype;      /* of the output; default: output_tensor's, else a's */
  int32_t activation; /* enum ttnn_unary_op, after the bias */
  int32_t reserved;
  ttnn_tensor *bias; /* linear only: [N], [1, N] or [1, 1, 1, N] */
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
  ttnn_tensor *output_tensor; /* written to instead of a new tensor; *out is then another handle of the same buffer */
  const ttnn_matmul_program_config *program_config; /* NULL: TTNN's choice */
} ttnn_matmul_options;

/* a [.., M, K] x b [K, N] or [.., K, N] -> [.., M, N], all TILE; one matrix a, of b's rank, is multiplied with each of b. Of a
 * sharded memory_config only the memory layout counts: TTNN chooses the shards. A sharded a is not transposed, and its b is one
 * interleaved matrix. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_matmul(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out);

/* activation(a x b + bias). out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_linear(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out);

typedef struct ttnn_sparse_matmul_options {
  uint32_t struct_size;
  int32_t is_input_a_sparse; /* enum ttnn_switch, default OFF: a is shared by the experts */
  int32_t is_input_b_sparse; /* enum ttnn_switch, default ON */
  int32_t dtype;             /* of the output */
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
} ttnn_sparse_matmul_options;

/* Products of matrices with those of experts, b [1, E, K, N], where sparsity is not zero; all other outputs are zeros.
 *
 *   is_input_a_sparse  is_input_b_sparse  a             sparsity      out
 *   OFF                ON                 [A, B, M, K]  [A, B, 1, E]  [A, B, 1, E, M, N]: each of a with each of b
 *   ON                 OFF                [A, E, M, K]  [1, 1, A, E]  [A, E, M, N]: a's expert e with b's
 *   ON                 ON                 [1, E, M, K]  [1, 1, 1, E]  [1, E, M, N]
 *
 * a and b TILE; sparsity BFLOAT16 ROW_MAJOR, of which the order of the values counts. The host computes the active
 * products alone, those of one expert as one, and reads no weights of an expert without any. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_sparse_matmul(ttnn_tensor *a, ttnn_tensor *b, ttnn_tensor *sparsity,
                                        const ttnn_sparse_matmul_options *options, ttnn_tensor **out);

/* ---- Norms and elementwise ------------------------------------------------------------------------ */

typedef struct ttnn_norm_options {
  uint32_t struct_size;
  float epsilon; /* default 1e-12 */
  ttnn_tensor *weight; /* ROW_MAJOR [1, 1, ceil(H/32), 32] or TILE [H], [1, 1, 1, H] */
  ttnn_tensor *bias;   /* likewise, same layout as weight */
  ttnn_tensor *residual_input_tensor; /* added to x first */
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
} ttnn_norm_options;

/* x / sqrt(mean(x^2) + epsilon) * weight + bias over the last dimension; x TILE, any rank. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_rms_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out);

/* (x - mean(x)) / sqrt(variance(x) + epsilon) * weight + bias over the last dimension, with the biased variance; x of any
 * rank, TILE, or ROW_MAJOR with a width that is a multiple of 32; residual_input_tensor TILE. Layout and dtype stay.
 * out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_layer_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out);

typedef struct ttnn_group_norm_options {
  uint32_t struct_size;
  int32_t num_groups;  /* required; divides C */
  float epsilon;       /* default 1e-12 */
  int32_t dtype;       /* of the output: x's, or default */
  ttnn_tensor *weight; /* ROW_MAJOR [1, 1, C/32, 32]; on the host, for other C, TILE [C], [1, 1, 1, C] */
  ttnn_tensor *bias;   /* likewise, same dtype as weight */
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
} ttnn_group_norm_options;

/* (x - mean) / sqrt(variance + epsilon) * weight + bias, with the mean and the biased variance of each sample's group of
 * C / num_groups neighbouring channels at all positions. x [N, 1, HW, C], BFLOAT16 or FLOAT32, interleaved, TILE, or
 * ROW_MAJOR with N HW and C multiples of 32; not in place (TTNN's inplace=False). Layout and dtype stay. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_group_norm(ttnn_tensor *x, const ttnn_group_norm_options *options, ttnn_tensor **out);

typedef struct ttnn_binary_options {
  uint32_t struct_size;
  int32_t dtype;        /* of the output; default: output_tensor's, else a's */
  int32_t a_activation; /* enum ttnn_unary_op, applied to a first */
  int32_t b_activation;
  int32_t activation; /* applied to the result */
  int32_t reserved;
  const ttnn_memory_config *memory_config;
  ttnn_tensor *output_tensor; /* may be a: in place; *out is then another handle of the same buffer */
} ttnn_binary_options;

/* a + b, a - b, a * b; each dimension equal or 1, ranks aligned at the end. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_add(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_subtract(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_multiply(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out);

/* The same with a scalar b. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_add_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_multiply_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out);

/* Elementwise; dtype and layout stay. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_silu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_gelu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_gelu_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_relu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_sigmoid(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);

/* Softmax over dimension dim (negative counts from the end), numerically stable. ROW_MAJOR input gives TILE output.
 * out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_softmax(ttnn_tensor *x, int32_t dim, const ttnn_op_options *options, ttnn_tensor **out);

/* Sums over dimension dim (negative counts from the end); keepdim 0 or 1: whether it stays, with extent 1. The only
 * dimension stays. TILE input gives TILE output; ROW_MAJOR input of another dtype than FLOAT32 does so too, unless dim is
 * one of the last two. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_sum(ttnn_tensor *x, int32_t dim, int32_t keepdim, const ttnn_op_options *options,
                              ttnn_tensor **out);

/* x + 1 in place; x INT32 or UINT32 ROW_MAJOR. Advances the positions of a decode step on the device. */
TTNN_API ttnn_status ttnn_plus_one(ttnn_tensor *x);

/* ---- Attention ------------------------------------------------------------------------------------ */

typedef struct ttnn_heads_options {
  uint32_t struct_size;
  int32_t num_heads;
  int32_t num_kv_heads;      /* default: num_heads */
  int32_t transpose_k_heads; /* enum ttnn_switch, default ON as in TTNN; prefill only */
  const ttnn_memory_config *memory_config;
} ttnn_heads_options;

/* Interleaved x [B, 1, S, (NH + 2 KV) D], columns: all q heads, all k heads, all v heads -> q [B, NH, S, D], k [B, KV, S, D] (or
 * [B, KV, D, S] with transpose_k_heads), v [B, KV, S, D]. The three outputs: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_nlp_create_qkv_heads(ttnn_tensor *x, const ttnn_heads_options *options, ttnn_tensor **out_q,
                                               ttnn_tensor **out_k, ttnn_tensor **out_v);

/* x [1, 1, B, (NH + 2 KV) D], B <= 32 -> q [1, B, NH, D], k and v [1, B, KV, D], height sharded in L1, a user per core.
 * The three outputs: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_nlp_create_qkv_heads_decode(ttnn_tensor *x, const ttnn_heads_options *options,
                                                      ttnn_tensor **out_q, ttnn_tensor **out_k, ttnn_tensor **out_v);

/* Interleaved [B, NH, S, D] -> [B, 1, S, NH D]. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_nlp_concat_heads(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);

/* Height sharded [1, B, NH, D] -> [1, 1, 32, NH D]. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_nlp_concat_heads_decode(ttnn_tensor *x, int32_t num_heads, const ttnn_op_options *options,
                                                  ttnn_tensor **out);

typedef struct ttnn_rotary_options {
  uint32_t struct_size;
  int32_t is_decode_mode; /* 0 or 1 */
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
} ttnn_rotary_options;

/* Half-split pairs (i, i + D/2), as Hugging Face. Prefill: x [1, h, S, D], cos and sin [1, 1, >= S, D]. Decode:
 * x [1, B, h, D], cos and sin [1, B, 1, D], all height sharded. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_rotary_embedding_hf(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin,
                                              const ttnn_rotary_options *options, ttnn_tensor **out);

/* Adjacent pairs (2i, 2i + 1), as Meta's Llama; cos and sin hold each value twice. trans_mat: prefill [1, 1, 32, 32],
 * decode [1, 1, 32 B, 32], with T[2i][2i+1] = 1 and T[2i+1][2i] = -1. Otherwise as ttnn_rotary_embedding_hf. out:
 * destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_rotary_embedding_llama(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin,
                                                 ttnn_tensor *trans_mat, const ttnn_rotary_options *options,
                                                 ttnn_tensor **out);

typedef struct ttnn_sdpa_options {
  uint32_t struct_size;
  int32_t is_causal;           /* enum ttnn_switch, default ON */
  float scale;                 /* default D^-0.5 */
  /* 0: none. Causal: the last w keys, the query's own position among them; not causal (prefill only): the keys at most
   * w / 2 positions before or after the query's. Not with attn_mask. */
  int32_t sliding_window_size;
  ttnn_tensor *attn_mask;      /* [B | 1, 1 | NH, Sq, Sk] TILE, added to the scaled scores; not with is_causal */
  /* One more logit of each head in the softmax, which takes its share of the weight and has no value. Prefill
   * [1, NH, 1, 1], decode [NH, 32], of which the first column counts; TILE. Compared with the scaled scores. */
  ttnn_tensor *attention_sink;
  /* Decode only: [B] INT32 ROW_MAJOR, the position of each user's query; negative: skip. The keys end there, with
   * attn_mask too, where it may be left out: then every user has the whole cache. */
  ttnn_tensor *cur_pos_tensor;
  const ttnn_memory_config *memory_config;
  const ttnn_compute_config *compute_config;
  /* 0: none; host only. A scaled score s becomes logit_softcap * tanh(s / logit_softcap), before the mask is added. */
  float logit_softcap;
  /* Prefill only: how many queries, and keys, a core takes at a time: multiples of 32, or 0 for both: TTNN's choice (32). The
   * larger, the fewer times keys are read, as far as L1 has room. A chunk_start is a multiple of both. */
  int32_t q_chunk_size;
  int32_t k_chunk_size;
  int32_t reserved;
} ttnn_sdpa_options;

/* softmax(scale q k^T + mask) v. q [B, NH, Sq, D], k and v [B, KV, Sk, D], NH a multiple of KV -> [B, NH, Sq, D].
 * Causal needs Sq == Sk. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_scaled_dot_product_attention(ttnn_tensor *q, ttnn_tensor *k, ttnn_tensor *v,
                                                       const ttnn_sdpa_options *options, ttnn_tensor **out);

/* Prefill over a paged cache. q [1, NH, C, D] at positions chunk_start .. chunk_start + C - 1; caches
 * [blocks, KV, block, D]; page_table [1, P] INT32, P * block >= chunk_start + C; the caches hold the chunk already.
 * attn_mask (host only): [1, 1 | NH, C, >= chunk_start + C], one column a position; those beyond the chunk are ignored.
 * out [1, NH, C, D]: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_chunked_scaled_dot_product_attention(ttnn_tensor *q, ttnn_tensor *k_cache,
                                                               ttnn_tensor *v_cache, ttnn_tensor *page_table,
                                                               int64_t chunk_start, const ttnn_sdpa_options *options,
                                                               ttnn_tensor **out);

/* One query per user over a contiguous cache. q [1, B, NH, D], caches [B, KV, Smax, D] -> [1, B, NH, D]. attn_mask
 * [B | 1, 1 | NH, 1, Smax] or, TTNN's form, [B | 1, 1, NH, Smax]. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache,
                                                              ttnn_tensor *v_cache, const ttnn_sdpa_options *options,
                                                              ttnn_tensor **out);

/* The same over a paged cache. Caches [blocks, KV, block, D], page_table [B, P] INT32 ROW_MAJOR, Smax = P * block.
 * out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_paged_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache,
                                                                    ttnn_tensor *v_cache, ttnn_tensor *page_table,
                                                                    const ttnn_sdpa_options *options,
                                                                    ttnn_tensor **out);

/* Writes x [1, KV, S, D], of the cache's dtype, to positions 0 .. S-1 of user batch_idx (a row of page_table [B, P] INT32).
 * Entries of -1 are skipped. In place. */
TTNN_API ttnn_status ttnn_paged_fill_cache(ttnn_tensor *cache, ttnn_tensor *x, ttnn_tensor *page_table,
                                           int32_t batch_idx);

/* Writes x [1, B, KV, D] (BFLOAT16 or FLOAT32, height sharded) to position update_idxs[b] of each user; update_idxs [B]
 * INT32 ROW_MAJOR, negative: skip. page_table NULL: cache [B, KV, Smax, D]. In place. */
TTNN_API ttnn_status ttnn_paged_update_cache(ttnn_tensor *cache, ttnn_tensor *x, ttnn_tensor *update_idxs,
                                             ttnn_tensor *page_table);

/* Writes x [1, KV, S, D], of the cache's dtype, to positions update_idx .. of row batch_idx of cache [B, KV, Smax, D];
 * update_idx a multiple of 32. */
TTNN_API ttnn_status ttnn_fill_cache(ttnn_tensor *cache, ttnn_tensor *x, int32_t batch_idx, int64_t update_idx);

/* ---- Data movement -------------------------------------------------------------------------------- */

/* Joins `count` tensors of one dtype and layout along dim, sharded all or none. Parts that are no whole tiles along dim: BFLOAT8_B
 * gives BFLOAT16, BFLOAT4_B and UINT8 are not taken. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_concat(ttnn_tensor *const *tensors, int32_t count, int32_t dim,
                                 const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* Elements starts[d], starts[d] + steps[d], .. below ends[d]; steps NULL: all 1. `rank` must be x's. In TILE with a
 * start within a tile BFLOAT8_B gives BFLOAT16, BFLOAT4_B and UINT8 are not taken, nor shards; no block floats with steps.
 * out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_slice(ttnn_tensor *x, int32_t rank, const int64_t *starts, const int64_t *ends,
                                const int64_t *steps, const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* Same elements, another shape; one extent may be -1. Shares x's buffer where it can. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_reshape(ttnn_tensor *x, int32_t rank, const int64_t *shape, ttnn_tensor **out);

/* Dimension d of the output is dims[d] of x. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_permute(ttnn_tensor *x, int32_t rank, const int32_t *dims,
                                  const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* Dimensions dim1 and dim2 of x change places; negative ones count from the end. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_transpose(ttnn_tensor *x, int32_t dim1, int32_t dim2,
                                    const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* low[d] and high[d] elements of `value` before and after dimension d; TILE takes no low padding. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_pad(ttnn_tensor *x, int32_t rank, const int64_t *low, const int64_t *high, float value,
                              const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* A copy of x in which elements are replaced: for each position of index, the element of x whose coordinate in dimension
 * dim is the index there (the other coordinates stay) becomes src's element at that position. index of an integer dtype,
 * at most as large as src everywhere and as x in all other dimensions; x and src of one dtype; BFLOAT8_B becomes BFLOAT16.
 * With one target more than once the last position counts; elsewhere it is left open. An index that is not in x is
 * INVALID_ARGUMENT on the host backend. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_scatter(ttnn_tensor *x, int32_t dim, ttnn_tensor *index, ttnn_tensor *src,
                                  const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* Conversions; the values of block floats are rounded as TTNN packs them. Each out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_typecast(ttnn_tensor *x, int32_t dtype, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_to_layout(ttnn_tensor *x, int32_t layout, int32_t dtype, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_to_memory_config(ttnn_tensor *x, const ttnn_memory_config *memory_config, ttnn_tensor **out);

/* Copies src's values into dst: same shape, dtype and layout. Feeds a captured trace from its own output. */
TTNN_API ttnn_status ttnn_copy(ttnn_tensor *src, ttnn_tensor *dst);

/* ---- Collectives ----------------------------------------------------------------------------------- */

/* Along which axis of the mesh devices exchange values. */
enum ttnn_cluster_axis {
  TTNN_CLUSTER_AXIS_DEFAULT = 0, /* the mesh's only one */
  TTNN_CLUSTER_AXIS_0 = 1,       /* among the devices of each column */
  TTNN_CLUSTER_AXIS_1 = 2        /* among the devices of each row */
};

typedef struct ttnn_collective_options {
  uint32_t struct_size;
  int32_t cluster_axis; /* enum ttnn_cluster_axis */
  const ttnn_memory_config *memory_config;
} ttnn_collective_options;

/* Every device gets the tensors of all n along the axis, joined along dim in the order of the devices: that dimension
 * becomes n times as large. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_all_gather(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options,
                                     ttnn_tensor **out);

/* The sum over the n devices along the axis; the first gets the first n-th of dimension dim, and so on. Not BFLOAT4_B. out:
 * destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_reduce_scatter(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options,
                                         ttnn_tensor **out);

/* The sum over the devices along the axis, for each of them. x FLOAT32, BFLOAT16, BFLOAT8_B or INT32. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_all_reduce(ttnn_tensor *x, const ttnn_collective_options *options, ttnn_tensor **out);

/* The inverse of ttnn_all_gather: each of the n devices keeps its n-th of dimension dim. Parts of a TILE tensor are whole
 * tiles; on the host backend they need not be. out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_mesh_partition(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options,
                                         ttnn_tensor **out);

/* Norms of a dimension that is shared out over a mesh, in two parts. The first sums up each device's columns:
 * x [B, C, S, W] TILE -> [B, C, S, 32], or [B, C, S, 64] for layer_norm, of the options' dtype, BFLOAT16 by default; what the
 * columns hold is the backend's own. Those of all devices, joined along the last dimension by ttnn_all_gather, are the second
 * part's stats. Both need fp32_dest_acc_en for FLOAT32. Each out: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_rms_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);
TTNN_API ttnn_status ttnn_layer_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out);

/* The second part: each device's columns of the norm over all of them, which are as many on each. weight and bias are the
 * device's own part; no residual_input_tensor. Otherwise as ttnn_rms_norm and ttnn_layer_norm. out: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_rms_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats, const ttnn_norm_options *options,
                                                   ttnn_tensor **out);
TTNN_API ttnn_status ttnn_layer_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats,
                                                     const ttnn_norm_options *options, ttnn_tensor **out);

/* ---- Choosing -------------------------------------------------------------------------------------- */

/* Index of the first largest element over dim; keepdim 0 or 1. x BFLOAT16 or FLOAT32, out UINT32 ROW_MAJOR: destroy with
 * ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_argmax(ttnn_tensor *x, int32_t dim, int32_t keepdim, ttnn_tensor **out);

/* The k largest along the last dimension, in descending order, ties by lower index; x TILE. Indices are UINT16, or UINT32
 * for widths above 65536 and FLOAT32 input. Both outputs: destroy with ttnn_tensor_destroy. */
TTNN_API ttnn_status ttnn_topk(ttnn_tensor *x, int32_t k, ttnn_tensor **out_values, ttnn_tensor **out_indices);

/* ---- Traces ----------------------------------------------------------------------------------------- */

/* From here until ttnn_end_trace_capture, operations on the device are recorded and not executed: their outputs exist but
 * hold no values before ttnn_execute_trace. Reads, writes and another capture are refused meanwhile.
 * out: released with ttnn_release_trace, or by closing the device. */
TTNN_API ttnn_status ttnn_begin_trace_capture(ttnn_device *device, uint32_t *out_trace_id);

/* Ends the capture. The trace keeps the memory that it uses, also when its tensors are destroyed; what they left during the
 * capture serves the results after them. A board compiles nothing meanwhile: the same operations have to run once before
 * (DEVICE; a mocked board says it here). If it fails, the trace is to be released. */
TTNN_API ttnn_status ttnn_end_trace_capture(ttnn_device *device, uint32_t trace_id);

/* Replays the recorded operations on the same buffers. blocking 0: may return before they are done. */
TTNN_API ttnn_status ttnn_execute_trace(ttnn_device *device, uint32_t trace_id, int32_t blocking);

/* Ends a capture that is under way, if it is this one, and forgets the trace. An unknown id is INVALID_ARGUMENT. */
TTNN_API ttnn_status ttnn_release_trace(ttnn_device *device, uint32_t trace_id);

#ifdef __cplusplus
}
#endif

#endif /* TTNN_C_H */
