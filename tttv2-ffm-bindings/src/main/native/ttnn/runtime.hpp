// SPDX-License-Identifier: Apache-2.0
//
// The running Python with ttnn in it, and TTNN's constants as objects. Everything but start() is called under a Gil.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "common/matmul_program.hpp"
#include "common/mesh.hpp"
#include "common/spec.hpp"
#include "ttnn/python.hpp"

namespace tttv2::ttnn {

// Starts Python and imports ttnn unless that has been done. Refused with DEVICE if it cannot be; a later call tries again.
void start();

// Opens a device of TTNN, or a mesh of them with a fabric between.
Object open_device(const ttnn_device_options &options, const Mesh &mesh);
void close_device(PyObject *device, const Mesh &mesh);
// A rectangle of a mesh's devices, which from then on works in place of the mesh. Closed before the mesh is.
Object create_submesh(PyObject *mesh, const MeshPart &part);
void close_submesh(PyObject *submesh);

PyObject *to_python(DType dtype);
PyObject *to_python(Layout layout);
PyObject *to_python(const MemoryConfig &config);  // borrowed; made once
DType to_dtype(PyObject *dtype);
Layout to_layout(PyObject *layout);
MemoryConfig to_memory_config(PyObject *config);
PyObject *buffer_type(int32_t type);

// Borrowed; NULL for none: as activation= of matmul, and as a list of the binary operations.
PyObject *unary_op(Activation op);
PyObject *activation_list(Activation op);
PyObject *gelu_variant(bool tanh);
PyObject *compute_config(PyObject *arch, const ttnn_compute_config *config);  // borrowed; NULL for NULL
PyObject *matmul_program_config(const MatmulProgram &program);  // borrowed
// One tile of the output at a time, its columns over as many cores as may share them: what sparse_matmul cannot choose for
// itself. Borrowed.
PyObject *sparse_program_config(const Grid &grid, int64_t rows, int64_t columns);
// Of attention on all cores; NULL: the options leave it to TTNN. Borrowed.
PyObject *sdpa_program_config(const Grid &grid, const ttnn_sdpa_options &options);
Object mesh_coordinate(int32_t row, int32_t column);
std::string cluster_name();  // of the boards, such as N150

Object to_list(std::span<const int64_t> values);
Object to_shape(std::span<const int64_t> extents);

}  // namespace tttv2::ttnn
