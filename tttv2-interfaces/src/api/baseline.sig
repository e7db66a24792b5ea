#Signature file v4.1
#Version 0.1

CLSS public abstract interface dev.tttv2.config.LoadProgress
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.config.LoadProgress NONE
meth public abstract void loaded(java.lang.String,long,long)

CLSS public final dev.tttv2.interfaces.BeamSearch
cons public init(int,double,dev.tttv2.interfaces.BeamSearch$EarlyStopping,int)
innr public final static !enum EarlyStopping
meth public dev.tttv2.interfaces.BeamSearch$EarlyStopping earlyStopping()
meth public double lengthPenalty()
meth public double score(double,int)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int beams()
meth public int returned()
meth public static dev.tttv2.interfaces.BeamSearch of(int)
meth public void check(dev.tttv2.interfaces.GenerationConfig)
supr java.lang.Record

CLSS public final static !enum dev.tttv2.interfaces.BeamSearch$EarlyStopping
 outer dev.tttv2.interfaces.BeamSearch
fld public final static dev.tttv2.interfaces.BeamSearch$EarlyStopping ALWAYS
fld public final static dev.tttv2.interfaces.BeamSearch$EarlyStopping HEURISTIC
fld public final static dev.tttv2.interfaces.BeamSearch$EarlyStopping NEVER
meth public static dev.tttv2.interfaces.BeamSearch$EarlyStopping valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.BeamSearch$EarlyStopping[] values()
supr java.lang.Enum<dev.tttv2.interfaces.BeamSearch$EarlyStopping>

CLSS public final dev.tttv2.interfaces.Calibrator
cons public init(int[])
cons public init(int[],java.util.Set<dev.tttv2.core.DataType>)
meth public dev.tttv2.interfaces.CausalLM load(dev.tttv2.interfaces.ModelFamily,dev.tttv2.config.Checkpoint,dev.tttv2.core.Device,dev.tttv2.interfaces.LoadOptions)
supr java.lang.Object

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
meth public java.util.Optional<dev.tttv2.interfaces.PromptLayers> promptLayers()

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

CLSS public final dev.tttv2.interfaces.DataParallelGenerator
cons public init(java.util.List<dev.tttv2.interfaces.CausalLM>,dev.tttv2.interfaces.Tokenizer)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig,dev.tttv2.interfaces.TokenListener)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.DecodeInput
cons public init(int[],int[],int[][],java.util.Optional<int[]>,dev.tttv2.interfaces.DecodeReload,boolean)
meth public boolean chooseOnDevice()
meth public dev.tttv2.interfaces.DecodeReload reload()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int rows()
meth public int[] positions()
meth public int[] tokens()
meth public int[][] blocks()
meth public java.util.Optional<int[]> slotRemap()
supr java.lang.Record

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

CLSS public final dev.tttv2.interfaces.DecodeOutput
meth public boolean hasTokens()
meth public boolean isRead()
meth public int token(int)
meth public void logits(int,float[])
supr java.lang.Object

CLSS public final !enum dev.tttv2.interfaces.DecodeReload
fld public final static dev.tttv2.interfaces.DecodeReload ALL
fld public final static dev.tttv2.interfaces.DecodeReload NONE
fld public final static dev.tttv2.interfaces.DecodeReload PAGE_TABLES
meth public static dev.tttv2.interfaces.DecodeReload valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.DecodeReload[] values()
supr java.lang.Enum<dev.tttv2.interfaces.DecodeReload>

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
meth public java.util.Optional<dev.tttv2.interfaces.PromptLayers> promptLayers()
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

CLSS public final dev.tttv2.interfaces.EngineConfig
cons public init(int,int,int,int,long,boolean,int,int,int,boolean,boolean,java.util.Optional<java.lang.Boolean>,dev.tttv2.interfaces.StepListener)
fld public final static dev.tttv2.interfaces.EngineConfig DEFAULT
innr public final static Builder
meth public boolean deviceArgmax()
meth public boolean prefixCaching()
meth public boolean trace()
meth public dev.tttv2.interfaces.StepListener stepListener()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int blockSize()
meth public int maxBatchedTokens()
meth public int maxContext()
meth public int maxUsers()
meth public int maxWaiting()
meth public int numBlocks()
meth public int prefillChunk()
meth public java.util.Optional<java.lang.Boolean> padPrompts()
meth public long cacheBytes()
meth public static dev.tttv2.interfaces.EngineConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.EngineConfig$Builder
 outer dev.tttv2.interfaces.EngineConfig
