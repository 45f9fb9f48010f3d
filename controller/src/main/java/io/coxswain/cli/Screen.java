package io.coxswain.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** How much fits on the terminal: a drawing that wraps or scrolls could not be drawn over. */
record Screen(int lines, int columns) {
  private static final Screen USUAL = new Screen(24, 80);

  /** Asks stty, which asks the kernel; 24 by 80 where there is no answer. */
  static Screen ask() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return USUAL;
      }
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      int space = answer.indexOf(' ');
      Screen screen =
          new Screen(
              Integer.parseInt(answer.substring(0, space)),
              Integer.parseInt(answer.substring(space + 1)));
      return screen.lines > 3 && screen.columns > 20 ? screen : USUAL;
    } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
      return USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }
}
