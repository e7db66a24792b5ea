// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import dev.tttv2.interfaces.server.ModelApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers a file of requests in OpenAI's batch format, an object a line: {@code {"custom_id": "1",
 * "method": "POST", "url": "/v1/chat/completions", "body": {...}}}. Results are added to the output
 * as they come, see {@link BatchResult}; their order is not the input's.
 *
 * <p>A run that was killed, at whatever moment, is resumed by another one on the same files: what
 * has a line in the output is not done again, and nothing is left out. Lines may be added to the
 * input meanwhile, but only behind the others. A line that is no request is an error in the output
 * with the line's number, and so is a second line of one {@code custom_id}; neither ends the job.
 * To have failed requests done again, take their lines out of the output.
 *
 * <p>Lines are read as there is room for them, so that memory depends on the longest ones and not
 * on the file, but for 24 to 48 bytes for each {@code custom_id}.
 *
 * {@snippet :
 * BatchJob job = new BatchJob(api, Path.of("in.jsonl"), Path.of("out.jsonl"), BatchConfig.DEFAULT);
 * BatchCounts counts = job.run(progress -> {});
 * System.out.println(counts.answered() + " answered, " + counts.failed() + " of them failed");
 * }
 */
public final class BatchJob {
  private final ModelApi api;
  private final Path in;
  private final Path out;
  private final BatchConfig config;
  // Guarded by this.
  private BatchAnswers running;
  private Duration grace; // null: go on

  /**
   * Makes a job, which reads nothing yet.
   *
   * @param api answers; stays the caller's
   * @param in the requests
   * @param out the results; resumed if it is there
   */
  public BatchJob(ModelApi api, Path in, Path out, BatchConfig config) {
    this.api = Objects.requireNonNull(api, "api");
    this.in = Objects.requireNonNull(in, "in");
    this.out = Objects.requireNonNull(out, "out");
    this.config = Objects.requireNonNull(config, "config");
  }

  /**
   * Runs until every line has an answer, or {@link #stop} is called. For one thread at a time.
   *
   * @param progress is told after each result, on the calling thread
   * @throws IOException if a file cannot be read or written; what was written stays good
   * @throws IllegalArgumentException if both are one file, or the output is no regular file or not
   *     a batch's; it is left as it is
   * @throws IllegalStateException if another job writes to the output, the engine has ended or
   *     failed, or the thread is interrupted
   */
  public BatchCounts run(Consumer<BatchCounts> progress) throws IOException {
    if (Files.exists(out) && Files.isSameFile(in, out)) {
      throw new IllegalArgumentException("input and output are one file, %s".formatted(out));
    }
    NameSet names = new NameSet();
    try (InputStream bytes = Files.newInputStream(in);
        BatchJournal journal = BatchJournal.open(out, names)) {
      Todo todo = new Todo(bytes, names);
      try (BatchAnswers answers = begin(todo)) {
        Counter counter = new Counter(journal, todo, answers);
        while (answers.hasNext()) {
          BatchResult result = answers.next();
          journal.append(result);
          progress.accept(counter.add(result));
        }
        return counter.counts();
      } finally {
        end();
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private synchronized BatchAnswers begin(Todo todo) {
    running = new BatchAnswers(api, config.maxInFlight(), todo);
    if (grace != null) {
      running.stop(grace);
    }
    return running;
  }

  private synchronized void end() {
    running = null;
  }

  /**
   * Takes no further lines, in this run and in those to come, so that {@link #run} returns. May be
   * called by any thread.
   *
   * @param most how long requests on their way may take; what has not ended then is cancelled, and
   *     left for another job
   */
  public synchronized void stop(Duration most) {
    grace = most;
    if (running != null) {
      running.stop(most);
    }
  }

  /** The lines that have no result yet. */
  private final class Todo implements Iterator<BatchLine> {
    private final LineReader lines;
    private final NameSet names;
    private Optional<BatchLine> next = Optional.empty();
    private boolean exhausted;

    private Todo(InputStream bytes, NameSet names) {
      lines = new LineReader(bytes, config.maxLineBytes());
      this.names = names;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty() && !exhausted) {
          Optional<LineReader.Line> line = lines.next();
          exhausted = line.isEmpty();
          next = line.flatMap(this::parse).flatMap(this::unlessDone);
        }
        return next.isPresent();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public BatchLine next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      BatchLine line = next.get();
      next = Optional.empty();
      return line;
    }

    private Optional<BatchLine> parse(LineReader.Line line) {
      return line.text().isEmpty()
          ? Optional.of(BatchLineError.tooLong(line.number(), line.length(), config.maxLineBytes()))
          : BatchLine.parse(line.number(), line.text().get());
    }

    private Optional<BatchLine> unlessDone(BatchLine line) {
      NameSet.Meeting meeting = line.customId().map(names::meet).orElse(NameSet.Meeting.NEW);
      BatchLine judged =
          line instanceof BatchRequest && meeting == NameSet.Meeting.REPEATED
              ? BatchLineError.duplicate(line)
              : line;
      boolean done =
          switch (judged) {
            case BatchRequest request -> meeting == NameSet.Meeting.ANSWERED;
            case BatchLineError error -> names.report(error.number());
          };
      return done ? Optional.empty() : Optional.of(judged);
    }
  }

  /** Adds up. */
  private static final class Counter {
    private final BatchJournal journal;
    private final Todo todo;
    private final BatchAnswers answers;
    private long answered;
    private long failed;
    private long promptTokens;
    private long completionTokens;

    private Counter(BatchJournal journal, Todo todo, BatchAnswers answers) {
      this.journal = journal;
      this.todo = todo;
      this.answers = answers;
    }

    private BatchCounts add(BatchResult result) {
      answered++;
      failed += result.ok() ? 0 : 1;
      promptTokens += result.promptTokens();
      completionTokens += result.completionTokens();
      return counts(false);
    }

    private BatchCounts counts() {
      return counts(todo.exhausted && answers.abandoned() == 0);
    }

    private BatchCounts counts(boolean complete) {
      return new BatchCounts(
          answered,
          failed,
          journal.answers(),
          journal.failures(),
          answers.abandoned(),
          promptTokens,
          completionTokens,
          todo.lines.position(),
          complete);
    }
  }
}
