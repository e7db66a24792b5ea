#Signature file v4.1
#Version 0.1

CLSS public final dev.tttv2.config.AttentionSpec
cons public init(int,int,int,double,double,boolean,boolean,boolean,dev.tttv2.core.block.QkNorm,java.util.List<java.lang.Integer>)
meth public boolean causal()
meth public boolean outputBias()
meth public boolean qkvBias()
meth public dev.tttv2.core.block.QkNorm qkNorm()
meth public double logitSoftcap()
meth public double scale()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int groupSize()
meth public int headDim()
meth public int numHeads()
meth public int numKvHeads()
meth public int slidingWindow(int)
meth public java.util.List<java.lang.Integer> slidingWindows()
supr java.lang.Record

CLSS public final dev.tttv2.config.CalibratedRounding
cons public init(java.util.Set<dev.tttv2.core.DataType>,java.lang.String,java.util.function.Consumer<dev.tttv2.config.InputRecorder>)
intf dev.tttv2.config.Calibration
intf java.lang.AutoCloseable
meth public int weights()
meth public java.util.Set<dev.tttv2.core.DataType> dtypes()
meth public void close()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.config.Calibration
meth public abstract java.util.Set<dev.tttv2.core.DataType> dtypes()
meth public boolean covers(dev.tttv2.config.HostWeight,dev.tttv2.core.DeviceTarget,dev.tttv2.core.TensorSpec,boolean)

CLSS public abstract interface dev.tttv2.config.Checkpoint
intf java.lang.AutoCloseable
meth public abstract dev.tttv2.config.HostWeight weight(java.lang.String)
meth public abstract dev.tttv2.config.Metadata metadata()
meth public abstract java.lang.String architecture()
meth public abstract java.nio.file.Path path()
meth public abstract java.util.Optional<dev.tttv2.config.Metadata> generationMetadata()
meth public abstract java.util.Set<java.lang.String> tensorNames()
meth public abstract long bytesRead()
meth public abstract long tensorBytes()
meth public abstract long[] shape(java.lang.String)
meth public abstract void close()
meth public static dev.tttv2.config.Checkpoint open(java.nio.file.Path)

CLSS public final dev.tttv2.config.CheckpointException
cons public init(java.nio.file.Path,java.lang.String,java.lang.String)
cons public init(java.nio.file.Path,java.lang.String,java.lang.String,java.lang.Throwable)
meth public java.lang.String where()
meth public java.nio.file.Path file()
meth public static <%0 extends java.lang.Object> {%%0} naming(java.nio.file.Path,java.util.function.Supplier<{%%0}>)
supr java.lang.IllegalArgumentException

CLSS public final !enum dev.tttv2.config.ComputeProfile
fld public final static dev.tttv2.config.ComputeProfile HIFI2
fld public final static dev.tttv2.config.ComputeProfile HIFI2_FP16
fld public final static dev.tttv2.config.ComputeProfile HIFI2_NA
fld public final static dev.tttv2.config.ComputeProfile HIFI4
fld public final static dev.tttv2.config.ComputeProfile HIFI4_FP32
fld public final static dev.tttv2.config.ComputeProfile LOFI
meth public dev.tttv2.core.ComputeConfig config()
meth public java.lang.String key()
meth public static dev.tttv2.config.ComputeProfile valueOf(java.lang.String)
meth public static dev.tttv2.config.ComputeProfile[] values()
supr java.lang.Enum<dev.tttv2.config.ComputeProfile>

CLSS public final dev.tttv2.config.DecoderConfig
cons public init(int,int,int,int,dev.tttv2.config.AttentionSpec,dev.tttv2.config.PositionEncoding,dev.tttv2.config.MLPSpec,java.util.Optional<dev.tttv2.config.MixtureOfExpertsConfig>,dev.tttv2.config.NormSpec,boolean,double,double,double,double,boolean,boolean,java.util.OptionalInt,java.util.List<java.lang.Integer>)
innr public final static Builder
intf dev.tttv2.config.ModelConfig
meth public boolean lmHeadBias()
meth public boolean parallelResidual()
meth public boolean tiedEmbeddings()
meth public dev.tttv2.config.AttentionSpec attention()
meth public dev.tttv2.config.DecoderConfig$Builder toBuilder()
meth public dev.tttv2.config.MLPSpec mlp()
meth public dev.tttv2.config.ModelKind kind()
meth public dev.tttv2.config.NormSpec norm()
meth public dev.tttv2.config.PositionEncoding positions()
meth public dev.tttv2.config.PositionEncoding$Rotary rotary()
meth public dev.tttv2.core.block.ALiBiConfig$Builder alibiConfig()
meth public dev.tttv2.core.block.AttentionConfig$Builder attentionConfig(int)
meth public dev.tttv2.core.block.EmbeddingConfig$Builder embeddingConfig()
meth public dev.tttv2.core.block.LMHeadConfig$Builder lmHeadConfig()
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder expertsConfig()
meth public double embeddingScale()
meth public double logitSoftcap()
meth public double logitsScale()
meth public double residualScale()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int groupSize()
meth public int headDim()
meth public int hiddenSize()
meth public int intermediateSize()
meth public int maxPositions()
meth public int numHeads()
meth public int numKvHeads()
meth public int numLayers()
meth public int vocabSize()
meth public java.util.List<dev.tttv2.core.block.RoPEConfig$Builder> ropes(int)
meth public java.util.List<java.lang.Integer> eosTokenIds()
meth public java.util.Optional<dev.tttv2.config.MixtureOfExpertsConfig> experts()
meth public java.util.OptionalInt bosTokenId()
meth public java.util.OptionalInt ropeIndex(int)
meth public static dev.tttv2.config.DecoderConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.config.DecoderConfig$Builder
 outer dev.tttv2.config.DecoderConfig
