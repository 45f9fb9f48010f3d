package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.Help;
import com.google.rpc.Status;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.ClustersGrpc;
import io.coxswain.v1.GetClusterRequest;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.ListClustersRequest;
import io.coxswain.v1.ListClustersResponse;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.OperationsGrpc;
import io.coxswain.v1.WatchOperationRequest;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the server's own framework: what our fake says is what Armeria says. */
final class ArmeriaTest {
  @TempDir Path directory;
  private Desk desk;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    Path socket = directory.resolve("armeria.sock");
    server =
        Server.builder()
            .http(DomainSocketAddress.of(socket))
            .service(
                GrpcService.builder()
                    .addService(new TwoClusters())
                    .addService(new OneOperation())
                    .build())
            .build();
    server.start().join();
    desk = new Desk(directory);
    desk.environment.put("COX_SOCKET", socket.toString());
  }

  @AfterEach
  void stop() throws IOException {
    desk.close();
    server.stop().join();
  }

  @Test
  void aCallIsAnswered() {
    assertThat(desk.cox("cluster", "list", "-o", "name")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).hasLineCount(5_000);
  }

  @Test
  void anErrorArrivesWithItsDetails() {
    assertThat(desk.cox("cluster", "info", "c-\u00e9")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(desk.err()).isEqualTo("error: no cluster 'c-\u00e9'\n  fix: cox cluster list\n");
  }

  @Test
  void aMethodThatIsNotServedIsAVersionApart() {
    assertThat(desk.cox("why", "c-7f3a")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("fix: cox version shows both sides");
  }

  @Test
  void aStreamIsFollowedToItsEnd() {
    assertThat(desk.cox("operation", "watch", "op-31f0")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).startsWith("cluster c-7f3a is RUNNING after 13s\n");
    assertThat(desk.err()).contains("install slurmd (3/9)");
  }

  private static final class TwoClusters extends ClustersGrpc.ClustersImplBase {
    @Override
    public void listClusters(
        ListClustersRequest request, StreamObserver<ListClustersResponse> observer) {
      ListClustersResponse.Builder many = ListClustersResponse.newBuilder();
      for (int i = 0; i < 5_000; i++) {
        many.addClusters(Site.cluster());
      }
      observer.onNext(many.build());
      observer.onCompleted();
    }

    @Override
    public void getCluster(GetClusterRequest request, StreamObserver<Cluster> observer) {
      Help help =
          Help.newBuilder()
              .addLinks(Help.Link.newBuilder().setDescription("cox cluster list"))
              .build();
      observer.onError(
          StatusProto.toStatusRuntimeException(
              Status.newBuilder()
                  .setCode(Code.NOT_FOUND_VALUE)
                  .setMessage("no cluster '" + request.getName() + "'")
                  .addDetails(Any.pack(help))
                  .build()));
    }
  }

  private static final class OneOperation extends OperationsGrpc.OperationsImplBase {
    @Override
    public void watchOperation(
        WatchOperationRequest request, StreamObserver<OperationUpdate> observer) {
      Operation running =
          Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.IN_PROGRESS);
      Operation done = Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.SUCCEEDED);
      observer.onNext(Site.update(running, Site.moving("c-7f3a-0", "install slurmd", 3)));
      observer.onNext(Site.update(done, Site.instance("c-7f3a-0", Lifecycle.RUNNING)));
      observer.onCompleted();
    }
  }
}
