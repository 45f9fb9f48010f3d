package io.coxswain.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox completion}. */
@Command(
    name = "completion",
    header = "Print the completion script of a shell.",
    description = "The package installs both; this is for other places.",
    footer = {
      "",
      "Examples:",
      "  source <(cox completion bash)",
      "  cox completion zsh > ~/.zsh/completions/_cox"
    })
final class CompletionCommand extends CoxCommand {
  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  String shell = "";

  @Override
  int run() {
    String script = AutoComplete.bash("cox", CommandTree.full(terminal()));
    switch (shell) {
      case "bash" -> terminal().out().print(script);
      case "zsh" -> {
        // The file is also the body of the function _cox that zsh loads at the first Tab: it must
        // answer that one, too.
        terminal().out().println("#compdef cox");
        terminal().out().println("autoload -U +X bashcompinit && bashcompinit");
        terminal().out().print(script);
        terminal()
            .out()
            .println(
                "[ \"${funcstack[1]}\" = _cox ] && _bash_complete -o default -F _complete_cox");
      }
      default ->
          throw CoxException.usage("completion: '" + shell + "' (expected: bash or zsh)", "", "");
    }
    return ExitCode.DONE;
  }
}
