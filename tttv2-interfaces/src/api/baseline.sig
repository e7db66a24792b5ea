#Signature file v4.1
#Version 0.1

CLSS public abstract interface dev.tttv2.config.LoadProgress
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.config.LoadProgress NONE
meth public abstract void loaded(java.lang.String,long,long)

CLSS public final dev.tttv2.interfaces.CancellationToken
cons public init()
meth public boolean isCancelled()
meth public void cancel()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.CausalLM
intf java.lang.AutoCloseable
meth public abstract dev.tttv2.config.DecoderConfig config()
meth public abstract dev.tttv2.config.OptimizationConfig optimizations()
meth public abstract dev.tttv2.core.Device device()
meth public abstract dev.tttv2.core.Tensor decode(dev.tttv2.interfaces.DecodeInputs,dev.tttv2.core.block.KVCache)
meth public abstract dev.tttv2.core.Tensor prefill(dev.tttv2.core.Tensor,int,int,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,int,dev.tttv2.interfaces.Logits,dev.tttv2.interfaces.HiddenStateListener)
meth public abstract dev.tttv2.core.block.KVCache newCache(int,int)
meth public abstract void close()
meth public boolean takesPadding()
meth public dev.tttv2.core.Tensor prefill(dev.tttv2.core.Tensor,int,int,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,int,dev.tttv2.interfaces.Logits)

CLSS public final dev.tttv2.interfaces.ChatMessage
cons public init(java.lang.String,java.lang.String)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String content()
meth public java.lang.String role()
meth public static dev.tttv2.interfaces.ChatMessage assistant(java.lang.String)
meth public static dev.tttv2.interfaces.ChatMessage system(java.lang.String)
meth public static dev.tttv2.interfaces.ChatMessage user(java.lang.String)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.ChatTemplate
meth public java.lang.String render(java.util.List<? extends java.util.Map<java.lang.String,?>>,boolean,java.util.Map<java.lang.String,?>)
meth public java.lang.String render(java.util.List<dev.tttv2.interfaces.ChatMessage>,boolean)
meth public static dev.tttv2.interfaces.ChatTemplate parse(java.lang.String,java.util.Map<java.lang.String,java.lang.String>)
meth public static java.util.Optional<dev.tttv2.interfaces.ChatTemplate> of(dev.tttv2.config.Checkpoint)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.DecodeInputs
cons public init(dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor,dev.tttv2.core.Tensor)
intf java.lang.AutoCloseable
meth public dev.tttv2.core.Tensor ids()
meth public dev.tttv2.core.Tensor pageTable()
meth public dev.tttv2.core.Tensor positions()
meth public dev.tttv2.core.Tensor ropePositions()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public void close()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.DecoderModel
innr public abstract interface static Assembly
innr public final static Builder
intf dev.tttv2.interfaces.CausalLM
meth public boolean takesPadding()
meth public dev.tttv2.config.DecoderConfig config()
meth public dev.tttv2.config.OptimizationConfig optimizations()
meth public dev.tttv2.core.Device device()
meth public dev.tttv2.core.Tensor decode(dev.tttv2.interfaces.DecodeInputs,dev.tttv2.core.block.KVCache)
meth public dev.tttv2.core.Tensor prefill(dev.tttv2.core.Tensor,int,int,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor,int,dev.tttv2.interfaces.Logits,dev.tttv2.interfaces.HiddenStateListener)
meth public dev.tttv2.core.block.KVCache newCache(int,int)
meth public static dev.tttv2.interfaces.DecoderModel load(dev.tttv2.config.Checkpoint,dev.tttv2.config.DecoderConfig,dev.tttv2.core.Device,dev.tttv2.interfaces.LoadOptions,dev.tttv2.interfaces.DecoderModel$Assembly)
meth public static dev.tttv2.interfaces.DecoderModel$Builder builder(dev.tttv2.config.DecoderConfig,dev.tttv2.interfaces.ModelBlocks)
meth public void close()
supr java.lang.Object

CLSS public abstract interface static dev.tttv2.interfaces.DecoderModel$Assembly
 outer dev.tttv2.interfaces.DecoderModel
 anno 0 java.lang.FunctionalInterface()
