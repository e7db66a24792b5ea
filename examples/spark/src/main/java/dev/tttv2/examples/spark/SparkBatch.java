// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import dev.tttv2.interfaces.batch.BatchAnswers;
import dev.tttv2.interfaces.batch.BatchLine;
import dev.tttv2.interfaces.batch.BatchLineError;
import dev.tttv2.interfaces.batch.BatchRequest;
import dev.tttv2.interfaces.batch.BatchResult;
import dev.tttv2.interfaces.server.ModelApi;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Answers files of requests on a cluster, as {@link dev.tttv2.interfaces.batch.BatchJob} answers
 * one on one machine, with the same lines in the end. Lines are spread evenly; each executor has
 * one engine, see {@link ExecutorEngine}.
 *
 * <p>The output is a directory, to which each run adds files. What is there is not done again.
 * Spark's commit makes a run's files appear when all its tasks have ended: a run that is killed
 * before has no answers.
 */
final class SparkBatch implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final StructType LINES =
      StructType.fromDDL("line BIGINT, name STRING, request BOOLEAN, text BINARY");
  private static final StructType RESULTS =
      StructType.fromDDL("custom_id STRING, error STRUCT<line: BIGINT>");

  private final ModelSpec model;
  private final int maxInFlight;
  private final int maxLineBytes;
  private final LongAccumulator engines;
  private final LongAccumulator answered;
  private final LongAccumulator failed;

  /**
   * What came of a run. Lines of tasks that Spark has run twice are counted twice; they are in the
   * output once.
   *
   * @param engines models that were loaded
   * @param answered lines that have an answer, failed ones included
   * @param failed those of them that have an error
   */
  record Summary(long engines, long answered, long failed) {}

  private SparkBatch(SparkSession spark, ModelSpec model, int maxInFlight, int maxLineBytes) {
    this.model = model;
    this.maxInFlight = maxInFlight;
    this.maxLineBytes = maxLineBytes;
    engines = spark.sparkContext().longAccumulator("engines");
    answered = spark.sparkContext().longAccumulator("lines answered");
    failed = spark.sparkContext().longAccumulator("lines failed");
  }

  /**
   * Answers what has no answer yet.
   *
   * @param in a file, or a directory of files, whose lines are counted through
   * @param out a directory; made if it is not there
   * @param partitions tasks that the lines are spread over
   * @param maxInFlight lines that each task has answered at a time
   * @param maxLineBytes the longest line
   * @throws IOException if the output's file system cannot be reached
   */
  static Summary run(
      SparkSession spark,
      ModelSpec model,
      String in,
      String out,
      int partitions,
      int maxInFlight,
      int maxLineBytes)
      throws IOException {
    SparkBatch batch = new SparkBatch(spark, model, maxInFlight, maxLineBytes);
    Dataset<Row> lines = batch.lines(spark, in);
    Dataset<Row> firsts =
        lines.where(col("name").isNotNull()).groupBy("name").agg(min("line").as("first"));
    Dataset<Row> judged =
        lines
            .join(firsts, new String[] {"name"}, "left")
            .select(
                col("line"),
                col("text"),
                col("request").and(col("line").gt(col("first"))).as("repeated"),
                key(
                    col("request").and(col("line").equalTo(col("first"))),
                    col("name"),
                    col("line")));
    Dataset<Row> todo =
        judged.join(done(spark, out), judged.col("key").equalTo(col("done")), "left_anti");
    todo.select("line", "text", "repeated")
        .repartition(partitions)
        .mapPartitions((MapPartitionsFunction<Row, String>) batch::answers, Encoders.STRING())
        .write()
        .mode(SaveMode.Append)
        .text(out);
    return new Summary(batch.engines.value(), batch.answered.value(), batch.failed.value());
  }

  /** Makes what a line is known by: a request by its name, any other by its number. */
  private static Column key(Column isRequest, Column name, Column line) {
    return when(isRequest, concat(lit("n"), name)).otherwise(concat(lit("l"), line)).as("key");
  }

  /** Returns the keys of what is in the output. */
  private static Dataset<Row> done(SparkSession spark, String out) throws IOException {
    Path path = new Path(out);
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    if (!path.getFileSystem(hadoop).exists(path)) {
      return spark.emptyDataFrame().select(lit("").as("done"));
    }
    Column line = col("error.line");
    return spark
        .read()
        .schema(RESULTS)
        .json(out)
        .select(coalesce(concat(lit("l"), line), concat(lit("n"), col("custom_id"))).as("done"));
  }

  /** Returns the lines that are not blank, numbered from 1. */
  private Dataset<Row> lines(SparkSession spark, String in) {
    Configuration hadoop = new Configuration(spark.sparkContext().hadoopConfiguration());
    hadoop.set("textinputformat.record.delimiter", "\n");
    JavaRDD<Row> rows =
        new JavaSparkContext(spark.sparkContext())
            .newAPIHadoopFile(in, TextInputFormat.class, LongWritable.class, Text.class, hadoop)
            .values()
            .map(Text::copyBytes)
            .zipWithIndex()
            .map(
                indexed -> {
                  long number = indexed._2() + 1;
                  return parse(number, indexed._1())
                      .map(
                          line ->
                              RowFactory.create(
                                  number,
                                  line.customId().orElse(null),
                                  line instanceof BatchRequest,
                                  indexed._1()))
                      .orElse(null);
                })
            .filter(row -> row != null);
    return spark.createDataFrame(rows, LINES);
  }

  private Optional<BatchLine> parse(long number, byte[] text) {
    return text.length > maxLineBytes
        ? Optional.of(BatchLineError.tooLong(number, text.length, maxLineBytes))
        : BatchLine.parse(number, text);
  }

  private Iterator<String> answers(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    ModelApi api = ExecutorEngine.api(model, () -> engines.add(1));
    BatchAnswers answers = new BatchAnswers(api, maxInFlight, new Mapped<>(rows, this::line));
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> answers.close());
    return new Mapped<>(answers, this::count);
  }

  private BatchLine line(Row row) {
    BatchLine line = parse(row.getAs("line"), row.getAs("text")).orElseThrow();
    return row.<Boolean>getAs("repeated") ? BatchLineError.duplicate(line) : line;
  }

  private String count(BatchResult result) {
    answered.add(1);
    failed.add(result.ok() ? 0 : 1);
    return result.json();
  }
}
