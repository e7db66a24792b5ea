#Signature file v4.1
#Version 0.1

CLSS public final dev.tttv2.ffm.BinaryOptions
meth public dev.tttv2.ffm.BinaryOptions activation(int)
meth public dev.tttv2.ffm.BinaryOptions activationA(int)
meth public dev.tttv2.ffm.BinaryOptions activationB(int)
meth public dev.tttv2.ffm.BinaryOptions dtype(int)
meth public dev.tttv2.ffm.BinaryOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.BinaryOptions outputTensor(java.lang.foreign.MemorySegment)
meth public int activation()
meth public int activationA()
meth public int activationB()
meth public int dtype()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public java.lang.foreign.MemorySegment outputTensor()
meth public static dev.tttv2.ffm.BinaryOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.CacheDirectory
meth public static java.nio.file.Path of(java.lang.String)
supr java.lang.Object

CLSS public final dev.tttv2.ffm.CollectiveOptions
meth public dev.tttv2.ffm.CollectiveOptions clusterAxis(int)
meth public dev.tttv2.ffm.CollectiveOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public int clusterAxis()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.CollectiveOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.ComputeConfigStruct
meth public dev.tttv2.ffm.ComputeConfigStruct fp32DestAccEn(int)
meth public dev.tttv2.ffm.ComputeConfigStruct mathApproxMode(int)
meth public dev.tttv2.ffm.ComputeConfigStruct mathFidelity(int)
meth public dev.tttv2.ffm.ComputeConfigStruct packerL1Acc(int)
meth public int fp32DestAccEn()
meth public int mathApproxMode()
meth public int mathFidelity()
meth public int packerL1Acc()
meth public static dev.tttv2.ffm.ComputeConfigStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.DeviceInfoStruct
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
meth public static dev.tttv2.ffm.DeviceInfoStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.DeviceOptionsStruct
meth public dev.tttv2.ffm.DeviceOptionsStruct deviceId(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct dramBytes(long)
meth public dev.tttv2.ffm.DeviceOptionsStruct l1SmallSize(long)
meth public dev.tttv2.ffm.DeviceOptionsStruct meshCols(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct meshRows(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct numCommandQueues(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct numThreads(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct pinThreads(int)
meth public dev.tttv2.ffm.DeviceOptionsStruct traceRegionSize(long)
meth public int deviceId()
meth public int meshCols()
meth public int meshRows()
meth public int numCommandQueues()
meth public int numThreads()
meth public int pinThreads()
meth public long dramBytes()
meth public long l1SmallSize()
meth public long traceRegionSize()
meth public static dev.tttv2.ffm.DeviceOptionsStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.EmbeddingOptions
meth public dev.tttv2.ffm.EmbeddingOptions dtype(int)
meth public dev.tttv2.ffm.EmbeddingOptions layout(int)
meth public dev.tttv2.ffm.EmbeddingOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public int dtype()
meth public int layout()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.EmbeddingOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.ExtensionInfoStruct
meth public java.lang.String operation()
meth public java.lang.String reason()
meth public java.lang.String rule()
meth public static dev.tttv2.ffm.ExtensionInfoStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.FileProblem
meth public static java.lang.String of(java.io.IOException)
supr java.lang.Object

CLSS public final dev.tttv2.ffm.GroupNormOptions
meth public dev.tttv2.ffm.GroupNormOptions bias(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.GroupNormOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.GroupNormOptions dtype(int)
meth public dev.tttv2.ffm.GroupNormOptions epsilon(float)
meth public dev.tttv2.ffm.GroupNormOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.GroupNormOptions numGroups(int)
meth public dev.tttv2.ffm.GroupNormOptions weight(java.lang.foreign.MemorySegment)
meth public float epsilon()
meth public int dtype()
meth public int numGroups()
meth public java.lang.foreign.MemorySegment bias()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public java.lang.foreign.MemorySegment weight()
meth public static dev.tttv2.ffm.GroupNormOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.HeadsOptions
meth public dev.tttv2.ffm.HeadsOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.HeadsOptions numHeads(int)
meth public dev.tttv2.ffm.HeadsOptions numKvHeads(int)
meth public dev.tttv2.ffm.HeadsOptions transposeKHeads(int)
meth public int numHeads()
meth public int numKvHeads()
meth public int transposeKHeads()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.HeadsOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.HostDataStruct
meth public boolean transposed()
meth public dev.tttv2.ffm.HostDataStruct data(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.HostDataStruct dtype(int)
meth public dev.tttv2.ffm.HostDataStruct mapping(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.HostDataStruct size(long)
meth public dev.tttv2.ffm.HostDataStruct transposed(boolean)
meth public int dtype()
meth public java.lang.foreign.MemorySegment data()
meth public java.lang.foreign.MemorySegment mapping()
meth public long size()
meth public static dev.tttv2.ffm.HostDataStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.MatmulOptions
meth public boolean transposeA()
meth public boolean transposeB()
meth public dev.tttv2.ffm.MatmulOptions activation(int)
meth public dev.tttv2.ffm.MatmulOptions bias(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.MatmulOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.MatmulOptions dtype(int)
meth public dev.tttv2.ffm.MatmulOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.MatmulOptions outputTensor(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.MatmulOptions programConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.MatmulOptions transposeA(boolean)
meth public dev.tttv2.ffm.MatmulOptions transposeB(boolean)
meth public int activation()
meth public int dtype()
meth public java.lang.foreign.MemorySegment bias()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public java.lang.foreign.MemorySegment outputTensor()
meth public java.lang.foreign.MemorySegment programConfig()
meth public static dev.tttv2.ffm.MatmulOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.MatmulProgramConfigStruct
meth public dev.tttv2.ffm.MatmulProgramConfigStruct gridX(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct gridY(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct in0BlockW(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct outBlockH(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct outBlockW(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct outSubblockH(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct outSubblockW(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct perCoreM(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct perCoreN(int)
meth public dev.tttv2.ffm.MatmulProgramConfigStruct program(int)
meth public int gridX()
meth public int gridY()
meth public int in0BlockW()
meth public int outBlockH()
meth public int outBlockW()
meth public int outSubblockH()
meth public int outSubblockW()
meth public int perCoreM()
meth public int perCoreN()
meth public int program()
meth public static dev.tttv2.ffm.MatmulProgramConfigStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.MemoryConfigStruct
meth public dev.tttv2.ffm.MemoryConfigStruct bufferType(int)
meth public dev.tttv2.ffm.MemoryConfigStruct coreRange(int,int,int,int,int)
meth public dev.tttv2.ffm.MemoryConfigStruct memoryLayout(int)
meth public dev.tttv2.ffm.MemoryConfigStruct numCoreRanges(int)
meth public dev.tttv2.ffm.MemoryConfigStruct shardHeight(int)
meth public dev.tttv2.ffm.MemoryConfigStruct shardOrientation(int)
meth public dev.tttv2.ffm.MemoryConfigStruct shardWidth(int)
meth public int bufferType()
meth public int memoryLayout()
meth public int numCoreRanges()
meth public int shardHeight()
meth public int shardOrientation()
meth public int shardWidth()
meth public int[] coreRange(int)
meth public static dev.tttv2.ffm.MemoryConfigStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.MemoryStatsStruct
meth public int liveTensors()
meth public long allocatedBytes()
meth public long borrowedBytes()
meth public long largestFreeBytes()
meth public long peakAllocatedBytes()
meth public long totalBytes()
meth public static dev.tttv2.ffm.MemoryStatsStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.MeshMappingStruct
meth public dev.tttv2.ffm.MeshMappingStruct dim(int,int)
meth public dev.tttv2.ffm.MeshMappingStruct placement(int,int)
meth public int dim(int)
meth public int placement(int)
meth public static dev.tttv2.ffm.MeshMappingStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.NativeLibrary
meth public static java.lang.String backend()
meth public static java.lang.String storageFormat()
meth public static java.lang.String version()
meth public static java.nio.file.Path path()
meth public static void load()
supr java.lang.Object

CLSS public final dev.tttv2.ffm.NativeLibraryException
supr java.lang.RuntimeException

CLSS public abstract dev.tttv2.ffm.NativeStruct
meth public final java.lang.foreign.MemorySegment segment()
supr java.lang.Object

CLSS public final dev.tttv2.ffm.NormOptions
meth public dev.tttv2.ffm.NormOptions bias(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.NormOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.NormOptions epsilon(float)
meth public dev.tttv2.ffm.NormOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.NormOptions residualInputTensor(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.NormOptions weight(java.lang.foreign.MemorySegment)
meth public float epsilon()
meth public java.lang.foreign.MemorySegment bias()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public java.lang.foreign.MemorySegment residualInputTensor()
meth public java.lang.foreign.MemorySegment weight()
meth public static dev.tttv2.ffm.NormOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.OpOptions
meth public dev.tttv2.ffm.OpOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.OpOptions dtype(int)
meth public dev.tttv2.ffm.OpOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public int dtype()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.OpOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.RotaryOptions
meth public boolean decodeMode()
meth public dev.tttv2.ffm.RotaryOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.RotaryOptions decodeMode(boolean)
meth public dev.tttv2.ffm.RotaryOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.RotaryOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.SdpaOptions
meth public dev.tttv2.ffm.SdpaOptions attentionSink(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SdpaOptions attnMask(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SdpaOptions causal(int)
meth public dev.tttv2.ffm.SdpaOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SdpaOptions curPosTensor(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SdpaOptions kChunkSize(int)
meth public dev.tttv2.ffm.SdpaOptions logitSoftcap(float)
meth public dev.tttv2.ffm.SdpaOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SdpaOptions qChunkSize(int)
meth public dev.tttv2.ffm.SdpaOptions scale(float)
meth public dev.tttv2.ffm.SdpaOptions slidingWindowSize(int)
meth public float logitSoftcap()
meth public float scale()
meth public int causal()
meth public int kChunkSize()
meth public int qChunkSize()
meth public int slidingWindowSize()
meth public java.lang.foreign.MemorySegment attentionSink()
meth public java.lang.foreign.MemorySegment attnMask()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment curPosTensor()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.SdpaOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.SparseMatmulOptions
meth public dev.tttv2.ffm.SparseMatmulOptions computeConfig(java.lang.foreign.MemorySegment)
meth public dev.tttv2.ffm.SparseMatmulOptions dtype(int)
meth public dev.tttv2.ffm.SparseMatmulOptions inputASparse(int)
meth public dev.tttv2.ffm.SparseMatmulOptions inputBSparse(int)
meth public dev.tttv2.ffm.SparseMatmulOptions memoryConfig(java.lang.foreign.MemorySegment)
meth public int dtype()
meth public int inputASparse()
meth public int inputBSparse()
meth public java.lang.foreign.MemorySegment computeConfig()
meth public java.lang.foreign.MemorySegment memoryConfig()
meth public static dev.tttv2.ffm.SparseMatmulOptions allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.TensorSpecStruct
meth public !varargs dev.tttv2.ffm.TensorSpecStruct shape(long[])
meth public dev.tttv2.ffm.MemoryConfigStruct memoryConfig()
meth public dev.tttv2.ffm.TensorSpecStruct dtype(int)
meth public dev.tttv2.ffm.TensorSpecStruct layout(int)
meth public dev.tttv2.ffm.TensorSpecStruct rank(int)
meth public int dtype()
meth public int layout()
meth public int rank()
meth public long[] paddedShape()
meth public long[] shape()
meth public static dev.tttv2.ffm.TensorSpecStruct allocate(java.lang.foreign.SegmentAllocator)
supr dev.tttv2.ffm.NativeStruct

CLSS public final dev.tttv2.ffm.TtnnC
meth public static boolean supports(java.lang.String,int,int)
meth public static boolean tensorIsAllocated(java.lang.foreign.MemorySegment)
meth public static int abiVersion()
meth public static int beginTraceCapture(java.lang.foreign.MemorySegment)
meth public static int extensionCount()
meth public static java.lang.String backendName()
meth public static java.lang.String backendVersion()
meth public static java.lang.String storageFormat()
meth public static java.lang.foreign.MemorySegment add(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment addScalar(java.lang.foreign.MemorySegment,float,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment allGather(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment allReduce(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment argmax(java.lang.foreign.MemorySegment,int,int)
meth public static java.lang.foreign.MemorySegment chunkedScaledDotProductAttention(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,long,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment concat(java.lang.foreign.MemorySegment,int,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment deviceOpen(java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment embedding(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment gelu(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment geluTanh(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment groupNorm(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment layerNorm(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment layerNormPostAllGather(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment layerNormPreAllGather(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment linear(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment matmul(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment meshPartition(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment multiply(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment multiplyScalar(java.lang.foreign.MemorySegment,float,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment nlpConcatHeads(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment nlpConcatHeadsDecode(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment pad(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,float,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment pagedScaledDotProductAttentionDecode(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment permute(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment reduceScatter(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment relu(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment reshape(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment rmsNorm(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment rmsNormPostAllGather(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment rmsNormPreAllGather(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment rotaryEmbeddingHf(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment rotaryEmbeddingLlama(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment scaledDotProductAttention(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment scaledDotProductAttentionDecode(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment scatter(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment sigmoid(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment silu(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment slice(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment softmax(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment sparseMatmul(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment subtract(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment sum(java.lang.foreign.MemorySegment,int,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment tanh(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment tensorCreate(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment tensorFromHost(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment tensorFromStorage(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,long,int)
meth public static java.lang.foreign.MemorySegment tensorReadBegin(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,int)
meth public static java.lang.foreign.MemorySegment toLayout(java.lang.foreign.MemorySegment,int,int)
meth public static java.lang.foreign.MemorySegment toMemoryConfig(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment transpose(java.lang.foreign.MemorySegment,int,int,java.lang.foreign.MemorySegment)
meth public static java.lang.foreign.MemorySegment typecast(java.lang.foreign.MemorySegment,int)
meth public static long tensorStorageSize(java.lang.foreign.MemorySegment)
meth public static long tiledSize(int,long,long)
meth public static void aggregateTensor(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,long)
meth public static void copy(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void deallocate(java.lang.foreign.MemorySegment)
meth public static void deviceClose(java.lang.foreign.MemorySegment)
meth public static void deviceGetInfo(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void deviceGetMemoryStats(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static void deviceOpenGroups(java.lang.foreign.MemorySegment,int,int,java.lang.foreign.MemorySegment)
meth public static void endTraceCapture(java.lang.foreign.MemorySegment,int)
meth public static void executeTrace(java.lang.foreign.MemorySegment,int,int)
meth public static void extension(int,java.lang.foreign.MemorySegment)
meth public static void fillCache(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,int,long)
meth public static void nlpCreateQkvHeads(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void nlpCreateQkvHeadsDecode(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void packTiles(int,long,long,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,long)
meth public static void pagedFillCache(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,int)
meth public static void pagedUpdateCache(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void plusOne(java.lang.foreign.MemorySegment)
meth public static void readDestroy(java.lang.foreign.MemorySegment)
meth public static void readFinish(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,long)
meth public static void releaseTrace(java.lang.foreign.MemorySegment,int)
meth public static void synchronizeDevice(java.lang.foreign.MemorySegment)
meth public static void tensorDestroy(java.lang.foreign.MemorySegment)
meth public static void tensorGetSpec(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void tensorRead(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment,long)
meth public static void tensorReadStorage(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment,long)
meth public static void tensorWrite(java.lang.foreign.MemorySegment,java.lang.foreign.MemorySegment)
meth public static void topk(java.lang.foreign.MemorySegment,int,java.lang.foreign.MemorySegment)
meth public static void unpackTiles(int,long,long,java.lang.foreign.MemorySegment,long,java.lang.foreign.MemorySegment)
supr java.lang.Object

CLSS public final dev.tttv2.ffm.TtnnConstants
fld public final static int ABI_MAJOR = 0
fld public final static int ABI_MINOR = 3
fld public final static int BUFFER_TYPE_DRAM = 0
fld public final static int BUFFER_TYPE_L1 = 1
fld public final static int CLUSTER_AXIS_0 = 1
fld public final static int CLUSTER_AXIS_1 = 2
fld public final static int CLUSTER_AXIS_DEFAULT = 0
fld public final static int DTYPE_BFLOAT16 = 2
fld public final static int DTYPE_BFLOAT4_B = 4
fld public final static int DTYPE_BFLOAT8_B = 3
fld public final static int DTYPE_DEFAULT = 0
fld public final static int DTYPE_FLOAT16 = 100
fld public final static int DTYPE_FLOAT32 = 1
fld public final static int DTYPE_INT32 = 6
fld public final static int DTYPE_UINT16 = 7
fld public final static int DTYPE_UINT32 = 5
fld public final static int DTYPE_UINT8 = 8
fld public final static int LAYOUT_DEFAULT = 0
fld public final static int LAYOUT_ROW_MAJOR = 1
fld public final static int LAYOUT_TILE = 2
fld public final static int MATH_FIDELITY_DEFAULT = 0
fld public final static int MATH_FIDELITY_HIFI2 = 2
fld public final static int MATH_FIDELITY_HIFI3 = 3
fld public final static int MATH_FIDELITY_HIFI4 = 4
fld public final static int MATH_FIDELITY_LOFI = 1
fld public final static int MATMUL_PROGRAM_DEFAULT = 0
fld public final static int MATMUL_PROGRAM_MULTICAST_2D = 3
fld public final static int MATMUL_PROGRAM_MULTICAST_IN0 = 1
fld public final static int MATMUL_PROGRAM_MULTICAST_IN1 = 2
fld public final static int MAX_CORE_RANGES = 8
fld public final static int MAX_MESH_DEVICES = 64
fld public final static int MAX_RANK = 8
fld public final static int MEMORY_LAYOUT_BLOCK_SHARDED = 3
fld public final static int MEMORY_LAYOUT_HEIGHT_SHARDED = 1
fld public final static int MEMORY_LAYOUT_INTERLEAVED = 0
fld public final static int MEMORY_LAYOUT_WIDTH_SHARDED = 2
fld public final static int MESH_AXES = 2
fld public final static int PLACEMENT_REPLICATE = 0
fld public final static int PLACEMENT_SHARD = 1
fld public final static int SHARD_ORIENTATION_COL_MAJOR = 1
fld public final static int SHARD_ORIENTATION_ROW_MAJOR = 0
fld public final static int STATUS_DEVICE = -6
fld public final static int STATUS_DTYPE = -3
fld public final static int STATUS_INTERNAL = -7
fld public final static int STATUS_INVALID_ARGUMENT = -1
fld public final static int STATUS_OK = 0
fld public final static int STATUS_OUT_OF_MEMORY = -5
fld public final static int STATUS_SHAPE = -2
fld public final static int STATUS_UNSUPPORTED = -4
fld public final static int SWITCH_DEFAULT = 0
fld public final static int SWITCH_OFF = 2
fld public final static int SWITCH_ON = 1
fld public final static int TILE_SIZE = 32
fld public final static int UNARY_GELU = 2
fld public final static int UNARY_GELU_TANH = 3
fld public final static int UNARY_NONE = 0
fld public final static int UNARY_RELU = 4
fld public final static int UNARY_SIGMOID = 6
fld public final static int UNARY_SILU = 1
fld public final static int UNARY_TANH = 5
supr java.lang.Object

CLSS public abstract dev.tttv2.ffm.TtnnException
innr public final static DeviceFailure
innr public final static Dtype
innr public final static Internal
innr public final static InvalidArgument
innr public final static OutOfMemory
innr public final static Shape
innr public final static Unsupported
meth public final dev.tttv2.ffm.TtnnException during(java.lang.String)
meth public final int status()
meth public final java.lang.String operation()
meth public java.lang.String getMessage()
supr java.lang.RuntimeException

CLSS public final static dev.tttv2.ffm.TtnnException$DeviceFailure
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$Dtype
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$Internal
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$InvalidArgument
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$OutOfMemory
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$Shape
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS public final static dev.tttv2.ffm.TtnnException$Unsupported
 outer dev.tttv2.ffm.TtnnException
supr dev.tttv2.ffm.TtnnException

CLSS abstract interface dev.tttv2.ffm.package-info

CLSS public abstract interface java.io.Serializable

CLSS public java.lang.Exception
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.Throwable

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

CLSS public java.lang.RuntimeException
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.Exception

CLSS public java.lang.Throwable
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
intf java.io.Serializable
meth public final java.lang.Throwable[] getSuppressed()
meth public final void addSuppressed(java.lang.Throwable)
meth public java.lang.StackTraceElement[] getStackTrace()
meth public java.lang.String getLocalizedMessage()
meth public java.lang.String getMessage()
meth public java.lang.String toString()
meth public java.lang.Throwable fillInStackTrace()
meth public java.lang.Throwable getCause()
meth public java.lang.Throwable initCause(java.lang.Throwable)
meth public void printStackTrace()
meth public void printStackTrace(java.io.PrintStream)
meth public void printStackTrace(java.io.PrintWriter)
meth public void setStackTrace(java.lang.StackTraceElement[])
supr java.lang.Object

