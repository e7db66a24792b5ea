#Signature file v4.1
#Version 0.1

CLSS public final dev.tttv2.core.BinaryArgs
fld public final static dev.tttv2.core.BinaryArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.BinaryArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.BinaryArgs$Builder
 outer dev.tttv2.core.BinaryArgs
meth public dev.tttv2.core.BinaryArgs build()
meth public dev.tttv2.core.BinaryArgs$Builder activation(dev.tttv2.core.UnaryOp)
meth public dev.tttv2.core.BinaryArgs$Builder activationA(dev.tttv2.core.UnaryOp)
meth public dev.tttv2.core.BinaryArgs$Builder activationB(dev.tttv2.core.UnaryOp)
meth public dev.tttv2.core.BinaryArgs$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.BinaryArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.BinaryArgs$Builder output(dev.tttv2.core.Tensor)
supr java.lang.Object

CLSS public final !enum dev.tttv2.core.BufferType
fld public final static dev.tttv2.core.BufferType DRAM
fld public final static dev.tttv2.core.BufferType L1
meth public int code()
meth public static dev.tttv2.core.BufferType valueOf(java.lang.String)
meth public static dev.tttv2.core.BufferType[] values()
supr java.lang.Enum<dev.tttv2.core.BufferType>

CLSS public final dev.tttv2.core.CollectiveArgs
fld public final static dev.tttv2.core.CollectiveArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.CollectiveArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.CollectiveArgs$Builder
 outer dev.tttv2.core.CollectiveArgs
meth public dev.tttv2.core.CollectiveArgs build()
meth public dev.tttv2.core.CollectiveArgs$Builder alongColumns()
meth public dev.tttv2.core.CollectiveArgs$Builder alongRows()
meth public dev.tttv2.core.CollectiveArgs$Builder memory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.ComputeConfig
cons public init(dev.tttv2.core.MathFidelity,boolean,boolean,boolean)
fld public final static dev.tttv2.core.ComputeConfig HIFI2
fld public final static dev.tttv2.core.ComputeConfig HIFI4
fld public final static dev.tttv2.core.ComputeConfig LOFI
meth public boolean fp32DestAccEn()
meth public boolean mathApproxMode()
meth public boolean packerL1Acc()
meth public dev.tttv2.core.MathFidelity mathFidelity()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public final dev.tttv2.core.CoreRange
cons public init(int,int,int,int)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int endX()
meth public int endY()
meth public int size()
meth public int startX()
meth public int startY()
meth public static java.util.List<dev.tttv2.core.CoreRange> rowByRow(int,int,int)
supr java.lang.Record

CLSS public final !enum dev.tttv2.core.DataType
fld public final static dev.tttv2.core.DataType BFLOAT16
fld public final static dev.tttv2.core.DataType BFLOAT4_B
fld public final static dev.tttv2.core.DataType BFLOAT8_B
fld public final static dev.tttv2.core.DataType FLOAT16
fld public final static dev.tttv2.core.DataType FLOAT32
fld public final static dev.tttv2.core.DataType INT32
fld public final static dev.tttv2.core.DataType UINT16
fld public final static dev.tttv2.core.DataType UINT32
fld public final static dev.tttv2.core.DataType UINT8
meth public boolean isBlockFloat()
meth public boolean isFloat()
meth public int code()
meth public int hostBytes()
meth public static dev.tttv2.core.DataType valueOf(java.lang.String)
meth public static dev.tttv2.core.DataType[] values()
supr java.lang.Enum<dev.tttv2.core.DataType>

CLSS public final dev.tttv2.core.Device
intf java.lang.AutoCloseable
meth public boolean isOpen()
meth public dev.tttv2.core.DeviceInfo info()
meth public dev.tttv2.core.DeviceTarget target()
meth public dev.tttv2.core.MemoryStats memory(dev.tttv2.core.BufferType)
meth public dev.tttv2.core.Trace capture(java.lang.Runnable)
meth public java.lang.String backend()
meth public java.lang.String storageFormat()
meth public java.lang.String toString()
meth public java.util.concurrent.locks.Lock lock()
meth public static dev.tttv2.core.Device open()
meth public static dev.tttv2.core.Device open(dev.tttv2.core.DeviceOptions)
meth public static java.util.List<dev.tttv2.core.Device> openGroups(dev.tttv2.core.DeviceOptions,int,int)
meth public void close()
meth public void synchronize()
supr java.lang.Object

