// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Says what this machine lacks for running on Tenstorrent boards. */
@Command(
    name = "doctor",
    customSynopsis = "tttv2 doctor [OPTION...]",
    description = {
      "Says what this machine lacks for running on Tenstorrent boards, and what to do about it.",
      "",
      "Looks at the driver, the boards' nodes and firmware, huge pages, Python and ttnn; opens no"
          + " device. Every line begins with ok, \"to do\", or - for what could not be checked, and"
          + " says why. Ends with 0 if there is nothing to do, else with 1."
    })
final class DoctorCommand extends BaseCommand {
  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    List<BoardHost.Finding> findings = new BoardHost(Path.of("/"), System::getenv).examine();
    for (BoardHost.Finding finding : findings) {
      console()
          .out()
          .printf(
              Locale.ROOT,
              "%-6s %-18s %s%n",
              finding.verdict().label(),
              finding.what(),
              finding.found());
      if (!finding.todo().isEmpty()) {
        console().out().printf(Locale.ROOT, "       %-18s -> %s%n", "", finding.todo());
      }
    }
    return findings.stream().allMatch(finding -> finding.todo().isEmpty())
        ? CommandFailure.OK
        : CommandFailure.FAILED;
  }
}