meth public dev.tttv2.config.DecoderConfig build()
meth public dev.tttv2.config.DecoderConfig$Builder alibi()
meth public dev.tttv2.config.DecoderConfig$Builder bosTokenId(int)
meth public dev.tttv2.config.DecoderConfig$Builder embeddingScale(double)
meth public dev.tttv2.config.DecoderConfig$Builder eosTokenIds(java.util.List<java.lang.Integer>)
meth public dev.tttv2.config.DecoderConfig$Builder experts(dev.tttv2.config.MixtureOfExpertsConfig)
meth public dev.tttv2.config.DecoderConfig$Builder layersWithoutRope(java.util.List<java.lang.Integer>)
meth public dev.tttv2.config.DecoderConfig$Builder learnedPositions(int)
meth public dev.tttv2.config.DecoderConfig$Builder lmHeadBias(boolean)
meth public dev.tttv2.config.DecoderConfig$Builder localRope(double,dev.tttv2.core.block.RoPEScaling)
meth public dev.tttv2.config.DecoderConfig$Builder logitSoftcap(double)
meth public dev.tttv2.config.DecoderConfig$Builder logitsScale(double)
meth public dev.tttv2.config.DecoderConfig$Builder maxPositions(int)
meth public dev.tttv2.config.DecoderConfig$Builder parallelResidual(boolean)
meth public dev.tttv2.config.DecoderConfig$Builder residualScale(double)
meth public dev.tttv2.config.DecoderConfig$Builder ropeScaling(dev.tttv2.core.block.RoPEScaling)
meth public dev.tttv2.config.DecoderConfig$Builder ropeStyle(dev.tttv2.core.block.RoPEStyle)
meth public dev.tttv2.config.DecoderConfig$Builder ropeTheta(double)
meth public dev.tttv2.config.DecoderConfig$Builder rotaryDim(int)
meth public dev.tttv2.config.DecoderConfig$Builder tiedEmbeddings(boolean)
meth public dev.tttv2.config.DecoderConfig$Builder vocabSize(int)
supr dev.tttv2.config.ModelConfig$Builder<dev.tttv2.config.DecoderConfig$Builder>

CLSS public final dev.tttv2.config.DecoderMetadata
meth public static dev.tttv2.config.DecoderConfig$Builder huggingFace(dev.tttv2.config.Metadata,java.util.Optional<dev.tttv2.config.Metadata>,dev.tttv2.config.FamilyFields,dev.tttv2.config.DecoderConfig$Builder)
meth public static dev.tttv2.config.DecoderConfig$Builder read(dev.tttv2.config.Checkpoint,dev.tttv2.config.FamilyFields,dev.tttv2.config.DecoderConfig$Builder)
supr java.lang.Object

