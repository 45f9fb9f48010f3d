package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.DriverStack;
import io.coxswain.v1.Event;
import io.coxswain.v1.ExplainResponse;
import io.coxswain.v1.Health;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Link;
import io.coxswain.v1.ListClustersRequest;
import io.coxswain.v1.ListClustersResponse;
import io.coxswain.v1.ListEventsResponse;
import io.coxswain.v1.ListInstancesResponse;
import io.coxswain.v1.ListMachinesRequest;
import io.coxswain.v1.ListMachinesResponse;
import io.coxswain.v1.ListOperationsResponse;
import io.coxswain.v1.Machine;
import io.coxswain.v1.Operation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every list and page, as people see it. */
final class TablesTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller
        .on("Clusters/ListClusters", reply(clusters()))
        .on("Clusters/GetCluster", reply(Site.cluster()))
        .on("Machines/ListMachines", reply(machines()))
        .on("Machines/GetMachine", reply(Site.gpu(0)))
        .on(
            "Instances/ListInstances",
            reply(
                ListInstancesResponse.newBuilder()
                    .addInstances(Site.instance("c-7f3a-0", Lifecycle.RUNNING))
                    .addInstances(Site.moving("c-7f3a-1", "install slurmd", 3))
                    .addInstances(Site.failed("c-7f3a-2"))
                    .build()));
  }

  private static ListClustersResponse clusters() {
    return ListClustersResponse.newBuilder()
        .addClusters(Site.cluster())
        .addClusters(
            Cluster.newBuilder()
                .setId("c-12ab")
                .setName("c-12ab")
                .setShape("1xL40S")
                .setSize(64)
                .setStatus(Lifecycle.FAILED)
                .setStatusLine("FAILED (1/64; 63 RUNNING)")
                .setCreatedAt(Site.at("2026-11-22T11:59:30Z"))
                .setDeletionProtection(true))
        .build();
  }

  private static ListMachinesResponse machines() {
    return ListMachinesResponse.newBuilder()
        .addMachines(Site.jumphost())
        .addMachines(Site.gpu(0).toBuilder().addInstances("c-7f3a-0"))
        .addMachines(Site.gpu(1).toBuilder().setLink(Link.LOST).setHealth(Health.UNKNOWN))
        .addMachines(Site.gpu(2).toBuilder().setQuarantine("a process of c-12ab would not end"))
        .addMachines(Site.gpu(3).toBuilder().setRevoked(true).clearObservation().clearShape())
        .build();
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void clustersAreListed() {
    assertThat(desk.cox("cluster", "list")).isEqualTo(ExitCode.DONE);
    Golden.check("cluster-list", desk.out());
    desk.cox("cluster", "ls", "-o", "wide");
    Golden.check("cluster-list-wide", desk.out());
    desk.cox("cluster", "list", "-o", "name");
    assertThat(desk.out()).isEqualTo("c-7f3a\nc-12ab\n");
    assertThat(desk.err()).isEmpty();
  }

  @Test
  void destroyedClustersAreAskedForByAll() throws IOException {
    desk.cox("cluster", "list", "--all");
    desk.cox("cluster", "list");
    var calls = desk.controller.calls("Clusters/ListClusters");
    assertThat(ListClustersRequest.parseFrom(calls.getFirst().message()).getAll()).isTrue();
    assertThat(ListClustersRequest.parseFrom(calls.getLast().message()).getAll()).isFalse();
  }

  @Test
  void aClusterHasAPageWithAllFourAxes() {
    assertThat(desk.cox("cluster", "info", "train")).isEqualTo(ExitCode.DONE);
    Golden.check("cluster-info", desk.out());
  }

  @Test
  void aFailedInstanceIsExplainedOnTheClustersPage() {
    Cluster cluster =
        Site.cluster().toBuilder()
            .setStatusLine("FAILED (1/3; 2 RUNNING)")
            .setInstances(2, Site.failed("c-7f3a-1"))
            .clearAcceptedAt()
            .clearAcceptance()
            .build();
    desk.controller.on("Clusters/GetCluster", reply(cluster));
    desk.cox("cluster", "info", "train");
    Golden.check("cluster-info-failed", desk.out());
  }

  @Test
  void coloursAreForATerminalAndNeverWithNoColor() {
    desk.seesColours().cox("cluster", "list");
    assertThat(desk.out())
        .contains("\033[32mRUNNING (3 RUNNING)\033[0m")
        .contains("\033[31mFAILED");
    desk.environment.put("NO_COLOR", "1");
    desk.cox("cluster", "list");
    Golden.check("cluster-list", desk.out());
  }

  @Test
  void machinesAreListed() throws IOException {
    assertThat(desk.cox("machine", "list")).isEqualTo(ExitCode.DONE);
    Golden.check("machine-list", desk.out());
    desk.cox("machine", "list", "-l", "rack=a1", "-o", "wide");
    Golden.check("machine-list-wide", desk.out());
    var call = desk.controller.calls("Machines/ListMachines").getLast();
    assertThat(ListMachinesRequest.parseFrom(call.message()).getSelector()).isEqualTo("rack=a1");
  }

  @Test
  void aMachineHasAPage() {
    desk.cox("machine", "info", "gpu0");
    Golden.check("machine-info", desk.out());
  }

  @Test
  void aMachinesPageShowsItsBundleWhatDriftedAndAReboot() {
    Machine gpu = Site.gpu(0);
    desk.controller.on(
        "Machines/GetMachine",
        reply(
            gpu.toBuilder()
                .setObservation(
                    gpu.getObservation().toBuilder()
                        .setDriverStack(
                            DriverStack.newBuilder()
                                .setBundle("nvidia-580-open 1")
                                .addDrift("package nvidia-smi: 580.105.08 (expected: 580.95.05)")
                                .addDrift("the pin file is not there")
                                .setRebootRequired("580.105.08 is installed, 580.95.05 runs")))
                .build()));
    desk.cox("machine", "info", "gpu0");
    assertThat(desk.out())
        .contains(
            """
            bundle       nvidia-580-open 1
            drift        package nvidia-smi: 580.105.08 (expected: 580.95.05)
                         the pin file is not there
            reboot       required: 580.105.08 is installed, 580.95.05 runs
            """);
  }

  @Test
  void instancesAreListed() {
    desk.cox("instance", "list");
    Golden.check("instance-list", desk.out());
    desk.cox("instance", "list", "-o", "wide");
    Golden.check("instance-list-wide", desk.out());
  }

  @Test
  void anInstanceHasAPage() {
    desk.controller.on("Instances/GetInstance", reply(Site.failed("c-7f3a-2")));
    desk.cox("instance", "info", "c-7f3a-2");
    Golden.check("instance-info", desk.out());
  }

  @Test
  void operationsAreListedAndShown() {
    Operation done =
        Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.OPERATION_FAILED).toBuilder()
            .setMessage("1 of 3 instances failed")
            .build();
    desk.controller.on(
        "Operations/ListOperations",
        reply(
            ListOperationsResponse.newBuilder()
                .addOperations(
                    Site.operation(Operation.Kind.DESTROY_CLUSTER, Operation.State.IN_PROGRESS))
                .addOperations(done)
                .build()));
    desk.controller.on("Operations/GetOperation", reply(done));
    desk.cox("operation", "list");
    Golden.check("operation-list", desk.out());
    desk.cox("operation", "info", "op-31f0");
    Golden.check("operation-info", desk.out());
  }

  @Test
  void eventsAreListed() {
    desk.controller.on(
        "Clusters/ListEvents",
        reply(
            ListEventsResponse.newBuilder()
                .addEvents(
                    Event.newBuilder()
                        .setNumber(17)
                        .setAt(Site.CREATED)
                        .setClusterId("c-7f3a")
                        .setInstance("c-7f3a-0")
                        .setMachine("gpu0")
                        .setKind("MACHINE_LEASED")
                        .setMessage("PENDING to PROVISIONING"))
                .build()));
    desk.cox("cluster", "events", "c-7f3a");
    Golden.check("cluster-events", desk.out());
  }

  @Test
  void whyPrintsWhatTheControllerSays() {
    desk.controller.on(
        "Clusters/Explain",
        reply(
            ExplainResponse.newBuilder()
                .addLines("c-7f3a is FAILED")
                .addLines("fix: \033[2Jtry")
                .build()));
    assertThat(desk.cox("why", "c-7f3a")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("c-7f3a is FAILED\nfix: ?[2Jtry\n");
  }

  @Test
  void anEmptyListSaysWhatToDoAndPrintsNothing() {
    desk.controller.on("Clusters/ListClusters", reply(ListClustersResponse.getDefaultInstance()));
    assertThat(desk.cox("cluster", "list")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEmpty();
    assertThat(desk.err()).contains("cox cluster create");
    desk.cox("cluster", "list", "-o", "json");
    assertThat(desk.out()).isEqualTo("{\n  \"clusters\": []\n}\n");
  }

  @Test
  void envIsWhatAShellEvaluates() {
    assertThat(desk.cox("env", "train")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .isEqualTo("export SLURM_CONF=/etc/coxswain/clusters/c-7f3a/slurm.conf\n");
    desk.controller.on(
        "Clusters/GetCluster",
        reply(Site.cluster().toBuilder().setSlurmConf("/tmp/it's $(here)").build()));
    desk.cox("env", "train");
    assertThat(desk.out()).isEqualTo("export SLURM_CONF='/tmp/it'\\''s $(here)'\n");
    desk.controller.on(
        "Clusters/GetCluster", reply(Site.cluster().toBuilder().clearSlurmConf().build()));
    assertThat(desk.cox("env", "train")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.out()).isEmpty();
  }
}
