package io.coxswain.cli;

import io.coxswain.v1.CreateVolumeRequest;
import io.coxswain.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox storage create}. */
@Command(
    name = "create",
    header = "Register a file system that clusters may mount.",
    description = {
      "",
      "Nothing is made or mounted yet, and its data stay whoever's they are. Sources by type:",
      "",
      "  nfs        SERVER:/EXPORT",
      "  lustre     MGS@tcp:/FSNAME",
      "  beegfs     /etc/beegfs/NAME.conf on the machines",
      "  cephfs     MON,MON:/PATH or USER@FSID.FSNAME=/PATH",
      "  glusterfs  SERVER:/VOLUME",
      "  sshfs      USER@SERVER:/PATH, with a key of root's (--options IdentityFile=/PATH)",
      "  local      /dev/DISK, or a directory of each machine's own disk, made where it is missing",
      "  bind       a directory that is on every machine already"
    },
    footer = {
      "",
      "Examples:",
      "  cox storage create data --type nfs --source files:/export/data",
      "  cox storage create homes --type nfs --source files:/homes --home --deletion-protection",
      "  cox storage create sets --type nfs --source files:/sets --options ro,nconnect=8",
      "  cox storage create scratch --type local --source /scratch"
    })
final class StorageCreateCommand extends PrintingCommand {
  @Parameters(paramLabel = "VOLUME", description = "Its name: small letters, digits and dashes.")
  String volume = "";

  @Option(
      names = "--type",
      required = true,
      paramLabel = "TYPE",
      description = "nfs, lustre, beegfs, cephfs, glusterfs, sshfs, local or bind.",
      completionCandidates = VolumeTypes.class)
  String type = "";

  @Option(
      names = "--source",
      required = true,
      paramLabel = "SOURCE",
      description = "What is mounted, as the type has it.")
  String source = "";

  @Option(
      names = "--options",
      split = ",",
      paramLabel = "OPTION",
      description = "Mount options, of those that the type allows; ro: to be read only.")
  List<String> options = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "GIB",
      description = "How large it may be, in GiB. Written down; its own server sees to it.")
  long size;

  @Option(
      names = "--deletion-protection",
      description = "Refuse to take it off the list until this is taken off.")
  boolean deletionProtection;

  @Option(
      names = "--home",
      description = "Homes of clusters' users are on it; new clusters get it by themselves.")
  boolean home;

  @Override
  int run() {
    if (size < 0) {
      throw CoxException.usage("--size: " + size + " (expected: a number of GiB)", "", "");
    }
    Volume answer =
        controller()
            .callOnce(
                "Volumes/CreateVolume",
                CreateVolumeRequest.newBuilder()
                    .setName(volume)
                    .setType(VolumeTypes.parse(type))
                    .setSource(source)
                    .setOptions(String.join(",", options))
                    .setSizeGib(size)
                    .setDeletionProtection(deletionProtection)
                    .setHome(home)
                    .build(),
                Volume.parser());
    if (!isPrinted(answer, answer.getName())) {
      line("volume " + answer.getName() + " is registered");
      line("mount it: cox cluster attach CLUSTER " + answer.getName() + " --wait");
    }
    return ExitCode.DONE;
  }
}