CLSS public final dev.tttv2.config.DecoderWeights
cons public init(dev.tttv2.config.WeightLoader,dev.tttv2.config.DecoderConfig)
meth public dev.tttv2.config.WeightLoader loader()
meth public dev.tttv2.core.LazyWeight embedding(java.lang.String)
meth public dev.tttv2.core.LazyWeight lmHead(java.lang.String,java.lang.String)
meth public dev.tttv2.core.LazyWeight lmHeadBias(java.lang.String)
meth public dev.tttv2.core.LazyWeight norm(java.lang.String)
meth public dev.tttv2.core.LazyWeight normBias(java.lang.String)
meth public dev.tttv2.core.LazyWeight positions(java.lang.String)
meth public dev.tttv2.core.LazyWeight vector(java.lang.String,long)
meth public dev.tttv2.core.block.AttentionWeights attention(java.lang.String,java.lang.String,java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.AttentionWeights interleavedAttention(java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.AttentionWeights stackedAttention(java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.AttentionWeights withQkNorm(dev.tttv2.core.block.AttentionWeights,java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.MLPWeights gatedMlp(java.lang.String,java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.MLPWeights stackedMlp(java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.MLPWeights standardMlp(java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.MixtureOfExpertsWeights experts(java.lang.String,java.lang.String,java.lang.String,java.lang.String)
meth public void refuseUnused(java.lang.String,java.util.function.Predicate<java.lang.String>)
supr java.lang.Object

CLSS public final dev.tttv2.config.EncoderConfig
cons public init(int,int,int,int,int,int,dev.tttv2.config.AttentionSpec,dev.tttv2.config.MLPSpec,dev.tttv2.config.NormSpec,java.util.OptionalInt,java.util.OptionalInt,java.util.OptionalInt)
innr public final static Builder
intf dev.tttv2.config.ModelConfig
meth public dev.tttv2.config.AttentionSpec attention()
meth public dev.tttv2.config.EncoderConfig$Builder toBuilder()
meth public dev.tttv2.config.MLPSpec mlp()
meth public dev.tttv2.config.ModelKind kind()
meth public dev.tttv2.config.NormSpec norm()
meth public dev.tttv2.core.block.EmbeddingConfig$Builder embeddingConfig()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int maxPositions()
meth public int numLayers()
meth public int positionOffset()
meth public int tokenTypes()
meth public int vocabSize()
meth public java.util.OptionalInt eosTokenId()
meth public java.util.OptionalInt padTokenId()
meth public java.util.OptionalInt projectionSize()
meth public static dev.tttv2.config.EncoderConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.config.EncoderConfig$Builder
 outer dev.tttv2.config.EncoderConfig
meth public dev.tttv2.config.EncoderConfig build()
meth public dev.tttv2.config.EncoderConfig$Builder eosTokenId(int)
meth public dev.tttv2.config.EncoderConfig$Builder maxPositions(int)
meth public dev.tttv2.config.EncoderConfig$Builder padTokenId(int)
meth public dev.tttv2.config.EncoderConfig$Builder positionOffset(int)
meth public dev.tttv2.config.EncoderConfig$Builder projectionSize(int)
meth public dev.tttv2.config.EncoderConfig$Builder tokenTypes(int)
meth public dev.tttv2.config.EncoderConfig$Builder vocabSize(int)
supr dev.tttv2.config.ModelConfig$Builder<dev.tttv2.config.EncoderConfig$Builder>

CLSS public final dev.tttv2.config.EncoderMetadata
meth public static dev.tttv2.config.EncoderConfig$Builder huggingFace(dev.tttv2.config.Metadata,dev.tttv2.config.FamilyFields,dev.tttv2.config.EncoderConfig$Builder)
supr java.lang.Object

CLSS public final dev.tttv2.config.FamilyFields
meth public !varargs dev.tttv2.config.FamilyFields modelType(java.lang.String[])
meth public !varargs dev.tttv2.config.FamilyFields unsupported(java.lang.String[])
meth public !varargs dev.tttv2.config.FamilyFields with(java.lang.String[])
meth public !varargs dev.tttv2.config.FamilyFields without(java.lang.String[])
meth public !varargs dev.tttv2.config.FamilyFields withoutEffect(java.lang.String[])
meth public !varargs static dev.tttv2.config.FamilyFields decoder(java.lang.String[])
meth public !varargs static dev.tttv2.config.FamilyFields encoder(java.lang.String[])
meth public !varargs static dev.tttv2.config.FamilyFields vision(java.lang.String[])
meth public dev.tttv2.config.FamilyFields alsoSpelled(java.lang.String,java.lang.String)
meth public dev.tttv2.config.FamilyFields defaulting(java.lang.String,boolean)
meth public dev.tttv2.config.FamilyFields defaulting(java.lang.String,double)
meth public dev.tttv2.config.FamilyFields defaulting(java.lang.String,int)
meth public dev.tttv2.config.FamilyFields defaulting(java.lang.String,java.lang.String)
meth public dev.tttv2.config.FamilyFields spelled(java.lang.String,java.lang.String)
meth public java.lang.String toString()
supr java.lang.Object

CLSS public final dev.tttv2.config.FieldsWithoutEffect
meth public static java.util.Set<java.lang.String> of(dev.tttv2.config.ModelKind)
supr java.lang.Object

CLSS public final dev.tttv2.config.GgufCheckpoint
intf dev.tttv2.config.Checkpoint
meth public dev.tttv2.config.HostWeight weight(java.lang.String)
meth public dev.tttv2.config.Metadata metadata()
meth public int version()
meth public java.lang.String architecture()
meth public java.lang.String toString()
meth public java.nio.file.Path path()
meth public java.util.Optional<dev.tttv2.config.Metadata> generationMetadata()
meth public java.util.Set<java.lang.String> tensorNames()
meth public long bytesRead()
meth public long tensorBytes()
meth public long[] shape(java.lang.String)
meth public static dev.tttv2.config.GgufCheckpoint open(java.nio.file.Path)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.config.HostWeight
intf dev.tttv2.core.LazyWeight
meth public !varargs dev.tttv2.config.HostWeight reshaped(long[])
meth public dev.tttv2.config.HostWeight columns(long,long)
meth public dev.tttv2.config.HostWeight rearranged(int,int,int[])
meth public dev.tttv2.config.HostWeight rows(long,long)
meth public dev.tttv2.config.HostWeight transposed()
meth public dev.tttv2.config.HostWeight unpermuteRope(int)
meth public dev.tttv2.core.LazyWeight joinedWith(java.util.List<dev.tttv2.core.LazyWeight>)
meth public dev.tttv2.core.Tensor load(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,boolean)
meth public dev.tttv2.core.Tensor load(dev.tttv2.core.Device,dev.tttv2.core.TensorSpec,boolean,dev.tttv2.core.MeshMapping)
meth public float[] toFloats()
meth public java.lang.String name()
meth public java.lang.String toString()
meth public java.util.List<dev.tttv2.config.WeightFormat> formats()
meth public long[] shape()
meth public static dev.tttv2.config.HostWeight concatRows(java.lang.String,java.util.List<dev.tttv2.config.HostWeight>)
meth public static dev.tttv2.config.HostWeight concatRows(java.util.List<dev.tttv2.config.HostWeight>)
meth public void toFloats(java.lang.foreign.MemorySegment)
supr java.lang.Object

CLSS public final dev.tttv2.config.HuggingFaceCheckpoint
intf dev.tttv2.config.Checkpoint
meth public dev.tttv2.config.HostWeight weight(java.lang.String)
meth public dev.tttv2.config.Metadata metadata()
meth public java.lang.String architecture()
meth public java.lang.String toString()
meth public java.nio.file.Path path()
meth public java.util.Optional<dev.tttv2.config.Metadata> generationMetadata()
meth public java.util.Set<java.lang.String> tensorNames()
meth public long bytesRead()
meth public long tensorBytes()
meth public long[] shape(java.lang.String)
meth public static dev.tttv2.config.HuggingFaceCheckpoint open(java.nio.file.Path)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.config.InputFiles
meth public static dev.tttv2.config.CheckpointException refuse(java.nio.file.Path,java.io.IOException)
meth public static java.lang.String problem(java.io.IOException)
meth public static void check(java.nio.file.Path)
supr java.lang.Object

CLSS public final dev.tttv2.config.InputRecorder
intf dev.tttv2.config.Calibration
intf java.lang.AutoCloseable
meth public java.util.Set<dev.tttv2.core.DataType> dtypes()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.config.JsonWording
meth public static java.lang.String of(java.io.IOException)
supr java.lang.Object

CLSS public abstract interface dev.tttv2.config.LoadProgress
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.config.LoadProgress NONE
meth public abstract void loaded(java.lang.String,long,long)

CLSS public final dev.tttv2.config.MLPSpec
cons public init(int,dev.tttv2.core.block.Activation,boolean,boolean)
meth public boolean bias()
meth public boolean gated()
meth public dev.tttv2.core.block.Activation activation()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int intermediateSize()
supr java.lang.Record

CLSS public final dev.tttv2.config.Metadata
meth public !varargs void ignore(java.lang.String[])
meth public boolean booleanOr(java.lang.String,boolean)
meth public boolean contains(java.lang.String)
meth public dev.tttv2.config.CheckpointException refuse(java.lang.String,java.lang.String)
meth public dev.tttv2.config.Metadata scope(java.lang.String)
meth public double doubleOr(java.lang.String,double,double,double)
meth public double requireDouble(java.lang.String,double,double)
meth public float[] floats(java.lang.String,double,double)
meth public int intOr(java.lang.String,int,int,int)
meth public int requireInt(java.lang.String,int,int)
meth public int size(java.lang.String)
meth public int[] ints(java.lang.String,int,int)
meth public java.lang.String oneOf(java.lang.String,java.lang.String,java.util.Collection<java.lang.String>)
meth public java.lang.String requireString(java.lang.String)
meth public java.lang.String toString()
meth public java.nio.file.Path file()
meth public java.util.List<java.lang.Boolean> booleans(java.lang.String)
meth public java.util.List<java.lang.Integer> intOrInts(java.lang.String,int,int)
meth public java.util.List<java.lang.String> strings(java.lang.String)
meth public java.util.List<java.lang.String> unread()
meth public java.util.Optional<dev.tttv2.config.Metadata> object(java.lang.String)
meth public java.util.Optional<java.lang.String> optionalString(java.lang.String)
meth public java.util.OptionalDouble optionalDouble(java.lang.String,double,double)
meth public java.util.OptionalInt optionalInt(java.lang.String,int,int)
meth public java.util.Set<java.lang.String> names()
meth public void ignoreUnder(java.lang.String)
meth public void refuseUnread()
supr java.lang.Object

CLSS public final dev.tttv2.config.MixtureOfExpertsConfig
cons public init(int,int,int,boolean,int,java.util.List<java.lang.Integer>)
meth public boolean isDense(int)
meth public boolean normalizeTopK()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int expertSize()
meth public int expertsPerToken()
meth public int numExperts()
meth public int sharedExpertSize()
meth public java.util.List<java.lang.Integer> denseLayers()
supr java.lang.Record

CLSS public abstract interface dev.tttv2.config.ModelConfig
innr public abstract static Builder
meth public abstract dev.tttv2.config.AttentionSpec attention()
meth public abstract dev.tttv2.config.MLPSpec mlp()
meth public abstract dev.tttv2.config.ModelKind kind()
meth public abstract dev.tttv2.config.NormSpec norm()
meth public abstract int hiddenSize()
meth public abstract int numLayers()
meth public dev.tttv2.core.block.AttentionConfig$Builder attentionConfig(int)
meth public dev.tttv2.core.block.LayerNormConfig$Builder layerNormConfig()
meth public dev.tttv2.core.block.MLPConfig$Builder mlpConfig()
meth public dev.tttv2.core.block.RMSNormConfig$Builder rmsNormConfig()

CLSS public abstract static dev.tttv2.config.ModelConfig$Builder<%0 extends dev.tttv2.config.ModelConfig$Builder<{dev.tttv2.config.ModelConfig$Builder%0}>>
 outer dev.tttv2.config.ModelConfig
meth public {dev.tttv2.config.ModelConfig$Builder%0} activation(dev.tttv2.core.block.Activation)
meth public {dev.tttv2.config.ModelConfig$Builder%0} attentionScale(double)
meth public {dev.tttv2.config.ModelConfig$Builder%0} attentionSoftcap(double)
meth public {dev.tttv2.config.ModelConfig$Builder%0} biases(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} causal(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} gated(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} headDim(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} hiddenSize(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} intermediateFactor(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} intermediateSize(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} mlpBias(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} normEpsilon(double)
meth public {dev.tttv2.config.ModelConfig$Builder%0} normKind(dev.tttv2.config.NormKind)
meth public {dev.tttv2.config.ModelConfig$Builder%0} normUnitOffset(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} numHeads(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} numKvHeads(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} numLayers(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} outputBias(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} qkNorm(dev.tttv2.core.block.QkNorm)
meth public {dev.tttv2.config.ModelConfig$Builder%0} qkvBias(boolean)
meth public {dev.tttv2.config.ModelConfig$Builder%0} slidingPattern(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} slidingWindow(int)
meth public {dev.tttv2.config.ModelConfig$Builder%0} slidingWindows(java.util.List<java.lang.Integer>)
meth public {dev.tttv2.config.ModelConfig$Builder%0} source(java.nio.file.Path)
supr java.lang.Object

CLSS public final !enum dev.tttv2.config.ModelKind
fld public final static dev.tttv2.config.ModelKind DECODER
fld public final static dev.tttv2.config.ModelKind ENCODER
fld public final static dev.tttv2.config.ModelKind VISION
meth public static dev.tttv2.config.ModelKind valueOf(java.lang.String)
meth public static dev.tttv2.config.ModelKind[] values()
supr java.lang.Enum<dev.tttv2.config.ModelKind>

CLSS public final !enum dev.tttv2.config.NormKind
fld public final static dev.tttv2.config.NormKind LAYER_NORM
fld public final static dev.tttv2.config.NormKind RMS_NORM
meth public static dev.tttv2.config.NormKind valueOf(java.lang.String)
meth public static dev.tttv2.config.NormKind[] values()
supr java.lang.Enum<dev.tttv2.config.NormKind>

CLSS public final dev.tttv2.config.NormSpec
cons public init(dev.tttv2.config.NormKind,double,boolean)
meth public boolean unitOffset()
meth public dev.tttv2.config.NormKind kind()
meth public double epsilon()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public final !enum dev.tttv2.config.OpGroup
fld public final static dev.tttv2.config.OpGroup LI_FF1_FF3
fld public final static dev.tttv2.config.OpGroup LI_FF2
fld public final static dev.tttv2.config.OpGroup LI_LM_HEAD
fld public final static dev.tttv2.config.OpGroup LI_O_DECODE
fld public final static dev.tttv2.config.OpGroup LI_O_PREFILL
fld public final static dev.tttv2.config.OpGroup LI_QKV_DECODE
fld public final static dev.tttv2.config.OpGroup LI_QKV_PREFILL
fld public final static dev.tttv2.config.OpGroup NORM
fld public final static dev.tttv2.config.OpGroup SDPA_DECODE
fld public final static dev.tttv2.config.OpGroup SDPA_PREFILL
meth public boolean inLayers()
meth public java.lang.String key()
meth public static dev.tttv2.config.OpGroup valueOf(java.lang.String)
meth public static dev.tttv2.config.OpGroup[] values()
supr java.lang.Enum<dev.tttv2.config.OpGroup>

CLSS public final dev.tttv2.config.OptimizationConfig
meth public boolean equals(java.lang.Object)
meth public dev.tttv2.config.ComputeProfile profile(dev.tttv2.config.OpGroup)
meth public dev.tttv2.config.ComputeProfile profile(int,dev.tttv2.config.OpGroup)
meth public dev.tttv2.config.OptimizationConfig withOverride(dev.tttv2.config.OpGroup,dev.tttv2.config.ComputeProfile)
meth public dev.tttv2.config.OptimizationConfig withOverride(dev.tttv2.config.TensorGroup,dev.tttv2.core.DataType)
meth public dev.tttv2.config.OptimizationConfig withOverride(dev.tttv2.core.block.ProgramConfigs)
meth public dev.tttv2.config.OptimizationConfig withOverride(int,dev.tttv2.config.OpGroup,dev.tttv2.config.ComputeProfile)
meth public dev.tttv2.config.OptimizationConfig withOverride(int,dev.tttv2.config.TensorGroup,dev.tttv2.core.DataType)
meth public dev.tttv2.config.OptimizationConfig withOverride(int,dev.tttv2.core.block.ProgramConfigs)
meth public dev.tttv2.config.OptimizationConfig withOverrides(java.lang.String)
meth public dev.tttv2.config.OptimizationConfig withOverrides(java.nio.file.Path)
meth public dev.tttv2.core.ComputeConfig compute(dev.tttv2.config.OpGroup)
meth public dev.tttv2.core.ComputeConfig compute(int,dev.tttv2.config.OpGroup)
meth public dev.tttv2.core.DataType dtype(dev.tttv2.config.TensorGroup)
meth public dev.tttv2.core.DataType dtype(int,dev.tttv2.config.TensorGroup)
meth public dev.tttv2.core.block.ALiBiConfig$Builder configure(dev.tttv2.core.block.ALiBiConfig$Builder)
meth public dev.tttv2.core.block.AttentionConfig$Builder configure(int,dev.tttv2.core.block.AttentionConfig$Builder)
meth public dev.tttv2.core.block.CrossAttentionConfig$Builder configure(int,dev.tttv2.core.block.CrossAttentionConfig$Builder)
meth public dev.tttv2.core.block.EmbeddingConfig$Builder configure(dev.tttv2.core.block.EmbeddingConfig$Builder)
meth public dev.tttv2.core.block.GroupNormConfig$Builder configure(dev.tttv2.core.block.GroupNormConfig$Builder)
meth public dev.tttv2.core.block.LMHeadConfig$Builder configure(dev.tttv2.core.block.LMHeadConfig$Builder)
meth public dev.tttv2.core.block.LayerNormConfig$Builder configure(dev.tttv2.core.block.LayerNormConfig$Builder)
meth public dev.tttv2.core.block.LayerNormConfig$Builder configure(int,dev.tttv2.core.block.LayerNormConfig$Builder)
meth public dev.tttv2.core.block.LinearConfig$Builder configure(dev.tttv2.core.block.LinearConfig$Builder)
meth public dev.tttv2.core.block.MLPConfig$Builder configure(int,dev.tttv2.core.block.MLPConfig$Builder)
meth public dev.tttv2.core.block.MixtureOfExpertsConfig$Builder configure(int,dev.tttv2.core.block.MixtureOfExpertsConfig$Builder)
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder configure(dev.tttv2.core.block.PatchEmbeddingConfig$Builder)
meth public dev.tttv2.core.block.ProgramConfigs programs()
meth public dev.tttv2.core.block.ProgramConfigs programs(int)
meth public dev.tttv2.core.block.RMSNormConfig$Builder configure(dev.tttv2.core.block.RMSNormConfig$Builder)
meth public dev.tttv2.core.block.RMSNormConfig$Builder configure(int,dev.tttv2.core.block.RMSNormConfig$Builder)
meth public dev.tttv2.core.block.RoPEConfig$Builder configure(dev.tttv2.core.block.RoPEConfig$Builder)
meth public dev.tttv2.core.block.TransformerBlockConfig$Builder configure(int,dev.tttv2.core.block.TransformerBlockConfig$Builder)
meth public int hashCode()
meth public java.lang.String name()
meth public java.lang.String toString()
meth public static dev.tttv2.config.OptimizationConfig accuracy()
meth public static dev.tttv2.config.OptimizationConfig float32()
meth public static dev.tttv2.config.OptimizationConfig of(java.lang.String)
meth public static dev.tttv2.config.OptimizationConfig performance()
meth public static java.util.List<java.lang.String> presets()
meth public void checkLayers(int)
supr java.lang.Object

CLSS public abstract interface dev.tttv2.config.PositionEncoding
innr public final static ALiBi
innr public final static Frequencies
innr public final static Learned
innr public final static Rotary

CLSS public final static dev.tttv2.config.PositionEncoding$ALiBi
 outer dev.tttv2.config.PositionEncoding
cons public init()
intf dev.tttv2.config.PositionEncoding
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public final static dev.tttv2.config.PositionEncoding$Frequencies
 outer dev.tttv2.config.PositionEncoding
cons public init(double,dev.tttv2.core.block.RoPEScaling)
meth public dev.tttv2.core.block.RoPEScaling scaling()
meth public double theta()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public final static dev.tttv2.config.PositionEncoding$Learned
 outer dev.tttv2.config.PositionEncoding
cons public init(int,int)
intf dev.tttv2.config.PositionEncoding
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int offset()
meth public int rows()
supr java.lang.Record

CLSS public final static dev.tttv2.config.PositionEncoding$Rotary
 outer dev.tttv2.config.PositionEncoding
cons public init(int,dev.tttv2.core.block.RoPEStyle,dev.tttv2.config.PositionEncoding$Frequencies,java.util.Optional<dev.tttv2.config.PositionEncoding$Frequencies>,java.util.List<java.lang.Integer>)
intf dev.tttv2.config.PositionEncoding
meth public dev.tttv2.config.PositionEncoding$Frequencies frequencies()
meth public dev.tttv2.core.block.RoPEStyle style()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int rotaryDim()
meth public java.util.List<java.lang.Integer> layersWithout()
meth public java.util.Optional<dev.tttv2.config.PositionEncoding$Frequencies> localFrequencies()
supr java.lang.Record

CLSS public final dev.tttv2.config.RoPEMetadata
cons public init(dev.tttv2.config.PositionEncoding$Frequencies,java.util.Optional<dev.tttv2.config.PositionEncoding$Frequencies>,int)
innr public final static Defaults
meth public dev.tttv2.config.PositionEncoding$Frequencies frequencies()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int rotaryDim()
meth public java.util.Optional<dev.tttv2.config.PositionEncoding$Frequencies> localFrequencies()
meth public static boolean isFactors(java.lang.String)
meth public static boolean isFrequencies(java.lang.String)
meth public static dev.tttv2.config.RoPEMetadata huggingFace(dev.tttv2.config.Metadata,dev.tttv2.config.RoPEMetadata$Defaults)
supr java.lang.Record

CLSS public final static dev.tttv2.config.RoPEMetadata$Defaults
 outer dev.tttv2.config.RoPEMetadata
cons public init(int,int,double)
meth public double theta()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int headDim()
meth public int maxPositions()
supr java.lang.Record

CLSS public final dev.tttv2.config.TensorFile
intf java.lang.AutoCloseable
meth public dev.tttv2.config.CheckpointException refuse(java.lang.String,java.lang.String)
meth public float[] floats(java.lang.String)
meth public int[] ints(java.lang.String)
meth public java.nio.file.Path path()
meth public java.util.Set<java.lang.String> names()
meth public long[] shape(java.lang.String)
meth public static dev.tttv2.config.TensorFile open(java.nio.file.Path)
meth public void close()
supr java.lang.Object

CLSS public final !enum dev.tttv2.config.TensorGroup
fld public final static dev.tttv2.config.TensorGroup ACTIVATION
fld public final static dev.tttv2.config.TensorGroup EMBEDDING
fld public final static dev.tttv2.config.TensorGroup FF1_FF3
fld public final static dev.tttv2.config.TensorGroup FF2
fld public final static dev.tttv2.config.TensorGroup KV_CACHE
fld public final static dev.tttv2.config.TensorGroup LM_HEAD
fld public final static dev.tttv2.config.TensorGroup NORM
fld public final static dev.tttv2.config.TensorGroup WO
fld public final static dev.tttv2.config.TensorGroup WQKV
meth public boolean inLayers()
meth public java.lang.String key()
meth public java.util.Set<dev.tttv2.core.DataType> dtypes()
meth public static dev.tttv2.config.TensorGroup valueOf(java.lang.String)
meth public static dev.tttv2.config.TensorGroup[] values()
supr java.lang.Enum<dev.tttv2.config.TensorGroup>

CLSS public final dev.tttv2.config.VisionConfig
cons public init(int,int,int,int,int,int,boolean,dev.tttv2.config.AttentionSpec,dev.tttv2.config.MLPSpec,dev.tttv2.config.NormSpec,java.util.OptionalInt,java.util.List<java.lang.String>)
innr public final static Builder
intf dev.tttv2.config.ModelConfig
meth public boolean classToken()
meth public dev.tttv2.config.AttentionSpec attention()
meth public dev.tttv2.config.MLPSpec mlp()
meth public dev.tttv2.config.ModelKind kind()
meth public dev.tttv2.config.NormSpec norm()
meth public dev.tttv2.config.VisionConfig$Builder toBuilder()
meth public dev.tttv2.core.block.PatchEmbeddingConfig$Builder patchEmbeddingConfig()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int hiddenSize()
meth public int imageHeight()
meth public int imageWidth()
meth public int numChannels()
meth public int numLayers()
meth public int numPatches()
meth public int patchSize()
meth public java.util.List<java.lang.String> labels()
meth public java.util.OptionalInt projectionSize()
meth public static dev.tttv2.config.VisionConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.config.VisionConfig$Builder
 outer dev.tttv2.config.VisionConfig
meth public dev.tttv2.config.VisionConfig build()
meth public dev.tttv2.config.VisionConfig$Builder classToken(boolean)
meth public dev.tttv2.config.VisionConfig$Builder imageSize(int,int)
meth public dev.tttv2.config.VisionConfig$Builder labels(java.util.List<java.lang.String>)
meth public dev.tttv2.config.VisionConfig$Builder numChannels(int)
meth public dev.tttv2.config.VisionConfig$Builder patchSize(int)
meth public dev.tttv2.config.VisionConfig$Builder projectionSize(int)
supr dev.tttv2.config.ModelConfig$Builder<dev.tttv2.config.VisionConfig$Builder>

CLSS public final dev.tttv2.config.VisionMetadata
meth public static dev.tttv2.config.VisionConfig$Builder huggingFace(dev.tttv2.config.Metadata,dev.tttv2.config.FamilyFields,dev.tttv2.config.VisionConfig$Builder)
supr java.lang.Object

CLSS public final dev.tttv2.config.WeightCache
innr public final static Size
meth public dev.tttv2.config.WeightCache$Size size()
meth public java.util.Optional<java.nio.file.Path> directory()
meth public static dev.tttv2.config.WeightCache none()
meth public static dev.tttv2.config.WeightCache open()
meth public static dev.tttv2.config.WeightCache open(java.nio.file.Path)
meth public void clear() throws java.io.IOException
supr java.lang.Object

CLSS public final static dev.tttv2.config.WeightCache$Size
 outer dev.tttv2.config.WeightCache
cons public init(long,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long bytes()
meth public long weights()
supr java.lang.Record

CLSS public final !enum dev.tttv2.config.WeightFormat
fld public final static dev.tttv2.config.WeightFormat BF16
fld public final static dev.tttv2.config.WeightFormat F16
fld public final static dev.tttv2.config.WeightFormat F32
fld public final static dev.tttv2.config.WeightFormat F64
fld public final static dev.tttv2.config.WeightFormat IQ4_NL
fld public final static dev.tttv2.config.WeightFormat Q2_K
fld public final static dev.tttv2.config.WeightFormat Q3_K
fld public final static dev.tttv2.config.WeightFormat Q4_0
fld public final static dev.tttv2.config.WeightFormat Q4_1
fld public final static dev.tttv2.config.WeightFormat Q4_K
fld public final static dev.tttv2.config.WeightFormat Q5_0
fld public final static dev.tttv2.config.WeightFormat Q5_1
fld public final static dev.tttv2.config.WeightFormat Q5_K
fld public final static dev.tttv2.config.WeightFormat Q6_K
fld public final static dev.tttv2.config.WeightFormat Q8_0
meth public boolean isQuantised()
meth public int blockBytes()
meth public int blockValues()
meth public static dev.tttv2.config.WeightFormat valueOf(java.lang.String)
meth public static dev.tttv2.config.WeightFormat[] values()
supr java.lang.Enum<dev.tttv2.config.WeightFormat>

CLSS public final dev.tttv2.config.WeightLoader
cons public init(dev.tttv2.config.Checkpoint,dev.tttv2.config.WeightCache)
cons public init(dev.tttv2.config.Checkpoint,dev.tttv2.config.WeightCache,dev.tttv2.config.LoadProgress)
cons public init(dev.tttv2.config.Checkpoint,dev.tttv2.config.WeightCache,dev.tttv2.config.LoadProgress,java.util.Optional<dev.tttv2.config.Calibration>)
meth public !varargs dev.tttv2.config.HostWeight host(java.lang.String,long[])
meth public !varargs dev.tttv2.core.LazyWeight weight(java.lang.String,long[])
meth public boolean contains(java.lang.String)
meth public dev.tttv2.config.HostWeight host(java.lang.String)
meth public dev.tttv2.core.LazyWeight cached(dev.tttv2.config.HostWeight)
meth public dev.tttv2.core.LazyWeight weight(java.lang.String)
meth public java.util.Set<java.lang.String> unused()
meth public long conversions()
meth public long hits()
meth public void refuseUnused(java.lang.String,java.util.function.Predicate<java.lang.String>)
supr java.lang.Object

CLSS abstract interface dev.tttv2.config.package-info

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

CLSS public java.lang.Exception
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.Throwable

CLSS public abstract interface !annotation java.lang.FunctionalInterface
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
intf java.lang.annotation.Annotation

CLSS public java.lang.IllegalArgumentException
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.RuntimeException

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

CLSS public abstract interface java.lang.annotation.Annotation
meth public abstract boolean equals(java.lang.Object)
meth public abstract int hashCode()
meth public abstract java.lang.Class<? extends java.lang.annotation.Annotation> annotationType()
meth public abstract java.lang.String toString()

CLSS public abstract interface !annotation java.lang.annotation.Documented
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation

CLSS public abstract interface !annotation java.lang.annotation.Retention
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation
meth public abstract java.lang.annotation.RetentionPolicy value()

CLSS public abstract interface !annotation java.lang.annotation.Target
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation
meth public abstract java.lang.annotation.ElementType[] value()

CLSS public abstract interface java.lang.constant.Constable
meth public abstract java.util.Optional<? extends java.lang.constant.ConstantDesc> describeConstable()

