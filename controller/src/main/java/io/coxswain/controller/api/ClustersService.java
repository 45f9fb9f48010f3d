package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.link.GrpcAgents;
import io.coxswain.controller.api.wire.ClusterToWire;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.NodepoolToWire;
import io.coxswain.controller.document.ClusterDocument;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.reconcile.Applying;
import io.coxswain.controller.reconcile.CreateRequest;
import io.coxswain.controller.reconcile.Explanation;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.reconcile.Scaling;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.ApplyClusterRequest;
import io.coxswain.v1.ApplyClusterResponse;
import io.coxswain.v1.ClustersGrpc;
import io.coxswain.v1.CreateClusterRequest;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.DestroyClusterRequest;
import io.coxswain.v1.EditClusterRequest;
import io.coxswain.v1.ExplainRequest;
import io.coxswain.v1.ExplainResponse;
import io.coxswain.v1.ExportClusterRequest;
import io.coxswain.v1.ExportClusterResponse;
import io.coxswain.v1.GetClusterRequest;
import io.coxswain.v1.GetVersionRequest;
import io.coxswain.v1.GetVersionResponse;
import io.coxswain.v1.ListClustersRequest;
import io.coxswain.v1.ListClustersResponse;
import io.coxswain.v1.ListEventsRequest;
import io.coxswain.v1.ListEventsResponse;
import io.coxswain.v1.ScaleClusterRequest;
import io.coxswain.v1.ScaleClusterResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Clusters: made, listed, edited and destroyed by writing intents. */
final class ClustersService extends ClustersGrpc.ClustersImplBase {
  private static final Duration FRESH_REPORT = Duration.ofSeconds(5);
  private static final int MOST_EVENTS = 1000;
  private static final int EVENTS = 200;

  private final Store store;
  private final Intents intents;
  private final Explanation explanation;
  private final Views views;
  private final GrpcAgents agents;
  private final GetVersionResponse version;

  ClustersService(
      Store store,
      Intents intents,
      Explanation explanation,
      Views views,
      GrpcAgents agents,
      GetVersionResponse version) {
    this.store = store;
    this.intents = intents;
    this.explanation = explanation;
    this.views = views;
    this.agents = agents;
    this.version = version;
  }

  @Override
  public void createCluster(
      CreateClusterRequest request, StreamObserver<CreateClusterResponse> out) {
    if (!request.getDryRun()) {
      Requests.requireRequestId(request.getRequestId());
    }
    request.getPublicKeysList().forEach(ClusterSpec::requireKey);
    CreateRequest wanted =
        new CreateRequest(
            request.getRequestId(),
            List.of(pool(request)),
            request.getName(),
            request.getPublicKeysList(),
            request.getDeletionProtection(),
            Caller.current().name(),
            request.getJumphost());
    CreateClusterResponse.Builder answer = CreateClusterResponse.newBuilder();
    if (request.getDryRun()) {
      answer.setPlan(ClusterToWire.plan(intents.plan(wanted)));
    } else {
      Intents.Created created = intents.create(wanted, request.getContainer());
      io.coxswain.v1.Cluster cluster = store.read(tx -> views.cluster(tx, created.cluster()));
      answer
          .setOperation(HistoryToWire.operation(created.operation()))
          .setCluster(cluster)
          .setPlan(ClusterToWire.plan(created.placement()));
    }
    Requests.answer(out, answer.build());
  }

  private static Nodepool pool(CreateClusterRequest request) {
    int size = Requests.size(request.getSize());
    return NodepoolToWire.parse(
        io.coxswain.v1.Nodepool.newBuilder()
            .setName(Nodepool.MAIN)
            .setShape(request.getShape())
            .setMin(size)
            .setMax(request.getMax())
            .setIdleTimeSeconds(request.getIdleTimeSeconds())
            .setSelector(request.getSelector())
            .addAllHosts(request.getHostsList())
            .build());
  }

