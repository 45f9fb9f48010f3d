package io.coxswain.cli;

import java.io.IOException;
import java.io.PrintStream;

/**
 * Asks a person to type the name of what is about to be lost. Without a person and without --yes,
 * nothing is lost.
 */
final class Confirmation {
  private final Terminal terminal;

  Confirmation(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Returns when one of the names was typed; refuses otherwise. */
  void ask(String consequence, String... names) throws IOException {
    if (!terminal.attached().in()) {
      throw CoxException.refused(
          "not confirmed: standard input is no terminal, so nobody can be asked; nothing was"
              + " changed",
          "add --yes if this is meant");
    }
    PrintStream err = terminal.err();
    terminal.out().flush();
    err.println(Text.clean(consequence));
    err.print("Type " + Text.clean(names[0]) + " to confirm: ");
    err.flush();
    String typed = terminal.readLine();
    for (String name : names) {
      if (!name.isEmpty() && typed.equals(name)) {
        return;
      }
    }
    throw CoxException.refused("not confirmed; nothing was changed", "");
  }
}