meth public dev.tttv2.interfaces.EngineConfig build()
meth public dev.tttv2.interfaces.EngineConfig$Builder blockSize(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder cacheBytes(long)
meth public dev.tttv2.interfaces.EngineConfig$Builder deviceArgmax(boolean)
meth public dev.tttv2.interfaces.EngineConfig$Builder maxBatchedTokens(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder maxContext(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder maxUsers(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder maxWaiting(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder numBlocks(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder padPrompts(boolean)
meth public dev.tttv2.interfaces.EngineConfig$Builder prefillChunk(int)
meth public dev.tttv2.interfaces.EngineConfig$Builder prefixCaching(boolean)
meth public dev.tttv2.interfaces.EngineConfig$Builder stepListener(dev.tttv2.interfaces.StepListener)
meth public dev.tttv2.interfaces.EngineConfig$Builder trace(boolean)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.EngineStats
cons public init(int,int,int,int,long,long,long,long,long,long,long,java.util.Map<dev.tttv2.interfaces.FinishReason,java.lang.Long>,long,long)
meth public double cacheUsage()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int numBlocks()
meth public int running()
meth public int usedBlocks()
meth public int waiting()
meth public java.util.Map<dev.tttv2.interfaces.FinishReason,java.lang.Long> finished()
meth public long failed()
meth public long generationTokens()
meth public long preemptions()
meth public long prefixHits()
meth public long prefixQueries()
meth public long promptTokens()
meth public long refused()
meth public long requests()
meth public long steps()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.EngineStep
cons public init(int,int,int,int,int,java.time.Duration,java.time.Duration)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int batch()
meth public int chunkTokens()
meth public int chunks()
meth public int decodes()
meth public int preemptions()
meth public int tokens()
meth public java.time.Duration decodeTime()
meth public java.time.Duration prefillTime()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.EngineStoppedException
supr java.util.concurrent.RejectedExecutionException

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
cons public init(int,int,java.util.List<java.lang.Integer>,java.util.List<java.lang.Integer>,java.util.Optional<java.lang.String>,dev.tttv2.interfaces.FinishReason,java.util.List<dev.tttv2.interfaces.TokenLogprobs>,java.util.List<dev.tttv2.interfaces.TokenLogprobs>,java.util.OptionalDouble,dev.tttv2.interfaces.GenerationStats)
meth public dev.tttv2.interfaces.FinishReason finishReason()
meth public dev.tttv2.interfaces.GenerationStats stats()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int prompt()
meth public int sample()
meth public java.util.List<dev.tttv2.interfaces.TokenLogprobs> logprobs()
meth public java.util.List<dev.tttv2.interfaces.TokenLogprobs> promptLogprobs()
meth public java.util.List<java.lang.Integer> promptTokens()
meth public java.util.List<java.lang.Integer> tokens()
meth public java.util.Optional<java.lang.String> text()
meth public java.util.OptionalDouble cumulativeLogprob()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.GenerationConfig
cons public init(dev.tttv2.interfaces.SamplingParams,int,int,java.util.Optional<java.lang.Boolean>,boolean,boolean,java.util.Optional<dev.tttv2.interfaces.PromptLookup>,java.util.Optional<dev.tttv2.interfaces.LogitsListener>,dev.tttv2.interfaces.CancellationToken)
innr public final static Builder
meth public boolean deviceArgmax()
meth public boolean trace()
meth public dev.tttv2.interfaces.CancellationToken cancellation()
meth public dev.tttv2.interfaces.SamplingParams sampling()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxContext()
meth public int prefillChunk()
meth public java.util.Optional<dev.tttv2.interfaces.LogitsListener> logits()
meth public java.util.Optional<dev.tttv2.interfaces.PromptLookup> promptLookup()
meth public java.util.Optional<java.lang.Boolean> padPrompts()
meth public static dev.tttv2.interfaces.GenerationConfig of(dev.tttv2.interfaces.SamplingParams)
meth public static dev.tttv2.interfaces.GenerationConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.GenerationConfig$Builder
 outer dev.tttv2.interfaces.GenerationConfig
meth public dev.tttv2.interfaces.GenerationConfig build()
meth public dev.tttv2.interfaces.GenerationConfig$Builder cancellation(dev.tttv2.interfaces.CancellationToken)
meth public dev.tttv2.interfaces.GenerationConfig$Builder deviceArgmax(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder logits(dev.tttv2.interfaces.LogitsListener)
meth public dev.tttv2.interfaces.GenerationConfig$Builder maxContext(int)
meth public dev.tttv2.interfaces.GenerationConfig$Builder padPrompts(boolean)
meth public dev.tttv2.interfaces.GenerationConfig$Builder prefillChunk(int)
meth public dev.tttv2.interfaces.GenerationConfig$Builder promptLookup(dev.tttv2.interfaces.PromptLookup)
meth public dev.tttv2.interfaces.GenerationConfig$Builder sampling(dev.tttv2.interfaces.SamplingParams)
meth public dev.tttv2.interfaces.GenerationConfig$Builder trace(boolean)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.GenerationStats
cons public init(double,double,double,int,int)
meth public double decodeTokensPerSecond()
meth public double prefillTokensPerSecond()
meth public double ttftMillis()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int acceptedTokens()
meth public int draftedTokens()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Generator
cons public init(dev.tttv2.interfaces.CausalLM,dev.tttv2.interfaces.Tokenizer)
fld public final static int BLOCK_SIZE = 32
fld public final static int MAX_USERS = 32
meth public dev.tttv2.interfaces.CausalLM model()
meth public dev.tttv2.interfaces.TokenIterator iterator(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> beamSearch(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.BeamSearch,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
meth public java.util.List<dev.tttv2.interfaces.Generation> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig,dev.tttv2.interfaces.TokenListener)
meth public java.util.Optional<dev.tttv2.interfaces.Tokenizer> tokenizer()
meth public java.util.stream.Stream<dev.tttv2.interfaces.Token> stream(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.GenerationConfig)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.HWConfig
cons public init(java.lang.String,java.lang.String,int,int,int,int,int,int,long,double,long,double,int,dev.tttv2.interfaces.HWSources)
meth public dev.tttv2.core.DeviceTarget target()
meth public dev.tttv2.interfaces.HWPlan plan(dev.tttv2.config.DecoderConfig,dev.tttv2.config.OptimizationConfig,int,int,int)
meth public dev.tttv2.interfaces.HWSources sources()
meth public double clock()
meth public double dramBandwidth()
meth public double peakFlops(dev.tttv2.core.MathFidelity)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public int chips()
meth public int cores()
meth public int dramBanks()
meth public int gridX()
meth public int gridY()
meth public int groupRows(int)
meth public int links()
meth public int meshCols()
meth public int meshRows()
meth public int tensixCores()
meth public java.lang.String arch()
meth public java.lang.String name()
meth public java.lang.String toString()
meth public java.util.List<dev.tttv2.interfaces.HWPlan> plans(dev.tttv2.config.DecoderConfig,dev.tttv2.config.OptimizationConfig,int,int)
meth public java.util.List<java.lang.Integer> groups()
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
meth public int batch()
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

CLSS public final dev.tttv2.interfaces.HWSources
cons public init(java.lang.String,java.lang.String,java.lang.String,java.lang.String,java.lang.String)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public java.lang.String clock()
meth public java.lang.String cores()
meth public java.lang.String links()
meth public java.lang.String mesh()
meth public java.lang.String reported()
meth public java.lang.String toString()
supr java.lang.Record

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
cons public init(dev.tttv2.config.OptimizationConfig,dev.tttv2.config.WeightCache,dev.tttv2.config.LoadProgress,int,java.util.Optional<dev.tttv2.config.Calibration>)
meth public dev.tttv2.config.DecoderConfig limit(dev.tttv2.config.DecoderConfig,dev.tttv2.config.Checkpoint)
meth public dev.tttv2.config.DecoderConfig limit(dev.tttv2.config.DecoderConfig,dev.tttv2.config.Checkpoint,dev.tttv2.core.Device)
meth public dev.tttv2.config.LoadProgress progress()
meth public dev.tttv2.config.OptimizationConfig optimizations()
meth public dev.tttv2.config.WeightCache cache()
meth public dev.tttv2.config.WeightLoader loader(dev.tttv2.config.Checkpoint)
meth public dev.tttv2.interfaces.LoadOptions withCalibration(dev.tttv2.config.Calibration)
meth public dev.tttv2.interfaces.LoadOptions withMaxContext(int)
meth public dev.tttv2.interfaces.LoadOptions withProgress(dev.tttv2.config.LoadProgress)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxContext()
meth public java.util.Optional<dev.tttv2.config.Calibration> calibration()
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

CLSS public final dev.tttv2.interfaces.MemoryFit
meth public boolean isRefused()
meth public java.util.Optional<java.lang.String> doubt()
meth public long weightBytes()
meth public static dev.tttv2.interfaces.MemoryFit of(dev.tttv2.config.DecoderConfig,dev.tttv2.config.OptimizationConfig,dev.tttv2.core.Device)
meth public void check()
supr java.lang.Object

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

CLSS public final dev.tttv2.interfaces.ModelLoadEvent
cons public init(java.lang.String,java.lang.String)
supr jdk.jfr.Event

CLSS public final dev.tttv2.interfaces.ModelRunner
cons public init(dev.tttv2.interfaces.CausalLM,dev.tttv2.interfaces.EngineConfig)
intf java.lang.AutoCloseable
meth public boolean isCaptured(dev.tttv2.interfaces.PrefillInput)
meth public dev.tttv2.interfaces.DecodeOutput decodeForward(dev.tttv2.interfaces.DecodeInput,boolean)
meth public dev.tttv2.interfaces.RunnerCapabilities capabilities()
meth public int allocateKVCache()
meth public void close()
meth public void prefillForward(java.util.List<dev.tttv2.interfaces.PrefillInput>,boolean,dev.tttv2.interfaces.LogitsListener)
meth public void readDecodeOutput(dev.tttv2.interfaces.DecodeOutput)
meth public void warmUp()
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.NoTokenException
meth public int newTokens()
supr java.lang.IllegalStateException

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

CLSS public final dev.tttv2.interfaces.PrefillInput
cons public init(int[],int,int,int[],dev.tttv2.interfaces.Logits)
meth public dev.tttv2.interfaces.Logits which()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int end()
meth public int start()
meth public int total()
meth public int[] blocks()
meth public int[] tokens()
supr java.lang.Record

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

CLSS public abstract interface dev.tttv2.interfaces.PromptLayers
meth public abstract dev.tttv2.core.Tensor forward(dev.tttv2.core.Tensor,dev.tttv2.core.block.KVCache,dev.tttv2.core.Tensor)
meth public abstract dev.tttv2.core.Tensor logits(dev.tttv2.core.Tensor,int)

CLSS public final dev.tttv2.interfaces.PromptLookup
cons public init(int,int)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxNgram()
meth public int numTokens()
meth public static dev.tttv2.interfaces.PromptLookup of(int)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.QueueFullException
supr java.util.concurrent.RejectedExecutionException

CLSS public final dev.tttv2.interfaces.Request
cons public init(java.lang.String,dev.tttv2.interfaces.Prompt,dev.tttv2.interfaces.SamplingParams,int,java.lang.String)
meth public dev.tttv2.interfaces.Prompt prompt()
meth public dev.tttv2.interfaces.Request withCacheSalt(java.lang.String)
meth public dev.tttv2.interfaces.Request withId(java.lang.String)
meth public dev.tttv2.interfaces.Request withPriority(int)
meth public dev.tttv2.interfaces.SamplingParams sampling()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int priority()
meth public java.lang.String cacheSalt()
meth public java.lang.String id()
meth public static dev.tttv2.interfaces.Request of(dev.tttv2.interfaces.Prompt,dev.tttv2.interfaces.SamplingParams)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.RequestHandle
meth public dev.tttv2.interfaces.RequestOutput await() throws java.lang.InterruptedException
meth public java.lang.String id()
meth public java.util.concurrent.CompletableFuture<dev.tttv2.interfaces.RequestOutput> future()
meth public void cancel()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.RequestListener
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.interfaces.RequestListener NONE
meth public abstract void token(dev.tttv2.interfaces.Token)
meth public void failed(java.lang.Throwable)
meth public void finished(dev.tttv2.interfaces.RequestOutput)

CLSS public final dev.tttv2.interfaces.RequestOutput
cons public init(java.lang.String,java.util.List<java.lang.Integer>,java.util.List<dev.tttv2.interfaces.Generation>,int,dev.tttv2.interfaces.RequestTimes)
meth public dev.tttv2.interfaces.RequestTimes times()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int cachedTokens()
meth public int generatedTokens()
meth public java.lang.String requestId()
meth public java.util.List<dev.tttv2.interfaces.Generation> outputs()
meth public java.util.List<java.lang.Integer> promptTokens()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.RequestTimes
cons public init(java.time.Duration,java.time.Duration,java.time.Duration)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.time.Duration decode()
meth public java.time.Duration prefill()
meth public java.time.Duration queue()
meth public java.time.Duration toFirstToken()
meth public java.time.Duration total()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.RunnerCapabilities
cons public init(int,java.util.List<java.lang.Integer>,int,int,boolean,boolean,boolean,boolean,boolean)
meth public boolean asyncDecode()
meth public boolean chunkedPrefill()
meth public boolean paddedPrefill()
meth public boolean prefixCaching()
meth public boolean sampleOnDevice()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int blockSize()
meth public int maxContext()
meth public int maxUsers()
meth public java.util.List<java.lang.Integer> decodeBatches()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Sampler
cons public !varargs init(dev.tttv2.interfaces.SamplingParams,int,int[])
cons public !varargs init(dev.tttv2.interfaces.SamplingParams,int,java.util.Collection<java.lang.Integer>,int,int[])
meth public boolean isComplete()
meth public double[] probabilities(float[],int)
meth public int sample(float[],int)
meth public java.util.Optional<dev.tttv2.interfaces.TokenLogprobs> logprobs(float[],int,int)
meth public void accept(int)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.SamplingParams
fld public final static dev.tttv2.interfaces.SamplingParams GREEDY
fld public final static double LEAST_REPETITION_PENALTY = 0.01
fld public final static double MOST_REPETITION_PENALTY = 100.0
innr public final static !enum FilterOrder
innr public final static Builder
meth public boolean changesLogits()
meth public boolean ignoreEos()
meth public boolean includeStopInOutput()
meth public boolean isGreedy()
meth public boolean skipSpecialTokens()
meth public dev.tttv2.interfaces.SamplingParams$Builder toBuilder()
meth public dev.tttv2.interfaces.SamplingParams$FilterOrder order()
meth public double frequencyPenalty()
meth public double minP()
meth public double presencePenalty()
meth public double repetitionPenalty()
meth public double temperature()
meth public double topP()
meth public double typicalP()
meth public int bestOf()
meth public int maxTokens()
meth public int minTokens()
meth public int n()
meth public int noRepeatNgram()
meth public int topK()
meth public java.util.List<java.lang.Integer> stopTokens()
meth public java.util.List<java.lang.String> stop()
meth public java.util.List<java.util.List<java.lang.Integer>> bannedTokens()
meth public java.util.Map<java.lang.Integer,java.lang.Double> logitBias()
meth public java.util.Optional<dev.tttv2.interfaces.TokenConstraint> constraint()
meth public java.util.Optional<java.util.List<java.lang.Integer>> allowedTokens()
meth public java.util.OptionalInt logprobs()
meth public java.util.OptionalInt promptLogprobs()
meth public java.util.OptionalLong seed()
meth public static dev.tttv2.interfaces.SamplingParams$Builder builder()
supr java.lang.Object

CLSS public final static dev.tttv2.interfaces.SamplingParams$Builder
 outer dev.tttv2.interfaces.SamplingParams
intf java.lang.Cloneable
meth public dev.tttv2.interfaces.SamplingParams build()
meth public dev.tttv2.interfaces.SamplingParams$Builder allowedTokens(java.util.List<java.lang.Integer>)
meth public dev.tttv2.interfaces.SamplingParams$Builder bannedTokens(java.util.List<java.util.List<java.lang.Integer>>)
meth public dev.tttv2.interfaces.SamplingParams$Builder bestOf(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder constraint(dev.tttv2.interfaces.TokenConstraint)
meth public dev.tttv2.interfaces.SamplingParams$Builder frequencyPenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder ignoreEos(boolean)
meth public dev.tttv2.interfaces.SamplingParams$Builder includeStopInOutput(boolean)
meth public dev.tttv2.interfaces.SamplingParams$Builder logitBias(java.util.Map<java.lang.Integer,java.lang.Double>)
meth public dev.tttv2.interfaces.SamplingParams$Builder logprobs(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder maxTokens(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder minP(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder minTokens(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder n(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder noRepeatNgram(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder order(dev.tttv2.interfaces.SamplingParams$FilterOrder)
meth public dev.tttv2.interfaces.SamplingParams$Builder presencePenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder promptLogprobs(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder repetitionPenalty(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder seed(long)
meth public dev.tttv2.interfaces.SamplingParams$Builder skipSpecialTokens(boolean)
meth public dev.tttv2.interfaces.SamplingParams$Builder stop(java.util.List<java.lang.String>)
meth public dev.tttv2.interfaces.SamplingParams$Builder stopTokens(java.util.List<java.lang.Integer>)
meth public dev.tttv2.interfaces.SamplingParams$Builder temperature(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder topK(int)
meth public dev.tttv2.interfaces.SamplingParams$Builder topP(double)
meth public dev.tttv2.interfaces.SamplingParams$Builder typicalP(double)
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

CLSS public abstract interface dev.tttv2.interfaces.StepListener
 anno 0 java.lang.FunctionalInterface()
fld public final static dev.tttv2.interfaces.StepListener NONE
meth public abstract void step(dev.tttv2.interfaces.EngineStep,dev.tttv2.interfaces.EngineStats)

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
cons public init(int,int,int,int,java.lang.String,java.util.Optional<dev.tttv2.interfaces.TokenLogprobs>,java.util.Optional<dev.tttv2.interfaces.FinishReason>)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int id()
meth public int index()
meth public int prompt()
meth public int sample()
meth public java.lang.String text()
meth public java.util.Optional<dev.tttv2.interfaces.FinishReason> finishReason()
meth public java.util.Optional<dev.tttv2.interfaces.TokenLogprobs> logprobs()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.TokenBytes
meth public boolean dropsFirstSpace()
meth public byte at(int,int)
meth public int length(int)
meth public int size()
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.TokenConstraint
 anno 0 java.lang.FunctionalInterface()
innr public abstract interface static Matcher
meth public abstract dev.tttv2.interfaces.TokenConstraint$Matcher start()

CLSS public abstract interface static dev.tttv2.interfaces.TokenConstraint$Matcher
 outer dev.tttv2.interfaces.TokenConstraint
meth public abstract boolean isComplete()
meth public abstract boolean mayEnd()
meth public abstract long[] allowed()
meth public abstract void accept(int)

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

CLSS public final dev.tttv2.interfaces.TokenLogprob
cons public init(int,double,int)
meth public double logprob()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int rank()
meth public int token()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.TokenLogprobs
cons public init(dev.tttv2.interfaces.TokenLogprob,java.util.List<dev.tttv2.interfaces.TokenLogprob>)
meth public dev.tttv2.interfaces.TokenLogprob chosen()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.util.List<dev.tttv2.interfaces.TokenLogprob> top()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.Tokenizer
fld public final static int MAX_CHARS = 4194304
intf java.lang.AutoCloseable
meth public dev.tttv2.interfaces.TokenBytes tokenBytes()
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

CLSS public final dev.tttv2.interfaces.TraceCoverageException
supr java.lang.IllegalStateException

CLSS public final dev.tttv2.interfaces.VLLMGenerator
cons public init(dev.tttv2.interfaces.CausalLM,dev.tttv2.interfaces.Tokenizer,dev.tttv2.interfaces.ChatTemplate,dev.tttv2.interfaces.EngineConfig)
cons public init(dev.tttv2.interfaces.CausalLM,dev.tttv2.interfaces.Tokenizer,dev.tttv2.interfaces.EngineConfig)
intf java.lang.AutoCloseable
meth public boolean drain(java.time.Duration) throws java.lang.InterruptedException
meth public dev.tttv2.interfaces.CausalLM model()
meth public dev.tttv2.interfaces.EngineConfig config()
meth public dev.tttv2.interfaces.EngineStats stats()
meth public dev.tttv2.interfaces.RequestHandle enqueue(dev.tttv2.interfaces.Request,dev.tttv2.interfaces.RequestListener)
meth public dev.tttv2.interfaces.RequestHandle submit(dev.tttv2.interfaces.Request)
meth public dev.tttv2.interfaces.RequestHandle submit(dev.tttv2.interfaces.Request,dev.tttv2.interfaces.RequestListener)
meth public dev.tttv2.interfaces.RunnerCapabilities capabilities()
meth public int maxContext()
meth public java.util.List<dev.tttv2.interfaces.RequestOutput> chat(java.util.List<java.util.List<dev.tttv2.interfaces.ChatMessage>>,dev.tttv2.interfaces.SamplingParams)
meth public java.util.List<dev.tttv2.interfaces.RequestOutput> generate(java.util.List<dev.tttv2.interfaces.Prompt>,dev.tttv2.interfaces.SamplingParams)
meth public java.util.List<dev.tttv2.interfaces.RequestOutput> generate(java.util.List<dev.tttv2.interfaces.Request>)
meth public java.util.Optional<dev.tttv2.interfaces.ChatTemplate> chatTemplate()
meth public java.util.Optional<dev.tttv2.interfaces.Tokenizer> tokenizer()
meth public void cancelAll()
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.batch.BatchAnswers
cons public init(dev.tttv2.interfaces.server.ModelApi,int,java.util.Iterator<dev.tttv2.interfaces.batch.BatchLine>)
intf java.lang.AutoCloseable
intf java.util.Iterator<dev.tttv2.interfaces.batch.BatchResult>
meth public boolean hasNext()
meth public dev.tttv2.interfaces.batch.BatchResult next()
meth public long abandoned()
meth public void close()
meth public void stop(java.time.Duration)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.batch.BatchConfig
cons public init(int,int)
fld public final static dev.tttv2.interfaces.batch.BatchConfig DEFAULT
innr public final static Builder
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int maxInFlight()
meth public int maxLineBytes()
meth public static dev.tttv2.interfaces.batch.BatchConfig$Builder builder()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.batch.BatchConfig$Builder
 outer dev.tttv2.interfaces.batch.BatchConfig
meth public dev.tttv2.interfaces.batch.BatchConfig build()
meth public dev.tttv2.interfaces.batch.BatchConfig$Builder maxInFlight(int)
meth public dev.tttv2.interfaces.batch.BatchConfig$Builder maxLineBytes(int)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.batch.BatchCounts
cons public init(long,long,long,long,long,long,long,long,boolean)
meth public boolean complete()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long abandoned()
meth public long answered()
meth public long answeredBefore()
meth public long bytesRead()
meth public long completionTokens()
meth public long failed()
meth public long failedBefore()
meth public long promptTokens()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.batch.BatchJob
cons public init(dev.tttv2.interfaces.server.ModelApi,java.nio.file.Path,java.nio.file.Path,dev.tttv2.interfaces.batch.BatchConfig)
meth public dev.tttv2.interfaces.batch.BatchCounts run(java.util.function.Consumer<dev.tttv2.interfaces.batch.BatchCounts>) throws java.io.IOException
meth public void stop(java.time.Duration)
supr java.lang.Object

CLSS public abstract interface dev.tttv2.interfaces.batch.BatchLine
meth public abstract java.util.Optional<java.lang.String> customId()
meth public abstract long number()
meth public static java.util.Optional<dev.tttv2.interfaces.batch.BatchLine> parse(long,byte[])

CLSS public final dev.tttv2.interfaces.batch.BatchLineError
cons public init(long,java.util.Optional<java.lang.String>,java.lang.String,java.util.Optional<java.lang.String>,java.lang.String)
intf dev.tttv2.interfaces.batch.BatchLine
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String code()
meth public java.lang.String message()
meth public java.util.Optional<java.lang.String> customId()
meth public java.util.Optional<java.lang.String> param()
meth public long number()
meth public static dev.tttv2.interfaces.batch.BatchLineError duplicate(dev.tttv2.interfaces.batch.BatchLine)
meth public static dev.tttv2.interfaces.batch.BatchLineError tooLong(long,long,int)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.batch.BatchRequest
cons public init(long,java.lang.String,java.lang.String,java.lang.String)
intf dev.tttv2.interfaces.batch.BatchLine
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String body()
meth public java.lang.String name()
meth public java.lang.String url()
meth public java.util.Optional<java.lang.String> customId()
meth public long number()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.batch.BatchResult
cons public init(java.lang.String,boolean,long,long)
meth public boolean ok()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String json()
meth public long completionTokens()
meth public long promptTokens()
supr java.lang.Record

CLSS abstract interface dev.tttv2.interfaces.batch.package-info

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

CLSS public final dev.tttv2.interfaces.json.JsonProblem
meth public int column()
meth public int line()
meth public static dev.tttv2.interfaces.json.JsonProblem of(com.fasterxml.jackson.core.JsonProcessingException,com.fasterxml.jackson.core.JsonLocation)
supr java.lang.Exception

CLSS public final dev.tttv2.interfaces.json.JsonReader
meth public static com.fasterxml.jackson.databind.JsonNode read(com.fasterxml.jackson.databind.ObjectMapper,java.lang.String) throws dev.tttv2.interfaces.json.JsonProblem
supr java.lang.Object

CLSS abstract interface dev.tttv2.interfaces.json.package-info

CLSS abstract interface dev.tttv2.interfaces.package-info

CLSS public final dev.tttv2.interfaces.scheduling.BlockHash
cons public init(long,long,long,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long a()
meth public long b()
meth public long c()
meth public long d()
meth public static dev.tttv2.interfaces.scheduling.BlockHash salt(java.lang.String)
supr java.lang.Record

CLSS public dev.tttv2.interfaces.scheduling.ScheduledSequence
cons public init(int,int[],dev.tttv2.interfaces.scheduling.BlockHash,boolean,int)
meth public final boolean isRunning()
meth public final int block(int)
meth public final int cached()
meth public final int computed()
meth public final int length()
meth public final int numBlocks()
meth public final int promptLength()
meth public final int token(int)
meth public final void append(int)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.scheduling.Scheduler<%0 extends dev.tttv2.interfaces.scheduling.ScheduledSequence>
cons public init(int,int,int,int,int)
meth public dev.tttv2.interfaces.scheduling.Step<{dev.tttv2.interfaces.scheduling.Scheduler%0}> next()
meth public int numBlocks()
meth public int running()
meth public int usedBlocks()
meth public int waiting()
meth public long preemptions()
meth public long prefixHits()
meth public long prefixQueries()
meth public void add({dev.tttv2.interfaces.scheduling.Scheduler%0})
meth public void computed({dev.tttv2.interfaces.scheduling.Scheduler%0},int)
meth public void forgetPrefixes()
meth public void remove({dev.tttv2.interfaces.scheduling.Scheduler%0})
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.scheduling.Step<%0 extends dev.tttv2.interfaces.scheduling.ScheduledSequence>
cons public init(java.util.List<{dev.tttv2.interfaces.scheduling.Step%0}>,java.util.List<dev.tttv2.interfaces.scheduling.Step$Chunk<{dev.tttv2.interfaces.scheduling.Step%0}>>,java.util.List<{dev.tttv2.interfaces.scheduling.Step%0}>)
innr public final static Chunk
meth public boolean isEmpty()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int tokens()
meth public java.util.List<dev.tttv2.interfaces.scheduling.Step$Chunk<{dev.tttv2.interfaces.scheduling.Step%0}>> chunks()
meth public java.util.List<{dev.tttv2.interfaces.scheduling.Step%0}> decodes()
meth public java.util.List<{dev.tttv2.interfaces.scheduling.Step%0}> preempted()
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.scheduling.Step$Chunk<%0 extends dev.tttv2.interfaces.scheduling.ScheduledSequence>
 outer dev.tttv2.interfaces.scheduling.Step
cons public init({dev.tttv2.interfaces.scheduling.Step$Chunk%0},int,int)
meth public boolean isLast()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int end()
meth public int start()
meth public {dev.tttv2.interfaces.scheduling.Step$Chunk%0} sequence()
supr java.lang.Record

CLSS abstract interface dev.tttv2.interfaces.scheduling.package-info

CLSS public final dev.tttv2.interfaces.server.ApiAnswer
cons public init(int,java.lang.String,long,long)
meth public boolean isOk()
meth public boolean isUnavailable()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int status()
meth public java.lang.String json()
meth public long completionTokens()
meth public long promptTokens()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.server.EmbeddingModel
cons public init(java.lang.String,dev.tttv2.interfaces.Encoder,dev.tttv2.interfaces.Tokenizer,dev.tttv2.interfaces.Pooling,boolean)
meth public boolean normalize()
meth public dev.tttv2.interfaces.Encoder encoder()
meth public dev.tttv2.interfaces.Pooling pooling()
meth public dev.tttv2.interfaces.Tokenizer tokenizer()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String name()
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.server.ModelApi
fld public final static java.util.List<java.lang.String> PATHS
meth public dev.tttv2.interfaces.server.ApiAnswer answer(java.lang.String,java.lang.String,byte[])
meth public static dev.tttv2.interfaces.server.ModelApi of(dev.tttv2.interfaces.VLLMGenerator,dev.tttv2.interfaces.server.EmbeddingModel,dev.tttv2.interfaces.server.ServerConfig)
meth public static dev.tttv2.interfaces.server.ModelApi of(dev.tttv2.interfaces.VLLMGenerator,dev.tttv2.interfaces.server.ServerConfig)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.server.ModelServer
intf java.lang.AutoCloseable
meth public boolean drain(java.time.Duration) throws java.lang.InterruptedException
meth public int activeRequests()
meth public int port()
meth public static dev.tttv2.interfaces.server.ModelServer start(dev.tttv2.interfaces.VLLMGenerator,dev.tttv2.interfaces.server.EmbeddingModel,dev.tttv2.interfaces.server.ServerMetrics,dev.tttv2.interfaces.server.ServerConfig) throws java.io.IOException
meth public static dev.tttv2.interfaces.server.ModelServer start(dev.tttv2.interfaces.VLLMGenerator,dev.tttv2.interfaces.server.ServerMetrics,dev.tttv2.interfaces.server.ServerConfig) throws java.io.IOException
meth public void close()
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.server.SamplingDefaults
cons public init(double,int,double,double,double)
fld public final static dev.tttv2.interfaces.server.SamplingDefaults VLLM
meth public double minP()
meth public double repetitionPenalty()
meth public double temperature()
meth public double topP()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int topK()
meth public static dev.tttv2.interfaces.server.SamplingDefaults of(dev.tttv2.config.Checkpoint)
supr java.lang.Record

CLSS public final dev.tttv2.interfaces.server.ServerConfig
cons public init(java.lang.String,int,java.lang.String,java.lang.String,java.util.Optional<java.lang.String>,dev.tttv2.interfaces.server.SamplingDefaults,int,int,int,int,java.time.Duration,java.util.List<java.lang.String>,boolean)
innr public final static Builder
meth public boolean logPrompts()
meth public dev.tttv2.interfaces.server.SamplingDefaults defaults()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public int maxBodyBytes()
meth public int maxChoices()
meth public int maxLogprobs()
meth public int maxRequests()
meth public int port()
meth public java.lang.String host()
meth public java.lang.String modelName()
meth public java.lang.String toString()
meth public java.lang.String version()
meth public java.time.Duration clientTimeout()
meth public java.util.List<java.lang.String> allowedOrigins()
meth public java.util.Optional<java.lang.String> apiKey()
meth public static dev.tttv2.interfaces.server.ServerConfig$Builder builder(java.lang.String)
supr java.lang.Record

CLSS public final static dev.tttv2.interfaces.server.ServerConfig$Builder
 outer dev.tttv2.interfaces.server.ServerConfig
meth public dev.tttv2.interfaces.server.ServerConfig build()
meth public dev.tttv2.interfaces.server.ServerConfig$Builder allowedOrigins(java.util.List<java.lang.String>)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder apiKey(java.lang.String)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder clientTimeout(java.time.Duration)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder defaults(dev.tttv2.interfaces.server.SamplingDefaults)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder host(java.lang.String)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder logPrompts(boolean)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder maxBodyBytes(int)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder maxChoices(int)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder maxLogprobs(int)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder maxRequests(int)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder port(int)
meth public dev.tttv2.interfaces.server.ServerConfig$Builder version(java.lang.String)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.server.ServerMetrics
cons public init(java.lang.String,int)
intf dev.tttv2.interfaces.StepListener
meth public void step(dev.tttv2.interfaces.EngineStep,dev.tttv2.interfaces.EngineStats)
supr java.lang.Object

CLSS abstract interface dev.tttv2.interfaces.server.package-info

CLSS public final dev.tttv2.interfaces.structured.GrammarCompiler
cons public init(dev.tttv2.interfaces.TokenBytes)
cons public init(dev.tttv2.interfaces.Tokenizer)
meth public dev.tttv2.interfaces.TokenConstraint compile(dev.tttv2.interfaces.structured.StructuredOutput)
supr java.lang.Object

CLSS public final dev.tttv2.interfaces.structured.StructuredOutput
cons public init(dev.tttv2.interfaces.structured.StructuredOutput$Kind,java.util.List<java.lang.String>)
innr public final static !enum Kind
meth public dev.tttv2.interfaces.structured.StructuredOutput$Kind kind()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.util.List<java.lang.String> texts()
meth public static dev.tttv2.interfaces.structured.StructuredOutput choice(java.util.List<java.lang.String>)
meth public static dev.tttv2.interfaces.structured.StructuredOutput jsonObject()
meth public static dev.tttv2.interfaces.structured.StructuredOutput jsonSchema(java.lang.String)
meth public static dev.tttv2.interfaces.structured.StructuredOutput regex(java.lang.String)
meth public void check()
supr java.lang.Record

CLSS public final static !enum dev.tttv2.interfaces.structured.StructuredOutput$Kind
 outer dev.tttv2.interfaces.structured.StructuredOutput
fld public final static dev.tttv2.interfaces.structured.StructuredOutput$Kind CHOICE
fld public final static dev.tttv2.interfaces.structured.StructuredOutput$Kind JSON_OBJECT
fld public final static dev.tttv2.interfaces.structured.StructuredOutput$Kind JSON_SCHEMA
fld public final static dev.tttv2.interfaces.structured.StructuredOutput$Kind REGEX
meth public static dev.tttv2.interfaces.structured.StructuredOutput$Kind valueOf(java.lang.String)
meth public static dev.tttv2.interfaces.structured.StructuredOutput$Kind[] values()
supr java.lang.Enum<dev.tttv2.interfaces.structured.StructuredOutput$Kind>

CLSS abstract interface dev.tttv2.interfaces.structured.package-info

CLSS public abstract interface java.io.Serializable

CLSS public abstract interface java.lang.AutoCloseable
meth public abstract void close() throws java.lang.Exception

CLSS public abstract interface java.lang.Cloneable

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

CLSS public java.lang.IllegalStateException
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

CLSS public abstract interface !annotation java.lang.annotation.Inherited
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

CLSS public java.util.concurrent.RejectedExecutionException
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.RuntimeException

CLSS public abstract jdk.internal.event.Event
cons protected init()
meth public boolean isEnabled()
meth public boolean shouldCommit()
meth public void begin()
meth public void commit()
meth public void end()
meth public void set(int,java.lang.Object)
supr java.lang.Object

CLSS public abstract interface !annotation jdk.jfr.Category
 anno 0 java.lang.annotation.Inherited()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
intf java.lang.annotation.Annotation
meth public abstract java.lang.String[] value()

CLSS public abstract interface !annotation jdk.jfr.Enabled
 anno 0 java.lang.annotation.Inherited()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
fld public final static java.lang.String NAME = "enabled"
intf java.lang.annotation.Annotation
meth public abstract !hasdefault boolean value()

CLSS public abstract jdk.jfr.Event
cons protected init()
meth public final boolean isEnabled()
meth public final boolean shouldCommit()
meth public final void begin()
meth public final void commit()
meth public final void end()
meth public final void set(int,java.lang.Object)
supr jdk.internal.event.Event

CLSS public abstract interface !annotation jdk.jfr.Label
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE, FIELD, METHOD])
intf java.lang.annotation.Annotation
meth public abstract java.lang.String value()

CLSS public abstract interface !annotation jdk.jfr.MetadataDefinition
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
intf java.lang.annotation.Annotation

CLSS public abstract interface !annotation jdk.jfr.Name
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE, FIELD, METHOD])
intf java.lang.annotation.Annotation
meth public abstract java.lang.String value()

CLSS public abstract interface !annotation jdk.jfr.Registered
 anno 0 java.lang.annotation.Inherited()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
intf java.lang.annotation.Annotation
meth public abstract !hasdefault boolean value()

CLSS public abstract interface !annotation jdk.jfr.StackTrace
 anno 0 java.lang.annotation.Inherited()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
fld public final static java.lang.String NAME = "stackTrace"
intf java.lang.annotation.Annotation
meth public abstract !hasdefault boolean value()

