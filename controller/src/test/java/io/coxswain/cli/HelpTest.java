package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Help that teaches, for every command; the man page and the completion agree with it. */
final class HelpTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private List<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    below(CommandTree.full(desk.terminal()), all);
    return all;
  }

  private static void below(CommandLine parent, List<CommandLine> all) {
    for (CommandLine child : parent.getCommandSpec().subcommands().values()) {
      all.add(child);
      below(child, all);
    }
  }

  @Test
  void helpIsAsItShouldBe() {
    assertThat(desk.cox("--help")).isEqualTo(ExitCode.DONE);
    Golden.check("help", desk.out());
    desk.cox("cluster", "--help");
    Golden.check("help-cluster", desk.out());
    desk.cox("cluster", "create", "--help");
    Golden.check("help-cluster-create", desk.out());
  }

  @Test
  void everyCommandHasAHeaderAndAnExample() {
    for (CommandLine command : commands()) {
      var usage = command.getCommandSpec().usageMessage();
      assertThat(usage.header()).as(command.getCommandSpec().qualifiedName()).isNotEmpty();
      if (command.getSubcommands().isEmpty()) {
        assertThat(String.join("\n", usage.footer()))
            .as(command.getCommandSpec().qualifiedName())
            .contains(command.getCommandSpec().qualifiedName());
      }
    }
  }

  @Test
  void theManPageKnowsEveryCommandAndOption() throws IOException {
    String page = Files.readString(Path.of("src/main/deb/cox.1")).replace("\\-", "-");
    for (CommandLine command : commands()) {
      assertThat(page).contains(command.getCommandSpec().qualifiedName().substring(4));
      for (var option : command.getCommandSpec().options()) {
        assertThat(page)
            .as(command.getCommandSpec().qualifiedName())
            .contains(option.longestName());
      }
    }
  }

  @Test
  void aMistypedWordIsMetWithASuggestion() {
    assertThat(desk.cox("clsuter", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err())
        .contains("error: unknown: 'clsuter'\n")
        .contains("did you mean: ")
        .contains("cluster");
    assertThat(desk.cox("cluster", "lisst")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("list").contains("  fix: cox cluster --help");
    assertThat(desk.cox("cluster", "list", "--al")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("--all").contains("  fix: cox cluster list --help");
  }

  @Test
  void wordsWithoutACommandShowHelpAndFail() {
    assertThat(desk.cox()).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("First steps:");
    assertThat(desk.cox("cluster")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("create").contains("destroy");
    assertThat(desk.out()).isEmpty();
  }

  @Test
  void theSocketMayBeNamedBeforeTheCommand() {
    assertThat(desk.cox("--socket", "/nowhere/a.sock", "cluster", "list"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("/nowhere/a.sock");
    assertThat(desk.cox("operation", "list", "--socket", "/nowhere/b.sock"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("/nowhere/b.sock");
  }

  @Test
  void completionIsAScriptThatBashReads() throws IOException, InterruptedException {
    assertThat(desk.cox("completion", "bash")).isEqualTo(ExitCode.DONE);
    Path script = Files.writeString(directory.resolve("cox.bash"), desk.out());
    String ask =
        "source "
            + script
            + "; COMP_WORDS=(cox cluster des); COMP_CWORD=2; _complete_cox; echo \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder("bash", "-c", ask)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(
            new String(
                bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("destroy\n");
    assertThat(bash.waitFor()).isZero();
    assertThat(desk.cox("completion", "zsh")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).startsWith("#compdef cox\n").contains("bashcompinit");
    assertThat(desk.cox("completion", "fish")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + VersionCommand.VERSION + "</version>");
  }
}