  @Override
  public void listClusters(ListClustersRequest request, StreamObserver<ListClustersResponse> out) {
    List<io.coxswain.v1.Cluster> clusters =
        store.read(
            tx ->
                (request.getAll() ? tx.clustersEver() : tx.clusters())
                    .stream().map(cluster -> views.cluster(tx, cluster)).toList());
    Requests.answer(out, ListClustersResponse.newBuilder().addAllClusters(clusters).build());
  }

  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<io.coxswain.v1.Cluster> out) {
    Requests.answer(
        out, store.read(tx -> views.cluster(tx, Requests.clusterEver(tx, request.getName()))));
  }

  @Override
  public void editCluster(EditClusterRequest request, StreamObserver<io.coxswain.v1.Cluster> out) {
    Cluster edited =
        intents.edit(
            request.getName(),
            request.getNewName().isEmpty() ? Optional.empty() : Optional.of(request.getNewName()),
            request.hasDeletionProtection()
                ? Optional.of(request.getDeletionProtection())
                : Optional.empty());
    Requests.answer(out, store.read(tx -> views.cluster(tx, edited)));
  }

  @Override
  public void destroyCluster(
      DestroyClusterRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    ClusterSpec.Intent intent = intent(request.getJobs());
    if (intent == ClusterSpec.Intent.DESTROY) {
      jumphost(request.getName()).ifPresent(machine -> agents.queryAndWait(machine, FRESH_REPORT));
    }
    Operation operation = intents.destroy(request.getName(), intent, request.getRequestId());
    Requests.answer(out, HistoryToWire.operation(operation));
  }

  @Override
  public void scaleCluster(ScaleClusterRequest request, StreamObserver<ScaleClusterResponse> out) {
    if (!request.getDryRun()) {
      Requests.requireRequestId(request.getRequestId());
    }
    boolean isMore = request.getMore() != 0;
    if (isMore && request.getSize() != 0) {
      throw new InvalidSpecException("more", "more and size: both given (expected: one of them)");
    }
    Scaling.Wish wish =
        new Scaling.Wish(
            request.getName(),
            request.getNodepool(),
            Requests.size(isMore ? request.getMore() : request.getSize()),
            request.getHostsList(),
            Caller.current().name(),
            request.getRequestId());
    Scaling.Outcome outcome =
        isMore
            ? more(wish, request.getDryRun())
            : request.getDryRun() ? intents.scaling().plan(wish) : intents.scaling().scale(wish);
    ScaleClusterResponse.Builder answer =
        ScaleClusterResponse.newBuilder()
            .setPlan(ClusterToWire.plan(outcome.coming()))
            .addAllLeaving(outcome.leaving());
    outcome.operation().map(HistoryToWire::operation).ifPresent(answer::setOperation);
    Requests.answer(out, answer.build());
  }

  private Scaling.Outcome more(Scaling.Wish wish, boolean isDryRun) {
    return isDryRun ? intents.scaling().planMore(wish) : intents.scaling().add(wish);
  }

  @Override
  public void applyCluster(ApplyClusterRequest request, StreamObserver<ApplyClusterResponse> out) {
    if (!request.getDryRun()) {
      Requests.requireRequestId(request.getRequestId());
    }
    String file = request.getFile().isEmpty() ? "document" : request.getFile();
    ClusterDocument wanted = ClusterDocument.parse(file, request.getDocument());
    String by = Caller.current().name();
    Applying.Outcome outcome =
        request.getDryRun()
            ? intents.applying().plan(wanted, by)
            : intents.applying().apply(wanted, by, request.getRequestId());
    ApplyClusterResponse.Builder answer =
        ApplyClusterResponse.newBuilder()
            .setPlan(ClusterToWire.plan(outcome.coming()))
            .addAllLeaving(outcome.leaving());
    outcome.changes().stream().map(ClusterToWire::change).forEach(answer::addChanges);
    outcome.operation().map(HistoryToWire::operation).ifPresent(answer::setOperation);
    Requests.answer(out, answer.build());
  }

  @Override
  public void exportCluster(
      ExportClusterRequest request, StreamObserver<ExportClusterResponse> out) {
    ClusterSpec spec = store.read(tx -> Lookup.cluster(tx, request.getName())).spec();
    Requests.answer(
        out,
        ExportClusterResponse.newBuilder().setDocument(ClusterDocument.of(spec).text()).build());
  }

  @Override
  public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> out) {
    int limit =
        request.getLimit() == 0
            ? EVENTS
            : Math.clamp(Integer.toUnsignedLong(request.getLimit()), 1, MOST_EVENTS);
    ListEventsResponse.Builder answer = ListEventsResponse.newBuilder();
    store
        .read(
            tx -> {
              Optional<ClusterId> cluster =
                  request.getCluster().isEmpty()
                      ? Optional.empty()
                      : Optional.of(Requests.clusterEver(tx, request.getCluster()).spec().id());
              return tx.events(cluster, request.getAfter(), limit);
            })
        .forEach(event -> answer.addEvents(HistoryToWire.event(event)));
    Requests.answer(out, answer.build());
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> out) {
    Requests.answer(
        out, ExplainResponse.newBuilder().addAllLines(explanation.of(request.getName())).build());
  }

  @Override
  public void getVersion(GetVersionRequest request, StreamObserver<GetVersionResponse> out) {
    Requests.answer(out, version);
  }

  private Optional<String> jumphost(String nameOrId) {
    return store.read(
        tx ->
            tx.instances(Requests.clusterEver(tx, nameOrId).spec().id()).stream()
                .filter(instance -> instance.isJumphost() && instance.hasMachine())
                .map(Instance::machineId)
                .findFirst());
  }

  private static ClusterSpec.Intent intent(DestroyClusterRequest.Jobs jobs) {
    return switch (jobs) {
      // The harmless one where a client says nothing.
      case JOBS_UNSPECIFIED, REFUSE -> ClusterSpec.Intent.DESTROY;
      case DRAIN -> ClusterSpec.Intent.DESTROY_AFTER_JOBS;
      case CANCEL -> ClusterSpec.Intent.DESTROY_WITH_JOBS;
      case UNRECOGNIZED ->
          throw new InvalidSpecException(
              "jobs", "jobs: unknown (expected: REFUSE, DRAIN or CANCEL)");
    };
  }
}