CLSS public final dev.tttv2.core.DeviceInfo
cons public init(int,java.lang.String,java.lang.String,java.lang.String,int,int,int,int,int,int,int,long,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int deviceId()
meth public int dramBanks()
meth public int gridX()
meth public int gridY()
meth public int meshCols()
meth public int meshRows()
meth public int numCommandQueues()
meth public int numThreads()
meth public java.lang.String arch()
meth public java.lang.String isa()
meth public java.lang.String name()
meth public long dramBytes()
meth public long l1BytesPerCore()
supr java.lang.Record

CLSS public final dev.tttv2.core.DeviceOptions
cons public init(int,int,int,long,long,long,int,int,boolean,boolean)
fld public final static int MAX_THREADS = 1024
fld public final static java.lang.String LEAK_TRACE_PROPERTY = "tttv2.leak.trace"
innr public final static Builder
meth public boolean pinThreads()
meth public boolean traceLeaks()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int deviceId()
meth public int meshCols()
meth public int meshRows()
meth public int numCommandQueues()
meth public int numThreads()
meth public long dramBytes()
meth public long l1SmallSize()
meth public long traceRegionSize()
meth public static dev.tttv2.core.DeviceOptions defaults()
meth public static dev.tttv2.core.DeviceOptions$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.core.DeviceOptions$Builder
 outer dev.tttv2.core.DeviceOptions
meth public dev.tttv2.core.DeviceOptions build()
meth public dev.tttv2.core.DeviceOptions$Builder deviceId(int)
meth public dev.tttv2.core.DeviceOptions$Builder dramBytes(long)
meth public dev.tttv2.core.DeviceOptions$Builder l1SmallSize(long)
meth public dev.tttv2.core.DeviceOptions$Builder mesh(int,int)
meth public dev.tttv2.core.DeviceOptions$Builder numCommandQueues(int)
meth public dev.tttv2.core.DeviceOptions$Builder numThreads(int)
meth public dev.tttv2.core.DeviceOptions$Builder pinThreads(boolean)
meth public dev.tttv2.core.DeviceOptions$Builder traceLeaks(boolean)
meth public dev.tttv2.core.DeviceOptions$Builder traceRegionSize(long)
supr java.lang.Object

CLSS public final dev.tttv2.core.DeviceTarget
cons public init(java.lang.String,int,int,int,int,int,int,boolean)
meth public boolean compilesPrograms()
meth public boolean extendedAttention()
meth public dev.tttv2.core.DataType requireAttentionType(java.lang.String,dev.tttv2.core.DataType)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int cores()
meth public int dramBanks()
meth public int gridX()
meth public int gridY()
meth public int headDimMultiple()
meth public int meshCols()
meth public int meshRows()
meth public int tensorParallel()
meth public java.lang.String arch()
meth public void requireExtendedAttention(java.lang.String)
meth public void requireOneDevice(java.lang.String)
supr java.lang.Record

CLSS public final dev.tttv2.core.EmbeddingArgs
fld public final static dev.tttv2.core.EmbeddingArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.EmbeddingArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.EmbeddingArgs$Builder
 outer dev.tttv2.core.EmbeddingArgs
meth public dev.tttv2.core.EmbeddingArgs build()
meth public dev.tttv2.core.EmbeddingArgs$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.EmbeddingArgs$Builder layout(dev.tttv2.core.Layout)
meth public dev.tttv2.core.EmbeddingArgs$Builder memory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.GroupNormArgs
innr public final static Builder
meth public static dev.tttv2.core.GroupNormArgs$Builder builder(int)
supr java.lang.Object

CLSS public final static dev.tttv2.core.GroupNormArgs$Builder
 outer dev.tttv2.core.GroupNormArgs
meth public dev.tttv2.core.GroupNormArgs build()
meth public dev.tttv2.core.GroupNormArgs$Builder bias(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.GroupNormArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.GroupNormArgs$Builder epsilon(float)
meth public dev.tttv2.core.GroupNormArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.GroupNormArgs$Builder weight(dev.tttv2.core.Tensor)
supr java.lang.Object

CLSS public final dev.tttv2.core.HeadsArgs
fld public final static dev.tttv2.core.HeadsArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.HeadsArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.HeadsArgs$Builder
 outer dev.tttv2.core.HeadsArgs
meth public dev.tttv2.core.HeadsArgs build()
meth public dev.tttv2.core.HeadsArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.HeadsArgs$Builder numHeads(int)
meth public dev.tttv2.core.HeadsArgs$Builder numKvHeads(int)
meth public dev.tttv2.core.HeadsArgs$Builder transposeKHeads(boolean)
supr java.lang.Object

CLSS public final !enum dev.tttv2.core.Layout
fld public final static dev.tttv2.core.Layout ROW_MAJOR
fld public final static dev.tttv2.core.Layout TILE
meth public int code()
meth public static dev.tttv2.core.Layout valueOf(java.lang.String)
meth public static dev.tttv2.core.Layout[] values()
supr java.lang.Enum<dev.tttv2.core.Layout>

CLSS public abstract interface dev.tttv2.core.LazyWeight
meth public !varargs static dev.tttv2.core.LazyWeight of(java.lang.String,float[],long[])
meth public abstract dev.tttv2.core.Tensor load(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,boolean)
meth public abstract java.lang.String name()
meth public abstract long[] shape()
meth public dev.tttv2.core.LazyWeight joinedWith(java.util.List<dev.tttv2.core.LazyWeight>)
meth public dev.tttv2.core.LazyWeight rearranged(int,int,int[])
meth public dev.tttv2.core.LazyWeight rows(long,long)
meth public dev.tttv2.core.Tensor load(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,boolean,dev.tttv2.core.MeshMapping)
meth public static dev.tttv2.core.LazyWeight concat(java.util.List<dev.tttv2.core.LazyWeight>)
meth public static long[] rearrangedShape(java.lang.String,long[],int,int,int[])

CLSS public final !enum dev.tttv2.core.MathFidelity
fld public final static dev.tttv2.core.MathFidelity HIFI2
fld public final static dev.tttv2.core.MathFidelity HIFI3
fld public final static dev.tttv2.core.MathFidelity HIFI4
fld public final static dev.tttv2.core.MathFidelity LOFI
meth public int code()
meth public static dev.tttv2.core.MathFidelity valueOf(java.lang.String)
meth public static dev.tttv2.core.MathFidelity[] values()
supr java.lang.Enum<dev.tttv2.core.MathFidelity>

CLSS public final dev.tttv2.core.MatmulArgs
fld public final static dev.tttv2.core.MatmulArgs DEFAULTS
innr public final static Builder
meth public dev.tttv2.core.MatmulArgs tuned(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.MatmulArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.MatmulArgs$Builder
 outer dev.tttv2.core.MatmulArgs
meth public dev.tttv2.core.MatmulArgs build()
meth public dev.tttv2.core.MatmulArgs$Builder activation(dev.tttv2.core.UnaryOp)
meth public dev.tttv2.core.MatmulArgs$Builder bias(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.MatmulArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.MatmulArgs$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.MatmulArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.MatmulArgs$Builder output(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.MatmulArgs$Builder program(dev.tttv2.core.MatmulProgramConfig)
meth public dev.tttv2.core.MatmulArgs$Builder transposeA(boolean)
meth public dev.tttv2.core.MatmulArgs$Builder transposeB(boolean)
supr java.lang.Object

CLSS public final dev.tttv2.core.MatmulProduct
cons public init(long,long,long,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,boolean,dev.tttv2.core.ComputeConfig)
meth public boolean bias()
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType a()
meth public dev.tttv2.core.DataType b()
meth public dev.tttv2.core.DataType output()
meth public dev.tttv2.core.MatmulProgramConfig programConfig(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long k()
meth public long m()
meth public long n()
supr java.lang.Record

CLSS public final dev.tttv2.core.MatmulProgramConfig
cons public init(dev.tttv2.core.MatmulProgramConfig$Multicast,int,int,int,int,int,int,int,int,int)
innr public final static !enum Multicast
meth public dev.tttv2.core.MatmulProgramConfig$Multicast multicast()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int gridX()
meth public int gridY()
meth public int in0BlockW()
meth public int outBlockH()
meth public int outBlockW()
meth public int outSubblockH()
meth public int outSubblockW()
meth public int perCoreM()
meth public int perCoreN()
supr java.lang.Record

CLSS public final static !enum dev.tttv2.core.MatmulProgramConfig$Multicast
 outer dev.tttv2.core.MatmulProgramConfig
fld public final static dev.tttv2.core.MatmulProgramConfig$Multicast BOTH
fld public final static dev.tttv2.core.MatmulProgramConfig$Multicast IN0
fld public final static dev.tttv2.core.MatmulProgramConfig$Multicast IN1
meth public static dev.tttv2.core.MatmulProgramConfig$Multicast valueOf(java.lang.String)
meth public static dev.tttv2.core.MatmulProgramConfig$Multicast[] values()
supr java.lang.Enum<dev.tttv2.core.MatmulProgramConfig$Multicast>

CLSS public final dev.tttv2.core.MemoryConfig
cons public init(dev.tttv2.core.TensorMemoryLayout,dev.tttv2.core.BufferType,dev.tttv2.core.ShardOrientation,int,int,java.util.List<dev.tttv2.core.CoreRange>)
fld public final static dev.tttv2.core.MemoryConfig DRAM_INTERLEAVED
fld public final static dev.tttv2.core.MemoryConfig L1_HEIGHT_SHARDED
fld public final static dev.tttv2.core.MemoryConfig L1_INTERLEAVED
meth public boolean isSharded()
meth public dev.tttv2.core.BufferType bufferType()
meth public dev.tttv2.core.ShardOrientation shardOrientation()
meth public dev.tttv2.core.TensorMemoryLayout memoryLayout()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int shardHeight()
meth public int shardWidth()
meth public java.util.List<dev.tttv2.core.CoreRange> cores()
meth public static dev.tttv2.core.MemoryConfig sharded(dev.tttv2.core.TensorMemoryLayout,int,int,java.util.List<dev.tttv2.core.CoreRange>)
supr java.lang.Record

CLSS public final dev.tttv2.core.MemoryStats
cons public init(int,long,long,long,long,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int liveTensors()
meth public long allocatedBytes()
meth public long borrowedBytes()
meth public long largestFreeBytes()
meth public long peakAllocatedBytes()
meth public long totalBytes()
supr java.lang.Record

CLSS public final dev.tttv2.core.MeshMapping
fld public final static dev.tttv2.core.MeshMapping REPLICATED
meth public boolean equals(java.lang.Object)
meth public boolean isReplicated()
meth public int hashCode()
meth public java.lang.String toString()
meth public long[] whole(long[],dev.tttv2.core.DeviceTarget)
meth public static dev.tttv2.core.MeshMapping of(java.lang.Integer,java.lang.Integer)
meth public static dev.tttv2.core.MeshMapping shard(int)
supr java.lang.Object

CLSS public final dev.tttv2.core.NormArgs
fld public final static dev.tttv2.core.NormArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.NormArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.NormArgs$Builder
 outer dev.tttv2.core.NormArgs
meth public dev.tttv2.core.NormArgs build()
meth public dev.tttv2.core.NormArgs$Builder bias(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.NormArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.NormArgs$Builder epsilon(float)
meth public dev.tttv2.core.NormArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.NormArgs$Builder weight(dev.tttv2.core.Tensor)
supr java.lang.Object

CLSS public final dev.tttv2.core.OpArgs
fld public final static dev.tttv2.core.OpArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.OpArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.OpArgs$Builder
 outer dev.tttv2.core.OpArgs
meth public dev.tttv2.core.OpArgs build()
meth public dev.tttv2.core.OpArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.OpArgs$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.OpArgs$Builder memory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.PendingRead
intf java.lang.AutoCloseable
meth public void close()
meth public void finish(int[])
meth public void finish(java.lang.foreign.MemorySegment)
supr java.lang.Object

CLSS public final dev.tttv2.core.QkvHeads
cons public init(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor k()
meth public dev.tttv2.core.Tensor q()
meth public dev.tttv2.core.Tensor v()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.core.RotaryArgs
fld public final static dev.tttv2.core.RotaryArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.RotaryArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.RotaryArgs$Builder
 outer dev.tttv2.core.RotaryArgs
meth public dev.tttv2.core.RotaryArgs build()
meth public dev.tttv2.core.RotaryArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.RotaryArgs$Builder decodeMode(boolean)
meth public dev.tttv2.core.RotaryArgs$Builder memory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.SdpaArgs
fld public final static dev.tttv2.core.SdpaArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.SdpaArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.SdpaArgs$Builder
 outer dev.tttv2.core.SdpaArgs
meth public dev.tttv2.core.SdpaArgs build()
meth public dev.tttv2.core.SdpaArgs$Builder attentionSink(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.SdpaArgs$Builder causal(boolean)
meth public dev.tttv2.core.SdpaArgs$Builder chunks(int,int)
meth public dev.tttv2.core.SdpaArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.SdpaArgs$Builder logitSoftcap(float)
meth public dev.tttv2.core.SdpaArgs$Builder memory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.SdpaArgs$Builder scale(float)
meth public dev.tttv2.core.SdpaArgs$Builder slidingWindow(int)
supr java.lang.Object

CLSS public final !enum dev.tttv2.core.ShardOrientation
fld public final static dev.tttv2.core.ShardOrientation COL_MAJOR
fld public final static dev.tttv2.core.ShardOrientation ROW_MAJOR
meth public int code()
meth public static dev.tttv2.core.ShardOrientation valueOf(java.lang.String)
meth public static dev.tttv2.core.ShardOrientation[] values()
supr java.lang.Enum<dev.tttv2.core.ShardOrientation>

CLSS public final dev.tttv2.core.SparseMatmulArgs
fld public final static dev.tttv2.core.SparseMatmulArgs DEFAULTS
innr public final static Builder
meth public static dev.tttv2.core.SparseMatmulArgs$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.core.SparseMatmulArgs$Builder
 outer dev.tttv2.core.SparseMatmulArgs
meth public dev.tttv2.core.SparseMatmulArgs build()
meth public dev.tttv2.core.SparseMatmulArgs$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.SparseMatmulArgs$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.SparseMatmulArgs$Builder inputASparse(boolean)
meth public dev.tttv2.core.SparseMatmulArgs$Builder inputBSparse(boolean)
meth public dev.tttv2.core.SparseMatmulArgs$Builder memory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.Tensor
intf java.lang.AutoCloseable
meth public !varargs static dev.tttv2.core.Tensor of(dev.tttv2.core.Device,dev.tttv2.core.DataType,dev.tttv2.core.Layout,float[],long[])
meth public !varargs static dev.tttv2.core.Tensor ofInts(dev.tttv2.core.Device,dev.tttv2.core.DataType,int[],long[])
meth public boolean isClosed()
meth public dev.tttv2.core.DataType dtype()
meth public dev.tttv2.core.Device device()
meth public dev.tttv2.core.Layout layout()
meth public dev.tttv2.core.PendingRead beginRead(dev.tttv2.core.DataType)
meth public dev.tttv2.core.PendingRead beginRead(dev.tttv2.core.MeshMapping,dev.tttv2.core.DataType)
meth public dev.tttv2.core.Tensor named(java.lang.String)
meth public dev.tttv2.core.Tensor onLinear(java.util.function.Consumer<dev.tttv2.core.Tensor>)
meth public dev.tttv2.core.TensorSpec spec()
meth public float[] toFloats()
meth public float[] toFloats(dev.tttv2.core.MeshMapping)
meth public int rank()
meth public int[] toInts()
meth public java.lang.String toString()
meth public long dim(int)
meth public long storageSize()
meth public long[] shape()
meth public static dev.tttv2.core.Tensor composed(java.lang.String,java.util.function.Supplier<dev.tttv2.core.Tensor>)
meth public static dev.tttv2.core.Tensor fromHost(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,dev.tttv2.core.DataType,java.lang.foreign.MemorySegment,boolean)
meth public static dev.tttv2.core.Tensor fromHost(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,dev.tttv2.core.DataType,java.lang.foreign.MemorySegment,boolean,dev.tttv2.core.MeshMapping)
meth public static dev.tttv2.core.Tensor fromStorage(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,java.lang.foreign.MemorySegment,boolean)
meth public static dev.tttv2.core.Tensor zeros(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec)
meth public void close()
meth public void read(dev.tttv2.core.DataType,java.lang.foreign.MemorySegment)
meth public void read(int[])
meth public void readStorage(java.lang.foreign.MemorySegment)
meth public void write(dev.tttv2.core.DataType,java.lang.foreign.MemorySegment)
meth public void write(float[])
meth public void write(int[])
supr java.lang.Object

CLSS public final !enum dev.tttv2.core.TensorMemoryLayout
fld public final static dev.tttv2.core.TensorMemoryLayout BLOCK_SHARDED
fld public final static dev.tttv2.core.TensorMemoryLayout HEIGHT_SHARDED
fld public final static dev.tttv2.core.TensorMemoryLayout INTERLEAVED
fld public final static dev.tttv2.core.TensorMemoryLayout WIDTH_SHARDED
meth public int code()
meth public static dev.tttv2.core.TensorMemoryLayout valueOf(java.lang.String)
meth public static dev.tttv2.core.TensorMemoryLayout[] values()
supr java.lang.Enum<dev.tttv2.core.TensorMemoryLayout>

CLSS public final dev.tttv2.core.TensorScope
cons public init()
intf java.lang.AutoCloseable
meth public <%0 extends dev.tttv2.core.Tensor> {%%0} add({%%0})
meth public dev.tttv2.core.Tensor release(dev.tttv2.core.Tensor)
meth public int size()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.TensorSpec
cons public !varargs init(dev.tttv2.core.DataType,dev.tttv2.core.Layout,dev.tttv2.core.MemoryConfig,long[])
meth public !varargs dev.tttv2.core.TensorSpec withShape(long[])
meth public !varargs static dev.tttv2.core.TensorSpec rowMajor(dev.tttv2.core.DataType,long[])
meth public !varargs static dev.tttv2.core.TensorSpec tile(dev.tttv2.core.DataType,long[])
meth public boolean equals(java.lang.Object)
meth public dev.tttv2.core.DataType dtype()
meth public dev.tttv2.core.Layout layout()
meth public dev.tttv2.core.MemoryConfig memory()
meth public dev.tttv2.core.TensorSpec whole(dev.tttv2.core.MeshMapping,dev.tttv2.core.DeviceTarget)
meth public dev.tttv2.core.TensorSpec withMemory(dev.tttv2.core.MemoryConfig)
meth public int hashCode()
meth public int rank()
meth public java.lang.String toString()
meth public long dim(int)
meth public long volume()
meth public long[] shape()
supr java.lang.Record

CLSS public final dev.tttv2.core.TopK
cons public init(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor indices()
meth public dev.tttv2.core.Tensor values()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.core.Trace
intf java.lang.AutoCloseable
meth public void close()
meth public void execute()
meth public void execute(boolean)
supr java.lang.Object

CLSS public final dev.tttv2.core.Ttnn
meth public !varargs static dev.tttv2.core.Tensor permute(dev.tttv2.core.Tensor,int[])
meth public !varargs static dev.tttv2.core.Tensor reshape(dev.tttv2.core.Tensor,long[])
meth public static boolean supports(java.lang.String,dev.tttv2.core.DataType,dev.tttv2.core.Layout)
meth public static dev.tttv2.core.QkvHeads nlpCreateQkvHeads(dev.tttv2.core.Tensor,dev.tttv2.core.HeadsArgs)
meth public static dev.tttv2.core.QkvHeads nlpCreateQkvHeadsDecode(dev.tttv2.core.Tensor,dev.tttv2.core.HeadsArgs)
meth public static dev.tttv2.core.Tensor add(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor add(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.BinaryArgs)
meth public static dev.tttv2.core.Tensor add(dev.tttv2.core.Tensor,float)
meth public static dev.tttv2.core.Tensor add(dev.tttv2.core.Tensor,float,dev.tttv2.core.BinaryArgs)
meth public static dev.tttv2.core.Tensor allGather(dev.tttv2.core.Tensor,int,dev.tttv2.core.CollectiveArgs)
meth public static dev.tttv2.core.Tensor allReduce(dev.tttv2.core.Tensor,dev.tttv2.core.CollectiveArgs)
meth public static dev.tttv2.core.Tensor argmax(dev.tttv2.core.Tensor,int,boolean)
meth public static dev.tttv2.core.Tensor chunkedScaledDotProductAttention(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,long,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor chunkedScaledDotProductAttention(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,long,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor concat(java.util.List<dev.tttv2.core.Tensor>,int)
meth public static dev.tttv2.core.Tensor concat(java.util.List<dev.tttv2.core.Tensor>,int,dev.tttv2.core.MemoryConfig)
meth public static dev.tttv2.core.Tensor embedding(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor embedding(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.EmbeddingArgs)
meth public static dev.tttv2.core.Tensor gelu(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor gelu(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor geluTanh(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor geluTanh(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor groupNorm(dev.tttv2.core.Tensor,dev.tttv2.core.GroupNormArgs)
meth public static dev.tttv2.core.Tensor layerNorm(dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor layerNorm(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor layerNormPostAllGather(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor layerNormPreAllGather(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor linear(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor linear(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.MatmulArgs)
meth public static dev.tttv2.core.Tensor matmul(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor matmul(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.MatmulArgs)
meth public static dev.tttv2.core.Tensor meshPartition(dev.tttv2.core.Tensor,int,dev.tttv2.core.CollectiveArgs)
meth public static dev.tttv2.core.Tensor multiply(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor multiply(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.BinaryArgs)
meth public static dev.tttv2.core.Tensor multiply(dev.tttv2.core.Tensor,float)
meth public static dev.tttv2.core.Tensor multiply(dev.tttv2.core.Tensor,float,dev.tttv2.core.BinaryArgs)
meth public static dev.tttv2.core.Tensor nlpConcatHeads(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor nlpConcatHeads(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor nlpConcatHeadsDecode(dev.tttv2.core.Tensor,int,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor pad(dev.tttv2.core.Tensor,long[],long[],float)
meth public static dev.tttv2.core.Tensor pagedScaledDotProductAttentionDecode(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor pagedScaledDotProductAttentionDecode(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor reduceScatter(dev.tttv2.core.Tensor,int,dev.tttv2.core.CollectiveArgs)
meth public static dev.tttv2.core.Tensor relu(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor relu(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor reshape(dev.tttv2.core.Tensor,long,long,long,long)
meth public static dev.tttv2.core.Tensor rmsNorm(dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor rmsNorm(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor rmsNormPostAllGather(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.NormArgs)
meth public static dev.tttv2.core.Tensor rmsNormPreAllGather(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor rotaryEmbeddingHf(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.RotaryArgs)
meth public static dev.tttv2.core.Tensor rotaryEmbeddingLlama(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.RotaryArgs)
meth public static dev.tttv2.core.Tensor scaledDotProductAttention(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor scaledDotProductAttention(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor scaledDotProductAttentionDecode(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor scaledDotProductAttentionDecode(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SdpaArgs)
meth public static dev.tttv2.core.Tensor scatter(dev.tttv2.core.Tensor,int,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor scatter(dev.tttv2.core.Tensor,int,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.MemoryConfig)
meth public static dev.tttv2.core.Tensor sigmoid(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor sigmoid(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor silu(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor silu(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor slice(dev.tttv2.core.Tensor,long[],long[])
meth public static dev.tttv2.core.Tensor slice(dev.tttv2.core.Tensor,long[],long[],long[],dev.tttv2.core.MemoryConfig)
meth public static dev.tttv2.core.Tensor softmax(dev.tttv2.core.Tensor,int)
meth public static dev.tttv2.core.Tensor softmax(dev.tttv2.core.Tensor,int,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor sparseMatmul(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor sparseMatmul(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.SparseMatmulArgs)
meth public static dev.tttv2.core.Tensor subtract(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor subtract(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.BinaryArgs)
meth public static dev.tttv2.core.Tensor sum(dev.tttv2.core.Tensor,int,boolean)
meth public static dev.tttv2.core.Tensor sum(dev.tttv2.core.Tensor,int,boolean,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor tanh(dev.tttv2.core.Tensor)
meth public static dev.tttv2.core.Tensor tanh(dev.tttv2.core.Tensor,dev.tttv2.core.OpArgs)
meth public static dev.tttv2.core.Tensor toLayout(dev.tttv2.core.Tensor,dev.tttv2.core.Layout)
meth public static dev.tttv2.core.Tensor toLayout(dev.tttv2.core.Tensor,dev.tttv2.core.Layout,dev.tttv2.core.DataType)
meth public static dev.tttv2.core.Tensor toMemoryConfig(dev.tttv2.core.Tensor,dev.tttv2.core.MemoryConfig)
meth public static dev.tttv2.core.Tensor transpose(dev.tttv2.core.Tensor,int,int)
meth public static dev.tttv2.core.Tensor typecast(dev.tttv2.core.Tensor,dev.tttv2.core.DataType)
meth public static dev.tttv2.core.TopK topk(dev.tttv2.core.Tensor,int)
meth public static void copy(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static void fillCache(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,int,long)
meth public static void pagedFillCache(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,int)
meth public static void pagedUpdateCache(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static void pagedUpdateCache(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public static void plusOne(dev.tttv2.core.Tensor)
supr java.lang.Object

CLSS public final !enum dev.tttv2.core.UnaryOp
fld public final static dev.tttv2.core.UnaryOp GELU
fld public final static dev.tttv2.core.UnaryOp GELU_TANH
fld public final static dev.tttv2.core.UnaryOp NONE
fld public final static dev.tttv2.core.UnaryOp RELU
fld public final static dev.tttv2.core.UnaryOp SIGMOID
fld public final static dev.tttv2.core.UnaryOp SILU
fld public final static dev.tttv2.core.UnaryOp TANH
meth public int code()
meth public static dev.tttv2.core.UnaryOp valueOf(java.lang.String)
meth public static dev.tttv2.core.UnaryOp[] values()
supr java.lang.Enum<dev.tttv2.core.UnaryOp>

CLSS public final dev.tttv2.core.block.ALiBi
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.ALiBiPlan)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor decode(dev.tttv2.core.Tensor,long)
meth public dev.tttv2.core.Tensor prefill(int,int)
meth public dev.tttv2.core.block.ALiBiPlan plan()
meth public static float[] slopes(int)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.ALiBiConfig
cons public init(int,int,java.lang.Integer,dev.tttv2.core.DataType)
innr public final static Builder
meth public dev.tttv2.core.DataType dtype()
meth public dev.tttv2.core.block.ALiBiPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxPositions()
meth public int numHeads()
meth public java.lang.Integer numKvHeads()
meth public static dev.tttv2.core.block.ALiBiConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.ALiBiConfig$Builder
 outer dev.tttv2.core.block.ALiBiConfig
meth public dev.tttv2.core.block.ALiBiConfig build()
meth public dev.tttv2.core.block.ALiBiConfig$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.ALiBiConfig$Builder numKvHeads(int)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.ALiBiPlan
cons public init(int,int,int,dev.tttv2.core.DataType,int)
meth public dev.tttv2.core.DataType dtype()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int devices()
meth public int maxPositions()
meth public int numHeads()
meth public int numKvHeads()
supr java.lang.Record

CLSS public final !enum dev.tttv2.core.block.Activation
fld public final static dev.tttv2.core.block.Activation GELU
fld public final static dev.tttv2.core.block.Activation GELU_TANH
fld public final static dev.tttv2.core.block.Activation QUICK_GELU
fld public final static dev.tttv2.core.block.Activation RELU
fld public final static dev.tttv2.core.block.Activation RELU_SQUARED
fld public final static dev.tttv2.core.block.Activation SIGMOID
fld public final static dev.tttv2.core.block.Activation SILU
fld public final static dev.tttv2.core.block.Activation TANH
meth public java.util.Optional<dev.tttv2.core.UnaryOp> fused()
meth public static dev.tttv2.core.block.Activation valueOf(java.lang.String)
meth public static dev.tttv2.core.block.Activation[] values()
supr java.lang.Enum<dev.tttv2.core.block.Activation>

CLSS public final dev.tttv2.core.block.Attention
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.AttentionPlan,dev.tttv2.core.block.AttentionWeights)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor decode(dev.tttv2.core.Tensor,dev.tttv2.core.block.DecodeStep,int)
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.block.Rotation,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor prefill(dev.tttv2.core.Tensor,dev.tttv2.core.block.PrefillStep,int)
meth public dev.tttv2.core.block.AttentionPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.AttentionConfig
cons public init(int,int,int,int,java.lang.Integer,java.lang.Boolean,java.lang.Boolean,dev.tttv2.core.block.QkNorm,java.lang.Float,java.lang.Boolean,java.lang.Boolean,java.lang.Float,java.lang.Float,java.lang.Integer,java.lang.Boolean,dev.tttv2.core.block.RoPEStyle,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,java.lang.Integer,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig decodeCompute()
meth public dev.tttv2.core.ComputeConfig normCompute()
meth public dev.tttv2.core.ComputeConfig prefillCompute()
meth public dev.tttv2.core.ComputeConfig woDecodeCompute()
meth public dev.tttv2.core.ComputeConfig woPrefillCompute()
meth public dev.tttv2.core.ComputeConfig wqkvDecodeCompute()
meth public dev.tttv2.core.ComputeConfig wqkvPrefillCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType cacheDtype()
meth public dev.tttv2.core.DataType normDtype()
meth public dev.tttv2.core.DataType woDtype()
meth public dev.tttv2.core.DataType wqkvDtype()
meth public dev.tttv2.core.MemoryConfig innerMemory()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.AttentionPlan resolve(dev.tttv2.core.DeviceTarget)
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public dev.tttv2.core.block.QkNorm qkNorm()
meth public dev.tttv2.core.block.RoPEStyle ropeStyle()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int headDim()
meth public int hiddenSize()
meth public int numHeads()
meth public int numKvHeads()
meth public java.lang.Boolean causal()
meth public java.lang.Boolean outputBias()
meth public java.lang.Boolean qkNormUnitOffset()
meth public java.lang.Boolean qkvBias()
meth public java.lang.Boolean sinks()
meth public java.lang.Float logitSoftcap()
meth public java.lang.Float qkNormEpsilon()
meth public java.lang.Float scale()
meth public java.lang.Integer prefillChunk()
meth public java.lang.Integer rotaryDim()
meth public java.lang.Integer slidingWindow()
meth public static dev.tttv2.core.block.AttentionConfig$Builder builder(int,int,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.AttentionConfig$Builder
 outer dev.tttv2.core.block.AttentionConfig
meth public dev.tttv2.core.block.AttentionConfig build()
meth public dev.tttv2.core.block.AttentionConfig$Builder activationDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.AttentionConfig$Builder cacheDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.AttentionConfig$Builder causal(boolean)
meth public dev.tttv2.core.block.AttentionConfig$Builder decodeCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder innerMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder logitSoftcap(float)
meth public dev.tttv2.core.block.AttentionConfig$Builder normCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder normDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.AttentionConfig$Builder outputBias(boolean)
meth public dev.tttv2.core.block.AttentionConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder prefillChunk(int)
meth public dev.tttv2.core.block.AttentionConfig$Builder prefillCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder programs(dev.tttv2.core.block.ProgramConfigs)
meth public dev.tttv2.core.block.AttentionConfig$Builder qkNorm(dev.tttv2.core.block.QkNorm)
meth public dev.tttv2.core.block.AttentionConfig$Builder qkNormEpsilon(float)
meth public dev.tttv2.core.block.AttentionConfig$Builder qkNormUnitOffset(boolean)
meth public dev.tttv2.core.block.AttentionConfig$Builder qkvBias(boolean)
meth public dev.tttv2.core.block.AttentionConfig$Builder ropeStyle(dev.tttv2.core.block.RoPEStyle)
meth public dev.tttv2.core.block.AttentionConfig$Builder rotaryDim(int)
meth public dev.tttv2.core.block.AttentionConfig$Builder scale(float)
meth public dev.tttv2.core.block.AttentionConfig$Builder sinks(boolean)
meth public dev.tttv2.core.block.AttentionConfig$Builder slidingWindow(int)
meth public dev.tttv2.core.block.AttentionConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder woDecodeCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder woDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.AttentionConfig$Builder woPrefillCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder wqkvDecodeCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.AttentionConfig$Builder wqkvDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.AttentionConfig$Builder wqkvPrefillCompute(dev.tttv2.core.ComputeConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.AttentionPlan
cons public init(int,int,int,int,int,boolean,boolean,dev.tttv2.core.block.QkNorm,float,boolean,boolean,float,float,int,boolean,dev.tttv2.core.block.RoPEStyle,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,int,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs,int,int,int,int)
meth public boolean causal()
meth public boolean outputBias()
meth public boolean qkNormUnitOffset()
meth public boolean qkvBias()
meth public boolean sinks()
meth public dev.tttv2.core.ComputeConfig decodeCompute()
meth public dev.tttv2.core.ComputeConfig normCompute()
meth public dev.tttv2.core.ComputeConfig prefillCompute()
meth public dev.tttv2.core.ComputeConfig woDecodeCompute()
meth public dev.tttv2.core.ComputeConfig woPrefillCompute()
meth public dev.tttv2.core.ComputeConfig wqkvDecodeCompute()
meth public dev.tttv2.core.ComputeConfig wqkvPrefillCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType cacheDtype()
meth public dev.tttv2.core.DataType normDtype()
meth public dev.tttv2.core.DataType woDtype()
meth public dev.tttv2.core.DataType wqkvDtype()
meth public dev.tttv2.core.MemoryConfig innerMemory()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public dev.tttv2.core.block.QkNorm qkNorm()
meth public dev.tttv2.core.block.RoPEStyle ropeStyle()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float logitSoftcap()
meth public float qkNormEpsilon()
meth public float scale()
meth public int deviceHeads()
meth public int deviceKvHeads()
meth public int devices()
meth public int gridX()
meth public int gridY()
meth public int headDim()
meth public int headsSize()
meth public int hiddenSize()
meth public int numHeads()
meth public int numKvHeads()
meth public int paddedHeadDim()
meth public int prefillChunk()
meth public int prefillChunk(int,long)
meth public int qkvSize()
meth public int rotaryDim()
meth public int slidingWindow()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.AttentionWeights
cons public init(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
cons public init(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.LazyWeight k()
meth public dev.tttv2.core.LazyWeight kBias()
meth public dev.tttv2.core.LazyWeight kNorm()
meth public dev.tttv2.core.LazyWeight o()
meth public dev.tttv2.core.LazyWeight oBias()
meth public dev.tttv2.core.LazyWeight q()
meth public dev.tttv2.core.LazyWeight qBias()
meth public dev.tttv2.core.LazyWeight qNorm()
meth public dev.tttv2.core.LazyWeight sinks()
meth public dev.tttv2.core.LazyWeight v()
meth public dev.tttv2.core.LazyWeight vBias()
meth public dev.tttv2.core.block.AttentionWeights withOutputBias(dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.AttentionWeights withQkNorm(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.AttentionWeights withQkvBias(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.AttentionWeights withSinks(dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.AttentionWeights withStackedBias(dev.tttv2.core.LazyWeight,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public static dev.tttv2.core.block.AttentionWeights stacked(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,long)
supr java.lang.Record

CLSS public abstract interface dev.tttv2.core.block.Block
intf java.lang.AutoCloseable
meth public abstract dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public abstract void close()

CLSS public final dev.tttv2.core.block.CrossAttention
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.CrossAttentionPlan,dev.tttv2.core.block.AttentionWeights)
innr public final static Context
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.block.CrossAttention$Context,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.CrossAttention$Context context(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.CrossAttentionPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final static dev.tttv2.core.block.CrossAttention$Context
 outer dev.tttv2.core.block.CrossAttention
cons public init(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor k()
meth public dev.tttv2.core.Tensor v()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.CrossAttentionConfig
cons public init(int,int,int,int,int,java.lang.Boolean,java.lang.Boolean,java.lang.Float,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig linearCompute()
meth public dev.tttv2.core.ComputeConfig sdpaCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.CrossAttentionPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int contextSize()
meth public int headDim()
meth public int hiddenSize()
meth public int numHeads()
meth public int numKvHeads()
meth public java.lang.Boolean outputBias()
meth public java.lang.Boolean qkvBias()
meth public java.lang.Float scale()
meth public static dev.tttv2.core.block.CrossAttentionConfig$Builder builder(int,int,int,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.CrossAttentionConfig$Builder
 outer dev.tttv2.core.block.CrossAttentionConfig
meth public dev.tttv2.core.block.CrossAttentionConfig build()
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder activationDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder linearCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder outputBias(boolean)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder qkvBias(boolean)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder scale(float)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder sdpaCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder weightDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.CrossAttentionPlan
cons public init(int,int,int,int,int,boolean,boolean,float,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,int)
meth public boolean outputBias()
meth public boolean qkvBias()
meth public dev.tttv2.core.ComputeConfig linearCompute()
meth public dev.tttv2.core.ComputeConfig sdpaCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float scale()
meth public int contextSize()
meth public int headDim()
meth public int hiddenSize()
meth public int numHeads()
meth public int numKvHeads()
meth public int paddedHeadDim()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.DecodeStep
cons public init(dev.tttv2.core.block.Rotation,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
cons public init(dev.tttv2.core.block.Rotation,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor mask()
meth public dev.tttv2.core.Tensor pageTable()
meth public dev.tttv2.core.Tensor positions()
meth public dev.tttv2.core.block.KVCache cache()
meth public dev.tttv2.core.block.Rotation rope()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long users()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.Embedding
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.EmbeddingPlan,dev.tttv2.core.LazyWeight)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor range(int,int)
meth public dev.tttv2.core.block.EmbeddingPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.EmbeddingConfig
cons public init(int,int,java.lang.Float,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.block.EmbeddingPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int vocabSize()
meth public java.lang.Float scale()
meth public static dev.tttv2.core.block.EmbeddingConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.EmbeddingConfig$Builder
 outer dev.tttv2.core.block.EmbeddingConfig
meth public dev.tttv2.core.block.EmbeddingConfig build()
meth public dev.tttv2.core.block.EmbeddingConfig$Builder outputDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.EmbeddingConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.EmbeddingConfig$Builder scale(float)
meth public dev.tttv2.core.block.EmbeddingConfig$Builder weightDtype(dev.tttv2.core.DataType)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.EmbeddingPlan
cons public init(int,int,float,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.MemoryConfig,int)
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float scale()
meth public int devices()
meth public int hiddenSize()
meth public int vocabSize()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.GroupNorm
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.GroupNormPlan,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Block
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.GroupNormPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.GroupNormConfig
cons public init(int,int,java.lang.Float,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.block.GroupNormPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int numChannels()
meth public int numGroups()
meth public java.lang.Float epsilon()
meth public static dev.tttv2.core.block.GroupNormConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.GroupNormConfig$Builder
 outer dev.tttv2.core.block.GroupNormConfig
meth public dev.tttv2.core.block.GroupNormConfig build()
meth public dev.tttv2.core.block.GroupNormConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.GroupNormConfig$Builder epsilon(float)
meth public dev.tttv2.core.block.GroupNormConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.GroupNormConfig$Builder weightDtype(dev.tttv2.core.DataType)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.GroupNormPlan
cons public init(int,int,float,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float epsilon()
meth public int numChannels()
meth public int numGroups()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.KVCache
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.KVCacheConfig)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor key(int)
meth public dev.tttv2.core.Tensor value(int)
meth public dev.tttv2.core.block.KVCacheConfig config()
meth public long bytes()
meth public void close()
meth public void copyBlock(int,int)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.KVCacheConfig
cons public init(int,int,int,int,dev.tttv2.core.DataType)
cons public init(int,int,int,int,int,dev.tttv2.core.DataType)
cons public init(java.util.List<dev.tttv2.core.block.KVCacheConfig$Layer>,int,int)
fld public final static int DEFAULT_BLOCK_SIZE = 32
innr public final static Layer
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int blockSize()
meth public int numBlocks()
meth public int numLayers()
meth public java.util.List<dev.tttv2.core.block.KVCacheConfig$Layer> layers()
meth public long positions()
meth public static dev.tttv2.core.block.KVCacheConfig of(dev.tttv2.core.block.AttentionPlan,int,int,int)
meth public static dev.tttv2.core.block.KVCacheConfig of(java.util.List<dev.tttv2.core.block.AttentionPlan>,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.KVCacheConfig$Layer
 outer dev.tttv2.core.block.KVCacheConfig
cons public init(int,int,dev.tttv2.core.DataType)
meth public dev.tttv2.core.DataType dtype()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int headDim()
meth public int numKvHeads()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.LMHead
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.LMHeadPlan,dev.tttv2.core.LazyWeight)
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.LMHeadPlan,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Block
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.LMHeadPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LMHeadConfig
cons public init(int,int,java.lang.Boolean,java.lang.Float,java.lang.Float,java.lang.Integer,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.LMHeadPlan resolve(dev.tttv2.core.DeviceTarget)
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int vocabSize()
meth public java.lang.Boolean bias()
meth public java.lang.Float logitsScale()
meth public java.lang.Float softcap()
meth public java.lang.Integer splits()
meth public static dev.tttv2.core.block.LMHeadConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.LMHeadConfig$Builder
 outer dev.tttv2.core.block.LMHeadConfig
meth public dev.tttv2.core.block.LMHeadConfig build()
meth public dev.tttv2.core.block.LMHeadConfig$Builder bias(boolean)
meth public dev.tttv2.core.block.LMHeadConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.LMHeadConfig$Builder logitsScale(float)
meth public dev.tttv2.core.block.LMHeadConfig$Builder outputDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.LMHeadConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.LMHeadConfig$Builder programs(dev.tttv2.core.block.ProgramConfigs)
meth public dev.tttv2.core.block.LMHeadConfig$Builder softcap(float)
meth public dev.tttv2.core.block.LMHeadConfig$Builder splits(int)
meth public dev.tttv2.core.block.LMHeadConfig$Builder weightDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.LMHeadConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LMHeadPlan
cons public init(int,int,boolean,float,float,int,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs,int)
meth public boolean bias()
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float logitsScale()
meth public float softcap()
meth public int devices()
meth public int hiddenSize()
meth public int splits()
meth public int vocabSize()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.LayerNorm
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.LayerNormPlan,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Norm
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.LayerNormPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LayerNormConfig
cons public init(int,java.lang.Float,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.block.LayerNormPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public java.lang.Float epsilon()
meth public static dev.tttv2.core.block.LayerNormConfig$Builder builder(int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.LayerNormConfig$Builder
 outer dev.tttv2.core.block.LayerNormConfig
meth public dev.tttv2.core.block.LayerNormConfig build()
meth public dev.tttv2.core.block.LayerNormConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.LayerNormConfig$Builder epsilon(float)
meth public dev.tttv2.core.block.LayerNormConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.LayerNormConfig$Builder weightDtype(dev.tttv2.core.DataType)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LayerNormPlan
cons public init(int,float,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,int)
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float epsilon()
meth public int devices()
meth public int hiddenSize()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.Linear
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.LinearPlan,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Block
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.LinearPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LinearConfig
cons public init(int,int,java.lang.Boolean,dev.tttv2.core.block.Activation,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.Activation activation()
meth public dev.tttv2.core.block.LinearPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int inputSize()
meth public int outputSize()
meth public java.lang.Boolean bias()
meth public static dev.tttv2.core.block.LinearConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.LinearConfig$Builder
 outer dev.tttv2.core.block.LinearConfig
meth public dev.tttv2.core.block.LinearConfig build()
meth public dev.tttv2.core.block.LinearConfig$Builder activation(dev.tttv2.core.block.Activation)
meth public dev.tttv2.core.block.LinearConfig$Builder bias(boolean)
meth public dev.tttv2.core.block.LinearConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.LinearConfig$Builder outputDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.LinearConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.LinearConfig$Builder weightDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.LinearConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.LinearPlan
cons public init(int,int,boolean,java.util.Optional<dev.tttv2.core.block.Activation>,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig)
meth public boolean bias()
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType outputDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int inputSize()
meth public int outputSize()
meth public java.util.Optional<dev.tttv2.core.block.Activation> activation()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.MLP
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.MLPPlan,dev.tttv2.core.block.MLPWeights)
intf dev.tttv2.core.block.Block
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.MLPPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.MLPConfig
cons public init(int,int,java.lang.Boolean,dev.tttv2.core.block.Activation,java.lang.Boolean,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig downCompute()
meth public dev.tttv2.core.ComputeConfig gateUpCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType downDtype()
meth public dev.tttv2.core.DataType gateUpDtype()
meth public dev.tttv2.core.MemoryConfig innerMemory()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.Activation activation()
meth public dev.tttv2.core.block.MLPPlan resolve(dev.tttv2.core.DeviceTarget)
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int intermediateSize()
meth public java.lang.Boolean bias()
meth public java.lang.Boolean gated()
meth public static dev.tttv2.core.block.MLPConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.MLPConfig$Builder
 outer dev.tttv2.core.block.MLPConfig
meth public dev.tttv2.core.block.MLPConfig build()
meth public dev.tttv2.core.block.MLPConfig$Builder activation(dev.tttv2.core.block.Activation)
meth public dev.tttv2.core.block.MLPConfig$Builder activationDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MLPConfig$Builder bias(boolean)
meth public dev.tttv2.core.block.MLPConfig$Builder downCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.MLPConfig$Builder downDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MLPConfig$Builder gateUpCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.MLPConfig$Builder gateUpDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MLPConfig$Builder gated(boolean)
meth public dev.tttv2.core.block.MLPConfig$Builder innerMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.MLPConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.MLPConfig$Builder programs(dev.tttv2.core.block.ProgramConfigs)
meth public dev.tttv2.core.block.MLPConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.MLPPlan
cons public init(int,int,boolean,dev.tttv2.core.block.Activation,boolean,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.block.ProgramConfigs,int)
meth public boolean bias()
meth public boolean gated()
meth public dev.tttv2.core.ComputeConfig downCompute()
meth public dev.tttv2.core.ComputeConfig gateUpCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType downDtype()
meth public dev.tttv2.core.DataType gateUpDtype()
meth public dev.tttv2.core.MemoryConfig innerMemory()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.Activation activation()
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int devices()
meth public int hiddenSize()
meth public int intermediateSize()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.MLPWeights
cons public init(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
cons public init(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.LazyWeight down()
meth public dev.tttv2.core.LazyWeight downBias()
meth public dev.tttv2.core.LazyWeight gate()
meth public dev.tttv2.core.LazyWeight gateBias()
meth public dev.tttv2.core.LazyWeight up()
meth public dev.tttv2.core.LazyWeight upBias()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public static dev.tttv2.core.block.MLPWeights stacked(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public static dev.tttv2.core.block.MLPWeights standard(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public static dev.tttv2.core.block.MLPWeights standard(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
supr java.lang.Record

CLSS public final dev.tttv2.core.block.MixtureOfExperts
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.MixtureOfExpertsPlan,dev.tttv2.core.block.MixtureOfExpertsWeights)
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.MixtureOfExpertsPlan,dev.tttv2.core.block.MixtureOfExpertsWeights,dev.tttv2.core.block.Block,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Block
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.MixtureOfExpertsPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.MixtureOfExpertsConfig
cons public init(int,int,int,int,java.lang.Boolean,java.lang.Float,dev.tttv2.core.block.Activation,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig downCompute()
meth public dev.tttv2.core.ComputeConfig gateUpCompute()
meth public dev.tttv2.core.ComputeConfig routerCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType downDtype()
meth public dev.tttv2.core.DataType gateUpDtype()
meth public dev.tttv2.core.DataType routerDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.Activation activation()
meth public dev.tttv2.core.block.MixtureOfExpertsPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int expertSize()
meth public int expertsPerToken()
meth public int hiddenSize()
meth public int numExperts()
meth public java.lang.Boolean normalized()
meth public java.lang.Float routedScale()
meth public static dev.tttv2.core.block.MixtureOfExpertsConfig$Builder builder(int,int,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.MixtureOfExpertsConfig$Builder
 outer dev.tttv2.core.block.MixtureOfExpertsConfig
meth public dev.tttv2.core.block.MixtureOfExpertsConfig build()
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder activation(dev.tttv2.core.block.Activation)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder activationDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder downCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder downDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder gateUpCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder gateUpDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder normalized(boolean)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder routedScale(float)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder routerCompute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder routerDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder weightMemory(dev.tttv2.core.MemoryConfig)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.MixtureOfExpertsPlan
cons public init(int,int,int,int,boolean,float,dev.tttv2.core.block.Activation,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,dev.tttv2.core.MemoryConfig,int,int)
meth public boolean normalized()
meth public dev.tttv2.core.ComputeConfig downCompute()
meth public dev.tttv2.core.ComputeConfig gateUpCompute()
meth public dev.tttv2.core.ComputeConfig routerCompute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType downDtype()
meth public dev.tttv2.core.DataType gateUpDtype()
meth public dev.tttv2.core.DataType routerDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.MemoryConfig weightMemory()
meth public dev.tttv2.core.block.Activation activation()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float routedScale()
meth public int devices()
meth public int expertSize()
meth public int expertsPerToken()
meth public int groupSize()
meth public int hiddenSize()
meth public int numExperts()
meth public int partRows()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.MixtureOfExpertsWeights
cons public init(dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.LazyWeight down()
meth public dev.tttv2.core.LazyWeight gate()
meth public dev.tttv2.core.LazyWeight router()
meth public dev.tttv2.core.LazyWeight up()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public abstract interface dev.tttv2.core.block.Norm
intf dev.tttv2.core.block.Block
meth public abstract dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public abstract dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)

CLSS public final dev.tttv2.core.block.PatchEmbedding
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.PatchEmbeddingPlan,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.PatchEmbeddingPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.PatchEmbeddingConfig
cons public init(int,int,int,int,int,java.lang.Boolean,java.lang.Boolean,java.lang.Boolean,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.block.PatchEmbeddingPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int imageHeight()
meth public int imageWidth()
meth public int numChannels()
meth public int patchSize()
meth public java.lang.Boolean bias()
meth public java.lang.Boolean classToken()
meth public java.lang.Boolean positions()
meth public static dev.tttv2.core.block.PatchEmbeddingConfig$Builder builder(int,int,int,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.PatchEmbeddingConfig$Builder
 outer dev.tttv2.core.block.PatchEmbeddingConfig
meth public dev.tttv2.core.block.PatchEmbeddingConfig build()
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder activationDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder bias(boolean)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder classToken(boolean)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder positions(boolean)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder weightDtype(dev.tttv2.core.DataType)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.PatchEmbeddingPlan
cons public init(int,int,int,int,int,boolean,boolean,boolean,dev.tttv2.core.DataType,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
meth public boolean bias()
meth public boolean classToken()
meth public boolean positions()
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType activationDtype()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int imageHeight()
meth public int imageWidth()
meth public int numChannels()
meth public int outputRows()
meth public int patchColumns()
meth public int patchRows()
meth public int patchSize()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.PositionTables
meth public static dev.tttv2.core.LazyWeight sinusoidal(int,int)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.PrefillStep
cons public init(dev.tttv2.core.block.Rotation,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,int,int,int)
cons public init(dev.tttv2.core.block.Rotation,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,int,int,int,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor mask()
meth public dev.tttv2.core.Tensor pageTable()
meth public dev.tttv2.core.block.KVCache cache()
meth public dev.tttv2.core.block.Rotation rope()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int length()
meth public int start()
meth public int user()
supr java.lang.Record

CLSS public final !enum dev.tttv2.core.block.ProgramConfigs
fld public final static dev.tttv2.core.block.ProgramConfigs AUTOMATIC
fld public final static dev.tttv2.core.block.ProgramConfigs TUNED
meth public static dev.tttv2.core.block.ProgramConfigs valueOf(java.lang.String)
meth public static dev.tttv2.core.block.ProgramConfigs[] values()
supr java.lang.Enum<dev.tttv2.core.block.ProgramConfigs>

CLSS public final !enum dev.tttv2.core.block.QkNorm
fld public final static dev.tttv2.core.block.QkNorm ALL_HEADS
fld public final static dev.tttv2.core.block.QkNorm NONE
fld public final static dev.tttv2.core.block.QkNorm PER_HEAD
meth public static dev.tttv2.core.block.QkNorm valueOf(java.lang.String)
meth public static dev.tttv2.core.block.QkNorm[] values()
supr java.lang.Enum<dev.tttv2.core.block.QkNorm>

CLSS public final dev.tttv2.core.block.RMSNorm
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.RMSNormPlan)
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.RMSNormPlan,dev.tttv2.core.LazyWeight)
intf dev.tttv2.core.block.Norm
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.RMSNormPlan plan()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.RMSNormConfig
cons public init(int,java.lang.Float,java.lang.Boolean,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public dev.tttv2.core.block.RMSNormPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public java.lang.Boolean unitOffset()
meth public java.lang.Float epsilon()
meth public static dev.tttv2.core.block.RMSNormConfig$Builder builder(int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RMSNormConfig$Builder
 outer dev.tttv2.core.block.RMSNormConfig
meth public dev.tttv2.core.block.RMSNormConfig build()
meth public dev.tttv2.core.block.RMSNormConfig$Builder compute(dev.tttv2.core.ComputeConfig)
meth public dev.tttv2.core.block.RMSNormConfig$Builder epsilon(float)
meth public dev.tttv2.core.block.RMSNormConfig$Builder outputMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.RMSNormConfig$Builder unitOffset(boolean)
meth public dev.tttv2.core.block.RMSNormConfig$Builder weightDtype(dev.tttv2.core.DataType)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.RMSNormPlan
cons public init(int,float,boolean,dev.tttv2.core.DataType,dev.tttv2.core.ComputeConfig,dev.tttv2.core.MemoryConfig,int)
meth public boolean unitOffset()
meth public dev.tttv2.core.ComputeConfig compute()
meth public dev.tttv2.core.DataType weightDtype()
meth public dev.tttv2.core.MemoryConfig outputMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float epsilon()
meth public int devices()
meth public int hiddenSize()
supr java.lang.Record

CLSS public abstract interface dev.tttv2.core.block.Residual
innr public final static OutputNorm
innr public final static PostNorm
innr public final static PreNorm
innr public final static Sandwich
intf java.lang.AutoCloseable
meth public abstract void close()

CLSS public final static dev.tttv2.core.block.Residual$OutputNorm
 outer dev.tttv2.core.block.Residual
cons public init(dev.tttv2.core.block.Block)
intf dev.tttv2.core.block.Residual
meth public dev.tttv2.core.block.Block norm()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.Residual$PostNorm
 outer dev.tttv2.core.block.Residual
cons public init(dev.tttv2.core.block.Norm)
intf dev.tttv2.core.block.Residual
meth public dev.tttv2.core.block.Norm norm()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.Residual$PreNorm
 outer dev.tttv2.core.block.Residual
cons public init(dev.tttv2.core.block.Block)
intf dev.tttv2.core.block.Residual
meth public dev.tttv2.core.block.Block norm()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.Residual$Sandwich
 outer dev.tttv2.core.block.Residual
cons public init(dev.tttv2.core.block.Block,dev.tttv2.core.block.Block)
intf dev.tttv2.core.block.Residual
meth public dev.tttv2.core.block.Block input()
meth public dev.tttv2.core.block.Block output()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.RoPE
cons public init(dev.tttv2.core.Device,dev.tttv2.core.block.RoPEPlan)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.block.RoPEPlan plan()
meth public dev.tttv2.core.block.Rotation decode(dev.tttv2.core.Tensor)
meth public dev.tttv2.core.block.Rotation prefill(int,int)
meth public dev.tttv2.core.block.Rotation prefill(int,int,int)
meth public dev.tttv2.core.block.Rotation prefill(int[][])
meth public static float[] frequencies(dev.tttv2.core.block.RoPEPlan,int)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.RoPEConfig
cons public init(int,int,java.lang.Integer,java.lang.Double,dev.tttv2.core.block.RoPEScaling,dev.tttv2.core.block.RoPEStyle,java.util.List<java.lang.Integer>,dev.tttv2.core.DataType)
innr public final static Builder
meth public dev.tttv2.core.DataType dtype()
meth public dev.tttv2.core.block.RoPEPlan resolve(dev.tttv2.core.DeviceTarget)
meth public dev.tttv2.core.block.RoPEScaling scaling()
meth public dev.tttv2.core.block.RoPEStyle style()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int headDim()
meth public int maxPositions()
meth public java.lang.Double theta()
meth public java.lang.Integer rotaryDim()
meth public java.util.List<java.lang.Integer> mropeSections()
meth public static dev.tttv2.core.block.RoPEConfig$Builder builder(int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEConfig$Builder
 outer dev.tttv2.core.block.RoPEConfig
meth public dev.tttv2.core.block.RoPEConfig build()
meth public dev.tttv2.core.block.RoPEConfig$Builder dtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.RoPEConfig$Builder mropeSections(java.util.List<java.lang.Integer>)
meth public dev.tttv2.core.block.RoPEConfig$Builder rotaryDim(int)
meth public dev.tttv2.core.block.RoPEConfig$Builder scaling(dev.tttv2.core.block.RoPEScaling)
meth public dev.tttv2.core.block.RoPEConfig$Builder style(dev.tttv2.core.block.RoPEStyle)
meth public dev.tttv2.core.block.RoPEConfig$Builder theta(double)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.RoPEPlan
cons public init(int,int,int,double,dev.tttv2.core.block.RoPEScaling,dev.tttv2.core.block.RoPEStyle,java.util.List<java.lang.Integer>,dev.tttv2.core.DataType,int,int,int)
meth public dev.tttv2.core.DataType dtype()
meth public dev.tttv2.core.block.RoPEScaling scaling()
meth public dev.tttv2.core.block.RoPEStyle style()
meth public double theta()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int gridX()
meth public int gridY()
meth public int headDim()
meth public int maxPositions()
meth public int paddedHeadDim()
meth public int rotaryDim()
meth public java.util.List<java.lang.Integer> mropeSections()
supr java.lang.Record

CLSS public abstract interface dev.tttv2.core.block.RoPEScaling
fld public final static dev.tttv2.core.block.RoPEScaling NONE
innr public final static Dynamic
innr public final static Factors
innr public final static Linear
innr public final static Llama3
innr public final static LongRope
innr public final static None
innr public final static Yarn
meth public abstract float[] frequencies(double,int,int)
meth public boolean dependsOnLength()
meth public double attentionFactor()

CLSS public final static dev.tttv2.core.block.RoPEScaling$Dynamic
 outer dev.tttv2.core.block.RoPEScaling
cons public init(double,int)
intf dev.tttv2.core.block.RoPEScaling
meth public boolean dependsOnLength()
meth public double factor()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] frequencies(double,int,int)
meth public int originalMaxPositions()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$Factors
 outer dev.tttv2.core.block.RoPEScaling
cons public init(float[])
intf dev.tttv2.core.block.RoPEScaling
meth public boolean equals(java.lang.Object)
meth public float[] divisors()
meth public float[] frequencies(double,int,int)
meth public int hashCode()
meth public java.lang.String toString()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$Linear
 outer dev.tttv2.core.block.RoPEScaling
cons public init(double)
intf dev.tttv2.core.block.RoPEScaling
meth public double factor()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] frequencies(double,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$Llama3
 outer dev.tttv2.core.block.RoPEScaling
cons public init(double,double,double,int)
intf dev.tttv2.core.block.RoPEScaling
meth public double factor()
meth public double highFreqFactor()
meth public double lowFreqFactor()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] frequencies(double,int,int)
meth public int originalMaxPositions()
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$LongRope
 outer dev.tttv2.core.block.RoPEScaling
cons public init(float[],float[],int,double)
intf dev.tttv2.core.block.RoPEScaling
meth public boolean dependsOnLength()
meth public boolean equals(java.lang.Object)
meth public double attentionFactor()
meth public float[] frequencies(double,int,int)
meth public float[] longFactors()
meth public float[] shortFactors()
meth public int hashCode()
meth public int originalMaxPositions()
meth public java.lang.String toString()
meth public static double attentionFactor(double,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$None
 outer dev.tttv2.core.block.RoPEScaling
cons public init()
intf dev.tttv2.core.block.RoPEScaling
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] frequencies(double,int,int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.RoPEScaling$Yarn
 outer dev.tttv2.core.block.RoPEScaling
cons public init(double,int)
cons public init(double,int,double,double,double,boolean)
intf dev.tttv2.core.block.RoPEScaling
meth public boolean truncate()
meth public double attentionFactor()
meth public double betaFast()
meth public double betaSlow()
meth public double factor()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] frequencies(double,int,int)
meth public int originalMaxPositions()
meth public static double attentionFactor(double,double)
supr java.lang.Record

CLSS public final !enum dev.tttv2.core.block.RoPEStyle
fld public final static dev.tttv2.core.block.RoPEStyle HALF
fld public final static dev.tttv2.core.block.RoPEStyle INTERLEAVED
meth public static dev.tttv2.core.block.RoPEStyle valueOf(java.lang.String)
meth public static dev.tttv2.core.block.RoPEStyle[] values()
supr java.lang.Enum<dev.tttv2.core.block.RoPEStyle>

CLSS public final dev.tttv2.core.block.Rotation
cons public init(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor cos()
meth public dev.tttv2.core.Tensor sin()
meth public dev.tttv2.core.Tensor transMat()
meth public dev.tttv2.core.block.Rotation addTo(dev.tttv2.core.TensorScope)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.core.block.TransformerBlock
cons public init(dev.tttv2.core.block.TransformerBlockPlan,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block,dev.tttv2.core.block.Block)
cons public init(dev.tttv2.core.block.TransformerBlockPlan,dev.tttv2.core.block.Residual,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Residual,dev.tttv2.core.block.Block)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor decode(dev.tttv2.core.Tensor,dev.tttv2.core.block.DecodeStep)
meth public dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.block.Rotation,dev.tttv2.core.Tensor)
meth public dev.tttv2.core.Tensor prefill(dev.tttv2.core.Tensor,dev.tttv2.core.block.PrefillStep)
meth public dev.tttv2.core.block.AttentionPlan attentionPlan()
meth public dev.tttv2.core.block.TransformerBlockPlan plan()
meth public static dev.tttv2.core.block.TransformerBlock parallel(dev.tttv2.core.block.TransformerBlockPlan,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block)
meth public static dev.tttv2.core.block.TransformerBlock parallel(dev.tttv2.core.block.TransformerBlockPlan,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block,dev.tttv2.core.block.Block)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.core.block.TransformerBlockConfig
cons public init(int,java.lang.Float,dev.tttv2.core.DataType,dev.tttv2.core.MemoryConfig)
innr public final static Builder
meth public dev.tttv2.core.DataType residualDtype()
meth public dev.tttv2.core.MemoryConfig residualMemory()
meth public dev.tttv2.core.block.TransformerBlockPlan resolve(dev.tttv2.core.DeviceTarget)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int layer()
meth public java.lang.Float residualScale()
meth public static dev.tttv2.core.block.TransformerBlockConfig$Builder builder(int)
supr java.lang.Record

CLSS public final static dev.tttv2.core.block.TransformerBlockConfig$Builder
 outer dev.tttv2.core.block.TransformerBlockConfig
meth public dev.tttv2.core.block.TransformerBlockConfig build()
meth public dev.tttv2.core.block.TransformerBlockConfig$Builder residualDtype(dev.tttv2.core.DataType)
meth public dev.tttv2.core.block.TransformerBlockConfig$Builder residualMemory(dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.block.TransformerBlockConfig$Builder residualScale(float)
supr java.lang.Object

CLSS public final dev.tttv2.core.block.TransformerBlockPlan
cons public init(int,float,dev.tttv2.core.DataType,dev.tttv2.core.MemoryConfig)
meth public dev.tttv2.core.DataType residualDtype()
meth public dev.tttv2.core.MemoryConfig residualMemory()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float residualScale()
meth public int layer()
supr java.lang.Record

CLSS abstract interface dev.tttv2.core.block.package-info

CLSS abstract interface dev.tttv2.core.package-info

CLSS public abstract interface java.io.Serializable

CLSS public abstract interface java.lang.AutoCloseable
meth public abstract void close() throws java.lang.Exception

CLSS public abstract interface java.lang.Comparable<%0 extends java.lang.Object>
meth public abstract int compareTo({java.lang.Comparable%0})

CLSS public abstract java.lang.Enum<%0 extends java.lang.Enum<{java.lang.Enum%0}>>
cons protected init(java.lang.String,int)
innr public final static EnumDesc
intf java.io.Serializable
intf java.lang.Comparable<{java.lang.Enum%0}>
intf java.lang.constant.Constable
meth protected final java.lang.Object clone() throws java.lang.CloneNotSupportedException
meth protected final void finalize()
 anno 0 java.lang.Deprecated(boolean forRemoval=true, java.lang.String since="18")
meth public final boolean equals(java.lang.Object)
meth public final int compareTo({java.lang.Enum%0})
meth public final int hashCode()
meth public final int ordinal()
meth public final java.lang.Class<{java.lang.Enum%0}> getDeclaringClass()
meth public final java.lang.String name()
meth public final java.util.Optional<java.lang.Enum$EnumDesc<{java.lang.Enum%0}>> describeConstable()
meth public java.lang.String toString()
meth public static <%0 extends java.lang.Enum<{%%0}>> {%%0} valueOf(java.lang.Class<{%%0}>,java.lang.String)
supr java.lang.Object

CLSS public java.lang.Object
cons public init()
meth protected java.lang.Object clone() throws java.lang.CloneNotSupportedException
meth protected void finalize() throws java.lang.Throwable
 anno 0 java.lang.Deprecated(boolean forRemoval=true, java.lang.String since="9")
meth public boolean equals(java.lang.Object)
meth public final java.lang.Class<?> getClass()
meth public final void notify()
meth public final void notifyAll()
meth public final void wait() throws java.lang.InterruptedException
meth public final void wait(long) throws java.lang.InterruptedException
meth public final void wait(long,int) throws java.lang.InterruptedException
meth public int hashCode()
meth public java.lang.String toString()

CLSS public abstract java.lang.Record
cons protected init()
meth public abstract boolean equals(java.lang.Object)
meth public abstract int hashCode()
meth public abstract java.lang.String toString()
supr java.lang.Object

CLSS public abstract interface java.lang.constant.Constable
meth public abstract java.util.Optional<? extends java.lang.constant.ConstantDesc> describeConstable()