meth public abstract void assemble(dev.tttv2.interfaces.DecoderModel$Builder,dev.tttv2.interfaces.ModelBlocks,dev.tttv2.config.DecoderConfig,dev.tttv2.config.DecoderWeights)

CLSS public final static dev.tttv2.interfaces.DecoderModel$Builder
 outer dev.tttv2.interfaces.DecoderModel
meth public dev.tttv2.interfaces.DecoderModel build()
meth public dev.tttv2.interfaces.DecoderModel$Builder embedding(dev.tttv2.core.block.Embedding)
meth public dev.tttv2.interfaces.DecoderModel$Builder embeddingNorm(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.DecoderModel$Builder head(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.DecoderModel$Builder layer(dev.tttv2.core.block.TransformerBlock)
meth public dev.tttv2.interfaces.DecoderModel$Builder norm(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.DecoderModel$Builder positions(dev.tttv2.core.block.Embedding)
supr java.lang.Object

CLSS public dev.tttv2.interfaces.DemoBase
cons public init()
cons public init(java.io.PrintStream,java.io.PrintStream)
meth protected boolean isTerminal()
meth public dev.tttv2.interfaces.CausalLM load(dev.tttv2.config.Checkpoint,dev.tttv2.core.Device,dev.tttv2.interfaces.LoadOptions)
meth public java.util.List<dev.tttv2.interfaces.Generation> run(dev.tttv2.interfaces.Generator,java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public void report(java.util.List<dev.tttv2.interfaces.Generation>,double)
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.Encoder
fld public final static java.lang.String LAST_HIDDEN_STATE = "last_hidden_state"
fld public final static java.lang.String POOLER_OUTPUT = "pooler_output"
intf java.lang.AutoCloseable
meth public abstract dev.tttv2.config.ModelConfig config()
meth public abstract dev.tttv2.config.OptimizationConfig optimizations()
meth public abstract dev.tttv2.core.Device device()
meth public abstract java.util.SequencedMap<java.lang.String,dev.tttv2.interfaces.EncoderOutput> encode(dev.tttv2.interfaces.EncoderInputs,dev.tttv2.interfaces.HiddenStateListener)
meth public abstract void close()
meth public java.util.SequencedMap<java.lang.String,dev.tttv2.interfaces.EncoderOutput> encode(dev.tttv2.interfaces.EncoderInputs)

CLSS public abstract interface dev.tttv2.interfaces.EncoderFamily
intf dev.tttv2.interfaces.Family
meth public abstract dev.tttv2.interfaces.Encoder load(dev.tttv2.config.Checkpoint,dev.tttv2.core.Device,dev.tttv2.interfaces.LoadOptions)
meth public static dev.tttv2.interfaces.EncoderFamily of(dev.tttv2.config.Checkpoint)

CLSS public abstract interface dev.tttv2.interfaces.EncoderInputs
meth public abstract int size()

CLSS public final dev.tttv2.interfaces.EncoderModel
fld public final static int MAX_BATCH = 32
innr public final static Builder
intf dev.tttv2.interfaces.Encoder
meth public dev.tttv2.config.ModelConfig config()
meth public dev.tttv2.config.OptimizationConfig optimizations()
meth public dev.tttv2.core.Device device()
meth public java.util.SequencedMap<java.lang.String,dev.tttv2.interfaces.EncoderOutput> encode(dev.tttv2.interfaces.EncoderInputs,dev.tttv2.interfaces.HiddenStateListener)
meth public static dev.tttv2.interfaces.EncoderModel$Builder images(dev.tttv2.config.VisionConfig,dev.tttv2.interfaces.ModelBlocks)
meth public static dev.tttv2.interfaces.EncoderModel$Builder texts(dev.tttv2.config.EncoderConfig,dev.tttv2.interfaces.ModelBlocks)
meth public void close()
supr java.lang.Object

CLSS public final static dev.tttv2.interfaces.EncoderModel$Builder
 outer dev.tttv2.interfaces.EncoderModel
meth public dev.tttv2.interfaces.EncoderModel build()
meth public dev.tttv2.interfaces.EncoderModel$Builder embedding(dev.tttv2.core.block.Embedding)
meth public dev.tttv2.interfaces.EncoderModel$Builder embeddingNorm(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.EncoderModel$Builder head(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.EncoderModel$Builder headRow(java.util.function.ToIntFunction<int[]>)
meth public dev.tttv2.interfaces.EncoderModel$Builder layer(dev.tttv2.core.block.TransformerBlock)
meth public dev.tttv2.interfaces.EncoderModel$Builder norm(dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.EncoderModel$Builder output(java.lang.String)
meth public dev.tttv2.interfaces.EncoderModel$Builder patches(dev.tttv2.core.block.PatchEmbedding)
meth public dev.tttv2.interfaces.EncoderModel$Builder positions(dev.tttv2.core.block.Embedding)
meth public dev.tttv2.interfaces.EncoderModel$Builder tokenTypes(dev.tttv2.core.block.Embedding)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.EncoderOutput
cons public init(int[],float[])
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] row(int)
meth public float[] values()
meth public int[] shape()
supr java.lang.Record

CLSS public abstract interface dev.tttv2.interfaces.Family
meth public abstract boolean accepts(dev.tttv2.config.Checkpoint)
meth public abstract dev.tttv2.config.ModelConfig config(dev.tttv2.config.Checkpoint)
meth public abstract java.lang.String name()
meth public static dev.tttv2.interfaces.Family of(dev.tttv2.config.Checkpoint)

CLSS public final !enum dev.tttv2.interfaces.FinishReason
fld public final static dev.tttv2.interfaces.FinishReason CANCELLED
fld public final static dev.tttv2.interfaces.FinishReason LENGTH
fld public final static dev.tttv2.interfaces.FinishReason STOP
meth public java.lang.String label()
meth public static dev.tttv2.interfaces.FinishReason valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.FinishReason[] values()
supr java.lang.Enum<dev.tttv2.interfaces.FinishReason>

CLSS public final dev.tttv2.interfaces.Generation
cons public init(int,java.util.List<java.lang.Integer>,java.util.List<java.lang.Integer>,java.util.Optional<java.lang.String>,dev.tttv2.interfaces.FinishReason,dev.tttv2.interfaces.GenerationStats)
meth public dev.tttv2.interfaces.FinishReason finishReason()
meth public dev.tttv2.interfaces.GenerationStats stats()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int prompt()
meth public java.util.List<java.lang.Integer> promptTokens()
meth public java.util.List<java.lang.Integer> tokens()
meth public java.util.Optional<java.lang.String> text()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.GenerationConfig
cons public init(int,dev.tttv2.interfaces.SamplingParams,java.util.List<java.lang.String>,java.util.List<java.lang.Integer>,boolean,boolean,int,int,java.util.Optional<java.lang.Boolean>,boolean,boolean,java.util.Optional<dev.tttv2.interfaces.LogitsListener>,dev.tttv2.interfaces.CancellationToken)
innr public final static Builder
meth public boolean deviceArgmax()
meth public boolean ignoreEos()
meth public boolean skipSpecialTokens()
meth public boolean trace()
meth public dev.tttv2.interfaces.CancellationToken cancellation()
meth public dev.tttv2.interfaces.SamplingParams sampling()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxContext()
meth public int maxTokens()
meth public int prefillChunk()
meth public java.util.List<java.lang.Integer> stopTokens()
meth public java.util.List<java.lang.String> stop()
meth public java.util.Optional<dev.tttv2.interfaces.LogitsListener> logits()
meth public java.util.Optional<java.lang.Boolean> padPrompts()
meth public static dev.tttv2.interfaces.GenerationConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.GenerationConfig$Builder
 outer dev.tttv2.interfaces.GenerationConfig
meth public dev.tttv2.interfaces.GenerationConfig build()
meth public dev.tttv2.interfaces.GenerationConfig$Builder cancellation(dev.tttv2.interfaces.CancellationToken)
meth public dev.tttv2.interfaces.GenerationConfig$Builder deviceArgmax(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder ignoreEos(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder logits(dev.tttv2.interfaces.LogitsListener)
meth public dev.tttv2.interfaces.GenerationConfig$Builder maxContext(int)
meth public dev.tttv2.interfaces.GenerationConfig$Builder maxTokens(int)
meth public dev.tttv2.interfaces.GenerationConfig$Builder padPrompts(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder prefillChunk(int)
meth public dev.tttv2.interfaces.GenerationConfig$Builder sampling(dev.tttv2.interfaces.SamplingParams)
meth public dev.tttv2.interfaces.GenerationConfig$Builder skipSpecialTokens(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder stop(java.util.List<java.lang.String>)
meth public dev.tttv2.interfaces.GenerationConfig$Builder stopTokens(java.util.List<java.lang.Integer>)
meth public dev.tttv2.interfaces.GenerationConfig$Builder trace(boolean)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.GenerationStats
cons public init(double,double,double)
meth public double decodeTokensPerSecond()
meth public double prefillTokensPerSecond()
meth public double ttftMillis()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Generator
cons public init(dev.tttv2.interfaces.CausalLM,dev.tttv2.interfaces.Tokenizer)
fld public final static int BLOCK_SIZE = 32
fld public final static int MAX_USERS = 32
meth public dev.tttv2.interfaces.CausalLM model()
meth public dev.tttv2.interfaces.TokenIterator iterator(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig,dev.tttv2.interfaces.TokenListener)
meth public java.util.Optional<dev.tttv2.interfaces.Tokenizer> tokenizer()
meth public java.util.stream.Stream<dev.tttv2.interfaces.Token> stream(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.HWConfig
cons public init(java.lang.String,java.lang.String,int,int,int,int,int,long,double,long,double,int,java.lang.String)
meth public dev.tttv2.core.DeviceTarget target()
meth public dev.tttv2.interfaces.HWConfig measured(dev.tttv2.core.DeviceInfo)
meth public double clock()
meth public double dramBandwidth()
meth public double peakFlops(dev.tttv2.core.MathFidelity)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int chips()
meth public int cores()
meth public int dramBanks()
meth public int gridX()
meth public int gridY()
meth public int links()
meth public int meshCols()
meth public int meshRows()
meth public java.lang.String arch()
meth public java.lang.String name()
meth public java.lang.String source()
meth public java.util.List<dev.tttv2.interfaces.HWPlan> plans(dev.tttv2.config.DecoderConfig,dev.tttv2.config.OptimizationConfig,int,int)
meth public long dramBytes()
meth public long l1BytesPerCore()
meth public static dev.tttv2.interfaces.HWConfig of(dev.tttv2.core.DeviceInfo)
meth public static dev.tttv2.interfaces.HWConfig of(java.lang.String)
meth public static java.util.List<dev.tttv2.interfaces.HWConfig> catalogue()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.HWPlan
cons public init(dev.tttv2.interfaces.HWConfig,int,int,int,int,long,long,long,double,double,java.util.Optional<java.lang.String>)
innr public final static !enum Limit
meth public boolean fits()
meth public dev.tttv2.interfaces.HWConfig hardware()
meth public dev.tttv2.interfaces.HWPlan$Limit limit()
meth public double computeSeconds()
meth public double memorySeconds()
meth public double tokensPerSecond()
meth public double tokensPerSecondPerUser()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public int context()
meth public int group()
meth public int replicas()
meth public int users()
meth public java.lang.String toString()
meth public java.util.Optional<java.lang.String> problem()
meth public long bytes()
meth public long cacheBytes()
meth public long weightBytes()
meth public long workBytes()
supr java.lang.Record

CLSS public final static !enum dev.tttv2.interfaces.HWPlan$Limit
 outer dev.tttv2.interfaces.HWPlan
fld public final static dev.tttv2.interfaces.HWPlan$Limit COMPUTE
fld public final static dev.tttv2.interfaces.HWPlan$Limit MEMORY
meth public static dev.tttv2.interfaces.HWPlan$Limit valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.HWPlan$Limit[] values()
supr java.lang.Enum<dev.tttv2.interfaces.HWPlan$Limit>

CLSS public abstract interface dev.tttv2.interfaces.HiddenStateListener
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.interfaces.HiddenStateListener NONE
meth public abstract void hiddenState(int,dev.tttv2.core.Tensor)

CLSS public final dev.tttv2.interfaces.ImageBatch
cons public init(float[],int,int,int,int)
intf dev.tttv2.interfaces.EncoderInputs
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public float[] pixelValues()
meth public int channels()
meth public int height()
meth public int size()
meth public int width()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.LoadOptions
cons public init(dev.tttv2.config.OptimizationConfig,dev.tttv2.config.WeightCache,dev.tttv2.config.LoadProgress,int)
meth public dev.tttv2.config.DecoderConfig limit(dev.tttv2.config.DecoderConfig,dev.tttv2.config.Checkpoint)
meth public dev.tttv2.config.LoadProgress progress()
meth public dev.tttv2.config.OptimizationConfig optimizations()
meth public dev.tttv2.config.WeightCache cache()
meth public dev.tttv2.interfaces.LoadOptions withMaxContext(int)
meth public dev.tttv2.interfaces.LoadOptions withProgress(dev.tttv2.config.LoadProgress)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxContext()
meth public static dev.tttv2.interfaces.LoadOptions of(dev.tttv2.config.OptimizationConfig,dev.tttv2.config.WeightCache)
supr java.lang.Record

CLSS public final !enum dev.tttv2.interfaces.Logits
fld public final static dev.tttv2.interfaces.Logits ALL
fld public final static dev.tttv2.interfaces.Logits LAST
meth public static dev.tttv2.interfaces.Logits valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.Logits[] values()
supr java.lang.Enum<dev.tttv2.interfaces.Logits>

CLSS public abstract interface dev.tttv2.interfaces.LogitsListener
 anno 0 java.lang.FunctionalInterface()
meth public abstract void logits(int,int,float[])
meth public boolean wants(int)

CLSS public final dev.tttv2.interfaces.ModelBlocks
cons public init(dev.tttv2.core.Device,dev.tttv2.config.OptimizationConfig)
intf java.lang.AutoCloseable
meth public <%0 extends java.lang.AutoCloseable> {%%0} own({%%0})
meth public dev.tttv2.config.OptimizationConfig precision()
meth public dev.tttv2.core.Device device()
meth public dev.tttv2.core.block.ALiBi alibi(dev.tttv2.core.block.ALiBiConfig$Builder)
meth public dev.tttv2.core.block.Attention attention(int,dev.tttv2.core.block.AttentionConfig$Builder,dev.tttv2.core.block.AttentionWeights)
meth public dev.tttv2.core.block.Embedding embedding(dev.tttv2.core.block.EmbeddingConfig$Builder,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.LMHead lmHead(dev.tttv2.config.DecoderConfig,dev.tttv2.config.DecoderWeights,java.lang.String,java.lang.String)
meth public dev.tttv2.core.block.LMHead lmHead(dev.tttv2.core.block.LMHeadConfig$Builder,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.LayerNorm layerNorm(dev.tttv2.core.block.LayerNormConfig$Builder,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.LayerNorm layerNorm(int,dev.tttv2.core.block.LayerNormConfig$Builder,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.Linear linear(dev.tttv2.core.block.LinearConfig$Builder,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.MLP mlp(int,dev.tttv2.core.block.MLPConfig$Builder,dev.tttv2.core.block.MLPWeights)
meth public dev.tttv2.core.block.MixtureOfExperts experts(int,dev.tttv2.core.block.MixtureOfExpertsConfig$Builder,dev.tttv2.core.block.MixtureOfExpertsWeights,dev.tttv2.core.block.Block,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.Norm norm(dev.tttv2.config.DecoderConfig,dev.tttv2.config.DecoderWeights,java.lang.String)
meth public dev.tttv2.core.block.Norm norm(int,dev.tttv2.config.DecoderConfig,dev.tttv2.config.DecoderWeights,java.lang.String)
meth public dev.tttv2.core.block.PatchEmbedding patchEmbedding(dev.tttv2.core.block.PatchEmbeddingConfig$Builder,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.RMSNorm rmsNorm(dev.tttv2.core.block.RMSNormConfig$Builder,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.RMSNorm rmsNorm(int,dev.tttv2.core.block.RMSNormConfig$Builder,dev.tttv2.core.LazyWeight)
meth public dev.tttv2.core.block.RoPE rope(dev.tttv2.core.block.RoPEConfig$Builder)
meth public dev.tttv2.core.block.TransformerBlock layer(int,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block,dev.tttv2.core.block.Block)
meth public dev.tttv2.core.block.TransformerBlock layer(int,dev.tttv2.core.block.Residual,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Residual,dev.tttv2.core.block.Block)
meth public dev.tttv2.core.block.TransformerBlock parallelLayer(int,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block)
meth public dev.tttv2.core.block.TransformerBlock parallelLayer(int,dev.tttv2.core.block.Block,dev.tttv2.core.block.Attention,dev.tttv2.core.block.Block,dev.tttv2.core.block.Block)
meth public dev.tttv2.interfaces.ModelBlocks keep()
meth public dev.tttv2.interfaces.ModelBlocks residualScale(float)
meth public void close()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.ModelFamily
intf dev.tttv2.interfaces.Family
meth public abstract dev.tttv2.config.DecoderConfig config(dev.tttv2.config.Checkpoint)
meth public abstract dev.tttv2.interfaces.CausalLM load(dev.tttv2.config.Checkpoint,dev.tttv2.core.Device,dev.tttv2.interfaces.LoadOptions)
meth public static dev.tttv2.interfaces.ModelFamily of(dev.tttv2.config.Checkpoint)

CLSS public final !enum dev.tttv2.interfaces.Pooling
fld public final static dev.tttv2.interfaces.Pooling CLS
fld public final static dev.tttv2.interfaces.Pooling LAST
fld public final static dev.tttv2.interfaces.Pooling MAX
fld public final static dev.tttv2.interfaces.Pooling MEAN
meth public dev.tttv2.interfaces.EncoderOutput pool(dev.tttv2.interfaces.EncoderOutput,dev.tttv2.interfaces.EncoderInputs)
meth public static dev.tttv2.interfaces.EncoderOutput normalized(dev.tttv2.interfaces.EncoderOutput)
meth public static dev.tttv2.interfaces.Pooling valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.Pooling[] values()
supr java.lang.Enum<dev.tttv2.interfaces.Pooling>

CLSS public final dev.tttv2.interfaces.ProgressBar
cons public init(java.io.PrintStream,java.lang.String,boolean)
intf dev.tttv2.config.LoadProgress
intf java.lang.AutoCloseable
meth public void close()
meth public void loaded(java.lang.String,long,long)
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.Prompt
innr public final static Text
innr public final static Tokens
meth public !varargs static dev.tttv2.interfaces.Prompt tokens(int[])
meth public static dev.tttv2.interfaces.Prompt rendered(java.lang.String)
meth public static dev.tttv2.interfaces.Prompt text(java.lang.String)

CLSS public final static dev.tttv2.interfaces.Prompt$Text
 outer dev.tttv2.interfaces.Prompt
cons public init(java.lang.String,boolean)
intf dev.tttv2.interfaces.Prompt
meth public boolean addSpecial()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String text()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.Prompt$Tokens
 outer dev.tttv2.interfaces.Prompt
cons public !varargs init(int[])
intf dev.tttv2.interfaces.Prompt
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int[] ids()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Sampler
cons public !varargs init(dev.tttv2.interfaces.SamplingParams,int,int[])
meth public double[] probabilities(float[],int)
meth public int sample(float[],int)
meth public void accept(int)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.SamplingParams
cons public init(double,int,double,double,double,double,double,java.util.OptionalLong,dev.tttv2.interfaces.SamplingParams$FilterOrder)
fld public final static dev.tttv2.interfaces.SamplingParams GREEDY
innr public final static !enum FilterOrder
innr public final static Builder
meth public boolean hasPenalties()
meth public boolean isGreedy()
meth public dev.tttv2.interfaces.SamplingParams$FilterOrder order()
meth public double frequencyPenalty()
meth public double minP()
meth public double presencePenalty()
meth public double repetitionPenalty()
meth public double temperature()
meth public double topP()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int topK()
meth public java.util.OptionalLong seed()
meth public static dev.tttv2.interfaces.SamplingParams$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.SamplingParams$Builder
 outer dev.tttv2.interfaces.SamplingParams
meth public dev.tttv2.interfaces.SamplingParams build()
meth public dev.tttv2.interfaces.SamplingParams$Builder frequencyPenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder minP(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder order(dev.tttv2.interfaces.SamplingParams$FilterOrder)
meth public dev.tttv2.interfaces.SamplingParams$Builder presencePenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder repetitionPenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder seed(long)
meth public dev.tttv2.interfaces.SamplingParams$Builder temperature(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder topK(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder topP(double)
supr java.lang.Object

CLSS public final static !enum dev.tttv2.interfaces.SamplingParams$FilterOrder
 outer dev.tttv2.interfaces.SamplingParams
fld public final static dev.tttv2.interfaces.SamplingParams$FilterOrder HUGGING_FACE
fld public final static dev.tttv2.interfaces.SamplingParams$FilterOrder VLLM
meth public static dev.tttv2.interfaces.SamplingParams$FilterOrder valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.SamplingParams$FilterOrder[] values()
supr java.lang.Enum<dev.tttv2.interfaces.SamplingParams$FilterOrder>

CLSS public final dev.tttv2.interfaces.Score
cons public init(int,double,java.util.OptionalDouble,java.util.OptionalDouble)
meth public double perplexity()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int tokens()
meth public java.util.OptionalDouble top1()
meth public java.util.OptionalDouble top5()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Scorer
cons public init(dev.tttv2.interfaces.CausalLM)
meth public !varargs dev.tttv2.interfaces.Score score(int[])
meth public dev.tttv2.interfaces.Score score(int[],int[][])
meth public void read(int[],dev.tttv2.interfaces.LogitsListener)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.TextBatch
cons public init(int[][],int[][],int[][])
intf dev.tttv2.interfaces.EncoderInputs
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int end(int)
meth public int length()
meth public int size()
meth public int[] ids(int)
meth public int[][] attentionMask()
meth public int[][] inputIds()
meth public int[][] tokenTypeIds()
meth public static dev.tttv2.interfaces.TextBatch of(java.util.List<int[]>)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Token
cons public init(int,int,int,java.lang.String,java.util.Optional<dev.tttv2.interfaces.FinishReason>)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int id()
meth public int index()
meth public int prompt()
meth public java.lang.String text()
meth public java.util.Optional<dev.tttv2.interfaces.FinishReason> finishReason()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.TokenDecoder
meth public java.lang.String finish()
meth public java.lang.String push(int)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.TokenIterator
intf java.lang.AutoCloseable
intf java.util.Iterator<dev.tttv2.interfaces.Token>
meth public boolean hasNext()
meth public dev.tttv2.interfaces.Token next()
meth public java.util.List<dev.tttv2.interfaces.Generation> generations()
meth public void close()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.TokenListener
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.interfaces.TokenListener NONE
meth public abstract void token(dev.tttv2.interfaces.Token)

CLSS public final dev.tttv2.interfaces.Tokenizer
fld public final static int MAX_CHARS = 4194304
intf java.lang.AutoCloseable
meth public dev.tttv2.interfaces.TokenDecoder decoder(boolean)
meth public int maxChars()
meth public int[] encode(java.lang.String,boolean)
meth public int[] encode(java.lang.String,boolean,int)
meth public java.lang.String decode(int[],boolean)
meth public static dev.tttv2.interfaces.Tokenizer fromJson(java.lang.String)
meth public static dev.tttv2.interfaces.Tokenizer of(dev.tttv2.config.Checkpoint)
meth public static dev.tttv2.interfaces.Tokenizer of(java.nio.file.Path)
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.jinja.Template
meth public java.lang.String render(java.util.Map<java.lang.String,?>)
meth public java.lang.String render(java.util.Map<java.lang.String,?>,java.time.Clock)
meth public static dev.tttv2.interfaces.jinja.Template parse(java.lang.String)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.jinja.TemplateException
cons public init(java.lang.String,int)
meth public int line()
meth public java.lang.String reason()
supr java.lang.RuntimeException

CLSS abstract interface dev.tttv2.interfaces.jinja.package-info

CLSS abstract interface dev.tttv2.interfaces.package-info

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

CLSS public abstract interface java.util.Iterator<%0 extends java.lang.Object>
meth public abstract boolean hasNext()
meth public abstract {java.util.Iterator%0} next()
meth public void forEachRemaining(java.util.function.Consumer<? super {java.util.Iterator%0}>)
meth public void remove()

