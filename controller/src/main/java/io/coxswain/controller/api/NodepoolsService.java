package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.ClusterToWire;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.NodepoolToWire;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.reconcile.Nodepools;
import io.coxswain.controller.reconcile.Scaling;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.CreateNodepoolRequest;
import io.coxswain.v1.DeleteNodepoolRequest;
import io.coxswain.v1.EditNodepoolRequest;
import io.coxswain.v1.ListNodepoolsRequest;
import io.coxswain.v1.ListNodepoolsResponse;
import io.coxswain.v1.NodepoolsGrpc;
import io.coxswain.v1.ScaleClusterResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The nodepools of clusters. */
final class NodepoolsService extends NodepoolsGrpc.NodepoolsImplBase {
  private final Store store;
  private final Nodepools nodepools;

  NodepoolsService(Store store, Nodepools nodepools) {
    this.store = store;
    this.nodepools = nodepools;
  }

  @Override
  public void createNodepool(
      CreateNodepoolRequest request, StreamObserver<ScaleClusterResponse> out) {
    Nodepools.Request asked =
        asked(request.getCluster(), request.getRequestId(), request.getDryRun());
    Nodepool pool = NodepoolToWire.parse(request.getNodepool());
    Requests.answer(out, answer(nodepools.create(asked, pool)));
  }

  @Override
  public void listNodepools(
      ListNodepoolsRequest request, StreamObserver<ListNodepoolsResponse> out) {
    Requests.answer(
        out,
        store.read(
            tx -> {
              Cluster cluster = Requests.clusterEver(tx, request.getCluster());
              return ListNodepoolsResponse.newBuilder()
                  .addAllNodepools(
                      NodepoolToWire.nodepools(cluster.spec(), tx.instances(cluster.spec().id())))
                  .build();
            }));
  }

  @Override
  public void editNodepool(EditNodepoolRequest request, StreamObserver<ScaleClusterResponse> out) {
    Nodepools.Request asked =
        asked(request.getCluster(), request.getRequestId(), request.getDryRun());
    Nodepools.Edit edit =
        new Nodepools.Edit(
            request.hasMin()
                ? Optional.of(NodepoolToWire.count("min", request.getMin()))
                : Optional.empty(),
            request.hasMax()
                ? Optional.of(NodepoolToWire.count("max", request.getMax()))
                : Optional.empty(),
            request.hasDescription() ? Optional.of(request.getDescription()) : Optional.empty(),
            request.hasIdleTimeSeconds()
                ? Optional.of(NodepoolToWire.idleTime(request.getIdleTimeSeconds()))
                : Optional.empty(),
            request.hasSelector()
                ? Optional.of(Selector.parse(request.getSelector()))
                : Optional.empty(),
            request.hasHosts() ? Optional.of(request.getHosts().getNamesList()) : Optional.empty());
    Requests.answer(out, answer(nodepools.edit(asked, request.getName(), edit)));
  }

  @Override
  public void deleteNodepool(
      DeleteNodepoolRequest request, StreamObserver<ScaleClusterResponse> out) {
    Nodepools.Request asked =
        asked(request.getCluster(), request.getRequestId(), request.getDryRun());
    Requests.answer(out, answer(nodepools.delete(asked, request.getName())));
  }

  private static Nodepools.Request asked(String cluster, String requestId, boolean isPlan) {
    if (!isPlan) {
      Requests.requireRequestId(requestId);
    }
    return new Nodepools.Request(cluster, Caller.current().name(), requestId, isPlan);
  }

  private static ScaleClusterResponse answer(Scaling.Outcome outcome) {
    ScaleClusterResponse.Builder answer =
        ScaleClusterResponse.newBuilder()
            .setPlan(ClusterToWire.plan(outcome.coming()))
            .addAllLeaving(outcome.leaving());
    outcome.operation().map(HistoryToWire::operation).ifPresent(answer::setOperation);
    return answer.build();
  }
}
