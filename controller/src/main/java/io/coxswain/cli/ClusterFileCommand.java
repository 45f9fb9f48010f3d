package io.coxswain.cli;

import io.coxswain.v1.ApplyClusterRequest;
import io.coxswain.v1.ApplyClusterResponse;
import io.coxswain.v1.FieldChange;
import io.coxswain.v1.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A command that takes a cluster from a file. */
abstract class ClusterFileCommand extends PrintingCommand {
  private static final int MOST_BYTES = 1 << 20;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "cluster.yaml; - for standard input.")
  String file = "";

  /** What would be done: nothing is. */
  final ApplyClusterResponse plan(String document) {
    return call(request(document).setDryRun(true));
  }

  final ApplyClusterRequest.Builder request(String document) {
    return ApplyClusterRequest.newBuilder()
        .setDocument(document)
        .setFile(file.equals("-") ? "standard input" : file);
  }

  final ApplyClusterResponse call(ApplyClusterRequest.Builder request) {
    return controller()
        .call("Clusters/ApplyCluster", request.build(), ApplyClusterResponse.parser());
  }

  final String document() throws IOException {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = terminal().streams().in().readNBytes(MOST_BYTES + 1);
    } else {
      Path path = Path.of(file);
      if (!Files.isRegularFile(path)) {
        throw CoxException.usage("-f: " + file + ": no such file", "", "");
      }
      try (var in = Files.newInputStream(path)) {
        bytes = in.readNBytes(MOST_BYTES + 1);
      }
    }
    if (bytes.length > MOST_BYTES) {
      throw CoxException.usage("-f: " + file + ": larger than 1 MiB", "", "");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CoxException.usage("-f: " + file + ": not UTF-8", "", "");
    }
  }

  final void show(ApplyClusterResponse plan) {
    Table table = new Table("FIELD", "NOW", "WANTED", "WHAT USERS NOTICE");
    for (FieldChange change : plan.getChangesList()) {
      table.add(
          change.getField(),
          change.getBefore().isEmpty() ? "-" : change.getBefore(),
          change.getAfter().isEmpty() ? "-" : change.getAfter(),
          change.getDisruption());
    }
    print(table, "nothing would change");
    for (Plan.Lease lease : plan.getPlan().getLeasesList()) {
      line("+ " + lease.getInstance() + " on " + lease.getMachine());
    }
    for (String name : plan.getLeavingList()) {
      line("- " + name);
    }
  }
}
