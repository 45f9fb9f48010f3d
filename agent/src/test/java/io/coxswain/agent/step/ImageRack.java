package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Images;
import java.util.List;

/** A machine with the programs that unpack images, as far as steps use them. */
final class ImageRack {
  static final String DIGEST = "0123456789abcdef".repeat(4);
  static final long SIZE = 400L << 20;
  static final String PLUGIN = "/usr/local/lib/coxswain/container.so";

  private ImageRack() {}

  static LoadImage load() {
    return new LoadImage(DIGEST, LoadImage.Format.OCI_ARCHIVE, SIZE);
  }

  static MakeContainer container() {
    return new MakeContainer(
        "c-7f3a",
        DIGEST,
        List.of(
            new MakeContainer.Bind("/home", "/home", false, false),
            new MakeContainer.Bind("/etc/resolv.conf", "/etc/resolv.conf", true, true)));
  }

  static CompileSlurmPlugin plugin() {
    return new CompileSlurmPlugin(PLUGIN, "int coxswain;");
  }

  static FakeHost bare() {
    FakeHost host = new FakeHost("gpu01");
    host.commands().install("skopeo");
    host.commands().install("umoci");
    host.commands().on("skopeo", command -> skopeo(host, command));
    host.commands().on("umoci", command -> umoci(host, command));
    return host;
  }

  /** With the archive in place, as the link leaves it. */
  static FakeHost fetched() {
    FakeHost host = bare();
    new Images(host.files()).ask(new Images.Order(DIGEST, SIZE));
    host.files().put(Images.archive(DIGEST), "archive");
    return host;
  }

  static FakeHost unpacked() {
    FakeHost host = fetched();
    load().apply(host);
    return host;
  }

  static FakeHost withCompiler() {
    FakeHost host = new FakeHost("gpu01");
    host.files().createDirectory("/usr/include", new Access(0755, "root", "root"));
    host.files().createDirectory("/usr/include/slurm", new Access(0755, "root", "root"));
    host.files().put("/usr/include/slurm/slurm_version.h", "#define SLURM_VERSION_NUMBER 0x160508");
    host.commands().install("gcc");
    host.commands()
        .on(
            "gcc",
            command -> {
              List<String> argv = command.argv();
              host.files().put(argv.get(argv.indexOf("-o") + 1), "compiled");
              return FakeCommands.ok("");
            });
    return host;
  }

  private static Result skopeo(FakeHost host, Command command) {
    List<String> argv = command.argv();
    if (argv.contains("inspect")) {
      return FakeCommands.ok("PATH=/opt/bin:/bin\nHOME=/root\nbad line\nGREETING=hello\n\n");
    }
    String layout = argv.getLast().split(":", -1)[1];
    host.files().createDirectory(layout, new Access(0755, "root", "root"));
    return FakeCommands.ok("");
  }

  private static Result umoci(FakeHost host, Command command) {
    String bundle = command.argv().getLast();
    for (String directory : List.of("", "/rootfs", "/rootfs/etc", "/rootfs/home")) {
      host.files().createDirectory(bundle + directory, new Access(0755, "root", "root"));
    }
    return FakeCommands.ok("");
  }
}
