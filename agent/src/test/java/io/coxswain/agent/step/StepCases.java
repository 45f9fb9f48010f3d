package io.coxswain.agent.step;

import io.coxswain.agent.bmc.Deed;
import io.coxswain.agent.bmc.IpmiRack;
import io.coxswain.agent.driver.Flavour;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Users.Account;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One or more machines on which each kind of step has something to do. */
final class StepCases {
  static final String SECRET = "hunter2-hunter2";

  private static final Access ROOT = new Access(0644, "root", "root");
  private static final Account USER =
      new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash");

  private StepCases() {}

  /** A step and a fresh machine on which it is not yet true. */
  record Case(Step step, Supplier<FakeHost> machine) {
    @Override
    public String toString() {
      return step.getClass().getSimpleName();
    }
  }

  @SuppressWarnings("MethodLength") // One switch or list over every kind of step.
  static List<Case> all() {
    return List.of(
        new Case(new SetHostName("c-7f3a-0"), StepCases::plain),
        new Case(
            new WriteHostsBlock(
                List.of(new WriteHostsBlock.Entry("10.0.0.11", List.of("c-7f3a-0", "gpu01")))),
            StepCases::withHosts),
        new Case(new AddUser(USER, List.of("ssh-ed25519 AAAA team")), StepCases::plain),
        new Case(new InstallPackages(List.of("slurmd", "munge")), StepCases::plain),
        new Case(
            new WriteFile(
                "/etc/coxswain/clusters/c-7f3a/munge.key",
                Content.of(SECRET),
                new Access(0400, "munge", "root"),
                true),
            StepCases::withMunge),
        new Case(
            new MakeDirectory("/var/lib/coxswain-slurm/c-7f3a", new Access(0750, "root", "root")),
            StepCases::plain),
        new Case(
            new MakeLink("/etc/slurm/slurm.conf", "/etc/coxswain/clusters/c-7f3a/slurm.conf"),
            StepCases::withSlurmDirectory),
        new Case(
            new RunUnit("coxswain-test.service", List.of("/etc/coxswain/test.conf"), List.of()),
            StepCases::withUnitFile),
        new Case(
            new CompileMpiProgram(SlurmRack.PROGRAM, "int main(void) { return 0; }"),
            StepCases::withCompiler),
        new Case(new ReadySlurmNodes(SlurmRack.CLUSTER, SlurmRack.NODES), StepCases::withOurDrain),
        new Case(
            new DrainSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0", "leaves"),
            () -> new SlurmRack().jumphost),
        new Case(
            new DeleteSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0"), () -> new SlurmRack().jumphost),
        new Case(
            new QuiesceSlurm(SlurmRack.CLUSTER, QuiesceSlurm.Policy.CANCEL), StepCases::withJob),
        new Case(
            new ProveMpi(
                SlurmRack.CLUSTER,
                SlurmRack.NODES,
                "main",
                2,
                8,
                SlurmRack.PROGRAM,
                "c-7f3a",
                "pmix",
                ""),
            () -> new SlurmRack().jumphost),
        new Case(
            new RetestSlurmNode(
                new ProveMpi(
                    SlurmRack.CLUSTER,
                    List.of("c-7f3a-0"),
                    "main",
                    2,
                    8,
                    SlurmRack.PROGRAM,
                    "c-7f3a",
                    "pmix",
                    "")),
            StepCases::withOurDrain),
        new Case(
            new MeasureSlurmNodes(
                SlurmRack.CLUSTER,
                SlurmRack.NODES,
                "main",
                8,
                SlurmRack.PAIRWISE,
                SlurmRack.RUNTOOL,
                "c-7f3a",
                "pmix",
                "op-1"),
            () -> new SlurmRack().jumphost),
        new Case(new RebootMachine("r-1"), StepCases::plain),
        new Case(new PowerMachine("op-1", IpmiRack.access(), Deed.OFF, false), StepCases::withIpmi),
        new Case(new PowerOff("op-1"), StepCases::thatIsSwitchedOnAgain),
        new Case(new ClearFault("r-1", "xid-79", "0000:18:00.0"), StepCases::plain),
        new Case(new ResetGpu("r-1", "0000:18:00.0"), StepCases::withDriver),
        new Case(
            new CheckDriverFit("nvidia-580-open 1", List.of("nvidia-open"), true, false),
            DriverRack::withNouveau),
        new Case(DriverRack.install("w-1"), DriverRack::old),
        new Case(new LoadDriver("w-1", "580.", Flavour.OPEN, true), DriverRack::unloaded),
        new Case(new RestoreDriver("r-1", ""), DriverRack::installed),
        new Case(new WriteCdiSpecification(), DriverRack::withToolkit),
        new Case(new EndProcesses("c-7f3a", 20_001), StepCases::withUser),
        new Case(new RemoveUser("c-7f3a", 20_001, "/home/c-7f3a"), StepCases::withUser),
        new Case(
            new RemovePath("/etc/coxswain/clusters/c-7f3a", true), StepCases::withClusterFiles),
        new Case(new RemoveUnit("coxswain-test.service"), StepCases::withRunningUnit),
        new Case(VolumeRack.mount("data"), VolumeRack::bare),
        new Case(
            new UnmountVolume("c-7f3a", "data", UnmountVolume.Policy.REFUSE), VolumeRack::mounted),
        new Case(new MeasureVolume("op-1", "data", "/mnt/data", "c-7f3a", 64), VolumeRack::mounted),
        new Case(
            new MakeElasticNodes(
                SlurmRack.CLUSTER, List.of(SlurmRack.slot(5), SlurmRack.slot(6)), Set.of()),
            StepCases::withOtherSlots),
        new Case(
            new EndResume(SlurmRack.CLUSTER, "c-7f3a-5", "no free machine"), StepCases::withResume),
        new Case(ImageRack.load(), ImageRack::fetched),
        new Case(ImageRack.container(), ImageRack::unpacked),
        new Case(ImageRack.plugin(), ImageRack::withCompiler));
  }

  static FakeHost plain() {
    return new FakeHost("gpu01");
  }

  private static FakeHost withDriver() {
    FakeHost host = plain();
    host.commands().install("nvidia-smi");
    host.commands().on("nvidia-smi", command -> FakeCommands.ok("GPU was reset"));
    return host;
  }

  private static FakeHost withIpmi() {
    FakeHost host = plain();
    new IpmiRack(host);
    return host;
  }

  private static FakeHost thatIsSwitchedOnAgain() {
    FakeHost host = plain();
    host.commands()
        .on(
            "systemctl",
            command -> {
              host.reboot();
              return FakeCommands.ok("");
            });
    return host;
  }

  private static FakeHost withHosts() {
    FakeHost host = plain();
    host.files().put("/etc/hosts", "127.0.0.1\tlocalhost\n");
    return host;
  }

  private static FakeHost withMunge() {
    FakeHost host = plain();
    host.packages().install(List.of("munge"));
    return host;
  }

  private static FakeHost withSlurmDirectory() {
    FakeHost host = plain();
    host.files().createDirectory("/etc/slurm", new Access(0755, "root", "root"));
    return host;
  }

  private static FakeHost withCompiler() {
    FakeHost host = plain();
    host.packages().install(List.of("libopenmpi-dev"));
    return host;
  }

  private static FakeHost withUnitFile() {
    FakeHost host = plain();
    host.files().put("/etc/systemd/system/coxswain-test.service", "[Service]\n");
    return host;
  }

  private static FakeHost withRunningUnit() {
    FakeHost host = withUnitFile();
    host.units().enable("coxswain-test.service");
    host.units().restart("coxswain-test.service");
    return host;
  }

  private static FakeHost withClusterFiles() {
    FakeHost host = plain();
    new WriteFile("/etc/coxswain/clusters/c-7f3a/slurm.conf", Content.of("x"), ROOT, false)
        .apply(host);
    return host;
  }

  static FakeHost withUser() {
    FakeHost host = plain();
    host.users().create(USER);
    host.users().start(20_001);
    host.files().write("/tmp/left-behind", new byte[1], new Access(0600, "c-7f3a", "c-7f3a"));
    return host;
  }

  private static FakeHost withOurDrain() {
    SlurmRack rack = new SlurmRack();
    rack.node(0).drain("cox: replaced", "root");
    return rack.jumphost;
  }

  private static FakeHost withJob() {
    SlurmRack rack = new SlurmRack();
    rack.cluster().submit("c-7f3a", "c-7f3a-0");
    return rack.jumphost;
  }

  /** One that is not wished, and one whose resume failed. */
  private static FakeHost withOtherSlots() {
    SlurmRack rack = new SlurmRack();
    rack.create(SlurmRack.slot(5), SlurmRack.slot(9));
    rack.node("c-7f3a-5").resumeTimedOut();
    return rack.jumphost;
  }

  private static FakeHost withResume() {
    SlurmRack rack = new SlurmRack();
    rack.create(SlurmRack.slot(5));
    rack.node("c-7f3a-5").powerUp();
    return rack.jumphost;
  }
}
