// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.ffm.FileProblem;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: {@code tttv2 generate | score | encode | tokenize | serve | batch | info |
 * doctor}.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 or 143 ended by SIGHUP, SIGINT or
 * SIGTERM, 141 standard output was closed. Results go to standard output; everything else, a
 * message of one line for each failure included, to standard error. A stack trace is shown with
 * {@code --verbose} or if {@code TTTV2_DEBUG} is set.
 */
@Command(
    name = "tttv2",
    description = "Runs language models and encoders built from TTTv2's blocks.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpWidth = 100,
    footer = {
      "  fetch     Downloads a model, unless it is there, and prints its path: smollm2, the default"
          + " model,",
      "            gemma3 (270M, 253 MB), or minilm, an encoder of sentences (all-MiniLM-L6-v2).",
      "  jshell    Starts jshell with TTTv2's libraries and examples/jshell/tttv2.jsh.",
      "",
      "Without --model the default model, SmolLM2-135M-Instruct, is used, and fetched the first"
          + " time.",
      "`tttv2 COMMAND --help` describes a command."
    })
public final class Tttv2 implements Runnable {
  /** The commands in the order of the help text. Each takes a while to be described. */
  private static final Map<String, Function<Console, BaseCommand>> COMMANDS = commands();

  /** What the launcher does by itself. */
  private static final List<String> LAUNCHER_COMMANDS = List.of("fetch", "jshell");

  /** Longest wait for a cancelled command to end, in seconds. */
  private static final int SHUTDOWN_SECONDS = 10;

  private final Console console;

  @Spec private CommandSpec spec;

  private Tttv2(Console console) {
    this.console = console;
  }

  /** Runs the command line of this process and exits. */
  public static void main(String[] args) {
    // UTF-8 in every locale; buffered, because tokens are flushed one by one anyway.
    WatchedOutput watched = new WatchedOutput(new FileOutputStream(FileDescriptor.out));
    PrintStream out =
        new PrintStream(new BufferedOutputStream(watched), false, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Console console = new Console(out, watched::failure, err, System.in, errIsTerminal());

    // SIGINT and SIGTERM make the JVM run this hook and exit with 128 + signal: the command is
    // cancelled and given time to end as after its last token, so that what it holds is released.
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  console.cancel();
                  try {
                    done.await(SHUTDOWN_SECONDS + console.secondsToEnd(), TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "shutdown"));
    int status;
    try {
      status = run(console, args);
    } finally {
      done.countDown();
    }
    System.exit(status);
  }

  private static Map<String, Function<Console, BaseCommand>> commands() {
    Map<String, Function<Console, BaseCommand>> commands = new LinkedHashMap<>();
    commands.put("generate", GenerateCommand::new);
    commands.put("score", ScoreCommand::new);
    commands.put("encode", EncodeCommand::new);
    commands.put("tokenize", TokenizeCommand::new);
    commands.put("serve", ServeCommand::new);
    commands.put("batch", BatchCommand::new);
    commands.put("info", InfoCommand::new);
    commands.put("doctor", DoctorCommand::new);
    return commands;
  }

  private static boolean errIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Runs a command line.
   *
   * @param out results; UTF-8 is up to the caller
   * @param err messages and statistics
   * @param in read for the prompt "-"
   * @return the exit code
   */
  public static int run(PrintStream out, PrintStream err, InputStream in, String... args) {
    return run(new Console(out, err, in, false), args);
  }

  static int run(Console console, String... args) {
    CommandLine line = new CommandLine(new Tttv2(console));
    // The others are described only where they may be listed.
    boolean named = args.length > 0 && COMMANDS.containsKey(args[0]);
    COMMANDS.forEach(
        (name, command) -> {
          if (!named || name.equals(args[0])) {
            line.addSubcommand(command.apply(console));
          }
        });
    line.setOut(new PrintWriter(console.out(), true));
    line.setErr(new PrintWriter(console.err(), true));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    NumberConverter.register(line);
    line.setParameterExceptionHandler(
        (e, ignored) -> {
          console.err().println("tttv2: " + usageError(e));
          return pointToHelp(console, e.getCommandLine());
        });
    line.setExecutionExceptionHandler((e, command, parsed) -> report(console, command, e));
    int status;
    try {
      status = line.execute(args);
    } catch (OutOfMemoryError e) {
      status = report(console, line, e);
    }
    console.out().flush();
    if (!console.outputFailed()) {
      return status;
    }
    Optional<String> reason = console.outputFailure();
    reason.ifPresent(r -> console.err().println("tttv2: standard output: " + r));
    return reason.isPresent() ? CommandFailure.FAILED : CommandFailure.BROKEN_PIPE;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing; " + commands(spec.commandLine()));
  }

  private static String usageError(ParameterException e) {
    CommandLine command = e.getCommandLine();
    return e instanceof UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption()
            && command.getParent() == null
        ? "unknown command \"%s\"; %s"
            .formatted(unmatched.getUnmatched().getFirst(), commands(command))
        : oneLine(e);
  }

  private static String commands(CommandLine line) {
    List<String> names = new ArrayList<>(line.getSubcommands().keySet());
    names.addAll(LAUNCHER_COMMANDS);
    return "there are " + String.join(", ", names);
  }

  private static int pointToHelp(Console console, CommandLine command) {
    console.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandFailure.USAGE;
  }

  private static int report(Console console, CommandLine command, Throwable e) {
    if (e instanceof CommandFailure failure && failure.getMessage() == null) {
      return failure.exitCode();
    }
    if (!console.outputFailed()) {
      console.out().flush();
      console.err().println("tttv2: " + oneLine(e));
      if (console.verbose()) {
        e.printStackTrace(console.err());
      }
    }
    if (!(e instanceof CommandFailure failure)) {
      return CommandFailure.FAILED;
    }
    return failure.exitCode() == CommandFailure.USAGE
        ? pointToHelp(console, command)
        : failure.exitCode();
  }

  /**
   * Returns on one line what a throwable says to people; its class too, if it says nothing or is a
   * defect.
   */
  private static String oneLine(Throwable e) {
    switch (e) {
      case UncheckedIOException unchecked -> {
        return oneLine(unchecked.getCause());
      }
      case FileSystemException file when file.getFile() != null -> {
        return file.getFile() + ": " + FileProblem.of(file);
      }
      case IOException io -> {
        return FileProblem.of(io);
      }
      case OutOfMemoryError memory -> {
        return "Java's memory of %d MB does not suffice; give it more with %s=-Xmx4g"
            .formatted(Runtime.getRuntime().maxMemory() / 1_000_000, "TTTV2_JAVA_OPTIONS");
      }
      default -> {}
    }
    String message =
        e.getMessage() == null ? "" : e.getMessage().strip().replaceAll("\\s*\\R\\s*", "; ");
    boolean telling =
        !message.isEmpty()
            && (e instanceof CommandFailure
                || e instanceof ParameterException
                || e instanceof IllegalArgumentException
                || e instanceof IllegalStateException
                || e.getClass().getName().startsWith("dev.tttv2."));
    return telling
        ? message
        : e.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
  }
}
