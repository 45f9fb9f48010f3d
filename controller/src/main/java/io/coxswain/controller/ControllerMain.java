package io.coxswain.controller;

import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.controller.store.PrivateDirectory;
import io.coxswain.controller.store.SqlStore;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code coxd}: sets the controller up and runs it. */
public final class ControllerMain {
  public static final String VERSION = "0.1.0";

  private static final String DATABASE = "coxswain.db";
  private static final int FAILED = 1;
  private static final InstantSource CLOCK = InstantSource.system();

  private ControllerMain() {}

  public static void main(String[] args) {
    System.exit(run(System.out, args));
  }

  /** Runs one command and returns its exit code: 0 done, 1 failed, 2 usage. */
  static int run(PrintStream out, String... args) {
    LogLines.install(System.getenv("JOURNAL_STREAM") != null);
    CommandLine coxd = new CommandLine(new Coxd(out));
    coxd.addSubcommand(new Init(out))
        .addSubcommand(new Serve())
        .addSubcommand(new Fingerprint(out));
    coxd.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    coxd.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command
              .getErr()
              .println("coxd: " + (failure.getMessage() == null ? failure : failure.getMessage()));
          return FAILED;
        });
    return coxd.execute(args);
  }

  @Command(
      name = "coxd",
      description = "The controller of Coxswain.",
      version = "coxd " + VERSION,
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "(init | serve | fingerprint)")
  private static final class Coxd implements Callable<Integer> {
    private final PrintStream out;

    Coxd(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      CommandLine.usage(this, out);
      return CommandLine.ExitCode.USAGE;
    }
  }

  /** What all commands take. */
  private static class WithConfig {
    @Option(names = "--config", paramLabel = "FILE", description = "Default: ${DEFAULT-VALUE}")
    private Path config = Config.DEFAULT_FILE;

    Config config() {
      return Config.read(config);
    }
  }

  @Command(
      name = "init",
      description =
          "Makes the certificate authority, the server's certificate and the database, where they are not there yet.",
      mixinStandardHelpOptions = true)
  private static final class Init extends WithConfig implements Callable<Integer> {
    private final PrintStream out;

    Init(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      Config config = config();
      PrivateDirectory state = PrivateDirectory.open(config.state());
      CertificateAuthority authority = CertificateAuthority.openOrCreate(config.state(), CLOCK);
      authority.server(config.names());
      // One that is there may be in use; its controller brings it up to date.
      if (!state.has(DATABASE)) {
        SqlStore.open(state.file(DATABASE)).close();
      }
      out.println(authority.fingerprint());
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "fingerprint",
      description = "Prints what joining machines pin: the hash of the authority's certificate.",
      mixinStandardHelpOptions = true)
  private static final class Fingerprint extends WithConfig implements Callable<Integer> {
    private final PrintStream out;

    Fingerprint(PrintStream out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      out.println(CertificateAuthority.open(config().state(), CLOCK).fingerprint());
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "serve",
      description = "Runs the controller until SIGTERM.",
      mixinStandardHelpOptions = true)
  private static final class Serve extends WithConfig implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ControllerMain.class);

    @Override
    public Integer call() throws InterruptedException {
      Config config = config();
      CertificateAuthority authority = CertificateAuthority.open(config.state(), CLOCK);
      Controller controller =
          new Controller(config, SqlStore.open(config.state().resolve(DATABASE)), authority, CLOCK);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    log.info("stopping");
                    controller.close();
                  },
                  "stop"));
      log.info(
          "coxd {} serves agents on port {} and people on {}",
          VERSION,
          controller.port(),
          config.socket());
      new CountDownLatch(1).await();
      return CommandLine.ExitCode.OK;
    }
  }
}
